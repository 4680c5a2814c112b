"""Signatures after the Standard Webhooks specification, 1.0: `v1,` and the HMAC-SHA-256 of id, time and body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

PREFIX = "whsec_"
_BYTES = 32
TOLERANCE = timedelta(minutes=5)  # between two clocks; what is older is a replay


class Forged(ValueError):
    """Not signed with the secret, or too long ago."""


def new_secret() -> str:
    """A secret as the other side stores it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def headers(message: UUID, moment: datetime, body: bytes, using: Iterable[str]) -> dict[str, str]:
    """The three headers of a message; one signature for each secret that is good now."""
    stamp = str(int(moment.timestamp()))
    signed = b".".join((f"msg_{message}".encode(), stamp.encode(), body))
    return {
        "webhook-id": f"msg_{message}",
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(_signature(secret, signed) for secret in using),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def verify(headers: Mapping[str, str], body: bytes, *, secret: str, now: datetime) -> str:
    """The id of a message that was signed with `secret` about now. headers: lower-case names. Raises Forged."""
    message, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (message and message.isascii() and stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        raise Forged("No id, or no time.")
    if abs(int(stamp) - now.timestamp()) > TOLERANCE.total_seconds():
        raise Forged("Signed too long ago, or by a clock that is wrong.")
    good = _signature(secret, b".".join((message.encode(), stamp.encode(), body)))
    given = headers.get("webhook-signature", "").split()[:8]
    if not any(one.isascii() and hmac.compare_digest(one, good) for one in given):
        raise Forged("Not signed with this secret.")
    return message
