"""The link to the receipt of an erasure, which its holder keeps when nothing else is left: an id and a signature."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import Http404

_SALT = "tillit.privacy.erased"


def token(erasure: UUID) -> str:
    """The token of a receipt's link."""
    raw = base64.urlsafe_b64encode(erasure.bytes).rstrip(b"=").decode()
    return Signer(salt=_SALT, sep=".").sign(raw)


def erasure(token: str) -> UUID:
    """The erasure that a token names. A token that we did not sign is a 404, as for a stranger."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(Signer(salt=_SALT, sep=".").unsign(token) + "=="))
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None
