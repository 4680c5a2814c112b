"""Limits per local day and week of a host: of one meeting type, and of the host over all of them."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, pairwise

from tillit.booking.engine.facts import HostFacts, Refusal, Rules, Schedule, Spans
from tillit.booking.engine.spans import within
from tillit.kernel.zones import day_start, local_day


def limited(rules: Rules, host: HostFacts, low: int, high: int, viewer_zone: str) -> list[tuple[int, int, Refusal]]:
    """The spans [from, to) in which no further booking may start, around [low, high], and by which limit."""
    own = host.limits
    if rules.max_per_day is None and rules.max_per_week is None and own is None:
        return []
    days = day_edges(host.availability, low, high, rules.week_starts, viewer_zone)
    weeks = days[::7]
    found = [
        *_full(rules.max_per_day, host.counted, days, Refusal.DAY_LIMIT),
        *_full(rules.max_per_week, host.counted, weeks, Refusal.WEEK_LIMIT),
    ]
    if own:
        starts = [start for start, _ in host.held]
        found += _full(own.a_day, starts, days, Refusal.DAY_LIMIT)
        found += _full(own.a_week, starts, weeks, Refusal.WEEK_LIMIT)
    if own and own.minutes is not None:
        spent = [0, *accumulate(length for _, length in host.held)]
        for a, b in pairwise(days):
            if spent[bisect_left(starts, b)] - spent[bisect_left(starts, a)] + rules.duration > own.minutes:
                found.append((a, b, Refusal.DAY_LIMIT))
    return found


def day_and_week(schedule: Schedule, minute: int, week_starts: int = 1) -> tuple[tuple[int, int], tuple[int, int]]:
    """The host's own day and week in which a minute lies, as spans of UTC minutes."""
    days = day_edges(schedule, minute, minute, week_starts, "UTC")

    def around(edges: list[int]) -> tuple[int, int]:
        return next((a, b) for a, b in pairwise(edges) if a <= minute < b)

    return around(days), around(days[::7])


def day_edges(availability: Schedule | Spans, low: int, high: int, week_starts: int, viewer_zone: str) -> list[int]:
    """Where the host's days begin, ascending, in whole weeks around [low, high]; the last edge ends the last week.

    Days are the host's own, each in the zone in which the schedule is meant on that date.
    """

    def zone_on(day: int) -> str:
        return availability.zone_on(day) if isinstance(availability, Schedule) else viewer_zone

    first = local_day(zone_on(local_day("UTC", low)), low) - 1
    last = local_day(zone_on(local_day("UTC", high)), high) + 1
    first -= (first - week_starts) % 7
    last += -(last + 1 - week_starts) % 7
    edges: list[int] = []
    for day in range(first, last + 2):
        edge = day_start(zone_on(day), day)
        edges.append(max(edge, edges[-1]) if edges else edge)
    return edges


def _full(
    most: int | None, starts: Sequence[int], edges: Sequence[int], why: Refusal
) -> list[tuple[int, int, Refusal]]:
    if most is None:
        return []
    return [(a, b, why) for a, b in pairwise(edges) if within(starts, a, b) >= most]
