"""Public holidays by country, as PyPI `holidays` knows them (MIT), named in our languages."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

import holidays
from django.utils import translation
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as named_

from tillit.kernel.dpv import Words

COUNTRIES: dict[str, Words] = {
    "SE": _("Sweden"),
    "NO": _("Norway"),
    "DK": _("Denmark"),
    "FI": _("Finland"),
    "DE": _("Germany"),
    "GB": _("The United Kingdom"),
    "IR": _("Iran"),
    "US": _("The United States"),
}
"""Countries (ISO 3166-1) whose holidays can be chosen: those that hold in the whole country. Whoever adds one adds the
names of its days to `NAMES`."""
_KINDS = frozenset({"public", "de_facto"})  # de facto: the eves that nobody in Sweden works on
_OBSERVED = re.compile(r" \((estimated|observed)\)$")


@lru_cache(maxsize=256)
def of_year(country: str, year: int) -> frozenset[date]:
    """The holidays of a Gregorian year; none for a country that is not offered. Those after the moon are reckoned, and
    may turn out a day off when they are proclaimed."""
    return frozenset(_known(country, year)) if country in COUNTRIES else frozenset()


@lru_cache(maxsize=64)
def named(country: str, year: int, language: str) -> dict[date, str]:
    """The same in order, with their names in one of our languages."""
    if country not in COUNTRIES:
        return {}
    with translation.override(language):
        return {day: _said(names) for day, names in sorted(_known(country, year).items())}


def _said(names: str) -> str:
    """What the library calls a day in English, several names parted by ";", in the present language."""
    parts = names.split("; ")
    said = ", ".join(dict.fromkeys(pgettext("a public holiday", _OBSERVED.sub("", one)) for one in parts))
    if any(one.endswith("(estimated)") for one in parts):
        return gettext("%(holiday)s (may move by a day)") % {"holiday": said}
    return said


def _known(country: str, year: int) -> dict[date, str]:
    known = holidays.country_holidays(country)
    kinds = _KINDS & set(known.supported_categories)
    language = "en_US" if "en_US" in known.supported_languages else None
    found: Any = holidays.country_holidays(country, years=year, categories=kinds, language=language)
    return dict(found)


NAMES = (
    named_("a public holiday", "All Saints' Day"),
    named_("a public holiday", "Ascension Day"),
    named_("a public holiday", "Christmas Day"),
    named_("a public holiday", "Christmas Eve"),
    named_("a public holiday", "Constitution Day"),
    named_("a public holiday", "Easter Monday"),
    named_("a public holiday", "Easter Sunday"),
    named_("a public holiday", "Epiphany"),
    named_("a public holiday", "Good Friday"),
    named_("a public holiday", "Independence Day"),
    named_("a public holiday", "Labor Day"),
    named_("a public holiday", "Maundy Thursday"),
    named_("a public holiday", "May Day"),
    named_("a public holiday", "Midsummer Day"),
    named_("a public holiday", "Midsummer Eve"),
    named_("a public holiday", "National Day"),
    named_("a public holiday", "New Year's Day"),
    named_("a public holiday", "Pentecost"),
    named_("a public holiday", "Pentecost Monday"),
    named_("a public holiday", "Second Day of Christmas"),
    named_("a public holiday", "15 Khordad Uprising"),
    named_("a public holiday", "Arbaeen"),
    named_("a public holiday", "Ashura"),
    named_("a public holiday", "Birthday of Imam Ali"),
    named_("a public holiday", "Birthday of Mahdi"),
    named_("a public holiday", "Birthday of Muhammad and Imam Ja'far al-Sadiq"),
    named_("a public holiday", "Death of Imam Khomeini"),
    named_("a public holiday", "Death of Prophet Muhammad and Martyrdom of Hasan ibn Ali"),
    named_("a public holiday", "Eid al-Adha"),
    named_("a public holiday", "Eid al-Fitr"),
    named_("a public holiday", "Eid al-Fitr Holiday"),
    named_("a public holiday", "Eid al-Ghadir"),
    named_("a public holiday", "Iranian Oil Industry Nationalization Day"),
    named_("a public holiday", "Islamic Republic Day"),
    named_("a public holiday", "Islamic Revolution Day"),
    named_("a public holiday", "Isra' and Mi'raj"),
    named_("a public holiday", "Last Day of Year"),
    named_("a public holiday", "Martyrdom of Ali al-Rida"),
    named_("a public holiday", "Martyrdom of Fatima"),
    named_("a public holiday", "Martyrdom of Hasan al-Askari"),
    named_("a public holiday", "Martyrdom of Imam Ali"),
    named_("a public holiday", "Martyrdom of Imam Ja'far al-Sadiq"),
    named_("a public holiday", "Nature's Day"),
    named_("a public holiday", "Nowruz"),
    named_("a public holiday", "Nowruz Holiday"),
    named_("a public holiday", "Public Holiday"),
    named_("a public holiday", "Tasua"),
    named_("a public holiday", "Boxing Day"),
    named_("a public holiday", "Columbus Day"),
    named_("a public holiday", "Coronation of Charles III"),
    named_("a public holiday", "German Unity Day"),
    named_("a public holiday", "Great Prayer Day"),
    named_("a public holiday", "Juneteenth National Independence Day"),
    named_("a public holiday", "Martin Luther King Jr. Day"),
    named_("a public holiday", "Memorial Day"),
    named_("a public holiday", "New Year's Eve"),
    named_("a public holiday", "Spring Bank Holiday"),
    named_("a public holiday", "Thanksgiving Day"),
    named_("a public holiday", "Veterans Day"),
    named_("a public holiday", "Washington's Birthday"),
)
"""What the days are called, so that the catalogue has them."""
