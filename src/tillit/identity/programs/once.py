"""A request that a program repeats is done once: its answer is kept for a day under its idempotency key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from tillit.kernel import keyring
from tillit.kernel.ids import new_id


class Other(Exception):
    """The key was used for another request."""


class Once:
    """One use of a key: `answered` is what the same request got before, None for the first one.

    sender: who repeats themselves (a token's owner or a network); the same key of somebody else is another one. A
    second request waits until the first one has ended. Raises Other.
    """

    def __init__(self, key: str, *, sender: str, request: bytes) -> None:
        self.key = keyring.blind_index(f"{sender}\n{key}", "idempotency")
        with connection.cursor() as cursor:
            values: list[Any] = [new_id(), self.key, hashlib.sha256(request).digest()]
            cursor.execute("select * from identity.begin_once(%s, %s, %s)", values)
            first, same, kept = cursor.fetchone()
        if not first and not same:
            raise Other
        self.answered: dict[str, Any] | None = None if first else json.loads(self._opened(kept))

    def keep(self, answer: dict[str, Any], *, about: Iterable[UUID] = ()) -> None:
        """What was answered, for the next time. about: who is named in it, beside who asked; it goes with them."""
        sealed = keyring.seal(json.dumps(answer).encode(), context=self._place())
        with connection.cursor() as cursor:
            cursor.execute("select identity.keep_answer(%s, %s, %s)", [self.key, sealed, list(about)])

    def _opened(self, kept: bytes) -> bytes:
        return keyring.open(bytes(kept), context=self._place())

    def _place(self) -> bytes:
        return b"identity.keptanswer:" + self.key.encode()
