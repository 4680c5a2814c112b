"""What is asked: read out of an address, whatever stands there, and written into one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from tillit.directory import facts, places
from tillit.directory.models.search import ANY, DAYS_AHEAD
from tillit.directory.places import Place
from tillit.directory.search import formula, hours
from tillit.kernel import formats

DISTANCES = (5, 10, 20, 50, 100)  # km
LONGEST_TEXT = 200
HIGHEST_PRICE = 1_000_000_000


@dataclass(frozen=True)
class Question:
    """A search. service: a category or ANY. day with since and until (wall clock of the organisation, until exclusive,
    00:00 is midnight): free all that time. price: at most so many of the currency's main unit an hour. weights: in the
    order of formula.KEYS. unread: fields of the address that made no sense and are left out."""

    text: str = ""
    service: UUID = ANY
    place: Place | None = None
    km: int = 10
    day: date | None = None
    since: time = time(0)
    until: time = time(0)
    price: int = 0
    languages: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    weights: tuple[int, ...] = tuple(formula.WEIGHTS.values())
    unread: tuple[str, ...] = field(default=(), compare=False)

    @property
    def own_weights(self) -> bool:
        """Has somebody chosen what counts?"""
        return self.weights != tuple(formula.WEIGHTS.values())

    @property
    def mask(self) -> int:
        """The half-hours of the day that have to be free."""
        return hours.mask(self.since, self.until) if self.day else 0

    def without(self, *names: str) -> Question:
        """The same question with these parts as if nothing had been asked there."""
        plain = Question()
        return replace(self, **{name: getattr(plain, name) for name in names})

    def address(self, *, weights: bool = True) -> str:
        """The question as the query of an address, "" for nothing asked."""
        given: list[tuple[str, Any]] = []
        if self.text:
            given.append(("q", self.text))
        if self.service != ANY:
            given.append(("service", self.service))
        if self.place:
            given += [("place", self.place.id), ("km", self.km)]
        if self.day:
            given += [("day", self.day.isoformat()), ("since", f"{self.since:%H:%M}"), ("until", f"{self.until:%H:%M}")]
        if self.price:
            given.append(("price", self.price))
        given += [("speaks", one) for one in self.languages] + [("age", one) for one in self.ages]
        if weights and self.own_weights:
            given += [(f"w_{key}", weight) for key, weight in zip(formula.KEYS, self.weights, strict=True)]
        return urlencode(given)


def read(given: Mapping[str, Any], *, zone: str, country: str = "", weights: tuple[int, ...] | None = None) -> Question:
    """The question of an address' query. What makes no sense is left out and named in `unread`, never an error.

    given: a QueryDict. country: whose places come first. weights: those that count where the address names none.
    """
    odd: list[str] = []
    today = hours.today(zone)
    day = _day(given, today, odd)
    since, until = _span(given, odd) if day else (time(0), time(0))
    return Question(
        text=str(given.get("q", ""))[:LONGEST_TEXT].replace("\0", "").strip(),
        service=_service(given, odd), place=_place(given, country, odd), km=_km(given, odd),
        day=day, since=since, until=until, price=_number(given, "price", HIGHEST_PRICE, odd),
        languages=_among(given, "speaks", facts.LANGUAGES, odd), ages=_among(given, "age", facts.AGES, odd),
        weights=_weights(given, weights, odd), unread=tuple(dict.fromkeys(odd)),
    )  # fmt: skip


def _service(given: Mapping[str, Any], odd: list[str]) -> UUID:
    text = str(given.get("service", ""))
    try:
        return UUID(text) if text else ANY
    except ValueError:
        odd.append("service")
        return ANY


def _place(given: Mapping[str, Any], country: str, odd: list[str]) -> Place | None:
    text = str(given.get("place", "")).strip()[:80]
    if not text:
        return None
    ascii_text = formats.ascii_digits(text)
    if ascii_text.isascii() and ascii_text.isdecimal():
        found = places.get(int(ascii_text))
    else:
        found = next(iter(places.find(text.replace("\0", ""), most=1, country=country)), None)
    if found is None:
        odd.append("place")
    return found


def _km(given: Mapping[str, Any], odd: list[str]) -> int:
    wanted = _number(given, "km", 100_000, odd) or 10
    return next((km for km in DISTANCES if km >= wanted), DISTANCES[-1])


def _day(given: Mapping[str, Any], today: date, odd: list[str]) -> date | None:
    text = formats.ascii_digits(str(given.get("day", ""))).strip()[:10]
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        odd.append("day")
        return None
    if not today <= day < today + timedelta(days=DAYS_AHEAD):
        odd.append("day")
        return None
    return day


def _span(given: Mapping[str, Any], odd: list[str]) -> tuple[time, time]:
    try:
        since = _time(str(given.get("since", "")) or "00:00")
        until = _time(str(given.get("until", "")) or "00:00")
    except ValueError:
        odd.append("since")
        return time(0), time(0)
    if until != time(0) and until <= since:
        odd.append("until")
        return since, time(0)
    return since, until


def _time(text: str) -> time:
    text = formats.ascii_digits(text).strip()[:5].replace(".", ":")
    return time(int(text)) if text.isdecimal() else time.fromisoformat(text if len(text) == 5 else f"0{text}")


def _number(given: Mapping[str, Any], name: str, most: int, odd: list[str]) -> int:
    text = formats.ascii_digits(str(given.get(name, ""))).strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) < 12 and 0 < int(text) <= most):
        odd.append(name)
        return 0
    return int(text)


def _among(given: Mapping[str, Any], name: str, known: Mapping[str, Any], odd: list[str]) -> tuple[str, ...]:
    typed = given.getlist(name) if hasattr(given, "getlist") else given.get(name, ())
    found = tuple(one for one in known if one in set(typed))
    if len(found) != len(set(typed) - {""}):
        odd.append(name)
    return found


def _weights(given: Mapping[str, Any], kept: tuple[int, ...] | None, odd: list[str]) -> tuple[int, ...]:
    plain = kept or tuple(formula.WEIGHTS.values())
    found = []
    for key, otherwise in zip(formula.KEYS, plain, strict=True):
        text = str(given.get(f"w_{key}", ""))
        if text and (len(text) != 1 or text not in "0123"):
            odd.append(f"w_{key}")
            text = ""
        found.append(int(text) if text else otherwise)
    return tuple(found)
