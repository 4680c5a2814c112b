"""The link by which whoever asked follows their request: its id, signed; and in the mail that wants to know whether it
was they, whose registered address that mail went to. Only such a link is an answer from that address."""

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


def token(request: UUID, to: UUID | None = None) -> str:
    """The token of a request's link. It lives as long as the request. to: the person whose address it is mailed to."""
    raw = base64.urlsafe_b64encode(request.bytes + (to.bytes if to else b"")).rstrip(b"=").decode()
    return Signer(salt=_SALT, sep=".").sign(raw)


def request(token: str) -> tuple[UUID, UUID | None]:
    """The request that a token names, and to whose registered address it was mailed. A token that we did not sign is a
    404, as for a stranger."""
    try:
        told = base64.urlsafe_b64decode(Signer(salt=_SALT, sep=".").unsign(token) + "==")
        return UUID(bytes=told[:16]), UUID(bytes=told[16:]) if told[16:] else None
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None
