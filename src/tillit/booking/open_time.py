"""Free time of people over all that they offer: their hours without what is taken."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from tillit.booking import engine
from tillit.booking.engine import Spans
from tillit.booking.engine.spans import subtract
from tillit.booking.facts import parse_schedule
from tillit.kernel import clock, zones

OPEN_TIME = """
select person, zone, weekly::text, overrides::text, days_off::text, travel::text, holidays, busy_starts, busy_ends
from booking.open_time(%s::uuid[], %s, %s)
"""


def open_time(people: Iterable[UUID], low: int, high: int) -> dict[UUID, Spans]:
    """For each of these people who can be booked here: their free spans between two minutes (UTC, since the epoch),
    from now on and up to the published horizon, ascending and merged. Who cannot be booked is not in the answer."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_TIME, [sorted(people), zones.minute_to_utc(low), zones.minute_to_utc(high)])
        rows = cursor.fetchall()
    now, year = zones.minute_down(clock.now()), clock.now().year
    found = {}
    for person, zone, weekly, overrides, days_off, travel, holidays, starts, ends in rows:
        schedule = parse_schedule(zone, weekly, overrides, days_off, travel, holidays, year)
        hours = engine.opening(schedule, zones.utc_day(low) - 2, zones.utc_day(high) + 2)
        past = Spans([min(low, now) - 10 * zones.DAY_MINUTES], [max(low, now)])
        found[person] = subtract(subtract(hours, Spans(starts, ends)), past)
    return found
