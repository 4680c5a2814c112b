"""The rules that raise alarms, in words that people can read, with their standards and bounds.

Each asks what happened between two moments; what it finds is a `Hit`: who, when, how many. There is no database of
places here and no guess about a person: what is compared is counted, or was there before or not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from tillit.evidence import events
from tillit.kernel.dpv import Words
from tillit.privacy.models import AlarmRule


@dataclass(frozen=True)
class Hit:
    """What a rule found: who caused it (a person, or the mark of a network), from when until when, how many."""

    who: str
    person: UUID | None
    first: datetime
    last: datetime
    figure: int


@dataclass(frozen=True)
class Tuned:
    """A rule as an organisation has set it. evening, morning: the hours between which it is night."""

    on: bool
    most: int
    minutes: int
    evening: int
    morning: int
    zone: str = "UTC"
    why: str = ""


_TIMES = ngettext_lazy("%(n)s time", "%(n)s times", "n")

Find = Callable[[datetime, datetime, Tuned], list[Hit]]


@dataclass(frozen=True)
class Rule:
    """One rule. says: what it notices, with %(most)s and %(minutes)s. `most` and `minutes` are (standard, least,
    largest); (0, 0, 0) where the rule has no such number. tells: one sentence about a finding."""

    key: str
    title: Words
    says: Words
    find: Find
    most: tuple[int, int, int]
    minutes: tuple[int, int, int] = (0, 0, 0)
    night: bool = False
    on: bool = True
    counts: Any = _TIMES

    def standard(self, zone: str = "UTC") -> Tuned:
        """As it is before anybody tunes it."""
        return Tuned(self.on, self.most[0], self.minutes[0], 22, 6, zone)

    def noticed(self, figure: int) -> str:
        """How many, in the reader's language."""
        return str(self.counts % {"n": figure})

    def within(self, most: int, minutes: int) -> bool:
        """Are these numbers within the rule's bounds?"""
        return self.most[1] <= most <= self.most[2] and self.minutes[1] <= minutes <= self.minutes[2]


EXPORTS = {"privacy.copy.made", "privacy.copy.taken", "privacy.disclosure.handed"}
"""Events that say that data was taken out in bulk. An app with a further one calls `exports`."""


def exports(name: str) -> None:
    """Make known that this event says that data was taken out: the rule "exports" looks at it."""
    EXPORTS.add(name)


def _reads(low: datetime, high: datetime, tuned: Tuned) -> list[Hit]:
    rows = _ask("privacy.watch_reads", low, high, tuned.minutes, tuned.most)
    return [Hit(str(who), who, first, last, people) for who, first, last, people in rows]


def _nights(low: datetime, high: datetime, tuned: Tuned) -> list[Hit]:
    rows = _ask("privacy.watch_nights", low, high, tuned.zone, tuned.evening, tuned.morning, tuned.most)
    return [Hit(str(who), who, first, last, people) for who, first, last, people in rows]


def _exported(low: datetime, high: datetime, tuned: Tuned) -> list[Hit]:
    rows = _ask("privacy.watch_deeds", low, high, sorted(EXPORTS & events.kinds.keys()), tuned.most)
    return [Hit(str(who), who, first, last, times) for who, first, last, times in rows]


def _counted(kind: str) -> Find:
    def find(low: datetime, high: datetime, tuned: Tuned) -> list[Hit]:
        rows = _ask("privacy.watch_tallies", low, high, kind, tuned.minutes, tuned.most)
        return [Hit(*row) for row in rows]

    return find


def _audited(low: datetime, high: datetime, tuned: Tuned) -> list[Hit]:
    """The examination of the log has its own hour (watch.audit)."""
    return []


RULES: dict[str, Rule] = {
    rule.key: rule
    for rule in (
        Rule(
            "reads", _("Many people looked up"),
            _("Somebody was shown the data of more than %(most)s other people within %(minutes)s minutes."),
            _reads, most=(100, 5, 5000), minutes=(10, 1, 720),
            counts=ngettext_lazy("%(n)s person was looked up", "%(n)s people were looked up", "n"),
        ),
        Rule(
            "nights", _("Work at odd hours"),
            _("Somebody was shown the data of more than %(most)s other people in one night."),
            _nights, most=(5, 0, 1000), night=True,
            counts=ngettext_lazy("%(n)s person was looked up at night", "%(n)s people were looked up at night", "n"),
        ),
        Rule(
            "refused", _("Many closed doors"),
            _("Somebody asked more than %(most)s times within %(minutes)s minutes for what is closed or not there."),
            _counted("refused"), most=(30, 3, 1000), minutes=(10, 5, 720),
            counts=ngettext_lazy("%(n)s refusal", "%(n)s refusals", "n"),
        ),
        Rule(
            "limited", _("Much too fast"),
            _("Somebody was slowed down more than %(most)s times within %(minutes)s minutes."),
            _counted("limited"), most=(20, 1, 1000), minutes=(10, 5, 720),
        ),
        Rule(
            "login", _("Wrong passwords"),
            _("Somebody failed more than %(most)s times within %(minutes)s minutes to log in as one of you."),
            _counted("login"), most=(10, 3, 200), minutes=(30, 5, 720),
            counts=ngettext_lazy("%(n)s failed login", "%(n)s failed logins", "n"),
        ),
        Rule(
            "device", _("A new device"),
            _("One of you logged in with a kind of device or browser that was never seen with the account before."),
            _counted("device"), most=(0, 0, 0), minutes=(5, 5, 5),
            counts=ngettext_lazy("%(n)s login with a new device", "%(n)s logins with a new device", "n"),
        ),
        Rule(
            "network", _("A new network"),
            _("One of you logged in from a network that was never seen with the account before: on a journey, at home,"
              " or in another country. Which one it is, is not known here."),
            _counted("network"), most=(0, 0, 0), minutes=(5, 5, 5), on=False,
            counts=ngettext_lazy("%(n)s login from a new network", "%(n)s logins from a new network", "n"),
        ),
        Rule(
            "exports", _("Data taken out"),
            _("One of you took out other people's data as a file."),
            _exported, most=(0, 0, 100),
        ),
        Rule(
            "log", _("A damaged log"),
            _("The log of what happened was changed from outside. It is examined every night, event by event."),
            _audited, most=(0, 0, 0),
            counts=ngettext_lazy("%(n)s thing is wrong with the log", "%(n)s things are wrong with the log", "n"),
        ),
    )
}  # fmt: skip


def tuned(zone: str) -> dict[str, Tuned]:
    """Every rule as the acting organisation has set it, by its key."""
    chosen = {row.rule: row for row in AlarmRule.objects.all()}
    return {key: _as_set(rule, chosen.get(key), zone) for key, rule in RULES.items()}


def _as_set(rule: Rule, row: Any, zone: str) -> Tuned:
    standard = rule.standard(zone)
    if row is None:
        return standard
    evening = standard.evening if row.evening is None else row.evening
    morning = standard.morning if row.morning is None else row.morning
    return Tuned(row.on, row.most, row.minutes, evening, morning, zone, row.why)


def _ask(function: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """A function of sql/alarms.sql. Its name is ours."""
    with connection.cursor() as cursor:
        cursor.execute(f"select * from {function}({', '.join(['%s'] * len(arguments))})", arguments)  # noqa: S608 (ours)
        return list(cursor.fetchall())
