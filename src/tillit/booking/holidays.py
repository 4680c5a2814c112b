"""Public holidays as a schedule's days off."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

from tillit.kernel.public_holidays import named, of_year

YEARS = 4
"""How many years' holidays a schedule closes, from last year on: further than anything can be booked."""


@lru_cache(maxsize=64)
def closed(country: str, year: int) -> frozenset[date]:
    """The dates on which a schedule with these holidays is closed, from the year before on."""
    return frozenset(day for one in range(year - 1, year - 1 + YEARS) for day in of_year(country, one))


def coming(country: str, first: date, worked: Collection[date], language: str) -> list[tuple[date, str, bool]]:
    """A year of holidays from a day on: the day, its name, and whether it is among those `worked` all the same."""
    found = named(country, first.year, language) | named(country, first.year + 1, language)
    last = first + timedelta(days=365)
    return [(day, name, day in worked) for day, name in found.items() if first <= day <= last]
