"""The bases every model stands on, and what happens to children when a row goes."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.base import ModelBase

from tillit.kernel import clock, rls
from tillit.kernel.ids import new_id


def CASCADE(collector: Any, field: Any, sub_objs: Any, using: Any) -> None:
    """Children go with the row. The database does it (ON DELETE CASCADE), Django's collector nothing."""


def SET_NULL(collector: Any, field: Any, sub_objs: Any, using: Any) -> None:
    """Children stay and point to nothing. The database does it (ON DELETE SET NULL)."""


def PROTECT(collector: Any, field: Any, sub_objs: Any, using: Any) -> None:
    """The row cannot go while it has children. The database refuses (ON DELETE RESTRICT)."""


for _action, _clause in ((CASCADE, "CASCADE"), (SET_NULL, "SET NULL"), (PROTECT, "RESTRICT")):
    _action.clause = _clause  # type: ignore[attr-defined]
    _action.lazy_sub_objs = True  # type: ignore[attr-defined]


class RecordBase(ModelBase):
    """Turns a model's `Visible` into a constraint, so that migrations carry it."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any) -> Any:
        model: Any = super().__new__(mcs, name, bases, attrs, **kwargs)
        meta = model._meta
        real = not (meta.abstract or meta.proxy or attrs.get("__module__") == "__fake__")
        if real and hasattr(model, "Visible"):
            meta.constraints = [*meta.constraints, rls.Declared(model)]
            meta.original_attrs["constraints"] = meta.constraints
        return model


class Record(models.Model, metaclass=RecordBase):
    """A row with a UUIDv7, made here so that no RETURNING is needed on a protected table."""

    not_personal: tuple[str, ...] = ()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


class Row(Record):
    """A record that an organisation owns: behind its wall for everybody else."""

    organisation = models.ForeignKey("identity.Organisation", CASCADE, related_name="+")

    class Meta:
        abstract = True


def with_parent() -> Any:
    """`organisation` of a row that definer functions alone write, beside a parent of the same organisation: it goes
    with its parent, so a foreign key and an index of its own would guard nothing and cost time."""
    return models.ForeignKey("identity.Organisation", CASCADE, related_name="+", db_index=False, db_constraint=False)


class Made(models.Model):
    """Adds when the row was made."""

    made = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True
