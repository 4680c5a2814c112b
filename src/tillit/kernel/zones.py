"""Time zones: one source of rules, and exact conversions between a wall clock and UTC.

The rules come from the pinned `tzdata` package only: the zone files of the machine may be older or
missing, and two servers must give the same answer. Importing this module makes it so for the process.

Minutes are integers since 1970-01-01T00:00Z; a *day* is a date's proleptic ordinal (`date.toordinal()`).

A wall-clock time means *the first instant at which the clock shows that time or a later one*. So a time
in the spring gap is the instant of the change (02:30 becomes 03:00 on the clock), a time in the autumn
hour is its first occurrence, later wall times never come before earlier ones, and neighbouring intervals
neither overlap nor leave a hole. 00:00-04:00 lasts three real hours on the spring night, five in autumn.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones, reset_tzpath

reset_tzpath(to=[])
ZoneInfo.clear_cache()

DAY_MINUTES = 1440
_EPOCH = datetime.fromordinal(719163)
_EPOCH_DAY = _EPOCH.toordinal()
_MINUTE = timedelta(minutes=1)
_YEARS = range(1900, 9999)


class UnknownZone(ValueError):
    """The name is not an IANA time zone of the pinned database."""

    def __init__(self, name: object) -> None:
        super().__init__(f"unknown time zone: {str(name)[:64]!r}")


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """All zone names that `zone` accepts."""
    return frozenset(available_timezones()) - {"Factory", "localtime"}


@lru_cache(maxsize=1024)
def _known(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone(name: str) -> ZoneInfo:
    """The zone of this IANA name, exactly spelt; raises `UnknownZone` for anything else."""
    if not isinstance(name, str) or name not in names():
        raise UnknownZone(name)
    return _known(name)


def local_to_utc(local: datetime, tz: ZoneInfo) -> datetime:
    """The first instant at which the wall clock of `tz` shows `local` (naive) or later, as aware UTC.

    Raises ValueError if `local` is aware or outside the years 1900-9998.
    """
    before, after = _offsets(local, tz)
    if before >= after:
        return (_naive(local) - before).replace(tzinfo=UTC)
    return _change(tz, _naive(local) - after, _naive(local) - before)


def resolve(local: datetime, tz: ZoneInfo) -> list[datetime]:
    """Every instant at which the wall clock shows `local` (naive): none in the gap, two in the repeated hour.

    Aware UTC, ascending. Raises ValueError as `local_to_utc` does.
    """
    before, after = _offsets(local, tz)
    if before < after:
        return []
    offsets = [before] if before == after else [before, after]
    return [(_naive(local) - offset).replace(tzinfo=UTC) for offset in offsets]


@lru_cache(maxsize=1 << 16)
def day_start(name: str, day: int) -> int:
    """The UTC minute at which the local day begins (midnight, or the end of a gap that swallows it)."""
    midnight = datetime.fromordinal(day)
    before, after = _offsets(midnight, zone(name))
    if before < after:
        return minute_up(local_to_utc(midnight, zone(name)))
    return (day - _EPOCH_DAY) * DAY_MINUTES - before // _MINUTE


def wall_minute(name: str, day: int, minute: int) -> int:
    """The UTC minute of a wall-clock time given as minutes past local midnight (1440 and more: next day)."""
    day, minute = day + minute // DAY_MINUTES, minute % DAY_MINUTES
    start = day_start(name, day)
    if day_start(name, day + 1) - start == DAY_MINUTES:
        return start + minute
    return minute_up(local_to_utc(datetime.fromordinal(day) + timedelta(minutes=minute), zone(name)))


def local_day(name: str, minute: int) -> int:
    """The local day that contains this UTC minute."""
    day = utc_day(minute + offset_at(name, minute))
    while day_start(name, day + 1) <= minute:
        day += 1
    return day


def offset_at(name: str, minute: int) -> int:
    """Minutes that the wall clock is ahead of UTC at this UTC minute."""
    steady = _steady_offset(name, minute // DAY_MINUTES)
    return _offset(name, minute) if steady is None else steady


@lru_cache(maxsize=1 << 14)
def _steady_offset(name: str, utc_days: int) -> int | None:
    """The offset if it holds for the whole UTC day, else None."""
    first = _offset(name, utc_days * DAY_MINUTES)
    return first if first == _offset(name, (utc_days + 1) * DAY_MINUTES) else None


def _offset(name: str, minute: int) -> int:
    offset = minute_to_utc(minute).astimezone(zone(name)).utcoffset()
    assert offset is not None
    return offset // _MINUTE


def minute_down(instant: datetime) -> int:
    """Minutes since the epoch of an aware datetime, seconds dropped."""
    return (instant.astimezone(UTC).replace(tzinfo=None) - _EPOCH) // _MINUTE


def minute_up(instant: datetime) -> int:
    """Minutes since the epoch of an aware datetime, seconds rounded up to the next minute."""
    return -((_EPOCH - instant.astimezone(UTC).replace(tzinfo=None)) // _MINUTE)


def minute_to_utc(minute: int) -> datetime:
    """The aware UTC datetime of a minute."""
    return (_EPOCH + timedelta(minutes=minute)).replace(tzinfo=UTC)


def utc_day(minute: int) -> int:
    """The UTC date of a minute, as an ordinal."""
    return minute // DAY_MINUTES + _EPOCH_DAY


def _naive(local: datetime) -> datetime:
    return local.replace(fold=0)


def _offsets(local: datetime, tz: ZoneInfo) -> tuple[timedelta, timedelta]:
    """The offsets before and after a change near `local`; they differ only in a gap or a repeated hour."""
    if local.tzinfo is not None:
        raise ValueError("a wall-clock time carries no zone")
    if local.year not in _YEARS:
        raise ValueError("wall-clock times are supported from 1900 to 9998")
    before = tz.utcoffset(local.replace(fold=0))
    after = tz.utcoffset(local.replace(fold=1))
    assert before is not None and after is not None
    return before, after


def _change(tz: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second after `low`, up to `high` (both UTC, naive), at which the later offset holds."""

    def offset(instant: datetime) -> timedelta | None:
        return instant.replace(tzinfo=UTC).astimezone(tz).utcoffset()

    later = offset(high)
    seconds_low, seconds_high = 0, int((high - low).total_seconds())
    while seconds_high - seconds_low > 1:
        middle = (seconds_low + seconds_high) // 2
        if offset(low + timedelta(seconds=middle)) == later:
            seconds_high = middle
        else:
            seconds_low = middle
    return (low + timedelta(seconds=seconds_high)).replace(tzinfo=UTC)
