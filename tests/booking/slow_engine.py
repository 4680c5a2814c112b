"""A slow, obvious free-time engine: one byte per minute, wall clocks read off minute by minute.

It shares the input types with the real engine, and no arithmetic. Works for instants in 2027.
"""

from bisect import bisect_left
from collections.abc import Hashable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tillit.booking.engine import Alignment, Assignment, HostFacts, Party, Rules, Schedule, Spans, Start, Window

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()
DAY = 1440
FIRST = (date(2026, 11, 15).toordinal() - EPOCH_DAY) * DAY
LAST = (date(2028, 2, 15).toordinal() - EPOCH_DAY) * DAY
BLOCK = 15


@lru_cache(maxsize=64)
def clock_readings(zone: str) -> tuple[list[int], list[int]]:
    """For each quarter of an hour: the wall clock at its beginning, and the latest reading up to its end."""
    tz, readings, latest = ZoneInfo(zone), [], []
    for minute in range(FIRST, LAST, BLOCK):
        local = (EPOCH + timedelta(minutes=minute)).astimezone(tz).replace(tzinfo=UTC)
        reading = (local - EPOCH) // timedelta(minutes=1)
        readings.append(reading)
        latest.append(max(reading + BLOCK - 1, latest[-1] if latest else 0))
    return readings, latest


def local(zone: str, minute: int) -> int:
    """What the wall clock shows, as minutes since its own 1970."""
    block, rest = divmod(minute - FIRST, BLOCK)
    return clock_readings(zone)[0][block] + rest


def first_showing(zone: str, wall: int) -> int:
    """The first minute at which the wall clock shows `wall` or later."""
    readings, latest = clock_readings(zone)
    block = bisect_left(latest, wall)
    return FIRST + block * BLOCK + max(0, wall - readings[block])


def midnight(schedule: Schedule, day: int) -> int:
    return first_showing(schedule.zone_on(day), (day - EPOCH_DAY) * DAY)


def open_minutes(schedule: Schedule | Spans, begin: int, end: int) -> bytearray:
    minutes = bytearray(end - begin)

    def paint(first: int, last: int, value: bytes) -> None:
        first, last = max(first - begin, 0), min(last - begin, end - begin)
        if first < last:
            minutes[first:last] = value * (last - first)

    if isinstance(schedule, Spans):
        for first, last in zip(*schedule, strict=True):
            paint(first, last, b"\1")
        return minutes
    days = range(begin // DAY + EPOCH_DAY - 3, end // DAY + EPOCH_DAY + 3)
    for day in days:
        wall, zone = (day - EPOCH_DAY) * DAY, schedule.zone_on(day)
        for start, stop in schedule.hours(day):
            paint(first_showing(zone, wall + start), first_showing(zone, wall + stop), b"\1")
    for day in schedule.days_off:
        paint(midnight(schedule, day), first_showing(schedule.zone_on(day), (day + 1 - EPOCH_DAY) * DAY), b"\0")
    return minutes


def free_minutes(rules: Rules, host: HostFacts, begin: int, end: int) -> bytearray:
    minutes = open_minutes(host.availability, begin, end)
    both = rules.buffer_before + rules.buffer_after
    blocks = [
        (a - rules.buffer_after, b + rules.buffer_before)
        for a, b in zip(host.busy_external.starts, host.busy_external.ends, strict=True)
    ]
    blocks += [(a - both, b + both) for a, b in zip(host.busy_own.starts, host.busy_own.ends, strict=True)]
    blocks += [(a - both, a + rules.duration + both) for a in host.sessions]
    for first, last in blocks:
        first, last = max(first, begin), min(last, end)
        if first < last:
            minutes[first - begin : last - begin] = bytes(last - first)
    return minutes


def host_day(host: HostFacts, minute: int) -> int:
    schedule = host.availability
    if not schedule.travel:
        return local(schedule.zone, minute) // DAY + EPOCH_DAY
    around = minute // DAY + EPOCH_DAY
    return max(day for day in range(around - 3, around + 3) if midnight(schedule, day) <= minute)


def limit_reached(rules: Rules, host: HostFacts, minute: int) -> bool:
    day = host_day(host, minute)
    days = [host_day(host, counted) for counted in host.counted]
    week = (day - rules.week_starts) // 7
    if rules.max_per_day is not None and days.count(day) >= rules.max_per_day:
        return True
    if rules.max_per_week is not None and in_week(rules, days, week) >= rules.max_per_week:
        return True
    if host.limits is None:
        return False
    held = [(host_day(host, start), length) for start, length in host.held]
    minutes = sum(length for on, length in held if on == day)
    most, a_day, a_week = host.limits
    return (
        (most is not None and minutes + rules.duration > most)
        or (a_day is not None and [on for on, _ in held].count(day) >= a_day)
        or (a_week is not None and in_week(rules, [on for on, _ in held], week) >= a_week)
    )


def in_week(rules: Rules, days: list[int], week: int) -> int:
    return sum((day - rules.week_starts) // 7 == week for day in days)


def aligned(minute: int, grid: int, zone: str) -> int:
    while local(zone, minute) % 60 % grid:
        minute += 1
    return minute


def starts_of_range(rules: Rules, begin: int, end: int | None, stop: int, zone: str) -> list[int]:
    """The starts of one range; with no end it never closes and is followed up to `stop`."""

    def series(first: int) -> list[int]:
        last = (stop if end is None else end) - rules.duration
        return list(range(first + rules.offset, last + 1, rules.step + rules.offset))

    if rules.alignment is Alignment.CEIL_LOCAL_GRID or end is None:
        return series(aligned(begin, rules.grid, zone))
    most = series(begin)
    for grid in (rules.grid, 15, 5):
        moved = series(aligned(begin, grid, zone))
        if len(moved) == len(most):
            return moved
    return most


def slow_starts(
    rules: Rules,
    hosts: list[HostFacts],
    window: Window,
    now: int,
    zone: str,
    assignment: Assignment,
    others: tuple[Party, ...] = (),
) -> list[Start]:
    earliest = now + rules.notice
    begin, end = min(window.start, earliest) - 3 * DAY, window.end + 9 * DAY
    free = [free_minutes(rules, host, begin, end) for host in hosts]
    together = assignment is Assignment.COLLECTIVE
    common = bytes((all if together else any)(minute) for minute in zip(*free, strict=True))
    free_others = [[free_minutes(rules, one, begin, end) for one in party.members] for party in others]
    for party, minutes in zip(others, free_others, strict=True):
        every = party.assignment is Assignment.COLLECTIVE
        theirs = [(all if every else any)(minute) for minute in zip(*minutes, strict=True)] or bytes(len(common))
        common = bytes(a and b for a, b in zip(common, theirs, strict=True))

    def whole(minutes: bytearray, start: int) -> bool:
        return minutes[start - begin : start - begin + rules.duration] == b"\1" * rules.duration

    def needed(start: int) -> tuple[Hashable, ...] | None:
        """The members of the other parties that can take it; None where one of the parties cannot."""
        able: list[Hashable] = []
        for party, minutes in zip(others, free_others, strict=True):
            there = [one.host for one, own in zip(party.members, minutes, strict=True) if whole(own, start)]
            if not there or (party.assignment is Assignment.COLLECTIVE and len(there) < len(party.members)):
                return None
            able += there
        return tuple(able)

    def allowed(start: int) -> bool:
        in_window = window.start <= start and start + rules.duration <= window.end
        in_time = start >= earliest and (rules.horizon is None or start <= now + rules.horizon)
        return in_window and in_time

    def can(i: int, start: int) -> bool:
        return whole(free[i], start) and not limit_reached(rules, hosts[i], start)

    found: dict[int, Start] = {}
    position = common.find(b"\1")
    while position >= 0:
        close = common.find(b"\0", position)
        first, last = max(begin + position, earliest), None if close < 0 else begin + close
        if last is None or first < last:
            for start in filter(allowed, starts_of_range(rules, first, last, end, zone)):
                who = [host.host for i, host in enumerate(hosts) if can(i, start)]
                more = needed(start)
                if more is not None and (len(who) == len(hosts) or (who and not together)):
                    found[start] = Start(start, tuple(who), rules.capacity, more)
        position = -1 if close < 0 else common.find(b"\1", close)
    for start in {start for host in hosts for start in host.sessions if allowed(start)}:
        left = {host.host: rules.capacity - host.sessions[start] for host in hosts if start in host.sessions}
        left = {host: seats for host, seats in left.items() if seats > 0}
        if together and left:
            left |= {
                host.host: rules.capacity
                for i, host in enumerate(hosts)
                if start not in host.sessions and can(i, start)
            }
        if left and (not together or len(left) == len(hosts)):
            order = tuple(host.host for host in hosts if host.host in left)
            found[start] = Start(start, order, (min if together else max)(left.values()))
    return [found[start] for start in sorted(found)]
