"""Days on which nobody works: a country's public holidays, and the days that an organisation adds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Any

import holidays
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COUNTRIES: dict[str, str | Promise] = {
    "SE": _("Sweden"),
    "NO": _("Norway"),
    "DK": _("Denmark"),
    "FI": _("Finland"),
    "DE": _("Germany"),
    "GB": _("The United Kingdom"),
    "IR": _("Iran"),
    "US": _("The United States"),
}
"""Countries (ISO 3166-1) whose holidays can be chosen: those that hold in the whole country."""
OF_REGION = {"eu": "SE", "ir": "IR"}
"""Whose holidays count where nothing else is chosen."""
_SPOKEN = {"en": ("en_US", "en_GB"), "sv": ("sv", "sv_FI"), "fa": ("fa_IR",)}
_KINDS = frozenset({"public", "de_facto"})  # de facto: the eves that nobody in Sweden works on


@lru_cache(maxsize=256)
def of_year(country: str, year: int) -> frozenset[date]:
    """The holidays of a Gregorian year, as the library `holidays` knows them; none for a country that is not offered.
    Those after the moon are reckoned, and may turn out a day off when they are proclaimed."""
    return frozenset(_known(country, year, None)) if country in COUNTRIES else frozenset()


@lru_cache(maxsize=64)
def named(country: str, year: int, language: str) -> dict[date, str]:
    """The same with their names; "" where nobody has written them in this language."""
    if country not in COUNTRIES:
        return {}
    spoken = holidays.country_holidays(country).supported_languages
    known = next((one for one in _SPOKEN.get(language, ()) if one in spoken), None)
    return {day: name if known else "" for day, name in sorted(_known(country, year, known).items())}


def is_free(country: str, own: Collection[date], day: date) -> bool:
    """Is it a holiday of the country, or one of the organisation's own days?"""
    return day in own or day in of_year(country, day.year)


def _known(country: str, year: int, language: str | None) -> dict[date, str]:
    kinds = _KINDS & set(holidays.country_holidays(country).supported_categories)
    found: Any = holidays.country_holidays(country, years=year, categories=kinds, language=language)
    return dict(found)
