"""The registry: what is held on a person, why, since when, until when. It knows no model: the declarations beside the
fields (kernel/declare.py) say everything, and row security says which rows are the person's to see.

    for one in registry.held(person): one.what.label, one.value, one.purposes, one.since, one.until
    registry.kinds()                     # the same without values, for a notice

A field that is declared tomorrow is in both at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.db.models import Model, Q, UUIDField
from django.utils.module_loading import import_string

from tillit.access import current
from tillit.kernel.declare import Holding, holdings
from tillit.kernel.dpv import Basis, Data, Erase, Purpose, Words
from tillit.kernel.end_tables import End
from tillit.kernel.sealed import BlindIndex

_SECRET = {Data.AUTHENTICATION}
_BASED_ON_TIME = 7  # the version of UUIDs that carry the moment of their birth (RFC 9562)


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


def held(person: Any) -> list[Held]:
    """Everything that the acting organisation holds on the acting person, by table.

    person: a row of identity.Person, or its id. What the person's own login holds (account, sessions, keys) is
    there too where the person acts with it. Raises PermissionError for anybody but the acting person.
    """
    actor = current()
    wanted = getattr(person, "pk", person)
    if actor is None or actor.person is None or actor.person != wanted:
        raise PermissionError("The registry answers about the person who asks.")
    whose = [one for one in (actor.person, actor.account) if one]
    clocks = _Clocks(actor.person)
    return [one for model, fields in _readable() for one in _of_model(model, fields, whose, clocks)]


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


def _of_model(model: Any, fields: list[Holding], whose: list[uuid.UUID], clocks: _Clocks) -> Iterator[Held]:
    """The person's values in one table, with one query. A row may be somebody's in one column and not in another."""
    paths = sorted({path for one in fields for path in one.declared.of if _is_a_key(model, path)})
    if not paths:
        return
    tests = {path: Q(**{f"{'pk' if path == 'self' else path}__in": whose}) for path in paths}
    marks = {path: f"whose_{number}" for number, path in enumerate(paths)}
    rows = model._base_manager.annotate(**{marks[path]: tests[path] for path in paths})
    rows = rows.filter(Q(*tests.values(), _connector=Q.OR)).order_by("pk")
    opened_by: dict[str, str] = getattr(model, "opened_by", {})
    for row in rows:
        for one in fields:
            said = one.declared
            if not any(getattr(row, marks[path]) for path in said.of if path in marks):
                continue
            value = import_string(opened_by[one.name])(row) if one.name in opened_by else getattr(row, one.name)
            if value is None or value in ("", b"", [], {}):
                continue
            yield Held(
                label=one.label,
                row=row.pk,
                what=said.what,
                value=None if said.what in _SECRET else value,
                purposes=said.why,
                bases=_bases(said.why),
                since=_since(row),
                until=clocks.until(said.keep.clock, row.pk),
                kept=said.keep.says,
                erase=said.erase,
            )


def _is_a_key(model: Any, path: str) -> bool:
    """Does the path end in somebody's id? An address alone (of a mail on its way) is no one's to ask about by id."""
    at = model
    found: Any = model._meta.pk
    for step in () if path == "self" else path.split("__"):
        found = at._meta.get_field(step)
        at = found.related_model
    return found.is_relation or isinstance(found, UUIDField)


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
        if clock is None:
            return None
        return self.by_object.get((clock, row)) or self.by_kind.get(clock)


def _since(row: Model) -> datetime | None:
    made = getattr(row, "made", None) or getattr(row, "created_at", None)
    if isinstance(made, datetime):
        return made
    if isinstance(row.pk, uuid.UUID) and row.pk.version == _BASED_ON_TIME:
        return datetime.fromtimestamp((row.pk.int >> 80) / 1000, UTC)
    return None


def _bases(purposes: Iterable[Purpose]) -> tuple[Basis, ...]:
    return _once(purpose.basis for purpose in purposes if purpose.basis)


def _once(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))
