"""Identifiers: UUIDv7 (RFC 9562), sortable by time of birth and not guessable."""

from __future__ import annotations

import uuid

import uuid_utils.compat


def new_id() -> uuid.UUID:
    """A new UUIDv7. The time inside it is the machine's own, never the moved clock of a test."""
    return uuid_utils.compat.uuid7()
