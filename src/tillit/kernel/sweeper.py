"""The sweeper: ends what is due (kernel/ends.py), batch by batch.

A batch is one transaction: rows locked (another sweeper passes over them), the handler, the marks, the history and
the event. Killed anywhere, it leaves everything as before that batch.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from tillit.kernel import clock, ends, happenings, outbox, tasks
from tillit.kernel.end_tables import FIRST
from tillit.kernel.ends import call, sweeper
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import acting

log = logging.getLogger("tillit.sweeper")

EVERY = timedelta(minutes=1)
SECONDS = 5.0  # of one run; it queues itself again when more is due
PATIENCE = 20  # failures in one batch, after which its rest waits unseen
KEEP = timedelta(days=90)  # how long a person can read what of theirs has ended
FORGET = 5000  # rows of that memory that one run removes at most


class _Taken(NamedTuple):
    id: UUID
    object: UUID
    subject: UUID | None
    wake: datetime


@dataclass
class Swept:
    """What a run of the sweeper did; `more` when its time was up before everything due was looked at."""

    reached: int = 0
    failed: int = 0
    more: bool = False


@tasks.periodic("kernel.ends", cron="* * * * *", office="sweeper", own_transactions=True)
def sweep() -> None:
    """End what is due."""
    if (pass_over(SECONDS) if clock.offset() else run(SECONDS)).more:
        with transaction.atomic():
            sweep.configure(key="more").defer()


def run(seconds: float = SECONDS) -> Swept:
    """End what is due, batch by batch, each its own transaction, for at most about `seconds`.

    Kinds and organisations take turns in no order, so that none that fails or is large holds up another. Raises
    only when the database cannot be reached.
    """
    swept, end = Swept(), time.monotonic() + seconds
    with acting(sweeper(None)):
        with transaction.atomic():
            call("kernel.forget_ends", KEEP, FORGET)
            turns = [_Turn(organisation, kind) for organisation, kind in call("kernel.due_ends")]
        while turns:
            random.shuffle(turns)
            for turn in list(turns):
                if time.monotonic() >= end:
                    swept.more = True
                    return swept
                if not turn.take(swept):
                    turns.remove(turn)
    return swept


def pass_over(seconds: float = SECONDS) -> Swept:
    """As `run`, where the demo's clock has jumped: what was due on the way ends in order, as if the sweeper had come by
    each minute. So a reminder goes out before its meeting, and not at all or late."""
    swept, end, moment, now = Swept(), time.monotonic() + seconds, FIRST, clock.now()
    while not swept.more:
        with acting(sweeper(None)), transaction.atomic():
            ((due,),) = call("kernel.next_end", moment)
        if due is None:
            break
        moment = min((due + EVERY).replace(second=0, microsecond=0), now)
        with clock.at(moment):
            one = run(end - time.monotonic())
        swept = Swept(swept.reached + one.reached, swept.failed + one.failed, one.more)
    return swept


@dataclass
class _Turn:
    """One kind in one organisation, and how far this run has come in it."""

    organisation: UUID
    kind: str
    after: tuple[datetime, UUID] = (FIRST, UUID(int=0))

    def take(self, swept: Swept) -> bool:
        """End one batch in a transaction of its own. False when that was all that is due."""
        found = ends.known().get(self.kind)
        most = found.batch if found else ends.BATCH
        try:
            with acting(sweeper(self.organisation)), transaction.atomic():
                taken = [_Taken(*row) for row in call("kernel.take_ends", self.kind, *self.after, most)]
                if not taken:
                    return False
                kept = ends.kept_back(self.kind, {end.object: end.subject for end in taken})
                batch = new_id()
                trial = _Trial(found, batch)
                trial.attempt([end for end in taken if end.object not in kept])
                marked = trial.close(self.kind)
        except DatabaseError as error:
            if not connection.is_usable():
                raise
            log.warning("ends of %s could not be committed: %s", self.kind, tasks.describe(error))
            return False
        swept.reached += marked
        swept.failed += len(trial.problems)
        self.after = (taken[-1].wake, taken[-1].id)
        return len(taken) == most


class _Trial:
    """A batch given to its handler; what fails is narrowed down by halves, each in a savepoint."""

    def __init__(self, kind: ends.Kind | None, batch: UUID) -> None:
        self.kind, self.batch = kind, batch
        self.done: list[UUID] = []
        self.problems: dict[UUID, str] = {}

    def attempt(self, taken: list[_Taken]) -> None:
        """Reach these ends, or as many of them as can be reached."""
        if not taken:
            return
        problem = self._reach(taken)
        half = len(taken) // 2
        if not problem:
            self.done += [end.id for end in taken]
        elif half and self.kind and len(self.problems) < PATIENCE:
            self.attempt(taken[:half])
            self.attempt(taken[half:])
        else:
            self.problems |= {end.id: problem for end in taken}

    def _reach(self, taken: list[_Taken]) -> str:
        """Call the handler. Returns what went wrong, or ""; then nothing of it is left."""
        if not self.kind:
            return "no handler"
        objects = [end.object for end in taken]
        subjects = sorted({end.subject for end in taken if end.subject})
        try:
            with transaction.atomic(), _checked():
                self.kind.reach(objects)
                happenings.announce(
                    ends.Reached.name, batch=self.batch, kind=self.kind.name, objects=objects, subjects=subjects
                )
        except Exception as error:
            if isinstance(error, DatabaseError) and not connection.is_usable():
                raise
            return tasks.describe(error)
        return ""

    def close(self, kind: str) -> int:
        """Write down what came of it, and say so. Returns how many ends were reached."""
        if self.problems:
            log.warning("%d ends of %s failed: %s", len(self.problems), kind, next(iter(self.problems.values())))
        failed = list(self.problems)
        marked = int(
            call("kernel.close_ends", self.batch, kind, self.done, failed, [self.problems[f] for f in failed])[0][0]
        )
        if marked:
            outbox.emit(ends.Reached(batch=self.batch, count=marked))
        return marked


@contextmanager
def _checked() -> Iterator[None]:
    """What the database checks at commit, it checks at the end of the block, inside the savepoint."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")
