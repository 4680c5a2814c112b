"""The link in a mail by which somebody without a login answers for what they reported, and sees what became of it."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import Http404

_SALT = "tillit.moderation.link"


def token(report: UUID, person: UUID) -> str:
    """The token of a report's link. It lives as long as the report."""
    raw = base64.urlsafe_b64encode(report.bytes + person.bytes).rstrip(b"=").decode()
    return Signer(salt=_SALT, sep=".").sign(raw)


def read(token: str) -> tuple[UUID, UUID]:
    """The report and the person that a token names. One that we did not sign is a 404, as for a stranger."""
    try:
        told = base64.urlsafe_b64decode(Signer(salt=_SALT, sep=".").unsign(token) + "==")
        return UUID(bytes=told[:16]), UUID(bytes=told[16:])
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None
