"""What a field holds about a person, said beside the field.

    display_name = personal(models.CharField(max_length=200), of="self", what=Data.NAME, why=[Purpose.BOOK],
                            keep=KNOWN, erase=Erase.BLANK)

`Sealed` (kernel/sealed.py) takes the same words. A model lists the fields that hold nothing about anybody in
`not_personal`; keys to other rows and primary keys need no entry. kernel/declaration_checks refuses what is in
neither list; `open_text` says why a text about somebody is not sealed, `opened_by` names the function (row → value)
that opens what is sealed by hand.
docs/add-a-personal-field.md shows it in five minutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from django.apps import apps
from django.db import models

from tillit.kernel.dpv import Data, Erase, Keep, Purpose


@dataclass(frozen=True)
class Declared:
    """A field's declaration. `of` are the paths from the row to whose it is ("self": the row is the person)."""

    of: tuple[str, ...]
    what: Data
    why: tuple[Purpose, ...]
    keep: Keep
    erase: Erase

    def __post_init__(self) -> None:
        if not self.of:
            raise ValueError("Personal data is somebody's.")
        if not self.why:
            raise ValueError("Personal data has a purpose.")


F = TypeVar("F", bound="models.Field[Any, Any]")


def personal(field: F, *, of: str | Sequence[str], what: Data, why: Sequence[Purpose], keep: Keep, erase: Erase) -> F:
    """Attach a declaration to a field and return the field."""
    whose = (of,) if isinstance(of, str) else tuple(of)
    field.declared = Declared(whose, what, tuple(why), keep, erase)  # type: ignore[attr-defined]
    return field


@dataclass(frozen=True)
class Holding:
    """One declared field of one model."""

    model: type[models.Model]
    name: str
    declared: Declared

    @property
    def label(self) -> str:
        """app.model.field, stable and without meaning for people."""
        return f"{self.model._meta.label_lower}.{self.name}"


def holdings() -> Iterator[Holding]:
    """Every declared field of every model, in a stable order."""
    yield from _of(tuple(apps.get_models()))


@lru_cache(maxsize=4)
def _of(models: tuple[type[models.Model], ...]) -> tuple[Holding, ...]:
    found = []
    for model in sorted(models, key=lambda one: one._meta.label_lower):
        elsewhere: dict[str, Declared] = getattr(model, "declared_elsewhere", {})
        for field in model._meta.local_concrete_fields:
            declared = getattr(field, "declared", None) or elsewhere.get(field.name)
            if declared:
                found.append(Holding(model, field.name, declared))
    return tuple(found)
