"""The stretch of time that a calendar page shows: a day, a week, a month in the reader's calendar, or what comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from tillit.kernel import formats, jalali, zones

View = Literal["day", "week", "month", "list"]
VIEWS: tuple[View, ...] = ("day", "week", "month", "list")
LIST_DAYS = 60
_EARLIEST, _LATEST = date(2000, 1, 10), date(2999, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """Local dates [first, last] on the clock of `zone`; previous and following are days of the neighbours."""

    view: View
    zone: str
    first: date
    last: date
    previous: date
    following: date
    grid: formats.MonthGrid | None = None

    @property
    def begin(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time(), zones.zone(self.zone))

    @property
    def end(self) -> datetime:
        """The instant after the last one."""
        return datetime.combine(self.last + timedelta(days=1), time(), zones.zone(self.zone))


def period(view: str, on: str, *, today: date, zone: str, language: str) -> Period:
    """What a page shows that was asked for a view and a date (ISO; today for what is none). An unknown view is a week.

    Weeks begin on the reader's first day, months are those of the reader's calendar. The list begins today.
    """
    try:
        day = date.fromisoformat(on)
    except ValueError:
        day = today
    day = min(max(day, _EARLIEST), _LATEST)
    weekday = formats.first_weekday(language, zone)
    if view == "day":
        one = timedelta(days=1)
        return Period("day", zone, day, day, day - one, day + one)
    if view == "month":
        calendar = formats.calendar_for(language)
        grid = formats.month_grid(*jalali.month_of(day, calendar), calendar, weekday, language)
        return Period("month", zone, grid.first, grid.last, grid.previous, grid.following, grid)
    if view == "list":
        return Period("list", zone, today, today + timedelta(days=LIST_DAYS - 1), today, today)
    first = formats.week_start(day, weekday)
    week = timedelta(days=7)
    return Period("week", zone, first, first + timedelta(days=6), first - week, first + week)
