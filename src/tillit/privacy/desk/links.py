"""The link by which whoever asked follows their request, and answers from the registered address: its id, signed."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import Http404

PROOF_LIFE = timedelta(days=14)
"""How long an answer from the registered address is waited for."""

_SALT = "tillit.privacy.desk.link"


def token(request: UUID) -> str:
    """The token of a request's link. It lives as long as the request."""
    raw = base64.urlsafe_b64encode(request.bytes).rstrip(b"=").decode()
    return Signer(salt=_SALT, sep=".").sign(raw)


def request(token: str) -> UUID:
    """The request that a token names. A token that we did not sign is a 404, as for a stranger."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(Signer(salt=_SALT, sep=".").unsign(token) + "=="))
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None
