"""Links that let whoever holds them in: the id of what they show and a signature, nothing stored. A guest without an
account reaches one booking, a calendar program one host's feed."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import Http404

AFTER_MEETING = timedelta(days=30)

_BOOKING, _FEED = "tillit.booking.link", "tillit.booking.feed"


def token(booking_id: UUID) -> str:
    """The token of a booking's link."""
    return _token(booking_id, _BOOKING)


def booking_id(token: str) -> UUID:
    """The booking that a token names. A token that we did not sign is a 404, as for a stranger."""
    return _id(token, _BOOKING)


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
        raw = Signer(salt=salt, sep=".").unsign(token)
        return UUID(bytes=base64.urlsafe_b64decode(raw + "=="))
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None
