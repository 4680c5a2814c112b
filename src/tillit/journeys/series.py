"""A series: the same thing week after week, at one time of day on its host's clock. Which dates it would have, which of
them are not free and why, and what is free near each, before anything is booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tillit.booking import by_hand, engine
from tillit.booking.engine import Refusal, Start, Window
from tillit.booking.facts import offered_hosts
from tillit.booking.queries import check_start, free_times
from tillit.kernel import zones

if TYPE_CHECKING:
    from tillit.booking.models import Booking, MeetingType

NEAR = 4
AROUND = 7 * zones.DAY_MINUTES
_BY_OTHERS = {Refusal.TAKEN, Refusal.DAY_LIMIT, Refusal.WEEK_LIMIT}


@dataclass(frozen=True)
class Planned:
    """One date of a series: its number from 1, its minute since the epoch, why it cannot be had (None: it can), and the
    free minutes nearest to it."""

    number: int
    minute: int
    refusal: Refusal | None
    near: tuple[int, ...]


def weekly(kind: MeetingType, minute: int) -> list[int]:
    """The minutes of a series that begins at one: each week at the same time of day on the first host's clock."""
    hosts = offered_hosts(kind)
    return repeated(minute, kind.times, hosts[0].zone if hosts else "UTC")


def repeated(minute: int, times: int, zone: str) -> list[int]:
    """So many minutes, a week apart by the wall clock of `zone`; in the gap of a change, the first moment after it."""
    tz = zones.zone(zone)
    first = zones.minute_to_utc(minute).astimezone(tz).replace(tzinfo=None)
    later = [zones.minute_down(zones.local_to_utc(first + timedelta(weeks=n), tz)) for n in range(1, times)]
    return [minute, *later]


def shifted(minutes: Sequence[int], changes: Mapping[int, int]) -> list[int]:
    """The same dates with some of them (by number from 1) at another minute."""
    return [changes.get(number, minute) for number, minute in enumerate(minutes, 1)]


def plan(
    kind: MeetingType, minutes: Sequence[int], zone: str, *, own: Sequence[Booking] = (), host: UUID | None = None
) -> list[Planned]:
    """Each date with whether it can be had; `zone` is the guest's. own: the series' bookings that would be moved away,
    so that their times and their share of the limits are not in the way. host: who moves them by hand, also to outside
    their hours."""
    window = Window(min(minutes) - AROUND, max(minutes) + AROUND + kind.duration)
    free = free_times(kind, window, zone).starts
    stood = [zones.minute_down(one.meeting.span.lower) for one in own]
    reach = kind.buffer_before + kind.duration + kind.buffer_after
    found = []
    for number, minute in enumerate(minutes, 1):
        aside = own[number - 1].pk if own else None
        if host is None:
            answer, _hosts = check_start(kind, minute, zone, aside=aside)
        else:
            answer = by_hand.check(kind, minute, host, aside=aside)
        refusal = answer if isinstance(answer, Refusal) else None
        if refusal in _BY_OTHERS and any(abs(minute - one) < reach for one in stood):
            refusal = None  # whoever stands there leaves in the same moment; the database looks once more
        if minute in minutes[: number - 1]:
            refusal = Refusal.TAKEN
        found.append(Planned(number, minute, refusal, _near(free, minute, minutes)))
    return found


def _near(free: Sequence[Start], minute: int, minutes: Sequence[int]) -> tuple[int, ...]:
    """The free minutes nearest to one date that no other date of the series has."""
    near = engine.nearest([start for start in free if start.minute not in minutes], minute, NEAR)
    return tuple(start.minute for start in near if abs(start.minute - minute) <= AROUND)


def read_changes(query: Mapping[str, str], times: int) -> dict[int, int]:
    """Which dates the address shifts: `date3=2027-03-18T13:00Z` is the third one. What is none is left out."""
    changes = {}
    for number in range(1, times + 1):
        try:
            moment = datetime.fromisoformat(query.get(f"date{number}", ""))
        except ValueError:
            continue
        if moment.tzinfo and 1971 <= moment.year <= 3000:
            changes[number] = zones.minute_down(moment)
    return changes
