"""Arithmetic on half-open spans of minutes: linear or better, on plain sorted integers."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from tillit.booking.engine.facts import EMPTY, Spans


def merge(pairs: Iterable[tuple[int, int]]) -> Spans:
    """Any spans, in any order, as ascending ones; overlapping and touching ones become one, empty ones go."""
    ordered = sorted(pair for pair in pairs if pair[0] < pair[1])
    return _joined([start for start, _ in ordered], sorted(end for _, end in ordered))


def unite(many: Sequence[Spans]) -> Spans:
    """The union of several span lists."""
    if len(many) == 1:
        return many[0]
    starts: list[int] = []
    ends: list[int] = []
    for one in many:
        starts += one.starts
        ends += one.ends
    starts.sort()
    ends.sort()
    return _joined(starts, ends)


def _joined(starts: Sequence[int], ends: Sequence[int]) -> Spans:
    """The union of n spans from all starts and all ends, each sorted by itself.

    The union has a hole before starts[i] exactly when the i spans begun so far have all ended before it.
    """
    if not starts:
        return EMPTY
    first, last = [starts[0]], []
    for start, end in zip(starts[1:], ends, strict=False):
        if start > end:
            last.append(end)
            first.append(start)
    last.append(ends[-1])
    return Spans(first, last)


def intersect(many: Sequence[Spans]) -> Spans:
    """What all span lists have in common."""
    result = many[0]
    for other in many[1:]:
        result = _common(result, other)
    return result


def _common(one: Spans, two: Spans) -> Spans:
    starts: list[int] = []
    ends: list[int] = []
    i = j = 0
    one_starts, one_ends, two_starts, two_ends = *one, *two
    while i < len(one_starts) and j < len(two_starts):
        start = max(one_starts[i], two_starts[j])
        end = min(one_ends[i], two_ends[j])
        if start < end:
            starts.append(start)
            ends.append(end)
        if one_ends[i] <= two_ends[j]:
            i += 1
        else:
            j += 1
    return Spans(starts, ends)


def subtract(free: Spans, busy: Spans, before: int = 0, after: int = 0) -> Spans:
    """The free spans without the busy ones, each busy one widened to [start - before, end + after).

    Looks only at the busy spans that touch a free one: a bisection per free span, whatever lies between.
    """
    busy_starts, busy_ends = busy
    count = len(busy_starts)
    if not count:
        return free
    starts: list[int] = []
    ends: list[int] = []
    i = 0
    for start, end in zip(free.starts, free.ends, strict=True):
        i = bisect_right(busy_ends, start - after, i)
        limit = end + before
        j = i
        while j < count and (cut := busy_starts[j]) < limit:
            if cut - before > start:
                starts.append(start)
                ends.append(cut - before)
            start = busy_ends[j] + after
            j += 1
        if start < end:
            starts.append(start)
            ends.append(end)
    return Spans(starts, ends)


def clear(busy: Spans, start: int, end: int, before: int = 0, after: int = 0) -> bool:
    """Whether no busy span, widened as in `subtract`, touches [start, end)."""
    i = bisect_right(busy.ends, start - after)
    return i == len(busy.ends) or busy.starts[i] >= end + before


def covers(free: Spans, start: int, end: int) -> bool:
    """Whether one of the spans contains [start, end)."""
    i = bisect_right(free.starts, start) - 1
    return i >= 0 and free.ends[i] >= end


def within(sorted_minutes: Sequence[int], start: int, end: int) -> int:
    """How many of the ascending minutes lie in [start, end)."""
    return bisect_left(sorted_minutes, end) - bisect_left(sorted_minutes, start)
