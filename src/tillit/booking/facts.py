"""From rows to what the engine reads: one question to the database whatever the number of hosts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tillit.booking import engine
from tillit.booking.engine import Alignment, Assignment, HostFacts, Limits, Rules, Schedule, Spans
from tillit.booking.holidays import closed
from tillit.booking.models import MeetingType
from tillit.booking.models import Schedule as Row
from tillit.kernel import clock, zones

FACTS = """
select host, slug, name, about::text, priority, load, zone, weekly::text, overrides::text, days_off::text, travel::text,
  busy_starts, busy_ends, counted, sessions, holidays, stands_in, limits, held
from booking.facts(%s, %s, %s, %s)
"""


MOST_OFFERED = 1_000  # types whose hosts the process remembers; the oldest gives way
_offered: dict[UUID, tuple[int, list[BookableHost]]] = {}


@dataclass(frozen=True)
class BookableHost:
    """A host as the public page shows them, with what the engine needs."""

    id: UUID
    slug: str
    name: str
    about: dict[str, str]
    priority: int
    load: int
    zone: str
    facts: HostFacts
    stands_in: bool = False
    services: tuple[tuple[Rules, HostFacts], ...] = ()
    """Of a visit of several services, what each further one asks of the host."""


def rules_of(kind: MeetingType) -> Rules:
    """The engine's rules of a meeting type."""
    return Rules(
        duration=kind.duration,
        step=kind.step,
        grid=kind.grid,
        alignment=Alignment(kind.alignment),
        buffer_before=kind.buffer_before,
        buffer_after=kind.buffer_after,
        notice=kind.notice,
        horizon=kind.horizon,
        max_per_day=kind.max_per_day,
        max_per_week=kind.max_per_week,
        capacity=kind.capacity,
    )


def assignment_of(kind: MeetingType, hosts: Sequence[BookableHost]) -> Assignment:
    """How these hosts of the type share a meeting: the one host, and who stands in for them, as any of several."""
    shared = Assignment(kind.assignment)
    return Assignment.ROUND_ROBIN if shared is Assignment.SINGLE and len(hosts) > 1 else shared


def load_hosts(kind: MeetingType, low: int, high: int, *, aside: UUID | None = None) -> list[BookableHost]:
    """The bookable hosts of a type with their times between two minutes, in order of preference.

    `aside` is a booking of the actor that is being moved: its own time then counts as free.
    """
    return _narrowed(kind, _all_hosts(kind, low, high, aside=aside))


def _all_hosts(kind: MeetingType, low: int, high: int, *, aside: UUID | None = None) -> list[BookableHost]:
    with connection.cursor() as cursor:
        cursor.execute(FACTS, [kind.pk, zones.minute_to_utc(low), zones.minute_to_utc(high), aside])
        hosts = [_host(*row) for row in cursor.fetchall()]
    hosts.sort(key=lambda host: (host.priority, host.load))
    for one in kind.further:
        theirs = {host.id: host.facts for host in _all_hosts(one, low, high, aside=aside) if not host.stands_in}
        hosts = [replace(h, services=(*h.services, (rules_of(one), theirs[h.id]))) for h in hosts if h.id in theirs]
    return hosts


def offered_hosts(kind: MeetingType) -> list[BookableHost]:
    """The bookable hosts of a type and when they work, as this process remembers them for the type's revision.

    What they have taken is not in it, nor how many meetings they have.
    """
    known = _offered.get(kind.pk)
    if known and known[0] == kind.revision:
        return _narrowed(kind, known[1])
    moment = zones.minute_down(clock.now())
    hosts = [
        replace(h, facts=HostFacts(h.id, h.facts.availability, limits=h.facts.limits))
        for h in _all_hosts(kind, moment, moment)
    ]
    if len(_offered) >= MOST_OFFERED:
        _offered.pop(next(iter(_offered)), None)
    _offered[kind.pk] = kind.revision, hosts
    return _narrowed(kind, hosts)


def _narrowed(kind: MeetingType, hosts: list[BookableHost]) -> list[BookableHost]:
    """The one host to whom answers have led, while they take the type; else all."""
    if kind.only is None or kind.assignment == "collective":
        return hosts
    return [host for host in hosts if host.id == kind.only] or hosts


def _host(
    host: UUID, slug: str, name: str, about: str, priority: int, load: int, zone: str, weekly: str, overrides: str,
    days_off: str, travel: str, busy_starts: list[int], busy_ends: list[int], counted: list[int],
    sessions: list[tuple[int, int]], holidays: str, stands_in: bool, limits: list[int | None] | None,
    held: list[tuple[int, int]],
) -> BookableHost:  # fmt: skip
    facts = HostFacts(
        host=host,
        availability=parse_schedule(zone, weekly, overrides, days_off, travel, holidays, clock.now().year),
        busy_external=Spans(busy_starts, busy_ends),
        counted=counted,
        sessions=dict(sessions),
        limits=Limits(*limits) if limits else None,
        held=held,
    )
    return BookableHost(host, slug, name, json.loads(about), priority, load, zone, facts, stands_in)


def schedule_of(row: Row) -> Schedule:
    """The engine's schedule of a stored one."""
    parts = (row.weekly, row.overrides, row.days_off, row.travel)
    return parse_schedule(row.zone, *(json.dumps(part) for part in parts), row.holidays, clock.now().year)


@lru_cache(maxsize=4096)
def parse_schedule(
    zone: str, weekly: str, overrides: str, days_off: str, travel: str, holidays: str = "", year: int = 0
) -> Schedule:
    """The engine's schedule from the stored JSON texts. Raises ValueError or UnknownZone when they make no sense.

    holidays: the country whose public holidays of `year` and those around it are days off, but for days that have
    hours of their own.
    """
    own_hours = {date.fromisoformat(day): hours for day, hours in json.loads(overrides).items()}
    off = {date.fromisoformat(day) for day in json.loads(days_off)}
    return Schedule.of(
        zone,
        weekly={int(day): hours for day, hours in json.loads(weekly).items()},
        overrides=own_hours,
        days_off=off | (closed(holidays, year) - own_hours.keys()) if holidays else off,
        travel=[
            (date.fromisoformat(first), date.fromisoformat(last) if last else None, where)
            for first, last, where in json.loads(travel)
        ],
    )


def day_and_week(host: BookableHost, minute: int) -> tuple[DateTimeTZRange, DateTimeTZRange]:
    """The host's local day and ISO week around a minute, for the limits that the database keeps."""
    schedule = host.facts.availability
    assert isinstance(schedule, Schedule)
    day, week = engine.day_and_week(schedule, minute)
    return _range(*day), _range(*week)


def _range(begin: int, end: int) -> DateTimeTZRange:
    return DateTimeTZRange(zones.minute_to_utc(begin), zones.minute_to_utc(end))
