"""Times at which all hosts of a poll are free, from what the database says of when they work and are taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from tillit.booking import engine
from tillit.booking.engine import Assignment, HostFacts, Rules, Spans, Window
from tillit.booking.facts import parse_schedule
from tillit.kernel import clock, zones

STEP = 30  # minutes between two starts that are proposed


def facts(hosts: Sequence[UUID], low: datetime, high: datetime) -> list[HostFacts]:
    """When these hosts work and when they are taken between two instants; only for a host of the organisation. Who has
    no hours is left out."""
    with connection.cursor() as cursor:
        cursor.execute("select * from booking.common_facts(%s::uuid[], %s, %s)", [list(hosts), low, high])
        rows = cursor.fetchall()
    year = clock.now().year
    return [
        HostFacts(
            host=host,
            availability=parse_schedule(zone, weekly, overrides, days_off, travel, holidays, year),
            busy_external=Spans(starts, ends),
        )
        for host, zone, weekly, overrides, days_off, travel, holidays, starts, ends in rows
    ]


def free(hosts: Sequence[UUID], minutes: int, low: datetime, high: datetime, zone: str) -> list[datetime]:
    """Starts in [low, high) at which all of these hosts are free for so many minutes, on the half hours of `zone`.
    None where one of them has no hours."""
    found = facts(hosts, low, high)
    if len(found) < len(set(hosts)):
        return []
    starts = engine.free_starts(
        Rules(duration=minutes, step=STEP, grid=STEP),
        found,
        window=Window(zones.minute_down(low), zones.minute_up(high)),
        now=zones.minute_down(clock.now()),
        viewer_zone=zone,
        assignment=Assignment.COLLECTIVE if len(found) > 1 else Assignment.SINGLE,
    )
    return [zones.minute_to_utc(one.minute) for one in starts]


def taken(poll: UUID) -> set[datetime]:
    """The starts of a poll's times that one of its hosts can no longer keep; what is held for the poll is its own. Only
    for its hosts."""
    with connection.cursor() as cursor:
        cursor.execute("select booking.taken_for_poll(%s)", [poll])
        return set(cursor.fetchone()[0] or ())
