"""Limits per local day and week of a host."""

from itertools import pairwise

from tillit.booking.engine.facts import HostFacts, Refusal, Rules, Schedule
from tillit.booking.engine.spans import within
from tillit.kernel.zones import day_start, local_day


def limited(rules: Rules, host: HostFacts, low: int, high: int, viewer_zone: str) -> list[tuple[int, int, Refusal]]:
    """The spans [from, to) in which no further booking may start, around [low, high], and by which limit."""
    found: list[tuple[int, int, Refusal]] = []
    if rules.max_per_day is None and rules.max_per_week is None:
        return found
    first = local_day(_zone_near(host, low, viewer_zone), low) - 1
    last = local_day(_zone_near(host, high, viewer_zone), high) + 1
    first -= (first - rules.week_starts) % 7
    last += -(last + 1 - rules.week_starts) % 7
    edges: list[int] = []
    for day in range(first, last + 2):
        edge = day_start(_zone_on(host, day, viewer_zone), day)
        edges.append(max(edge, edges[-1]) if edges else edge)
    for most, refusal, bounds in (
        (rules.max_per_day, Refusal.DAY_LIMIT, edges),
        (rules.max_per_week, Refusal.WEEK_LIMIT, edges[::7]),
    ):
        if most is not None:
            found += [(a, b, refusal) for a, b in pairwise(bounds) if within(host.counted, a, b) >= most]
    return found


def _zone_on(host: HostFacts, day: int, viewer_zone: str) -> str:
    """Days are the host's own, in the zone in which the schedule is meant on that date."""
    return host.availability.zone_on(day) if isinstance(host.availability, Schedule) else viewer_zone


def _zone_near(host: HostFacts, minute: int, viewer_zone: str) -> str:
    return _zone_on(host, local_day("UTC", minute), viewer_zone)
