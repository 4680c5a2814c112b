"""The published formula by which results are sorted. Nothing else counts: no payment, nothing about who searches.

Each part of a listing stands on a step; a step is worth its number times the part's weight, and the sum sorts. Of
equals the nearest stands first, then whose turn it is today (by lot, moved on daily). The steps but distance are known
beforehand and packed into the listing's grade, so that the index has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tillit.kernel.dpv import Words

MOST_WEIGHT = 3
VERSION = 1


@dataclass(frozen=True)
class Part:
    """One part: its name for people, how much it counts unless one chooses otherwise, what each step means (the first
    is step 0)."""

    key: str
    label: Words
    weight: int
    steps: tuple[Words, ...]


PARTS: tuple[Part, ...] = (
    Part("distance", pgettext_lazy("part of a score", "Distance"), 3, (
        _("more than 25 km away"), _("at most 25 km away"), _("at most 10 km away"), _("at most 5 km away"),
        _("at most 2 km away"),
    )),
    Part("free", pgettext_lazy("part of a score", "Free time"), 2, (
        _("no free time known in the next two weeks"), _("free on one to four of the next fourteen days"),
        _("free on five or more of the next fourteen days"),
    )),
    Part("checked", pgettext_lazy("part of a score", "Checked facts"), 3, (
        _("nothing checked"), _("one fact checked"), _("two or three facts checked"), _("four or more facts checked"),
    )),
    Part("reviews", pgettext_lazy("part of a score", "Reviews"), 3, (
        _("fewer than three reviews"), _("three or more reviews"), _("three or more reviews, four of five on average"),
        _("ten or more reviews, four and a half of five on average"),
    )),
    Part("price", pgettext_lazy("part of a score", "Price"), 1, (
        _("the price is high or not stated"), _("the price is above the middle"), _("the price is below the middle"),
        _("the price is low"),
    )),
    Part("fresh", pgettext_lazy("part of a score", "Freshness"), 1, (
        _("not changed for half a year"), _("changed in the last half-year"), _("changed in the last month"),
    )),
)  # fmt: skip
BY_KEY = {part.key: part for part in PARTS}
KEYS = tuple(BY_KEY)
WEIGHTS = {part.key: part.weight for part in PARTS}
WITHIN = (2, 5, 10, 25)  # km: within the first the highest step of distance
_PACKED = ("free", "checked", "reviews", "fresh", "price")
_SIZES = {key: len(BY_KEY[key].steps) for key in _PACKED}
GRADES = 3 * 4 * 4 * 3 * 4
BANDS: dict[str, tuple[int, int, int]] = {
    "SEK": (250_00, 350_00, 500_00), "EUR": (20_00, 30_00, 45_00), "IRR": (1_500_000, 2_500_000, 4_000_000),
}  # fmt: skip
"""An hour's price in minor units: at most the first is low, above the third high."""


def distance_step(km: float) -> int:
    """The step of a distance in kilometres."""
    return sum(km <= bound for bound in WITHIN)


def price_step(rate: int, currency: str) -> int:
    """The step of an hour's price in minor units; 0 where none is said or the currency has no bands."""
    return sum(rate <= bound for bound in BANDS[currency]) if rate and currency in BANDS else 0


def free_step(days: int) -> int:
    """The step of how many of the next fourteen days have free time."""
    return 2 if days >= 5 else 1 if days else 0


def checked_step(facts: int) -> int:
    """The step of how many facts are checked now."""
    return 3 if facts >= 4 else 2 if facts >= 2 else facts


def review_step(count: int, average: float) -> int:
    """The step of reviews: how many, and their average of five. Below three they count nothing."""
    if count < 3:
        return 0
    return 3 if count >= 10 and average >= 4.5 else 2 if average >= 4 else 1


def fresh_step(changed: datetime, now: datetime) -> int:
    """The step of when a profile last changed."""
    days = (now - changed).days
    return 2 if days <= 30 else 1 if days <= 182 else 0


def pack(steps: Mapping[str, int]) -> int:
    """The grade of the steps of a listing (but distance): below GRADES."""
    grade, unit = 0, 1
    for key in _PACKED:
        grade += steps[key] * unit
        unit *= _SIZES[key]
    return grade


def unpack(grade: int) -> dict[str, int]:
    """The steps of a grade."""
    found = {}
    for key in _PACKED:
        grade, found[key] = divmod(grade, _SIZES[key])
    return found


def points(weights: tuple[int, ...]) -> tuple[int, ...]:
    """What each grade is worth, for weights in the order of KEYS."""
    return _points(weights)


@lru_cache(maxsize=512)
def _points(weights: tuple[int, ...]) -> tuple[int, ...]:
    each = dict(zip(KEYS, weights, strict=True))
    return tuple(sum(each[key] * step for key, step in unpack(grade).items()) for grade in range(GRADES))


def most(weights: tuple[int, ...]) -> int:
    """The highest sum that anybody can reach."""
    return sum(weight * (len(part.steps) - 1) for weight, part in zip(weights, PARTS, strict=True))
