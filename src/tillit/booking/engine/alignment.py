"""Which starts a free range offers: the first one aligned in the viewer's zone, the others by steps."""

from math import gcd

from tillit.booking.engine.facts import ENDLESS, Alignment, Rules, Spans
from tillit.kernel.zones import offset_at

HOUR = 60


def range_starts(rules: Rules, free: Spans, earliest: int, low: int, high: int, viewer_zone: str) -> list[int]:
    """The starts in [low, high] of all free ranges, ascending. A range begins at `earliest` if before it."""
    found: list[int] = []
    duration, step = rules.duration, rules.step + rules.offset
    for begin, end in zip(free.starts, free.ends, strict=True):
        last = end - duration
        if last < low:
            continue
        if begin > high:
            break
        begin = max(begin, earliest)
        if begin <= last:
            first = _first(rules, begin, last, viewer_zone) + rules.offset
            if first < low:
                first += -((first - low) // step) * step
            found += range(first, min(last, high) + 1, step)
    return found


def on_lattice(rules: Rules, start: int, viewer_zone: str) -> bool:
    """Whether alignment, step and offset could ever produce this start, wherever a range begins."""
    ceil = rules.alignment is Alignment.CEIL_LOCAL_GRID
    mesh = gcd(HOUR, rules.grid, rules.step + rules.offset) if ceil else gcd(5, rules.step + rules.offset)
    return (start + offset_at(viewer_zone, start) - rules.offset) % mesh == 0


def _first(rules: Rules, begin: int, last: int, viewer_zone: str) -> int:
    """The aligned beginning, before the offset is added; may lie after `last`, then nothing fits."""
    if rules.alignment is Alignment.CEIL_LOCAL_GRID:
        return _ceil(begin, rules.grid, viewer_zone)
    spare = last - begin - rules.offset
    if spare < 0:
        return begin
    if last < ENDLESS - rules.duration:
        spare %= rules.step + rules.offset
    for grid in (rules.grid, 15, 5):
        aligned = _ceil(begin, grid, viewer_zone)
        if aligned - begin <= spare:
            return aligned
    return begin


def _ceil(minute: int, grid: int, viewer_zone: str) -> int:
    """The first minute, from this one on, whose local clock shows a multiple of `grid` past the hour."""
    if grid == 1:
        return minute
    while True:
        offset = offset_at(viewer_zone, minute)
        past = (minute + offset) % HOUR
        aligned = minute + min(-(-past // grid) * grid, HOUR) - past if past else minute
        if aligned == minute or offset_at(viewer_zone, aligned) == offset:
            return aligned
        minute = aligned
