"""The hosts of a visit: those who offer all of it, within the hours and the limits of each service."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from tillit.booking.engine import Refusal, Start, Window, opening
from tillit.booking.engine.limits import limited
from tillit.booking.engine.spans import covers
from tillit.booking.facts import BookableHost
from tillit.kernel.zones import utc_day


def for_services(starts: Sequence[Start], hosts: Sequence[BookableHost], length: int, viewer_zone: str) -> list[Start]:
    """Of the starts of a visit, `length` minutes long, those at which a host can do every further service too, each
    with these hosts.

    What a host has taken counts for all services alike; hours and limits may differ from one to the next.
    """
    found = (_left(start, gone) for start, gone in _each(starts, hosts, length, viewer_zone))
    return [start for start in found if isinstance(start, Start)]


def checked(start: Start, hosts: Sequence[BookableHost], length: int, viewer_zone: str) -> Start | Refusal:
    """One of them, or why it cannot be had."""
    ((one, gone),) = _each([start], hosts, length, viewer_zone)
    return _left(one, gone)


def _left(start: Start, gone: dict[Hashable, Refusal]) -> Start | Refusal:
    """A start with those of its hosts that are not gone; with none left, the reason of the first."""
    left = tuple(host for host in start.hosts if host not in gone)
    return start._replace(hosts=left) if left else gone[start.hosts[0]]


def _each(
    starts: Sequence[Start], hosts: Sequence[BookableHost], length: int, viewer_zone: str
) -> Iterator[tuple[Start, dict[Hashable, Refusal]]]:
    if not starts:
        return
    window = Window(starts[0].minute, starts[-1].minute + length)
    unable = {host.id: _unable(host, starts, window, viewer_zone) for host in hosts}
    for start in starts:
        yield start, {host: whys[start.minute] for host, whys in unable.items() if start.minute in whys}


def _unable(host: BookableHost, starts: Sequence[Start], window: Window, viewer_zone: str) -> dict[int, Refusal]:
    """The minutes at which the host's hours or limits for one of the further services stand in the way, and why."""
    found: dict[int, Refusal] = {}
    length = window.end - starts[-1].minute
    for rules, facts in host.services:
        for begin, end, why in limited(rules, facts, window.start, window.end, viewer_zone):
            found |= {one.minute: why for one in starts if begin <= one.minute < end}
        if facts.availability != host.facts.availability:
            hours = opening(facts.availability, utc_day(window.start) - 3, utc_day(window.end) + 2)
            closed = (one.minute for one in starts if not covers(hours, one.minute, one.minute + length))
            found |= dict.fromkeys(closed, Refusal.CLOSED)
    return found
