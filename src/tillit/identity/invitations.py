"""An invitation's secrets: the token of its link, of which only a hash is kept, and what is sealed: address, name."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Literal
from uuid import UUID

from tillit.kernel import keyring

LIFE = timedelta(days=7)
Part = Literal["email", "name"]


def new_token() -> str:
    """256 random bits, for the link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database knows of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def sealed(part: Part, text: str, invitation: UUID) -> bytes:
    """The address, or the name, sealed for this invitation."""
    return keyring.seal(text.strip().encode(), context=_context(part, invitation))


def opened(part: Part, value: bytes | memoryview, invitation: UUID) -> str:
    """Address or name of an invitation: for its mail, for whoever holds the link and for administrators."""
    return keyring.open(bytes(value), context=_context(part, invitation)).decode()


def _context(part: Part, invitation: UUID) -> bytes:
    return f"identity.invitation.{part}:".encode() + invitation.bytes
