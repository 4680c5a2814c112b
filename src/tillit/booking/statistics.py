"""How much is booked, how early, how full the hours are and who did not come; and no number that tells of somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime

from django.db import connection

from tillit.booking.models import Schedule
from tillit.booking.queries import open_hours

FEWEST = 5
"""Fewer than so many are never shown as a number of their own."""


@dataclass(frozen=True)
class Counts:
    """Bookings of one meeting type, host or week; `key` is its id or Monday, "" for several put together.

    minutes: of meetings that took or will take place. open_minutes: the hosts' hours in the same time, 0 where unknown.
    """

    key: str
    bookings: int
    cancelled: int
    no_shows: int
    host_no_shows: int
    lead_hours: float
    minutes: int
    open_minutes: int = 0

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        numbers = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self) if f.name != "key"}
        return Counts(key="", **numbers)

    @property
    def lead_days(self) -> float:
        """Days from booking to meeting, on average."""
        return self.lead_hours / 24 / self.bookings if self.bookings else 0.0

    @property
    def hours(self) -> float:
        """Hours of meetings."""
        return self.minutes / 60

    @property
    def fill(self) -> int | None:
        """How much of the open hours is booked, in percent."""
        return min(100, round(100 * self.minutes / self.open_minutes)) if self.open_minutes else None


NONE = Counts("", 0, 0, 0, 0, 0.0, 0)


def counted(first: datetime, last: datetime, zone: str) -> dict[str, list[Counts]]:
    """Counts by "type", "host" and "week" of meetings that begin in [first, last), at most a year; as administrator."""
    found: dict[str, list[Counts]] = {"type": [], "host": [], "week": []}
    with connection.cursor() as cursor:
        cursor.execute("select * from booking.statistics(%s, %s, %s)", [first, last, zone])
        for by, *row in cursor.fetchall():
            found[by].append(Counts(*row))
    return found


def with_hours(hosts: Iterable[Counts], first: datetime, last: datetime) -> list[Counts]:
    """The hosts' counts with the minutes that their schedules were open in [first, last)."""
    schedules = {str(one.host_id): one for one in Schedule.objects.all()}
    return [
        replace(one, open_minutes=_minutes(schedules[one.key], first, last)) if one.key in schedules else one
        for one in hosts
    ]


def _minutes(schedule: Schedule, first: datetime, last: datetime) -> int:
    spans = open_hours(schedule, first, last)
    return round(sum((min(b, last) - max(a, first)).total_seconds() for a, b in spans) / 60)


def gathered(rows: Iterable[Counts]) -> list[Counts]:
    """The rows with the most bookings first; those with fewer than five are put together as the last one, with as many
    of the next ones as it takes for it to have five. None at all where all of them have fewer than five together."""
    shown = sorted(rows, key=lambda one: (-one.bookings, one.key))
    rest: list[Counts] = []
    while shown and (shown[-1].bookings < FEWEST or 0 < sum(one.bookings for one in rest) < FEWEST):
        rest.append(shown.pop())
    together = _sum(rest)
    return [*shown, together] if together.bookings >= FEWEST else shown


def _sum(rows: Iterable[Counts]) -> Counts:
    total = NONE
    for one in rows:
        total = total.plus(one)
    return total


def total(rows: Iterable[Counts]) -> Counts | None:
    """All rows together; None where they are fewer than five."""
    found = _sum(rows)
    return found if found.bookings >= FEWEST else None


def veiled(numbers: list[int]) -> list[int | None]:
    """A column of counts as it may be shown, its sum as the last: one to four stay hidden, and where they would follow
    from the sum, the sum stays hidden too."""
    shown: list[int | None] = [None if 0 < n < FEWEST else n for n in numbers]
    whole = sum(numbers)
    return [*shown, None if _told(numbers, shown) or 0 < whole < FEWEST else whole]


def _told(numbers: list[int], shown: list[int | None]) -> bool:
    """Whether the sum would tell what is hidden: a single number, fewer than five together, or each of them four."""
    hidden = [n for n, seen in zip(numbers, shown, strict=True) if seen is None]
    if not hidden:
        return False
    return len(hidden) == 1 or sum(hidden) < FEWEST or sum(hidden) == (FEWEST - 1) * len(hidden)


def columns(rows: list[Counts], whole: Counts | None, *wanted: Callable[[Counts], int]) -> list[list[int | None]]:
    """For each wanted count its veiled column, as long as the rows and one more for the sum."""
    found = []
    for of in wanted:
        column = veiled([of(one) for one in rows])
        found.append(column if whole else [*column[:-1], None])
    return found


def series(numbers: list[int]) -> list[int | None]:
    """Counts of weeks as they may be shown beside their sum: where it would tell what is hidden, the smallest of the
    others is hidden too."""
    shown: list[int | None] = [None if 0 < n < FEWEST else n for n in numbers]
    if _told(numbers, shown) and any(shown):
        smallest = min((n, i) for i, n in enumerate(shown) if n)
        shown[smallest[1]] = None
    return shown
