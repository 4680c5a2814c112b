"""Reading a person's rows of one table for the registry: with one query, and without making an object of each row,
since a copy may have thousands."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, UUIDField
from django.utils.module_loading import import_string

from tillit.kernel.declare import Holding
from tillit.kernel.sealed import Sealed, opened_many
from tillit.kernel.sealing import as_uuid

_BASED_ON_TIME = 7  # the version of UUIDs that carry the moment of their birth (RFC 9562)
_NOTHING: tuple[Any, ...] = ("", b"", [], {})

Until = Callable[[str | None, Any], datetime | None]


class Row(NamedTuple):
    """A row of a person: its id, since when, until when, and its values in the order of the fields; None where a
    field holds nothing, or nothing of this person."""

    pk: Any
    since: datetime | None
    until: tuple[datetime | None, ...]
    values: tuple[Any, ...]


@dataclass(frozen=True)
class _Raw:
    """Rows as tuples, and where in them an attribute stands."""

    rows: list[Any] = field(repr=False)
    places: dict[str, int]

    def column(self, name: str) -> list[Any]:
        at = self.places[name]
        return [row[at] for row in self.rows]


def read(model: Any, fields: Sequence[Holding], whose: Sequence[uuid.UUID], until: Until) -> list[Row]:
    """The rows of one table that are `whose` in at least one of the fields. until: when a clock ends a row, if known.

    A row may be somebody's in one field and not in another.
    """
    paths = sorted({path for one in fields for path in one.declared.of if _is_a_key(model, path)})
    if not paths:
        return []
    raw = _raw(model, fields, paths, whose)
    if not raw.rows:
        return []
    values: Iterator[tuple[Any, ...]] = zip(*(_column(model, one, raw) for one in fields), strict=True)
    if len(paths) > 1:
        marks = [[raw.places[f"whose_{paths.index(p)}"] for p in one.declared.of if p in paths] for one in fields]
        values = _only_theirs(values, raw.rows, marks)
    return list(_rows(model, fields, raw, values, until))


def _raw(model: Any, fields: Sequence[Holding], paths: list[str], whose: Sequence[uuid.UUID]) -> _Raw:
    statement = _statement(model, tuple(fields), tuple(paths), len(whose))
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, [whose[at] for at in statement.ids])
        rows = cursor.fetchall()
    return _Raw(list(statement.convert(rows)) if rows else rows, statement.places)


@dataclass(frozen=True)
class _Statement:
    """The query for one table, and which of the ids stands in each place of it."""

    sql: str
    ids: tuple[int, ...]
    convert: Callable[[list[Any]], Iterable[Any]]
    places: dict[str, int]


@lru_cache(maxsize=512)
def _statement(model: Any, fields: tuple[Holding, ...], paths: tuple[str, ...], count: int) -> _Statement:
    """Worked out once: a copy asks every table there is, and most of them hold nothing of somebody."""
    ids = [uuid.UUID(int=number) for number in range(count)]
    tests = [Q(**{f"{'pk' if path == 'self' else path}__in": ids}) for path in paths]
    query = model._base_manager.filter(Q(*tests, _connector=Q.OR)).order_by("pk")
    if len(paths) > 1:
        query = query.annotate(**{f"whose_{number}": test for number, test in enumerate(tests)})
    if not getattr(model, "opened_by", {}):
        query = query.only(*_needed(model, fields))
    compiler = query.query.get_compiler(query.db)
    sql, parameters = compiler.as_sql()
    selected = [expression for expression, _sql, _alias in compiler.select]
    converters = compiler.get_converters(selected)
    names = [alias or expression.target.attname for expression, _sql, alias in compiler.select]
    return _Statement(
        sql,
        tuple(as_uuid(one).int for one in parameters),
        (lambda rows: compiler.apply_converters(rows, converters)) if converters else (lambda rows: rows),
        {name: at for at, name in enumerate(names)},
    )


def _needed(model: Any, fields: Sequence[Holding]) -> set[str]:
    """The attributes that are read: the fields, what opens them, and since when."""
    known = {one.attname for one in model._meta.concrete_fields}
    needed = {one.name for one in fields} | ({"made", "created_at"} & known)
    for one in fields:
        found = model._meta.get_field(one.name)
        if isinstance(found, Sealed):
            needed |= {found.whose, "organisation_id"}
    return needed


def _column(model: Any, one: Holding, raw: _Raw) -> list[Any]:
    """A field's values, opened; None where nothing is held."""
    opened_by: dict[str, str] = getattr(model, "opened_by", {})
    found = model._meta.get_field(one.name)
    values = raw.column(found.attname)
    if one.name in opened_by:
        names, opens = list(raw.places), import_string(opened_by[one.name])
        values = [opens(model.from_db(None, names, row)) for row in raw.rows]
    elif isinstance(found, Sealed):
        keys, subjects = raw.column(model._meta.pk.attname), raw.column(found.whose)
        blobs = [blob and blob.data for blob in values]
        organisation = raw.rows[0][raw.places["organisation_id"]]  # row security: there is no other here
        values = opened_many(model, one.name, zip(blobs, keys, subjects, strict=True), organisation=organisation)
    return [None if value is None or value in _NOTHING else value for value in values]


def _only_theirs(values: Any, rows: list[Any], marks: list[list[int]]) -> Iterator[tuple[Any, ...]]:
    for row, found in zip(rows, values, strict=True):
        yield tuple(value if any(row[at] for at in mine) else None for value, mine in zip(found, marks, strict=True))


def _rows(model: Any, fields: Sequence[Holding], raw: _Raw, values: Any, until: Until) -> Iterator[Row]:
    clocks = [one.declared.keep.clock for one in fields]
    pk, made = raw.places[model._meta.pk.attname], raw.places.get("made", raw.places.get("created_at"))
    one_clock = clocks[0] if len(set(clocks)) == 1 else None
    for row, found in zip(raw.rows, values, strict=True):
        if any(value is not None for value in found):
            key = row[pk]
            since = row[made] if made is not None else None
            ends = (until(one_clock, key),) * len(clocks) if one_clock else tuple(until(c, key) for c in clocks)
            yield Row(key, since or _born(key), ends, found)


def _born(pk: Any) -> datetime | None:
    """When a row was made, where its id tells."""
    if isinstance(pk, uuid.UUID) and pk.version == _BASED_ON_TIME:
        return datetime.fromtimestamp((pk.int >> 80) / 1000, UTC)
    return None


def _is_a_key(model: Any, path: str) -> bool:
    """Does the path end in somebody's id? An address alone (of a mail on its way) is no one's to ask about by id."""
    at = model
    found: Any = model._meta.pk
    for step in () if path == "self" else path.split("__"):
        found = at._meta.get_field(step)
        at = found.related_model
    return found.is_relation or isinstance(found, UUIDField)
