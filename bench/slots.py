"""Free times: what the engine takes for one host and for fifty, without and with a database, beside Cal.com's figures.

Inputs are deterministic: 60 days from 2027-03-01, Stockholm weekdays 09-17, 30-minute meetings, busy times
from a linear congruential generator seeded by host (profile *offhours*: nineteen of twenty evenings, one in
working hours), merged into sorted integers as the database gives them. The schedule is expanded anew in each
repetition; only the zone table, which lives as long as the process, stays warm. With the database: the same hosts
and busy times as rows, read as a booking page reads them, by the application's role. Run: `tillit bench slots`.
"""

import gc
from collections.abc import Iterator
from datetime import date
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

from tillit.booking.engine import Assignment, HostFacts, Rules, Schedule, Spans, Window, free_starts, merge
from tillit.booking.engine.opening import forget
from tillit.kernel.zones import DAY_MINUTES, minute_to_utc, wall_minute
from tillit.ops import scratch

DAYS = 60
ZONE = "Europe/Stockholm"
BEGIN = (date(2027, 3, 1).toordinal() - date(1970, 1, 1).toordinal()) * DAY_MINUTES
END = wall_minute(ZONE, date(2027, 3, 1).toordinal() + DAYS, 60)
RULES = Rules(duration=30, step=30, grid=30)
RECORDED = "Cal.com's pure functions, recorded"


def busy(count: int, seed: int, profile: str = "offhours") -> list[tuple[int, int]]:
    """Busy spans in UTC minutes, unsorted, possibly overlapping; the same for the same arguments."""
    random = _random(seed)
    spans = []
    for i in range(count):
        if profile == "offhours":
            day = int(next(random) * DAYS)
            hour, slots = (7, 120) if i % 20 == 0 else (18, 60)
            start = BEGIN + day * DAY_MINUTES + hour * 60 + 5 * int(next(random) * slots)
            length = 5 * (1 + int(next(random) * 6))
        else:
            start = BEGIN + 5 * int(next(random) * DAYS * 24 * 12)
            length = 5 * (1 + int(next(random) * 12))
        spans.append((start, start + length))
    return spans


def host(number: int, busy_spans: Spans) -> HostFacts:
    """A host with office hours."""
    week = Schedule.of(ZONE, weekly={day: [("09:00", "17:00")] for day in range(1, 6)})
    return HostFacts(number, week, busy_external=busy_spans)


def count(hosts: list[HostFacts]) -> int:
    """How many starts the engine finds."""
    return len(_starts(hosts))


def run() -> list[dict[str, Any]]:
    """The figures in milliseconds, each with its goal, then the recorded ones of the peer."""
    few = [host(1, merge(busy(n, 12345))) for n in (0, 1_000)]
    many = [host(n, merge(busy(10_000, 12345 + n))) for n in range(50)]
    return [
        _row("free times, 1 host, 60 days, 0 busy", _milliseconds([few[0]], 50), 1.0),
        _row("free times, 1 host, 60 days, 1,000 busy", _milliseconds([few[1]], 50), 2.0),
        _row("free times, 50 hosts, 60 days, 10,000 busy each", _milliseconds(many, 9), 50.0),
        *with_database(),
        _row(f"{RECORDED}: 1 host, 0 busy", 6.4, None),
        _row(f"{RECORDED}: 1 host, 1,000 busy", 10.0, None),
        _row(f"{RECORDED}: 50 hosts, 10,000 busy each", 2_900.0, None),
    ]


def with_database() -> list[dict[str, Any]]:
    """The same with loading: 50 hosts and 500,000 busy times in tables."""
    import psycopg

    from bench import _world

    kinds = [
        {"slug": "one", "hosts": [0]},
        {"slug": "fifty", "hosts": range(50), "assignment": "round_robin"},
    ]
    with scratch.database() as db:
        db.enter("tillit_app")
        with psycopg.connect(db.admin_dsn()) as admin:
            world = _world.lay_out(admin, hosts=50, kinds=kinds)
            _world.write_busy(admin, world, [busy(10_000, 12345 + n) for n in range(50)])
        _world.settle(db.admin_dsn())
        one, fifty = (_loaded(world.organisation, kind) for kind in world.kinds)
    return [
        _row("the same with loading: 1 host, 10,000 busy", one, None),
        _row("the same with loading: 50 hosts, 10,000 busy each", fifty, 300.0),
    ]


def _loaded(organisation: UUID, kind_id: UUID) -> float:
    """Milliseconds of free_times with everything it asks the database, in the middle of a transaction."""
    from django.db import transaction

    from tillit.access import Actor, acting
    from tillit.booking.models import MeetingType
    from tillit.booking.queries import free_times
    from tillit.kernel import clock

    taken = []
    with clock.at(minute_to_utc(BEGIN)), acting(Actor(organisation=organisation)), transaction.atomic():
        kind = MeetingType.objects.get(pk=kind_id)
        for _ in range(16):
            forget()
            begun = perf_counter()
            free_times(kind, Window(BEGIN, END), ZONE)
            taken.append(perf_counter() - begun)
    return round(median(taken[1:]) * 1000, 2)


def _random(seed: int) -> Iterator[float]:
    state = seed & 0xFFFFFFFF
    while True:
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        yield state / 4294967296


def _starts(hosts: list[HostFacts]) -> list[Any]:
    window = Window(BEGIN, END)
    return free_starts(RULES, hosts, window=window, now=BEGIN, viewer_zone=ZONE, assignment=Assignment.ROUND_ROBIN)


def _milliseconds(hosts: list[HostFacts], times: int) -> float:
    taken = []
    gc.disable()
    for _ in range(times + 1):
        forget()
        begun = perf_counter()
        _starts(hosts)
        taken.append(perf_counter() - begun)
    gc.enable()
    return round(median(taken[1:]) * 1000, 2)


def _row(what: str, value: float, goal: float | None) -> dict[str, Any]:
    return {
        "what": what,
        "value": value,
        "unit": "ms",
        "goal": f"≤ {goal:g} ms" if goal else None,
        "ok": value <= goal if goal else None,
    }
