"""A schedule as ranges of UTC minutes."""

from functools import lru_cache

from tillit.booking.engine.facts import Hours, Schedule, Spans
from tillit.booking.engine.spans import merge, subtract
from tillit.kernel.zones import DAY_MINUTES, day_start, wall_minute


def opening(availability: Schedule | Spans, first: int, last: int) -> Spans:
    """The ranges that begin on the local dates first to last (ordinals), merged; plain spans as they are.

    Complete from the end of the UTC date first + 1 up to the beginning of the UTC date last.
    """
    return availability if isinstance(availability, Spans) else _expanded(availability, first, last)


@lru_cache(maxsize=1024)
def _expanded(schedule: Schedule, first: int, last: int) -> Spans:
    found: list[tuple[int, int]] = []
    for day in range(first, last + 1):
        hours = schedule.hours(day)
        if hours:
            found += _on(schedule.zone_on(day), day, hours)
    ranges = merge(found)
    off = [day for day in schedule.days_off if first <= day <= last + 1]
    return subtract(ranges, _whole_days(schedule, off)) if off else ranges


def _on(zone: str, day: int, hours: tuple[Hours, ...]) -> list[tuple[int, int]]:
    """One date's intervals; a single offset serves a day of 24 hours, other days go by the wall clock."""
    midnight = day_start(zone, day)
    if day_start(zone, day + 1) - midnight == DAY_MINUTES and hours[-1][1] <= DAY_MINUTES:
        return [(midnight + start, midnight + end) for start, end in hours]
    return [(wall_minute(zone, day, start), wall_minute(zone, day, end)) for start, end in hours]


def _whole_days(schedule: Schedule, days: list[int]) -> Spans:
    return merge((day_start(schedule.zone_on(day), day), day_start(schedule.zone_on(day), day + 1)) for day in days)


def forget() -> None:
    """Empties the cache of expanded schedules: for measurements."""
    _expanded.cache_clear()
