"""The link under a message that leads to how one wants to be told, without a login. It opens that and nothing else:
messages are passed on, and whoever gets one so must not reach what is held of its first reader."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import Http404

_SALT = "tillit.notify.link"


def token(person: UUID) -> str:
    """The token of a person's link. It has no end: an old message can be unsubscribed from (RFC 8058)."""
    raw = base64.urlsafe_b64encode(person.bytes).rstrip(b"=").decode()
    return Signer(salt=_SALT, sep=".").sign(raw)


def person(token: str) -> UUID:
    """Whose link it is. One that we did not sign is a 404, as for a stranger."""
    try:
        raw = Signer(salt=_SALT, sep=".").unsign(token)
        return UUID(bytes=base64.urlsafe_b64decode(raw + "=="))
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None
