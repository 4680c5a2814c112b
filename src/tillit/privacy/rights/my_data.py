"""Everything that is held of a person, put together as they read it: by table, each value with what it is for, since
and until when, who can see it, and how it is corrected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from tillit.kernel import clock
from tillit.kernel.dpv import Data, Words
from tillit.privacy import registry
from tillit.privacy.doors import Door
from tillit.privacy.registry import Held
from tillit.privacy.rights import corrections, said, values
from tillit.privacy.rights.seers import Seer, Seers

SHOWN_ELSEWHERE = ("evidence.event",)
"""Tables with a page of their own."""

SOON = timedelta(days=14)
MANY = 40  # values of one table that are shown at once


@dataclass(frozen=True)
class Line:
    """One value. secret: what one logs in with, which is named and never shown. share: what is left of its time."""

    what: Words
    value: str
    secret: bool
    why: tuple[Words, ...]
    bases: tuple[Words, ...]
    since: datetime | None
    until: datetime | None
    share: float
    kept: Words
    seers: list[Seer]
    url: str
    clears: bool


@dataclass(frozen=True)
class Table:
    """What is held in one place; `more` values are in the copy only."""

    name: Words
    lines: list[Line]
    more: int


def tables(door: Door, *, language: str, zone: str) -> list[Table]:
    """All that the acting organisation holds on the person who came by this door."""
    person = door.person.pk
    seers = Seers(person)
    found = []
    for label, group in groupby(registry.held(person, but=SHOWN_ELSEWHERE), key=_table):
        held = list(_once(group))
        lines = [_line(one, door, seers, language, zone) for one in held[:MANY]]
        if lines := [one for one in lines if one.value or one.secret]:
            found.append(Table(said.called(label), lines, max(0, len(held) - MANY)))
    return found


def ends_soon(found: list[Table]) -> list[tuple[datetime, Words, list[Words]]]:
    """What goes by itself, the first first: when, of which table, and which kinds of data."""
    going: dict[tuple[datetime, Words], list[Words]] = {}
    for table in found:
        for line in table.lines:
            if line.until:
                kinds = going.setdefault((line.until, table.name), [])
                if line.what not in kinds:
                    kinds.append(line.what)
    return sorted(((until, name, kinds) for (until, name), kinds in going.items()), key=lambda one: one[0])


def _line(one: Held, door: Door, seers: Seers, language: str, zone: str) -> Line:
    secret = one.what is Data.AUTHENTICATION
    url, clears = _way(one, door)
    return Line(
        what=one.what.label,
        value="" if secret else values.of(one.label, one.what, one.value, row=one.row, language=language, zone=zone),
        secret=secret,
        why=tuple(purpose.says for purpose in one.purposes),
        bases=tuple(basis.label for basis in one.bases),
        since=one.since,
        until=one.until,
        share=_share(one.since, one.until),
        kept=one.kept,
        seers=[] if secret else seers.of(one.label, one.row),
        url=url,
        clears=clears,
    )


def _way(one: Held, door: Door) -> tuple[str, bool]:
    """The page on which the value is corrected, and whether it can be deleted there."""
    way = corrections.find(one.label)
    if way is None:
        return "", False
    if isinstance(way, corrections.Elsewhere):
        return way.url(door.slug, one.row), False
    return door.url("correct", label=one.label, row=one.row), way.clears


def _share(since: datetime | None, until: datetime | None) -> float:
    """How much of the time between is left."""
    if since is None or until is None or until <= since:
        return 1.0
    return max(0.0, min(1.0, (until - clock.now()) / (until - since)))


def _table(one: Held) -> str:
    return one.label.rpartition(".")[0]


def _once(group: Iterator[Held]) -> Iterator[Held]:
    """What one logs in with is named once for each table, not once for each column."""
    named = False
    for one in group:
        if one.what is Data.AUTHENTICATION:
            if named:
                continue
            named = True
        yield one
