"""Saying that data leaves, before it does, and what became of it.

`kernel.egress.departed` is announced (kernel.happenings) when the receiver is connected and nothing has been sent,
in a transaction that is committed there and then: whatever dies afterwards, it stands. `kernel.egress.answered` or
`kernel.egress.failed` follows. They carry ids, identifiers and small words, never a value.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID

from django.db import close_old_connections, connection, transaction

from tillit.kernel import happenings
from tillit.kernel.egress.policy import Processor
from tillit.kernel.ids import new_id

DEPARTED = "kernel.egress.departed"
ANSWERED = "kernel.egress.answered"
FAILED = "kernel.egress.failed"


@dataclass(frozen=True)
class Departure:
    """One call that leaves: to whom, why, whose data and which kinds of it."""

    processor: Processor
    purpose: str
    subjects: tuple[UUID, ...]
    categories: tuple[str, ...]
    id: UUID = field(default_factory=new_id)

    def begins(self) -> None:
        """Record it. Raises whatever a listener raises: what cannot be recorded does not leave."""
        self._announce(DEPARTED, categories=self.categories)

    def ended(self, status: int | None) -> None:
        """The receiver has answered; `status` as its protocol counts, where it does."""
        self._announce(ANSWERED, status=status)

    def failed(self, how: str) -> None:
        """It came to nothing; `how` is the kind of error. Some of it may have arrived."""
        self._announce(FAILED, how=how)

    def _announce(self, name: str, **more: str | int | Sequence[str] | None) -> None:
        def say() -> None:
            happenings.announce(
                name,
                subjects=self.subjects,
                object=self.id,
                reason=self.purpose,
                processor=self.processor.id,
                to=self.processor.key,
                **more,
            )

        record(say)


def in_a_transaction_of_its_own(do: Callable[[], None]) -> None:
    """Do it and commit, also when the caller's transaction is open (and may be rolled back): then beside it, on
    the connection of one thread that is kept for this."""
    if connection.in_atomic_block:
        _clerk().submit(contextvars.copy_context().run, _beside, do).result()
    else:
        with transaction.atomic():
            do()


record = in_a_transaction_of_its_own


def _beside(do: Callable[[], None]) -> None:
    close_old_connections()
    try:
        with transaction.atomic():
            do()
    finally:
        close_old_connections()


@cache
def _clerk() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="egress")
