"""Free time as bits: a day's half-hours on the wall clock of the organisation's zone, the first the lowest bit.

A half-hour counts only when all of it is free. On the day when clocks go forward the hour that is skipped is not there;
on the day when they go back the repeated one counts when it is free both times.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from tillit.directory.models.search import RING, SLOTS
from tillit.kernel import clock, zones

HALF = 30  # minutes
QUARTER = SLOTS // 4


def today(zone: str) -> date:
    """The date in the zone now."""
    return date.fromordinal(zones.local_day(zone, zones.minute_down(clock.now())))


def bits(starts: Sequence[int], ends: Sequence[int], zone: str, first: date, days: int) -> list[int]:
    """Free spans (UTC minutes, ascending, merged) as bits of each local day from `first` on."""
    found = []
    for ordinal in range(first.toordinal(), first.toordinal() + days):
        begin, end = zones.day_start(zone, ordinal), zones.day_start(zone, ordinal + 1)
        near = [(a, b) for a, b in zip(starts, ends, strict=True) if a < end and b > begin]
        found.append(_day(near, zone, ordinal, end - begin == zones.DAY_MINUTES, begin) if near else 0)
    return found


def _day(near: list[tuple[int, int]], zone: str, ordinal: int, steady: bool, begin: int) -> int:
    day = 0
    for slot in range(SLOTS):
        low = begin + slot * HALF if steady else zones.wall_minute(zone, ordinal, slot * HALF)
        high = begin + (slot + 1) * HALF if steady else zones.wall_minute(zone, ordinal, (slot + 1) * HALF)
        if high > low and any(a <= low and high <= b for a, b in near):
            day |= 1 << slot
    return day


def mask(since: time, until: time) -> int:
    """The half-hours that a span of a day touches; an end of 00:00 is midnight. 0 where it is empty."""
    low = (since.hour * 60 + since.minute) // HALF
    high = -(-(until.hour * 60 + until.minute) // HALF) or SLOTS
    return ((1 << high) - 1) & ~((1 << low) - 1) if high > low else 0


def parts(free: Sequence[int], first: date) -> tuple[int, int, int, int]:
    """The quarters of days (00–06, 06–12, 12–18, 18–24) in which something is free, in a ring of RING days: four
    numbers of fifteen days each."""
    found = [0, 0, 0, 0]
    for offset, day in enumerate(free):
        column, shift = _place(first.toordinal() + offset)
        found[column] |= _quarters(day) << shift
    return found[0], found[1], found[2], found[3]


def parts_mask(day: date, wanted: int) -> tuple[int, int]:
    """Which of the four numbers, and the bits in it, that whoever is free on that day at all these half-hours has."""
    column, shift = _place(day.toordinal())
    return column, _quarters(wanted) << shift


def _place(ordinal: int) -> tuple[int, int]:
    column, day = divmod(ordinal % RING, RING // 4)
    return column, day * 4


def _quarters(day: int) -> int:
    return sum(1 << part for part in range(4) if day >> (part * QUARTER) & ((1 << QUARTER) - 1))
