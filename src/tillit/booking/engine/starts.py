"""Which starts are free."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Mapping, Sequence

from tillit.booking.engine.alignment import range_starts
from tillit.booking.engine.facts import (
    EMPTY,
    ENDLESS,
    Alignment,
    Assignment,
    HostFacts,
    Party,
    Rules,
    Spans,
    Start,
    Window,
)
from tillit.booking.engine.host import Seats, free_of, verdict
from tillit.booking.engine.limits import limited
from tillit.booking.engine.spans import intersect, merge, unite
from tillit.kernel.zones import DAY_MINUTES, utc_day

_OPEN_END = 31 * DAY_MINUTES


def free_starts(
    rules: Rules,
    hosts: Sequence[HostFacts],
    *,
    window: Window,
    now: int,
    viewer_zone: str = "UTC",
    assignment: Assignment = Assignment.ROUND_ROBIN,
    others: Sequence[Party] = (),
) -> list[Start]:
    """Every bookable start in the window, ascending, with the hosts that can take it and the seats left.

    others: what a meeting needs beside its hosts, each of these parties at once.

    Raises `zones.UnknownZone`; ValueError when SINGLE is asked of several hosts.
    """
    check_assignment(hosts, assignment)
    earliest = now + rules.notice
    low, high = max(window.start, earliest), window.end - rules.duration
    if rules.horizon is not None:
        high = min(high, now + rules.horizon)
    if not hosts or low > high:
        return []
    parties = (Party(hosts, assignment), *others)
    free, common = _free(rules, parties, earliest, low, high + rules.duration)
    starts = range_starts(rules, common, earliest, low, high, viewer_zone)
    masks = _masks(rules, hosts, free[0], starts, assignment, viewer_zone)
    sessions = _sessions(rules, hosts, low, high, assignment, viewer_zone)
    found = _answer(rules, hosts, starts, masks, sessions)
    return _met(rules, others, free[1:], found, sessions, viewer_zone) if others else found


def reach(rules: Rules, window: Window, now: int) -> Window:
    """The window of busy facts to load for `free_starts`: every span that touches it matters.

    Reaches a day back beyond the window, so that a range cut by an earlier appointment begins where that
    one ends. `counted` additionally needs the whole weeks around the window.
    """
    buffers = rules.buffer_before + rules.buffer_after
    end = window.end if rules.horizon is None else min(window.end, now + rules.horizon + rules.duration)
    start = max(now + rules.notice, window.start - DAY_MINUTES)
    return Window(start - buffers - rules.duration, max(start, end) + buffers + rules.duration)


def check_assignment(hosts: Sequence[HostFacts], assignment: Assignment) -> None:
    if assignment is Assignment.SINGLE and len(hosts) > 1:
        raise ValueError("a single-host meeting has one host")


def _combine(assignment: Assignment, spans: Sequence[Spans]) -> Spans:
    combine: Callable[[Sequence[Spans]], Spans] = intersect if assignment is Assignment.COLLECTIVE else unite
    return combine(spans) if spans else EMPTY


def _free(
    rules: Rules, parties: Sequence[Party], earliest: int, low: int, high: int
) -> tuple[list[list[Spans]], Spans]:
    """Each party's members' free ranges and what all parties have in common, exact wherever they touch [low, high).

    A range that holds `low` is followed back to its true beginning or `earliest`; where spare minutes count,
    one that holds `high` is followed to its true end, or is `ENDLESS` if none comes for a month.
    """
    to_the_end = rules.alignment is Alignment.MAX_COUNT_THEN_ROUND
    first, last = utc_day(low) - 3, utc_day(high) + 2
    back = 4
    while True:
        free = [[free_of(rules, one, first, last) for one in party.members] for party in parties]
        common = intersect([_combine(party.assignment, spans) for party, spans in zip(parties, free, strict=True)])
        begun = _range_at(common, low)
        if begun and earliest < begun[0] < _utc_minute(first + 2):
            first, back = max(first - back, utc_day(earliest) - 3), back * 2
            continue
        ending = _range_at(common, high) if to_the_end else None
        if ending and ending[1] >= _utc_minute(last):
            if last < utc_day(high + _OPEN_END) + 2:
                last = utc_day(high + _OPEN_END) + 2
                continue
            if ending[1] >= high + _OPEN_END:
                common = merge([*zip(*common, strict=True), (ending[0], ENDLESS)])
        return free, common


def _range_at(spans: Spans, minute: int) -> tuple[int, int] | None:
    i = bisect_right(spans.starts, minute) - 1
    return (spans.starts[i], spans.ends[i]) if i >= 0 and spans.ends[i] > minute else None


def _utc_minute(day: int) -> int:
    return (day - utc_day(0)) * DAY_MINUTES


def _masks(
    rules: Rules,
    hosts: Sequence[HostFacts],
    free: Sequence[Spans],
    starts: Sequence[int],
    assignment: Assignment,
    viewer_zone: str,
) -> list[int]:
    """For each start the set of hosts that can take it, as bits; zero where the start falls away."""
    everybody = (1 << len(hosts)) - 1
    if assignment is Assignment.COLLECTIVE or len(hosts) == 1:
        masks = [everybody] * len(starts)
    else:
        masks = _free_masks(rules, free, starts)
    if not starts:
        return masks
    for bit, host in enumerate(hosts):
        gone = everybody if assignment is Assignment.COLLECTIVE else 1 << bit
        for begin, end, _ in limited(rules, host, starts[0], starts[-1], viewer_zone):
            for i in range(bisect_left(starts, begin), bisect_left(starts, end)):
                masks[i] &= ~gone
    return masks


def _free_masks(rules: Rules, free: Sequence[Spans], starts: Sequence[int]) -> list[int]:
    """Bit h is on where host h has the whole span free: toggled at both edges of each run of starts."""
    toggles = [0] * (len(starts) + 1)
    duration = rules.duration
    for number, spans in enumerate(free):
        bit = 1 << number
        i = 0
        for begin, end in zip(spans.starts, spans.ends, strict=True):
            if end - begin >= duration:
                i = bisect_left(starts, begin, i)
                toggles[i] ^= bit
                i = bisect_right(starts, end - duration, i)
                toggles[i] ^= bit
    masks, mask = [], 0
    for toggle in toggles[:-1]:
        mask ^= toggle
        masks.append(mask)
    return masks


def _sessions(
    rules: Rules, hosts: Sequence[HostFacts], low: int, high: int, assignment: Assignment, viewer_zone: str
) -> dict[int, Start]:
    """Started group sessions with a free seat."""
    found = {}
    for minute in {start for host in hosts for start in host.sessions if low <= start <= high}:
        fits: list[tuple[Hashable, int]] = []
        for host in hosts:
            if minute in host.sessions or assignment is Assignment.COLLECTIVE:
                answer = verdict(rules, host, minute, viewer_zone)
                if isinstance(answer, Seats):
                    fits.append((host.host, answer.left))
        if fits and (assignment is not Assignment.COLLECTIVE or len(fits) == len(hosts)):
            seats = size([left for _, left in fits], assignment)
            found[minute] = Start(minute, tuple(host for host, _ in fits), seats)
    return found


def size(left: Sequence[int], assignment: Assignment) -> int:
    """The largest party that can sit together."""
    return min(left) if assignment is Assignment.COLLECTIVE else max(left)


def _answer(
    rules: Rules,
    hosts: Sequence[HostFacts],
    starts: Sequence[int],
    masks: Sequence[int],
    sessions: dict[int, Start],
) -> list[Start]:
    names: dict[int, tuple[Hashable, ...]] = {}
    answer = []
    for minute, mask in zip(starts, masks, strict=True):
        if mask and minute not in sessions:
            who = names.get(mask)
            if who is None:
                who = names[mask] = tuple(host.host for bit, host in enumerate(hosts) if mask >> bit & 1)
            answer.append(Start(minute, who, rules.capacity))
    if sessions:
        answer = sorted([*answer, *sessions.values()], key=lambda start: start.minute)
    return answer


def _met(
    rules: Rules,
    others: Sequence[Party],
    free: Sequence[Sequence[Spans]],
    found: Sequence[Start],
    begun: Mapping[int, Start],
    viewer_zone: str,
) -> list[Start]:
    """The starts that every other party can take as well; a session that has begun has what it needs."""
    minutes = [start.minute for start in found if start.minute not in begun]
    able: dict[int, list[Hashable]] = {minute: [] for minute in minutes}
    for party, spans in zip(others, free, strict=True):
        masks = _masks(rules.without_limits(), party.members, spans, minutes, party.assignment, viewer_zone)
        for minute, mask in zip(minutes, masks, strict=True):
            if not mask:
                able.pop(minute, None)
            elif minute in able:
                able[minute] += [one.host for bit, one in enumerate(party.members) if mask >> bit & 1]
    return [
        start._replace(others=tuple(able.get(start.minute, ())))
        for start in found
        if start.minute in able or start.minute in begun
    ]
