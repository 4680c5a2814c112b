"""The registry: what is held on a person, why, since when, until when. It knows no model: the declarations beside the
fields (kernel/declare.py) say everything, and row security says which rows are the person's to see.

    for one in registry.held(person): one.what.label, one.value, one.purposes, one.since, one.until
    for table in registry.tables(person): table.columns, table.rows      # the same as rows, for a copy
    registry.kinds()                     # the same without values, for a notice

A field that is declared tomorrow is in both at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from tillit.access import current
from tillit.kernel.declare import Declared, Holding, holdings
from tillit.kernel.dpv import Basis, Data, Erase, Purpose, Words
from tillit.kernel.end_tables import End
from tillit.kernel.sealed import BlindIndex
from tillit.privacy.rows import Row as Row
from tillit.privacy.rows import read

_SECRET = {Data.AUTHENTICATION}


@dataclass(frozen=True)
class Held:
    """One value that is held on a person.

    label: app.model.field. value: opened; None for what one logs in with, which is named and never shown.
    since: when the row was made (UTC); None where the row does not tell. until: when a clock will end it (UTC); None
    where it goes with an event, which `kept` says in words.
    """

    label: str
    row: Any
    what: Data
    value: Any = field(repr=False)
    purposes: tuple[Purpose, ...]
    bases: tuple[Basis, ...]
    since: datetime | None
    until: datetime | None
    kept: Words
    erase: Erase


@dataclass(frozen=True)
class Kind:
    """One kind of data as a notice names it: for what, on which bases, for how long, and what erasure does."""

    what: Data
    purposes: tuple[Purpose, ...]
    bases: tuple[Basis, ...]
    kept: tuple[Words, ...]
    erase: tuple[Erase, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """One declared field of a table. `secret`: what one logs in with, which is named and never shown."""

    name: str
    declared: Declared
    secret: bool
    bases: tuple[Basis, ...]


@dataclass(frozen=True)
class Table:
    """All that one table (app.model) holds on a person."""

    label: str
    columns: tuple[Column, ...]
    rows: list[Row] = field(repr=False)


def held(person: Any, *, but: Collection[str] = ()) -> list[Held]:
    """Everything that the acting organisation holds on the acting person, by table.

    person: a row of identity.Person, or its id. What the person's own login holds (account, sessions, keys) is
    there too where the person acts with it. but: tables (app.model) to leave out, for a page that shows them
    otherwise. Raises PermissionError for anybody but the acting person.
    """
    only = [label for label in labels() if label not in but] if but else ()
    return [one for table in tables(person, only) for one in _each(table)]


def one(person: Any, label: str, row: Any) -> Held | None:
    """One field (app.model.field) of one row of the acting person, also where it is empty; None where there is none."""
    for table in tables(person, [label.rpartition(".")[0]]):
        return next((held for held in _each(table, empty=True) if (held.label, held.row) == (label, row)), None)
    return None


def tables(person: Any, only: Collection[str] = ()) -> Iterator[Table]:
    """The same table by table, as rows, with one query for each; only of these (app.model) where some are given."""
    actor = current()
    wanted = getattr(person, "pk", person)
    if actor is None or actor.person is None or actor.person != wanted:
        raise PermissionError("The registry answers about the person who asks.")
    whose = [one for one in (actor.person, actor.account) if one]
    clocks = _Clocks(actor.person)
    for model, fields in _readable():
        if not only or model._meta.label_lower in only:
            yield Table(
                model._meta.label_lower,
                tuple(Column(f.name, f.declared, f.declared.what in _SECRET, _bases(f.declared.why)) for f in fields),
                read(model, fields, whose, clocks.until),
            )


def labels() -> list[str]:
    """The tables that hold something about people, which they may read (app.model)."""
    return [model._meta.label_lower for model, _fields in _readable()]


def _each(table: Table, *, empty: bool = False) -> Iterator[Held]:
    for row in table.rows:
        for column, value, until in zip(table.columns, row.values, row.until, strict=True):
            if value is not None or empty:
                said = column.declared
                yield Held(
                    label=f"{table.label}.{column.name}",
                    row=row.pk,
                    what=said.what,
                    value=None if column.secret else value,
                    purposes=said.why,
                    bases=column.bases,
                    since=row.since,
                    until=until,
                    kept=said.keep.says,
                    erase=said.erase,
                )


def kinds(labels: Collection[str] = ()) -> list[Kind]:
    """What is held on people at all, kind by kind; only of these fields (app.model.field) where some are given.

    Raises KeyError for a label that is no declared field.
    """
    known = {one.label: one for one in holdings()}
    chosen = [known[label] for label in labels] if labels else list(known.values())
    found = []
    for what in Data:
        if mine := [one for one in chosen if one.declared.what is what]:
            purposes = _once(purpose for one in mine for purpose in one.declared.why)
            kept = {str(one.declared.keep.until): one.declared.keep.says for one in mine}
            erase = _once(one.declared.erase for one in mine)
            labelled = tuple(one.label for one in mine)
            found.append(Kind(what, purposes, _bases(purposes), tuple(kept.values()), erase, labelled))
    return found


def _readable() -> Iterator[tuple[Any, list[Holding]]]:
    """Models that their people may read, with their declared fields. An index tells no more than what it finds."""
    for model, fields in groupby(holdings(), key=lambda one: one.model):
        visible: Any = getattr(model, "Visible", None)
        if visible is None or hasattr(visible, "see"):
            yield model, [one for one in fields if not isinstance(model._meta.get_field(one.name), BlindIndex)]


class _Clocks:
    """When what concerns the person ends, with one query."""

    def __init__(self, person: uuid.UUID) -> None:
        self.by_object: dict[tuple[str, Any], datetime] = {}
        self.by_kind: dict[str, datetime] = {}
        ends = End.objects.filter(subject_id=person, state="open").values_list("kind", "object_id", "due")
        for kind, object_id, due in ends:
            self.by_object[kind, object_id] = due
            self.by_kind[kind] = max(due, self.by_kind.get(kind, due))

    def until(self, clock: str | None, row: Any) -> datetime | None:
        """The row's own end, else the last end of its kind that concerns the person."""
        if clock not in self.by_kind:
            return None
        return self.by_object.get((clock, row)) or self.by_kind.get(clock)


def _bases(purposes: Iterable[Purpose]) -> tuple[Basis, ...]:
    return _once(purpose.basis for purpose in purposes if purpose.basis)


def _once(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))
