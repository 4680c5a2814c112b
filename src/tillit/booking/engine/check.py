"""May this start be booked, and which other is near."""

from bisect import bisect_left
from collections.abc import Sequence

from tillit.booking.engine.alignment import on_lattice
from tillit.booking.engine.facts import Assignment, HostFacts, Refusal, Rules, Start, Window
from tillit.booking.engine.host import Seats, verdict
from tillit.booking.engine.starts import check_assignment, free_starts, party

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
) -> Start | Refusal:
    """The start with its hosts and seats if it may be booked, else the reason why not.

    Of several hosts the reason is that of the one nearest to free (round robin) or furthest (collective).
    Lenient about shifted lists unless `strict`: see the package's docstring. Raises as `free_starts`.
    """
    check_assignment(hosts, assignment)
    if start < now + rules.notice:
        return Refusal.PAST if start < now else Refusal.NOTICE
    if rules.horizon is not None and start > now + rules.horizon:
        return Refusal.HORIZON
    if not hosts:
        return Refusal.CLOSED
    verdicts = [(host.host, verdict(rules, host, start, viewer_zone)) for host in hosts]
    refusals = [answer for _, answer in verdicts if isinstance(answer, Refusal)]
    able = [(host, answer) for host, answer in verdicts if isinstance(answer, Seats)]
    together = assignment is Assignment.COLLECTIVE
    if not able or (together and refusals):
        return (min if together else max)(refusals, key=_NEARNESS.index)
    begun = [(host, seats) for host, seats in able if seats.begun]
    if begun and not together:
        able = begun
    seats_left = party([seats.left for _, seats in able], assignment)
    answer = Start(start, tuple(host for host, _ in able), seats_left)
    if begun or (not strict and on_lattice(rules, start, viewer_zone)):
        return answer
    window = Window(start, start + rules.duration)
    listed = free_starts(rules, hosts, window=window, now=now, viewer_zone=viewer_zone, assignment=assignment)
    return answer if listed else Refusal.OFF_GRID


def nearest(starts: Sequence[Start], wanted: int, count: int) -> list[Start]:
    """The `count` starts nearest to the wanted minute, ascending; of two equally near ones the earlier."""
    middle = bisect_left(starts, wanted, key=lambda start: start.minute)
    around = starts[max(0, middle - count) : middle + count]
    chosen = sorted(around, key=lambda start: (abs(start.minute - wanted), start.minute))[: max(0, count)]
    return sorted(chosen, key=lambda start: start.minute)
