"""Links that let whoever holds them in: the id of what they show and a signature, nothing stored.

A guest without an account reaches one booking, a calendar program one host's feed. Whoever books gets a link at once,
whatever address they typed. Only the one that was mailed shows that its holder reads what is sent to that address, and
only that one leads on to what is known of the guest.
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
_FEED = "tillit.booking.feed"


def token(booking_id: UUID, *, mailed: bool = True) -> str:
    """The token of a booking's link: of the one in a mail, or of the one that whoever booked is shown at once."""
    return _token(booking_id, _MAILED if mailed else _AT_ONCE)


def booking_id(token: str) -> UUID:
    """The booking that a token names. A token that we did not sign is a 404, as for a stranger."""
    return _id(token, _MAILED if was_mailed(token) else _AT_ONCE)


def was_mailed(token: str) -> bool:
    """Is this the token of a link that was mailed to the guest's address?"""
    try:
        Signer(salt=_MAILED, sep=".").unsign(token)
    except BadSignature:
        return False
    return True


def feed_token(feed: UUID) -> str:
    """The token of a calendar feed's address."""
    return _token(feed, _FEED)


def feed_id(token: str) -> UUID:
    """The feed that a token names, or a 404."""
    return _id(token, _FEED)


def _token(of: UUID, salt: str) -> str:
    raw = base64.urlsafe_b64encode(of.bytes).rstrip(b"=").decode()
    return Signer(salt=salt, sep=".").sign(raw)


def _id(token: str, salt: str) -> UUID:
    try:
        return UUID(bytes=base64.urlsafe_b64decode(Signer(salt=salt, sep=".").unsign(token) + "=="))
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None
