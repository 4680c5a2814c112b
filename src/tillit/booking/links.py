"""The link by which a guest without an account reaches one booking: its id and a signature, nothing stored.

Whoever books gets one at once, whatever address they typed. Only the one that was mailed shows that its holder reads
what is sent to that address, and only that one leads on to what is known of the guest.
"""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import Http404

AFTER_MEETING = timedelta(days=30)

_MAILED = "tillit.booking.link"
_AT_ONCE = "tillit.booking.link-at-once"


def token(booking_id: UUID, *, mailed: bool = True) -> str:
    """The token of a booking's link: of the one in a mail, or of the one that whoever booked is shown at once."""
    raw = base64.urlsafe_b64encode(booking_id.bytes).rstrip(b"=").decode()
    return Signer(salt=_MAILED if mailed else _AT_ONCE, sep=".").sign(raw)


def booking_id(token: str) -> UUID:
    """The booking that a token names. A token that we did not sign is a 404, as for a stranger."""
    try:
        raw = Signer(salt=_MAILED if was_mailed(token) else _AT_ONCE, sep=".").unsign(token)
        return UUID(bytes=base64.urlsafe_b64decode(raw + "=="))
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None


def was_mailed(token: str) -> bool:
    """Is this the token of a link that was mailed to the guest's address?"""
    try:
        Signer(salt=_MAILED, sep=".").unsign(token)
    except BadSignature:
        return False
    return True
