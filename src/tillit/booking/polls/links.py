"""Links to polls: one to share, which its hosts can renew, and one for each participant. Signed, nothing stored.

Whoever answers gets their link at once, whatever address they typed; only the one that was mailed shows that its holder
reads what is sent there.
"""

from __future__ import annotations

import base64
import binascii
import struct
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import Http404

_SHARED = "tillit.booking.poll"
_MAILED = "tillit.booking.poll.answer"
_AT_ONCE = "tillit.booking.poll.answer-at-once"


def shared(poll: UUID, number: int) -> str:
    """The token of the link to share. `number` is the poll's own; with the next one this link is none any more."""
    return _written(poll.bytes + struct.pack(">I", number), _SHARED)


def read_shared(token: str) -> tuple[UUID, int]:
    """The poll and the number that a token names. One that we did not sign is a 404, as for a stranger."""
    told = _read(token, _SHARED, 20)
    return UUID(bytes=told[:16]), int(struct.unpack(">I", told[16:])[0])


def own(answer: UUID, person: UUID, *, mailed: bool) -> str:
    """The token of a participant's own link: of the one in a mail, or of the one that is shown at once."""
    return _written(answer.bytes + person.bytes, _MAILED if mailed else _AT_ONCE)


def read_own(token: str) -> tuple[UUID, UUID, bool]:
    """The answer and the person that a token names, and whether it was mailed; or a 404."""
    for salt in (_MAILED, _AT_ONCE):
        try:
            told = _read(token, salt, 32)
        except Http404:
            continue
        return UUID(bytes=told[:16]), UUID(bytes=told[16:]), salt == _MAILED
    raise Http404


def _written(told: bytes, salt: str) -> str:
    return Signer(salt=salt, sep=".").sign(base64.urlsafe_b64encode(told).rstrip(b"=").decode())


def _read(token: str, salt: str, length: int) -> bytes:
    try:
        raw = Signer(salt=salt, sep=".").unsign(token)
        told = base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None
    if len(told) != length:
        raise Http404
    return told
