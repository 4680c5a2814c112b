"""What evidence costs: the insert at the end of a page view, and a proof from a log of a million leaves.

The insert is `evidence.flush()` with people seen, in an open transaction, as the application's own role, on a
session that was cleaned before as the pool cleans it between two borrowers. Whole page: the same with begin and
commit (fsync on), less an empty transaction. Run: `tillit bench evidence`.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import psycopg

from bench import _log
from tillit.ops import scratch

LEAVES = 1_000_000
TIMES = 200


def run() -> list[dict[str, Any]]:
    """The figures in milliseconds, each with its goal."""
    with scratch.database() as db:
        db.enter("tillit_app")
        with psycopg.connect(db.admin_dsn()) as admin:
            organisation = _log.an_organisation(admin)
            _log.lay_out(admin, organisation, LEAVES)
        _log.settle(db.admin_dsn())
        return [*_page_views(organisation), *_proofs(organisation)]


def _page_views(organisation: UUID) -> list[dict[str, Any]]:
    from django.db import connection, transaction
    from django.utils.translation import gettext_lazy

    from tillit import evidence
    from tillit.evidence import events
    from tillit.kernel.db.base import FORGET
    from tillit.kernel.ticket import Actor, acting

    events.declare("bench.guest.seen", label=gettext_lazy("Seen"), keep=events.YEAR)
    host = Actor(office="member", organisation=organisation, person=uuid4())

    def page(seen: int) -> tuple[float, float]:
        """Milliseconds of the insert, and of the transaction around it."""
        people = [uuid4() for _ in range(seen)]
        with acting(host):
            begun = perf_counter()
            with transaction.atomic(), evidence.gathering():
                with connection.cursor() as cursor:
                    cursor.execute("select access.person()")  # the page itself, which asks under policies
                if people:
                    evidence.saw(people, "bench.guest", "booked with")
                before = perf_counter()
                evidence.flush()
                inserted = perf_counter() - before
            whole = perf_counter() - begun
            connection.connection.autocommit = True
            connection.connection.execute(FORGET)
        return inserted * 1000, whole * 1000

    taken = {seen: _repeat(lambda seen=seen: page(seen)) for seen in (0, 1, 10, 50)}
    empty = median(whole for _, whole in taken[0])
    rows = [
        _row(f"evidence of a page that shows {seen} {'person' if seen == 1 else 'people'}, the insert",
             median(inserted for inserted, _ in taken[seen]), 1.0 if seen <= 10 else None)
        for seen in (1, 10, 50)
    ]  # fmt: skip
    whole = median(whole for _, whole in taken[10]) - empty
    return [*rows, _row("the same with 10 people, with its part of begin and commit (fsync)", whole, None)]


def _proofs(organisation: UUID) -> list[dict[str, Any]]:
    from django.db import transaction

    from tillit.evidence import queries
    from tillit.kernel.ticket import Actor, acting

    numbers = random.Random(1)
    with acting(Actor(organisation=organisation)), transaction.atomic():
        inclusion = _repeat(lambda: _timed(lambda: queries.inclusion(numbers.randrange(LEAVES), LEAVES)))
        consistency = _repeat(lambda: _timed(lambda: queries.consistency(numbers.randrange(1, LEAVES), LEAVES)))
    return [
        _row("inclusion proof, a million leaves", median(inclusion), 5.0),
        _row("consistency proof, a million leaves", median(consistency), None),
    ]


def _timed(work: Callable[[], Any]) -> float:
    begun = perf_counter()
    work()
    return (perf_counter() - begun) * 1000


def _repeat(measure: Callable[[], Any]) -> list[Any]:
    gc.disable()
    found = [measure() for _ in range(TIMES + 5)][5:]
    gc.enable()
    return found


def _row(what: str, value: float, goal: float | None) -> dict[str, Any]:
    return {
        "what": what, "value": round(value, 3), "unit": "ms", "goal": f"≤ {goal:g}" if goal else None,
        "ok": value <= goal if goal else None,
    }  # fmt: skip
