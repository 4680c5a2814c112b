"""May this start be booked, and which other is near."""

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from typing import Any

from tillit.booking.engine.alignment import on_lattice
from tillit.booking.engine.facts import Assignment, HostFacts, Party, Refusal, Rules, Start, Window
from tillit.booking.engine.host import Seats, verdict
from tillit.booking.engine.starts import check_assignment, free_starts, size

_NEARNESS = (Refusal.CLOSED, Refusal.TAKEN, Refusal.DAY_LIMIT, Refusal.WEEK_LIMIT, Refusal.FULL)


def check(
    rules: Rules,
    hosts: Sequence[HostFacts],
    start: int,
    *,
    now: int,
    viewer_zone: str = "UTC",
    assignment: Assignment = Assignment.ROUND_ROBIN,
    strict: bool = False,
    others: Sequence[Party] = (),
) -> Start | Refusal:
    """The start with its hosts and seats if it may be booked, else the reason why not.

    Of several hosts the reason is that of the one nearest to free (round robin) or furthest (collective); where the
    hosts are free, it is that of the first of the other parties that is not.
    Lenient about shifted lists unless `strict`: see the package's docstring. Raises as `free_starts`.
    """
    check_assignment(hosts, assignment)
    if start < now + rules.notice:
        return Refusal.PAST if start < now else Refusal.NOTICE
    if rules.horizon is not None and start > now + rules.horizon:
        return Refusal.HORIZON
    if not hosts:
        return Refusal.CLOSED
    there = able(rules, Party(hosts, assignment), start, viewer_zone)
    if isinstance(there, Refusal):
        return there
    begun = [(host, seats) for host, seats in there if seats.begun]
    if begun and assignment is not Assignment.COLLECTIVE:
        there = begun
    more: list[Hashable] = []
    for party in () if begun else others:
        beside = able(rules.without_limits(), party, start, viewer_zone)
        if isinstance(beside, Refusal):
            return beside
        more += [one for one, _ in beside]
    seats_left = size([seats.left for _, seats in there], assignment)
    answer = Start(start, tuple(host for host, _ in there), seats_left, tuple(more))
    if begun or (not strict and on_lattice(rules, start, viewer_zone)):
        return answer
    window = Window(start, start + rules.duration)
    given: Any = {"now": now, "viewer_zone": viewer_zone, "assignment": assignment, "others": others}
    listed = free_starts(rules, hosts, window=window, **given)
    return answer if listed else Refusal.OFF_GRID


def able(rules: Rules, party: Party, start: int, viewer_zone: str) -> list[tuple[Hashable, Seats]] | Refusal:
    """The members of a party that can take the start, grid and `now` aside, or why it cannot."""
    verdicts = [(one.host, verdict(rules, one, start, viewer_zone)) for one in party.members]
    refusals = [answer for _, answer in verdicts if isinstance(answer, Refusal)]
    found = [(one, answer) for one, answer in verdicts if isinstance(answer, Seats)]
    together = party.assignment is Assignment.COLLECTIVE
    if not found or (together and refusals):
        return (min if together else max)(refusals, key=_NEARNESS.index, default=Refusal.CLOSED)
    return found


def nearest(starts: Sequence[Start], wanted: int, count: int) -> list[Start]:
    """The `count` starts nearest to the wanted minute, ascending; of two equally near ones the earlier."""
    middle = bisect_left(starts, wanted, key=lambda start: start.minute)
    around = starts[max(0, middle - count) : middle + count]
    chosen = sorted(around, key=lambda start: (abs(start.minute - wanted), start.minute))[: max(0, count)]
    return sorted(chosen, key=lambda start: start.minute)
