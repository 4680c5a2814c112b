"""An invitation's secrets: the token of its link, of which only a hash is kept, and the sealed address."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from tillit.kernel import keyring

LIFE = timedelta(days=7)


def new_token() -> str:
    """256 random bits, for the link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database knows of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def sealed(address: str, invitation: UUID) -> bytes:
    """The address, sealed for this invitation."""
    return keyring.seal(address.strip().encode(), context=_context(invitation))


def opened(value: bytes, invitation: UUID) -> str:
    """The address of an invitation: for its mail, for whoever holds the link and for administrators."""
    return keyring.open(value, context=_context(invitation)).decode()


def _context(invitation: UUID) -> bytes:
    return b"identity.invitation.email:" + invitation.bytes
