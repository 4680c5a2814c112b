"""The link by which a guest without an account reaches one booking: its id and a signature, nothing stored."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import Http404

AFTER_MEETING = timedelta(days=30)

_SALT = "tillit.booking.link"


def token(booking_id: UUID) -> str:
    """The token of a booking's link."""
    raw = base64.urlsafe_b64encode(booking_id.bytes).rstrip(b"=").decode()
    return Signer(salt=_SALT, sep=".").sign(raw)


def booking_id(token: str) -> UUID:
    """The booking that a token names. A token that we did not sign is a 404, as for a stranger."""
    try:
        raw = Signer(salt=_SALT, sep=".").unsign(token)
        return UUID(bytes=base64.urlsafe_b64decode(raw + "=="))
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None
