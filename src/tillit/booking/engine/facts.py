"""What the engine is told and what it answers: frozen values in integer minutes."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import NamedTuple

from tillit.kernel import zones

DAY = zones.DAY_MINUTES
Hours = tuple[int, int]
Clock = str | int


class Spans(NamedTuple):
    """Half-open spans as two parallel ascending sequences of minutes, disjoint and not touching."""

    starts: Sequence[int]
    ends: Sequence[int]


EMPTY = Spans((), ())
ENDLESS = 1 << 60
"""The end of a range that never closes: minutes to spare without limit."""


class Window(NamedTuple):
    """The span in which whole appointments must lie: start <= s and s + duration <= end."""

    start: int
    end: int


class Start(NamedTuple):
    """A bookable start: the minute, the hosts that can take it, and the seats left in one session."""

    minute: int
    hosts: tuple[Hashable, ...]
    seats: int = 1
    others: tuple[Hashable, ...] = ()
    """The members of the other parties that can take it, in their order."""


class Assignment(Enum):
    """How hosts share a meeting: the one host, all of them, or any of them."""

    SINGLE = "single"
    COLLECTIVE = "collective"
    ROUND_ROBIN = "round_robin"


class Alignment(Enum):
    """How the first start of a free range is chosen."""

    CEIL_LOCAL_GRID = "ceil_local_grid"
    """Moved up to the next multiple of `grid` past the hour in the viewer's zone."""
    MAX_COUNT_THEN_ROUND = "max_count_then_round"
    """As many starts as possible; moved up to the grid, else 15, else 5 minutes, by spare minutes only."""


class Refusal(Enum):
    """Why a start cannot be booked. From CLOSED to FULL a later member means nearer to bookable."""

    PAST = "past"
    NOTICE = "notice"
    HORIZON = "horizon"
    LATE = "late"
    """What is booked can no longer be moved."""
    AGREED = "agreed"
    """It is part of what two agreed on, and changed only where they did."""
    CLOSED = "closed"
    OFF_GRID = "off_grid"
    TAKEN = "taken"
    DAY_LIMIT = "day_limit"
    WEEK_LIMIT = "week_limit"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a meeting type; all lengths in minutes. Raises ValueError for impossible ones."""

    duration: int
    step: int
    grid: int = 1
    alignment: Alignment = Alignment.CEIL_LOCAL_GRID
    offset: int = 0
    buffer_before: int = 0
    buffer_after: int = 0
    notice: int = 0
    horizon: int | None = None
    max_per_day: int | None = None
    max_per_week: int | None = None
    week_starts: int = 1
    capacity: int = 1

    def __post_init__(self) -> None:
        if min(self.duration, self.step, self.grid, self.capacity) < 1:
            raise ValueError("duration, step, grid and capacity are at least 1")
        if min(self.offset, self.buffer_before, self.buffer_after, self.notice) < 0:
            raise ValueError("offset, buffers and notice are not negative")
        if not 1 <= self.week_starts <= 7:
            raise ValueError("week_starts is an ISO weekday")

    def without_limits(self) -> "Rules":
        """The same for those whom limits do not count: every party but the hosts."""
        return replace(self, max_per_day=None, max_per_week=None)


class Travel(NamedTuple):
    """From the first to the last local date (ordinals; None: open) the schedule is meant in this zone."""

    first: int
    last: int | None
    zone: str


@dataclass(frozen=True, eq=True)
class Schedule:
    """When a host works, on the wall clock of `zone`. Build it with `Schedule.of`.

    An interval belongs to the local date on which it begins, also when it runs past midnight. A dated
    override replaces all weekly intervals of its date. A day off removes the date's own intervals and
    cuts off what runs over into it from the evening before. While travelling, the same wall-clock times
    are meant in the other zone; of several matching travels the one listed last holds.
    """

    zone: str
    weekly: tuple[tuple[Hours, ...], ...]
    overrides: tuple[tuple[int, tuple[Hours, ...]], ...] = ()
    days_off: frozenset[int] = frozenset()
    travel: tuple[Travel, ...] = ()
    _by_day: dict[int, tuple[Hours, ...]] = field(init=False, repr=False, compare=False)
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_day", dict(self.overrides))
        key = (self.zone, self.weekly, self.overrides, self.days_off, self.travel)
        object.__setattr__(self, "_hash", hash(key))

    def __hash__(self) -> int:
        return self._hash

    @classmethod
    def of(
        cls,
        zone: str,
        *,
        weekly: Mapping[int, Iterable[tuple[Clock, Clock]]] | None = None,
        overrides: Mapping[date, Iterable[tuple[Clock, Clock]]] | None = None,
        days_off: Iterable[date] = (),
        travel: Iterable[tuple[date, date | None, str]] = (),
    ) -> "Schedule":
        """A schedule from ISO weekdays (1 = Monday) and dates; times are "HH:MM" or minutes past midnight.

        An end at or before its start means the next day; "24:00" is the next local midnight.
        Raises `zones.UnknownZone`, or ValueError for an impossible weekday or time.
        """
        zones.zone(zone)
        week = dict(weekly or {})
        if not set(week) <= set(range(1, 8)):
            raise ValueError("weekdays are ISO: 1 (Monday) to 7")
        trips = tuple(
            Travel(first.toordinal(), last.toordinal() if last else None, where) for first, last, where in travel
        )
        for trip in trips:
            zones.zone(trip.zone)
        return cls(
            zone=zone,
            weekly=tuple(_hours(week.get(day, ())) for day in range(1, 8)),
            overrides=tuple(sorted((day.toordinal(), _hours(h)) for day, h in (overrides or {}).items())),
            days_off=frozenset(day.toordinal() for day in days_off),
            travel=trips,
        )

    def hours(self, day: int) -> tuple[Hours, ...]:
        """The intervals that begin on this local date: minutes past its midnight, ends up to 2880."""
        if day in self.days_off:
            return ()
        replaced = self._by_day.get(day)
        return self.weekly[(day - 1) % 7] if replaced is None else replaced

    def zone_on(self, day: int) -> str:
        """The zone in which this local date is meant."""
        for trip in reversed(self.travel):
            if trip.first <= day and (trip.last is None or day <= trip.last):
                return trip.zone
        return self.zone


class Limits(NamedTuple):
    """What a host takes at most over all meeting types, on their own days and weeks; None: no limit.

    minutes: with guests, on one day; what is kept free before and after does not count. A meeting counts whole on the
    day on which it begins.
    """

    minutes: int | None = None
    a_day: int | None = None
    a_week: int | None = None


@dataclass(frozen=True, slots=True)
class HostFacts:
    """One host's times within `reach`. Availability is a schedule, or plain spans."""

    host: Hashable
    availability: Schedule | Spans
    busy_external: Spans = EMPTY
    busy_own: Spans = EMPTY
    counted: Sequence[int] = ()
    sessions: Mapping[int, int] = field(default_factory=dict)
    limits: Limits | None = None
    held: Sequence[tuple[int, int]] = ()
    """Where there are limits: start and length of all the host's meetings, ascending, over whole weeks."""


class Party(NamedTuple):
    """Those of whom a meeting takes one (round robin) or all (collective): hosts, or resources such as rooms."""

    members: Sequence[HostFacts]
    assignment: Assignment = Assignment.ROUND_ROBIN


def _hours(pairs: Iterable[tuple[Clock, Clock]]) -> tuple[Hours, ...]:
    """Checked intervals, the one that ends last at the end."""
    found = []
    for start, end in pairs:
        first, last = _minute(start), _minute(end)
        if first == DAY:
            raise ValueError("an interval cannot begin at 24:00")
        found.append((first, last if last > first else last + DAY))
    return tuple(sorted(found, key=lambda hours: hours[1]))


def _minute(clock: Clock) -> int:
    """Minutes past midnight, 0 to 1440."""
    if isinstance(clock, str):
        hour, _, rest = clock.partition(":")
        minute = rest[:2]
        if len(minute) != 2 or not (hour.isdigit() and minute.isdigit()) or int(minute) > 59:
            raise ValueError(f"not a time of day: {clock[:16]!r}")
        clock = int(hour) * 60 + int(minute)
    if not 0 <= clock <= DAY:
        raise ValueError("a time of day lies between 00:00 and 24:00")
    return clock
