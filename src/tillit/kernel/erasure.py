"""What erasure does to each table: a plan, worked out from the declarations beside the fields (kernel/declare.py).

A field that is declared tomorrow is erased tomorrow: the plan becomes functions (kernel/erasure_sql.py), and the
rights that they need stand in the migrations (kernel/rls.py).

What happens to a row: it is deleted if everything in it that is a person's is one person's and says DELETE; else its
fields are emptied one by one. SHRED needs nothing here but its blind indexes emptied: the key goes. A field that is
several people's stays for the others, and what a law keeps (KEEP) stays to its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from tillit.kernel.declare import Holding, holdings
from tillit.kernel.dpv import Erase

PERSON = "identity.Person"
ELSEWHERE = {
    "evidence.event": "evidence.erase_person, which leaves the log whole",
    "identity.invitation": "identity.leave, by the account's index",
    "kernel.outbox": "nothing: an id that is nobody's any more, until the event is passed on and swept away",
}
"""Tables with a way of their own, and which."""

_EMPTY: tuple[tuple[type[Any], str], ...] = (
    (models.JSONField, ""),
    (ArrayField, "'{}'"),
    (models.CharField, "''"),
    (models.TextField, "''"),
    (models.BinaryField, "''"),
    (models.BooleanField, "false"),
    (models.IntegerField, "0"),
    (models.DecimalField, "0"),
    (models.FloatField, "0"),
)


@dataclass(frozen=True)
class Step:
    """What happens to one table's rows of a person (or of their account), to whom `path` leads."""

    model: Any
    path: str
    hops: tuple[Any, ...]
    """The fields that lead to whose they are, the first one in this table."""
    of_account: bool
    deletes: bool
    sets: tuple[tuple[str, str], ...]
    """Column → SQL of what it becomes."""
    sealed: tuple[Any, ...]
    """Sealed fields that end with the key."""
    kept: tuple[Holding, ...]
    """What a law keeps, or what is somebody else's too."""

    @property
    def label(self) -> str:
        """app.model"""
        return str(self.model._meta.label_lower)

    @property
    def where(self) -> str:
        """Whose rows: SQL over the table as `t`."""
        first, *rest = self.hops
        sql = "login" if self.of_account else "whose"
        for number, hop in reversed(list(enumerate(rest, 1))):
            table = hop.model._meta
            sql = (
                f'any (array(select p{number}."{table.pk.column}" from public."{table.db_table}" p{number} '  # noqa: S608 (our own names)
                f'where p{number}."{hop.column}" = {sql}))'
            )
        if isinstance(first, ArrayField):  # the people whom a letter is about
            return f't."{first.column}" @> array[{sql}]'
        return f't."{first.column}" = {sql}'

    @property
    def changed(self) -> str:
        """SQL that is true of a row that has not been emptied yet."""
        return " or ".join(f't."{column}" is distinct from {value}' for column, value in self.sets)

    def rights(self) -> list[str]:
        """What the definer functions need on the table."""
        if self.deletes:
            return ["SELECT", "DELETE"]
        columns = [*(column for column, _ in self.sets), *(field.column for field in self.sealed)]
        return ["SELECT", *([f"UPDATE ({', '.join(columns)})"] if columns else [])]


def steps(of: Sequence[type[models.Model]] | None = None) -> list[Step]:
    """The whole plan, children before parents. Raises ImproperlyConfigured for a declaration that cannot be kept."""
    return list(_planned(tuple(apps.get_models() if of is None else of)))


@lru_cache(maxsize=4)
def _planned(models: tuple[Any, ...]) -> tuple[Step, ...]:
    found = []
    for model, fields in groupby(holdings(), key=lambda one: one.model):
        if model in models:
            found += list(_of_model(model, list(fields)))
    return tuple(_children_first(found))


def rights(model: type[models.Model]) -> list[str]:
    """What erasure needs on one table, for the definer (kernel/rls.py)."""
    own = [right for step in steps([model]) for right in step.rights()]
    passed = [step for step in steps() for hop in step.hops[1:] if hop.model is model]
    return merged([*own, *(["SELECT"] if passed else [])])


def merged(rights: Sequence[str]) -> list[str]:
    """Rights without those that others contain: a whole command over some of its columns, columns together."""
    columns: dict[str, dict[str, None] | None] = {}
    for right in rights:
        verb, _, listed = right.partition(" (")
        if not listed or columns.get(verb, {}) is None:
            columns[verb] = None
        else:
            known = columns.setdefault(verb, {})
            assert known is not None
            known.update(dict.fromkeys(name.strip() for name in listed.rstrip(")").split(",")))
    return [verb if names is None else f"{verb} ({', '.join(names)})" for verb, names in columns.items()]


# -- working it out ---------------------------------------------------------------------------------------------------


def _of_model(model: Any, fields: list[Holding]) -> Iterator[Step]:
    if model._meta.label_lower in ELSEWHERE:
        return
    whose = {path: _leads(model, path) for one in fields for path in one.declared.of}
    people = sorted(path for path, (_hops, target) in whose.items() if target in (PERSON, settings.AUTH_USER_MODEL))
    for path in people:
        hops, target = whose[path]
        mine = [one for one in fields if path in one.declared.of]
        kept = tuple(one for one in mine if len(one.declared.of) > 1 or one.declared.erase is Erase.KEEP)
        goes = [one for one in mine if one not in kept]
        deletes = people == [path] and not kept and any(one.declared.erase is Erase.DELETE for one in goes)
        sets = () if deletes else tuple(dict.fromkeys(found for one in goes if (found := _set(model, one, hops))))
        sealed = tuple(_field(one) for one in goes if one.declared.erase is Erase.SHRED and _is_sealed(one))
        for one in kept:
            _must_outlive(one)
        owner = "pk" if path == "self" else path
        yield Step(model, owner, hops, target != PERSON, deletes, sets, () if deletes else sealed, kept)


def _leads(model: Any, path: str) -> tuple[tuple[Any, ...], str]:
    """The fields of a path, and the model at its end. "self" on a row that is nobody leads to a matter of its own,
    which has its own key and clock."""
    if path == "self":
        return (model._meta.pk,), model._meta.label
    hops: list[Any] = []
    at = model
    for step in path.split("__"):
        by_column = {field.attname: field for field in at._meta.concrete_fields}
        hops.append(by_column.get(step) or at._meta.get_field(step))
        at = hops[-1].related_model
    return tuple(hops), at._meta.label if at else PERSON


def _set(model: Any, one: Holding, hops: tuple[Any, ...]) -> tuple[str, str] | None:
    """What a field that goes becomes; None where nothing has to be written."""
    field = _field(one)
    name = field.column
    if one.declared.erase is Erase.SHRED:
        return (name, "''") if not _is_sealed(one) and field.column.endswith("index") else None
    if one.declared.erase is Erase.DETACH:
        return (hops[0].column, "null") if hops[0].null else None  # else: to a person who is nobody any more
    if one.declared.erase is Erase.GENERALISE:
        if isinstance(field, models.DateField):
            return name, f"date_trunc('year', t.\"{name}\")"
        if isinstance(field, models.IntegerField | models.DecimalField):
            return name, f'round(t."{name}" / 10.0) * 10'
        raise ImproperlyConfigured(f"{field}: only dates and numbers are made coarse.")
    if field.null:
        return name, "null"
    if field.unique or _in_unique(model, field.name):
        return name, f"t.{model._meta.pk.column}::text"  # the row's own number says nothing, and collides with nothing
    for kind, empty in _EMPTY:
        if isinstance(field, kind):
            return name, empty or ("'[]'::jsonb" if field.get_default() == [] else "'{}'::jsonb")
    raise ImproperlyConfigured(f"{field} cannot be emptied: let erasure delete its row, or let it be null.")


def _must_outlive(one: Holding) -> None:
    if getattr(_field(one), "klass", "") == "erasable" and one.declared.erase is Erase.KEEP:
        raise ImproperlyConfigured(f"{one.label} is kept and would be shredded: seal it in another class.")


def _field(one: Holding) -> Any:
    return one.model._meta.get_field(one.name)


def _is_sealed(one: Holding) -> bool:
    return bool(getattr(_field(one), "sealed", False))


def _in_unique(model: Any, name: str) -> bool:
    together = [c.fields for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    return any(name in fields for fields in [*together, *model._meta.unique_together])


def _children_first(found: list[Step]) -> list[Step]:
    """In the plan's order, but before any table that it points to."""
    ordered: list[Step] = []

    def place(step: Step, above: tuple[Any, ...]) -> None:
        for other in found:
            parents = {f.related_model for f in other.model._meta.concrete_fields if f.is_relation}
            if step.model in parents and other.model not in above and other not in ordered:
                place(other, (*above, step.model))
        if step not in ordered:
            ordered.append(step)

    for step in found:
        place(step, ())
    return ordered
