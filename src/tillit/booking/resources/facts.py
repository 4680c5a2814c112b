"""What the free-time engine is told of the rooms, cars and equipment that a type needs."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.db import connection

from tillit.booking.engine import HostFacts, Party, Spans
from tillit.booking.engine.facts import ENDLESS
from tillit.booking.facts import parse_schedule
from tillit.booking.models import MeetingType
from tillit.booking.visits.together import types_of
from tillit.kernel import zones

ALWAYS = Spans((0,), (ENDLESS,))
FACTS = """
select pool, resource, zone, weekly::text, busy_starts, busy_ends
from booking.resource_facts(%s::uuid[], %s, %s, %s)
"""


def load_parties(kind: MeetingType, low: int, high: int, *, aside: UUID | None = None) -> tuple[Party, ...]:
    """One party for each pool of which a type needs a resource, with their times between two minutes; nothing is asked
    where it needs none. `aside` is a booking of the actor that is being moved: what it takes then counts as free."""
    types = types_of(kind)
    if not any(one.needs for one in types):
        return ()
    with connection.cursor() as cursor:
        span = [zones.minute_to_utc(low), zones.minute_to_utc(high)]
        cursor.execute(FACTS, [[one.pk for one in types], *span, aside])
        rows = cursor.fetchall()
    return tuple(
        Party([_facts(*row[1:]) for row in pool if row[1] is not None]) for _name, pool in groupby(rows, lambda r: r[0])
    )


def _facts(resource: UUID, zone: str, weekly: str | None, starts: list[int], ends: list[int]) -> HostFacts:
    always = weekly is None
    hours = ALWAYS if always else parse_schedule(zone, weekly or "", "{}", "[]", "[]")
    return HostFacts(resource, hours, busy_external=Spans(starts, ends))
