"""System checks on what models say of personal data. Each refuses with a sentence; Django's `check` runs them,
and so does the test suite.

    tillit.E101  a field neither declared nor listed as not personal, or listed twice, or a list that names nothing
    tillit.E102  a purpose without a legal basis
    tillit.E103  kept without a clock that would end it, or by a setting that nobody registered
    tillit.E104  a sealed field in an index, a constraint, an ordering or `__str__`
    tillit.E105  free text about a person that is not sealed
    tillit.E106  a path that leads to nobody
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import FunctionType
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from tillit.kernel.declare import Declared
from tillit.kernel.dpv import Basis, Data, Keep

Model = type[models.Model]

ENDS_WITH_ITS_ROW = {
    "identity.account.closed": "closing the account deletes its row and, by the database's cascade, all that is its",
    "booking.connection.ended": "disconnecting deletes the row, and by the database's cascade all that was read",
    "booking.feed.ended": "ending a feed's address deletes its row",
    "booking.host.over": "who is no longer a host is deleted as one, and the schedule goes by the database's cascade",
    "sales.business.removed": "whoever sells no more removes what stands on their invoices, and the row goes",
    "directory.favourite.over": "taking it away deletes the row, and so does the profile's end, by the cascade",
    "directory.weighting.over": "choosing otherwise deletes the row, and so does leaving, by the database's cascade",
    "messaging.block.lifted": "wanting somebody's messages again deletes the row that says otherwise",
    "directory.player.over": "choosing otherwise deletes the row, and so does leaving, by the database's cascade",
    "kernel.upload.removed": "removing the file deletes its row; the file itself goes with the next sweep",
}
"""Events that take the value away in the same moment, so that no clock is needed, and how they do it."""

SHORT = 200
"""Characters: text as short as a name or a title is no free text."""


def ours(app_configs: Iterable[AppConfig] | None = None) -> Iterator[Model]:
    """Every concrete model of our apps."""
    for config in apps.get_app_configs() if app_configs is None else app_configs:
        if config.name.startswith("tillit."):
            yield from (m for m in config.get_models() if m._meta.managed and not m._meta.proxy)


def said_of(field: Any) -> Declared | None:
    """What is declared of a field, beside it or (for a field of a library's base class) on the model."""
    elsewhere: dict[str, Declared] = getattr(field.model, "declared_elsewhere", {})
    return getattr(field, "declared", None) or elsewhere.get(field.name)


def _declared(model: Model) -> Iterator[tuple[Any, Declared]]:
    for field in model._meta.local_concrete_fields:
        if said := said_of(field):
            yield field, said


# -- E101 ---------------------------------------------------------------------------------------------------------


def undeclared(model: Model) -> Iterator[str]:
    """Fields in no list or in two, entries for fields that are not there, tables between two without a model."""
    nothing = set(getattr(model, "not_personal", ()))
    elsewhere = set(getattr(model, "declared_elsewhere", {}))
    label, fields = model._meta.label, model._meta.local_concrete_fields
    for field in fields:
        if field.primary_key or field.is_relation:
            continue
        times = sum([hasattr(field, "declared"), field.name in nothing, field.name in elsewhere])
        if times == 0:
            yield f"{label}.{field.name} does not say what it holds about a person"
        elif times > 1:
            yield f"{label}.{field.name} is declared twice"
    for name in sorted((nothing | elsewhere) - {field.name for field in fields}):
        yield f"{label}.{name} is listed and is not there"
    for relation in model._meta.local_many_to_many:
        yield f"{label}.{relation.name}: a table between two is a model with a declaration of its own"


# -- E102 ---------------------------------------------------------------------------------------------------------


def baseless(model: Model) -> Iterator[str]:
    """Fields with a purpose that rests on no legal basis, or without any purpose."""
    for field, said in _declared(model):
        if not said.why:
            yield f"{field} has no purpose"
        for purpose in said.why:
            if not isinstance(purpose.basis, Basis):
                yield f"{field} is used for {purpose.identifier}, which has no legal basis"


# -- E103 ---------------------------------------------------------------------------------------------------------


def unended(model: Model) -> Iterator[str]:
    """Fields that nothing would make go when their time is over."""
    for field, said in _declared(model):
        if not said.keep.says:
            yield f"{field} does not say how long it is kept"
        if wrong := clockless(said.keep):
            yield f"{field} {wrong}"


def clockless(keep: Keep) -> str:
    """What is wrong with a rule's clock; "" where something will end it."""
    from tillit.kernel import ends, tasks

    kinds = ends.known()
    if keep.setting and keep.setting not in ends.settings:
        return f"is kept by the setting {keep.setting}, which no app registers"
    if keep.setting and ends.settings[keep.setting].default != keep.days:
        return f"says {keep.days} days, and the setting {keep.setting} says {ends.settings[keep.setting].default}"
    if keep.clock is None:
        return "" if keep.until in ENDS_WITH_ITS_ROW else f"has no clock, and {keep.until} takes no row away"
    sweep = tasks.registry.get(keep.clock)
    if keep.clock not in kinds and not (sweep and sweep.cron):
        return f"is on the clock {keep.clock}, which is neither a kind of end nor a sweep that runs by itself"
    return ""


# -- E104 ---------------------------------------------------------------------------------------------------------


def exposed(model: Model) -> Iterator[str]:
    """Sealed fields that the database or a log would have to read: the first finds nothing, the second leaks."""
    sealed = {f.name for f in model._meta.local_concrete_fields if getattr(f, "sealed", False)}
    meta = model._meta
    for place, parts in (
        ("an index", meta.indexes),
        ("a constraint", meta.constraints),
        ("a constraint", meta.unique_together),
        ("the ordering", meta.ordering or ()),
        ("the ordering", [meta.get_latest_by] if meta.get_latest_by else ()),
    ):
        for part in parts:
            for name in sorted(_names(part) & sealed):
                yield f"{meta.label}.{name} is sealed and stands in {place}"
    for name in sorted(_read_by(model, "__str__", set()) & sealed):
        yield f"{meta.label}.{name} is sealed and stands in __str__, from where it reaches logs and error pages"


def _names(part: Any) -> set[str]:
    """Names of fields in a name, a list of them, an index, a constraint or an expression."""
    if isinstance(part, str):
        return {part.lstrip("-").split("__")[0]}
    if isinstance(part, (list, tuple)):
        return set().union(*map(_names, part))
    found: set[str] = set()
    if isinstance(part, models.Q):
        for child in part.children:
            found |= _names(child if isinstance(child, models.Q) else child[0] if isinstance(child, tuple) else child)
            if isinstance(child, tuple) and hasattr(child[1], "resolve_expression"):
                found |= _names(child[1])
        return found
    if isinstance(part, models.F):
        return _names(str(vars(part)["name"]))
    for attribute in ("fields", "include", "expressions", "condition", "deferrable"):
        value = getattr(part, attribute, None)
        if isinstance(value, (list, tuple, models.Q)) or hasattr(value, "resolve_expression"):
            found |= _names(value)
    if hasattr(part, "get_source_expressions"):
        found |= set().union(*(_names(one) for one in part.get_source_expressions() if one is not None))
    return found


def _read_by(model: Model, name: str, seen: set[str]) -> set[str]:
    """Names that a method of the model reads, through the methods and properties it calls on itself."""
    if name in seen:
        return set()
    seen.add(name)
    member = getattr(model, name, None)
    function = member.fget if isinstance(member, property) else getattr(member, "func", member)
    if not isinstance(function, FunctionType):
        return set()
    found = set(function.__code__.co_names)
    return found.union(*(_read_by(model, other, seen) for other in found))


# -- E105 ---------------------------------------------------------------------------------------------------------


def unsealed(model: Model) -> Iterator[str]:
    """Free text about a person that lies open. `open_text` of the model says why one may."""
    reasons: dict[str, str] = getattr(model, "open_text", {})
    free = set()
    for field, said in _declared(model):
        if not getattr(field, "sealed", False) and is_free_text(field, said):
            free.add(field.name)
            if not reasons.get(field.name):
                yield f"{field} is free text about a person: seal it, or say in open_text why it may lie open"
    for name in sorted(reasons.keys() - free):
        yield f"{model._meta.label}.{name} stands in open_text and is no open text about a person"


def is_free_text(field: Any, said: Declared) -> bool:
    """May somebody write there what they like about a person?"""
    if isinstance(field, (models.TextField, models.JSONField)):
        return True
    long = isinstance(field, models.CharField) and (field.max_length or SHORT + 1) > SHORT
    return long and said.what is Data.COMMUNICATION


# -- E106 ---------------------------------------------------------------------------------------------------------


def nobodys(model: Model) -> Iterator[str]:
    """Fields whose path leads to nobody."""
    for field, said in _declared(model):
        for path in said.of:
            if not leads(model, path):
                yield f"{field}: nobody is found at {path!r}"


def leads(model: Model, path: str) -> bool:
    """Is there something at the end of a path ("self", "person", "host__person")?"""
    if path == "self":
        return True
    at: Any = model
    for step in path.split("__"):
        if at is None:
            return False
        names = {field.attname: field for field in at._meta.concrete_fields}
        try:
            field = names.get(step) or at._meta.get_field(step)
        except FieldDoesNotExist:
            return False
        at = field.related_model
    return True


CHECKS = {
    "tillit.E101": undeclared,
    "tillit.E102": baseless,
    "tillit.E103": unended,
    "tillit.E104": exposed,
    "tillit.E105": unsealed,
    "tillit.E106": nobodys,
}


def wrong(*only: str, of: Iterable[Model] | None = None) -> list[str]:
    """What these checks (all of them) find wrong with our models, as sentences. An empty list is good."""
    chosen = [CHECKS[name] for name in only or CHECKS]
    return [sentence for model in (ours() if of is None else of) for check in chosen for sentence in check(model)]


def check_declarations(app_configs: Any = None, **options: Any) -> list[checks.CheckMessage]:
    """Django's system check."""
    return [
        checks.Error(f"{sentence}.", hint="docs/add-a-personal-field.md", obj=model, id=name)
        for model in ours(app_configs)
        for name, check in CHECKS.items()
        for sentence in check(model)
    ]
