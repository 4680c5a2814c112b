"""Signatures after the Standard Webhooks specification, 1.0: `v1,` and the HMAC-SHA-256 of id, time and body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

PREFIX = "whsec_"
_BYTES = 32


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
