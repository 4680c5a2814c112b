"""Days on which nobody works: a country's public holidays, and the days that an organisation adds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from tillit.kernel.public_holidays import COUNTRIES, named, of_year

__all__ = ["COUNTRIES", "OF_REGION", "is_free", "named", "of_year"]

OF_REGION = {"eu": "SE", "ir": "IR"}
"""Whose holidays count where nothing else is chosen."""


def is_free(country: str, own: Collection[date], day: date) -> bool:
    """Is it a holiday of the country, or one of the organisation's own days?"""
    return day in own or day in of_year(country, day.year)
