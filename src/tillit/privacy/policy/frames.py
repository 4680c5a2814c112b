"""Legal frames: what law an organisation stands under. Each is data (law/*.toml); this module reads and adds them up.

    here = frame(organisation)
    here.authority            # whom people may complain to; None: the court (here.court)
    here.answer_due(received) # the day on which a request must be answered
    here.rights               # the rights that the law gives, those of additions among them

An organisation stands under the frame of its region. An addition (CCPA, where it serves Californians) adds rights and
laws; its own times hold for those who ask under it: `here.addition("ccpa").answer_due(received)`.
"""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tillit.kernel.dpv import Basis
from tillit.privacy.models import PolicySettings
from tillit.privacy.policy.said import Said

LAW = Path(__file__).with_name("law")
OF_REGION = {"eu": "gdpr-se", "ir": "iran"}
ADDITIONS = ("ccpa",)


@dataclass(frozen=True)
class Authority:
    """Whom people may complain to. Address, phone and site are shown as text: no page links to another host."""

    name: Said
    short: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    site: str = ""
    country: str = ""


@dataclass(frozen=True)
class Term:
    """A time that the law sets: calendar months and days."""

    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        """The day on which the term ends that began on `day`: the same day of the month, else the month's last."""
        month = day.month - 1 + self.months
        year, month = day.year + month // 12, month % 12 + 1
        at = date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
        return at + timedelta(days=self.days)


@dataclass(frozen=True)
class Breach:
    """When a breach is told: hours to the authority, by law or (where the law is silent) by our promise."""

    hours: int
    by_law: bool
    law: Said
    form: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """A law that obliges to keep something: at least so many years, counted as `says` tells."""

    key: str
    years: int
    law: Said
    says: Said
    modules: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Right:
    """A right that the law gives, in words for whoever has never read it. `how`: my-data, write or opt-out."""

    key: str
    title: Said
    says: Said
    law: Said
    how: str = "my-data"


@dataclass(frozen=True)
class Age:
    """Children: the least that the law allows an organisation to choose, and what holds here by default."""

    default: int
    least: int
    law: Said


@dataclass(frozen=True)
class Frame:
    """One legal frame, read from data."""

    id: str
    region: str
    name: Said
    law: Said
    answer: Term
    extension: Term
    answer_law: Said
    breach: Breach
    age: Age
    authority: Authority | None
    elsewhere: tuple[Authority, ...]
    court: Said
    complaint: Said
    rights: tuple[Right, ...]
    bases: Mapping[str, Said]
    retention: tuple[Kept, ...]
    transfers: Said
    words: Mapping[str, Said]
    additions: tuple[Frame, ...] = ()

    def __hash__(self) -> int:
        return hash((self.id, tuple(one.id for one in self.additions)))

    def answer_due(self, received: date) -> date:
        """The last day to answer a request that came on `received`."""
        return self.answer.after(received)

    def extended_due(self, received: date) -> date:
        """The last day after an extension of which the person was told in time."""
        return Term(self.answer.months + self.extension.months, self.answer.days + self.extension.days).after(received)

    def basis(self, basis: Basis) -> Said | None:
        """Where the law says that this basis is one; None where it knows no such article."""
        return self.bases.get(basis.name.lower())

    def addition(self, id: str) -> Frame | None:
        """The addition of that id, where the organisation stands under it too."""
        return next((one for one in self.additions if one.id == id), None)

    def laws_of(self, modules: Any) -> list[Kept]:
        """What must be kept by an organisation with these modules, additions' laws among it."""
        every = [*self.retention, *(kept for one in self.additions for kept in one.retention)]
        return [kept for kept in every if not kept.modules or kept.modules & set(modules)]

    @property
    def every_right(self) -> list[tuple[Frame, tuple[Right, ...]]]:
        """The rights by the law that gives them, the frame's own first."""
        return [(self, self.rights), *((one, one.rights) for one in self.additions)]


def frame(organisation: Any) -> Frame:
    """The frame of an organisation: that of its region, with the additions that it has chosen."""
    return of(organisation.region, settings_of(organisation).additions)


@cache
def _known(id: str) -> Frame:
    return _read(tomllib.loads((LAW / f"{id}.toml").read_text(encoding="utf-8")))


def of(region: str, additions: Any = ()) -> Frame:
    """The frame of a region with additions. Raises KeyError for a region that no law is known of."""
    main = _known(OF_REGION[region])
    added = tuple(_known(id) for id in ADDITIONS if id in additions)
    return replace(main, additions=added) if added else main


def settings_of(organisation: Any) -> PolicySettings:
    """What the organisation has chosen about its policy, else the defaults; read once for an organisation in hand."""
    if not hasattr(organisation, "_policy_settings"):
        found = PolicySettings.objects.filter(organisation_id=organisation.pk).first()
        organisation._policy_settings = found or PolicySettings(organisation_id=organisation.pk)
    found = organisation._policy_settings
    assert isinstance(found, PolicySettings)
    return found


def minimum_age(organisation: Any) -> int:
    """From which age the organisation takes people in: its own choice, else the frame's; in whole years."""
    return settings_of(organisation).minimum_age or frame(organisation).age.default


def _said(table: Mapping[str, Any]) -> Said:
    return Said({language: str(text) for language, text in table.items()})


def _term(table: Mapping[str, Any]) -> Term:
    return Term(int(table.get("months", 0)), int(table.get("days", 0)))


def _authority(table: Mapping[str, Any]) -> Authority:
    name = table["name"]
    rest = {key: str(table[key]) for key in table if key != "name"}
    return Authority(name=_said(name if isinstance(name, dict) else {"en": name}), **rest)


def _read(data: Mapping[str, Any]) -> Frame:
    breach, age = data["breach"], data["age"]
    authority = data.get("authority")
    return Frame(
        id=data["id"],
        region=data.get("region", ""),
        name=_said(data["name"]),
        law=_said(data["law"]),
        answer=_term(data["answer"]),
        extension=_term(data["extension"]),
        answer_law=_said(data["answer"]["law"]),
        breach=Breach(breach["hours"], breach["by_law"], _said(breach["law"]), tuple(breach.get("form", ()))),
        age=Age(age["default"], age["least"], _said(age["law"])),
        authority=_authority(authority) if authority else None,
        elsewhere=tuple(_authority(one) for one in _others(data.get("elsewhere", ""))),
        court=_said(data["court"]),
        complaint=_said(data["complaint"]),
        rights=tuple(
            Right(one["key"], _said(one["title"]), _said(one["says"]), _said(one["law"]), one.get("how", "my-data"))
            for one in data["rights"]
        ),
        bases={key: _said(table) for key, table in data.get("bases", {}).items()},
        retention=tuple(
            Kept(one["key"], one["years"], _said(one["law"]), _said(one["says"]), frozenset(one.get("modules", ())))
            for one in data.get("retention", ())
        ),
        transfers=_said(data["transfers"]),
        words={key: _said(table) for key, table in data.get("words", {}).items()},
    )


def _others(file: str) -> list[Mapping[str, Any]]:
    """Authorities of other countries under the same law, from a file of their own."""
    if not file:
        return []
    found: list[Mapping[str, Any]] = tomllib.loads((LAW / file).read_text(encoding="utf-8"))["authority"]
    return found


__all__ = ["ADDITIONS", "Age", "Authority", "Breach", "Frame", "Kept", "Right", "Term", "frame", "minimum_age", "of"]
