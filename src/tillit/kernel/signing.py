"""Signatures under what this installation hands to itself through the database (jobs and events), so that
whoever writes into its tables by injected SQL is not believed. HMAC-SHA-256 (RFC 2104)."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from tillit.kernel import keyring


def canonical(value: Any) -> str:
    """JSON with one spelling: sorted keys, no spaces, no floating point (PostgreSQL would respell it)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sign(purpose: str, value: Any) -> str:
    """The signature of a JSON value for one purpose, in hexadecimal."""
    return hmac.digest(keyring.derived(f"sign:{purpose}"), canonical(value).encode(), hashlib.sha256).hex()


def believed(purpose: str, value: Any, mac: Any) -> bool:
    """Is `mac` the signature of `value` for this purpose? Takes the same time either way."""
    return isinstance(mac, str) and hmac.compare_digest(sign(purpose, value).encode(), mac.encode())
