"""The link by which somebody without a login reaches what is held of them: the person's id, an end and a signature.

Nothing is stored. Whoever has an account logs in instead (doors.py): a link never opens what a login guards.
"""

from __future__ import annotations

import base64
import binascii
import struct
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import Http404

from tillit.kernel import clock

LIFE = timedelta(days=30)
_SALT = "tillit.privacy.link"
_MINUTE = 60  # seconds


def token(person: UUID, *, life: timedelta = LIFE) -> str:
    """The token of a person's link, good for `life` from now on (to the minute)."""
    ends = int((clock.now() + life).timestamp()) // _MINUTE
    raw = base64.urlsafe_b64encode(person.bytes + struct.pack(">I", ends)).rstrip(b"=").decode()
    return Signer(salt=_SALT, sep=".").sign(raw)


def person(token: str) -> UUID:
    """Whose link it is. One that we did not sign, or that has ended, is a 404, as for a stranger."""
    try:
        raw = Signer(salt=_SALT, sep=".").unsign(token)
        told = base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
        (ends,) = struct.unpack(">I", told[16:])
        whose = UUID(bytes=told[:16])
    except (BadSignature, ValueError, binascii.Error, struct.error):
        raise Http404 from None
    if datetime.fromtimestamp(ends * _MINUTE, UTC) <= clock.now():
        raise Http404
    return whose
