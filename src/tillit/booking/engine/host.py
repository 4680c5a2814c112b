"""One host's answer: its free ranges, and whether it can take one start."""

from typing import NamedTuple

from tillit.booking.engine.facts import EMPTY, HostFacts, Refusal, Rules, Spans
from tillit.booking.engine.limits import limited
from tillit.booking.engine.opening import opening
from tillit.booking.engine.spans import clear, covers, merge, subtract
from tillit.kernel.zones import utc_day


class Seats(NamedTuple):
    """A host can take the start: so many seats are left, in a session already begun or in a new one."""

    left: int
    begun: bool


def free_of(rules: Rules, host: HostFacts, first: int, last: int) -> Spans:
    """The ranges that begin on the dates first to last, without busy times, bookings and sessions."""
    before, after = rules.buffer_before, rules.buffer_after
    free = subtract(opening(host.availability, first, last), host.busy_external, after, before)
    free = subtract(free, host.busy_own, before + after, before + after)
    return subtract(free, _session_spans(rules, host), before + after, before + after)


def _session_spans(rules: Rules, host: HostFacts) -> Spans:
    if not host.sessions:
        return EMPTY
    return merge((start, start + rules.duration) for start in host.sessions)


def verdict(rules: Rules, host: HostFacts, start: int, viewer_zone: str) -> Seats | Refusal:
    """Whether this one host can take the start, grid and `now` aside."""
    taken = host.sessions.get(start)
    if taken is not None:
        return Seats(rules.capacity - taken, True) if taken < rules.capacity else Refusal.FULL
    end = start + rules.duration
    if not covers(opening(host.availability, utc_day(start) - 3, utc_day(end) + 2), start, end):
        return Refusal.CLOSED
    before, after = rules.buffer_before, rules.buffer_after
    if not clear(host.busy_external, start, end, after, before):
        return Refusal.TAKEN
    for spans in (host.busy_own, _session_spans(rules, host)):
        if not clear(spans, start, end, before + after, before + after):
            return Refusal.TAKEN
    for begin, stop, why in limited(rules, host, start, start, viewer_zone):
        if begin <= start < stop:
            return why
    return Seats(rules.capacity, False)
