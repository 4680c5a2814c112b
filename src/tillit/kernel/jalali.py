"""Days and months in the two calendars the product shows: Gregorian and Jalali.

Stored dates are always Gregorian; a Jalali date exists only in what a person reads or types.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

import jdatetime

Calendar = Literal["gregorian", "jalali"]


def to_jalali(day: date) -> tuple[int, int, int]:
    """Year, month and day in the Jalali calendar of a Gregorian date."""
    value = jdatetime.date.fromgregorian(year=day.year, month=day.month, day=day.day)
    return value.year, value.month, value.day


def from_jalali(year: int, month: int, day: int) -> date:
    """The Gregorian date of a Jalali one; ValueError when there is no such day."""
    found: date = jdatetime.date(year, month, day).togregorian()
    return found


def month_of(day: date, calendar: Calendar = "gregorian") -> tuple[int, int]:
    """Year and month, in the given calendar, that a day belongs to."""
    if calendar == "jalali":
        return to_jalali(day)[:2]
    return day.year, day.month


def shift_month(year: int, month: int, by: int) -> tuple[int, int]:
    """The month `by` months later (earlier if negative); both calendars have twelve."""
    index = year * 12 + (month - 1) + by
    return index // 12, index % 12 + 1


def first_day(year: int, month: int, calendar: Calendar = "gregorian") -> date:
    """The Gregorian date of a month's first day; ValueError when there is no such month."""
    if calendar == "jalali":
        return from_jalali(year, month, 1)
    return date(year, month, 1)


def month_length(year: int, month: int, calendar: Calendar = "gregorian") -> int:
    """How many days a month has (29 to 31)."""
    if calendar == "gregorian":
        return monthrange(year, month)[1]
    following = first_day(*shift_month(year, month, 1), calendar)
    return (following - first_day(year, month, calendar)).days


def month_days(year: int, month: int, calendar: Calendar = "gregorian") -> list[date]:
    """The Gregorian dates of all days of a month, in order."""
    start = first_day(year, month, calendar)
    return [start + timedelta(days=n) for n in range(month_length(year, month, calendar))]
