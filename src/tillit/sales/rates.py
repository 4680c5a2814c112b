"""Rates and highest sums that the law sets, by the day they hold from. Sums: whole kronor; rates: hundredths of a per
cent; shares: per cent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Words


@dataclass(frozen=True)
class Vat:
    """The rates of Swedish VAT from a day on: standard first, and 0 for what is exempt."""

    since: date
    rates: tuple[int, ...]
    source: str


VAT: tuple[Vat, ...] = (
    Vat(date(1996, 1, 1), (2500, 1200, 600, 0), "Mervärdesskattelagen (1994:200) 7 kap. 1 §"),
    Vat(date(2023, 7, 1), (2500, 1200, 600, 0), "Mervärdesskattelagen (2023:200) 9 kap. 2–18 §§, 10 kap."),
)


@dataclass(frozen=True)
class Household:
    """Tax reduction for work in homes from a day on: the shares of the work (with VAT), and the most in a year for one
    person: in all, and of it for repairs and rebuilding (ROT)."""

    since: date
    share: int
    share_rot: int
    most: int
    most_rot: int
    source: str


HOUSEHOLD: tuple[Household, ...] = (
    Household(date(2021, 1, 1), 50, 30, 75_000, 50_000, "Inkomstskattelagen (1999:1229) 67 kap. 18–19 §§"),
    Household(date(2024, 1, 1), 50, 30, 150_000, 75_000, "67 kap. 18–19 §§, higher for the year 2024"),
    Household(date(2025, 1, 1), 50, 30, 75_000, 50_000, "67 kap. 18–19 §§"),
    Household(date(2025, 5, 12), 50, 50, 75_000, 50_000, "67 kap. 18–19 §§, a higher share of ROT for the year 2025"),
    Household(date(2026, 1, 1), 50, 30, 75_000, 50_000, "67 kap. 18–19 §§"),
)

WORKS: dict[str, tuple[str, Words]] = {
    "cleaning": ("Stadning", _("Cleaning")),
    "clothes": ("KladOchTextilvard", _("Care of clothes and textiles")),
    "snow": ("Snoskottning", _("Clearing snow")),
    "garden": ("Tradgardsarbete", _("Gardening")),
    "childcare": ("Barnpassning", _("Child care")),
    "care": ("Personligomsorg", _("Care for somebody who needs it")),
    "moving": ("Flyttjanster", _("Help with moving")),
    "it": ("ItTjanster", _("IT help at home")),
    "appliances": ("ReparationAvVitvaror", _("Repair of appliances")),
    "furnishing": ("Moblering", _("Putting furniture in place")),
    "watching": ("TillsynAvBostad", _("Looking after a home")),
}
"""Work that counts (67 kap. 13 § IL): our word → the tax authority's element, in the order of its schema; and words."""


def vat_rates(day: date) -> tuple[int, ...]:
    """The rates on a day. Raises LookupError before there were any."""
    return max((one for one in VAT if one.since <= day), key=lambda one: one.since, default=_none()).rates


def household(day: date) -> Household:
    """What holds for work paid on a day. Raises LookupError before there was any."""
    found = [one for one in HOUSEHOLD if one.since <= day]
    if not found:
        raise LookupError("No reduction holds on that day.")
    return max(found, key=lambda one: one.since)


def _none() -> Vat:
    return Vat(date.min, (), "")
