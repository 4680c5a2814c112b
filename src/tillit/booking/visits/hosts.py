"""The hosts of a visit: those who offer all of it, within the hours and the limits of each service."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from tillit.booking.engine import Start, Window, opening
from tillit.booking.engine.limits import limited
from tillit.booking.engine.spans import covers
from tillit.booking.facts import BookableHost
from tillit.kernel.zones import utc_day


def for_services(starts: Sequence[Start], hosts: Sequence[BookableHost], length: int, viewer_zone: str) -> list[Start]:
    """Of the starts of a visit, `length` minutes long, those at which a host can do every further service too, each
    with these hosts.

    What a host has taken counts for all services alike; hours and limits may differ from one to the next.
    """
    if not starts:
        return []
    window = Window(starts[0].minute, starts[-1].minute + length)
    gone: dict[Hashable, set[int]] = {host.id: _unable(host, starts, window, viewer_zone) for host in hosts}
    left = (start._replace(hosts=tuple(h for h in start.hosts if start.minute not in gone[h])) for start in starts)
    return [start for start in left if start.hosts]


def _unable(host: BookableHost, starts: Sequence[Start], window: Window, viewer_zone: str) -> set[int]:
    """The minutes at which the host's hours or limits for one of the further services stand in the way."""
    found: set[int] = set()
    for rules, facts in host.services:
        full = limited(rules, facts, window.start, window.end, viewer_zone)
        found |= {one.minute for one in starts if any(a <= one.minute < b for a, b, _why in full)}
        if facts.availability != host.facts.availability:
            hours = opening(facts.availability, utc_day(window.start) - 3, utc_day(window.end) + 2)
            length = window.end - starts[-1].minute
            found |= {one.minute for one in starts if not covers(hours, one.minute, one.minute + length)}
    return found
