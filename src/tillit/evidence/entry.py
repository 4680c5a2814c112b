"""What the log holds of an event: a salted commitment. What the event says stands elsewhere and can be erased.

    body        the event as JSON in UTF-8: keys sorted, no blanks, nothing escaped that need not be
    commitment  SHA-256 of salt (32 random bytes) and body
    entry       the line "tillit-evidence/v1 <commitment in base64>" and a newline: what a leaf of the tree holds

Needs nothing but the standard library.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

Id = UUID | str  # an id, or already its text

VERSION = "tillit-evidence/v1"
SALT = 32  # bytes
_SPELLING = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def body(
    *,
    event: Id,
    organisation: Id,
    name: str,
    made: datetime,
    office: str,
    actor: Id | None = None,
    subject: Id | None = None,
    object: Id | None = None,
    reason: str = "",
    detail: str = "",
) -> bytes:
    """The one spelling of an event. `made` is cut to milliseconds; `detail` is JSON in the same spelling, or empty."""
    fields = {
        "actor": actor and str(actor),
        "event": str(event),
        "made": moment(made),
        "name": name,
        "object": object and str(object),
        "office": office,
        "organisation": str(organisation),
        "reason": reason,
        "subject": subject and str(subject),
    }
    if detail:
        fields["detail"] = json.loads(detail)
    return spelled(fields).encode()


def spelled(value: Any) -> str:
    """JSON in its one spelling."""
    return _SPELLING.encode(value)


def moment(instant: datetime) -> str:
    """An aware instant in UTC with milliseconds: 2027-03-01T08:00:00.000Z."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def commitment(salt: bytes, body: bytes) -> bytes:
    """What stands in the log for an event."""
    return hashlib.sha256(salt + body).digest()


def entry(commitment: bytes) -> bytes:
    """What a leaf holds."""
    return f"{VERSION} {base64.b64encode(commitment).decode()}\n".encode()


def bundle(commitments: Iterator[bytes]) -> bytes:
    """Entries as a bundle of C2SP tlog-tiles holds them: each with its length before it, two bytes, big-endian."""
    entries = map(entry, commitments)
    return b"".join(len(e).to_bytes(2, "big") + e for e in entries)
