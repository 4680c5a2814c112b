"""Sealed fields: the database holds bytes, the row shows the value.

    note = Sealed(models.TextField(blank=True), of="person", what=…, why=[…], keep=…, erase=Erase.SHRED)
    email = Sealed(models.EmailField(blank=True), of="self", …)
    email_index = BlindIndex(of="email", normalise=normal.email)

`of` names the one subject whose key seals the value: "self" for the row's own id, else a foreign key or UUID column
of the row. Reading the attribute opens the value, saving the row seals it; the keys of everything that the
transaction has loaded are fetched together at the first opening. What was not touched is written back as it was.

A value is bound to its organisation, table, column, row and key version by AES-GCM's associated data: moved anywhere
else it does not open (`Unopened`). A value whose key was shredded reads as "" (None where the field may be null, or is
no text); `is_shredded` tells. Empty text is stored empty and needs no key. docs/decisions/0013-keys.md says why.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterable
from os import urandom
from typing import Any, cast
from uuid import UUID

from django.core import checks
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.db.models.expressions import Col
from django.db.models.lookups import Lookup
from django.utils.functional import cached_property

from tillit.kernel import declare, keyring, keys
from tillit.kernel.db.base import ours, present
from tillit.kernel.keyring import HEAD, NONCE, Key, Unopened
from tillit.kernel.sealing import (
    PLACE,
    Attribute,
    Blob,
    Json,
    Layout,
    Misused,
    Text,
    as_uuid,
    codec,
    take_part,
    waiting_subjects,
)
from tillit.kernel.ticket import current

_HELD = 2  # first byte of a value in the class `hold`


class Sealed(models.BinaryField):  # type: ignore[type-arg]
    """A field whose value only the holder of its subject's key can read.

    inner: what the value is (text, JSON, a number, a date); its validation, choices and form field are used.
    of: whose key. klass: erasable, accounting, journal or hold. place: "table.column" of before a renaming, since
    values are bound to it. whose: the people it tells of, where that is not the subject. The rest is the field's
    declaration (kernel/declare.py).
    """

    sealed = True

    def __init__(
        self,
        inner: Any,
        *,
        of: str,
        klass: str = "erasable",
        place: str | None = None,
        whose: str | tuple[str, ...] | None = None,
        **declaration: Any,
    ) -> None:
        if inner.is_relation or isinstance(inner, models.FileField | models.GeneratedField):
            raise ImproperlyConfigured("A relation, a file or a generated column cannot be sealed.")
        if inner.primary_key or inner.unique or inner.db_index:
            raise ImproperlyConfigured("A sealed field cannot be found by its value; give it a BlindIndex.")
        if klass not in keys.CLASSES:
            raise ImproperlyConfigured(f"Classes of keys are {', '.join(keys.CLASSES)}.")
        super().__init__(
            verbose_name=inner._verbose_name, null=inner.null, blank=inner.blank, default=inner.default,
            editable=inner.editable, help_text=inner.help_text, choices=inner.choices, db_column=inner.db_column,
        )  # fmt: skip
        self.inner = inner
        self.of = of
        self.klass = klass
        self.number = keys.slot(0, klass)
        self.max_length = inner.max_length
        self.empty_values = inner.empty_values
        self.codec = codec(inner)
        self.text = isinstance(self.codec, Text)
        self.longest = (inner.max_length or sys.maxsize) if self.text else 0
        self.named = place
        self.place = b""
        if declaration:
            declare.personal(self, of=whose or of, **declaration)

    # -- the model ------------------------------------------------------------------------------------------------

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        self.inner = copy.copy(self.inner)
        self.inner.set_attributes_from_name(name)
        self.inner.model = cls
        self.place = f"{self.named or f'{cls._meta.db_table}.{self.inner.column}'}\0".encode()
        self.descriptor_class = Attribute
        super().contribute_to_class(cls, name, private_only)
        if not cls._meta.abstract:
            take_part(cls, self)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """For migrations it is a column of bytes; the empty default serves the rows that are there already."""
        kwargs: dict[str, Any] = {"null": True} if self.null else {"default": b""}
        if self.db_column:
            kwargs["db_column"] = self.db_column
        return self.name, "django.db.models.BinaryField", [], kwargs

    def clone(self) -> Any:
        return models.BinaryField(**self.deconstruct()[3])

    def get_internal_type(self) -> str:
        return "BinaryField"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_place(), *self._check_unread()]

    def _check_str_default_value(self) -> list[checks.CheckMessage]:
        return []  # the default is the inner field's

    def _check_place(self) -> Iterable[checks.CheckMessage]:
        fields = self.model._meta.concrete_fields
        known = {field.name for field in fields} | {field.attname for field in fields}
        for wanted in {"organisation_id", self.of} - known - {"self"}:
            yield checks.Error(f"A sealed field needs {wanted} on its row.", obj=self, id="tillit.S001")

    def _check_unread(self) -> Iterable[checks.CheckMessage]:
        """Neither index, constraint nor ordering of the model reads it."""
        meta = self.model._meta
        used = {str(name).lstrip("-") for name in meta.ordering or ()}
        for part in (*meta.indexes, *meta.constraints):
            used |= {str(name).lstrip("-") for name in getattr(part, "fields", ())}
        for together in meta.unique_together:
            used |= set(together)
        if self.name in used:
            says = "A sealed field is in an index, a constraint or an ordering."
            yield checks.Error(says, obj=self, id="tillit.S002")

    # -- validation and forms: the inner field's --------------------------------------------------------------------

    def to_python(self, value: Any) -> Any:
        return self.inner.to_python(value)

    def clean(self, value: Any, model_instance: Any) -> Any:
        return self.inner.clean(value, model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        return self.inner.formfield(**kwargs)

    def value_to_string(self, obj: Any) -> str:
        return str(self.inner.value_to_string(obj))

    def get_default(self) -> Any:
        return self.inner.get_default()

    # -- the database -------------------------------------------------------------------------------------------------

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Blob | None:
        return None if value is None else Blob(bytes(value))

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None:
            return None
        if type(value) is memoryview:  # from pre_save, and from nowhere else
            return connection.Database.Binary(value)
        if type(value) is Blob:
            return connection.Database.Binary(value.data)
        if value == "" and self.text:
            return connection.Database.Binary(b"")
        raise Misused(f"{self} is sealed for its row: change the row and save it. update() can only empty it.")

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """What goes into the column: what was loaded, if nobody touched value or row; else sealed anew."""
        state = model_instance.__dict__
        value = state.get(self.attname)
        if type(value) is not str or not 0 < len(value) <= self.longest:
            return self._kept_or_sealed(model_instance, state)
        # the way of nearly all values, written out as in Attribute
        try:
            organisation = state["organisation_id"].int
            ring = present.cache[state[self.whose].int << 2 | self.number]
            if ring.organisation != organisation:
                return self._kept_or_sealed(model_instance, state)
            about = ring.about[self.place] + state[self.row_id].int.to_bytes(16, "big")
            nonce = urandom(NONCE)
            return memoryview(ring.head + nonce + ring.encrypt(nonce, value.encode(), about))
        except (KeyError, AttributeError, TypeError):  # not opened yet, an id as text, shredded
            return self._kept_or_sealed(model_instance, state)

    def _kept_or_sealed(self, row: Any, state: dict[str, Any]) -> Any:
        value = state[self.attname] if self.attname in state else getattr(row, self.attname)
        if type(value) is Blob:
            if not value.data or (self.layout.stayed(row) and (value.unread or self.codec.same(value))):
                return value
            opened = self.open(row, state, value)
            if value.unread and self.layout.stayed(row):
                return value  # shredded: there is nothing to seal anew
            value = opened
        if value is None and (self.null or not isinstance(self.codec, Json)):
            return None
        plain = self._plain(value)
        if not plain and self.text:
            return memoryview(b"")
        organisation, pk, subject = self._present_place(row)
        key = keys.sealing(organisation, subject, self.klass)
        if ring := keys.known(organisation, subject, self.klass):
            ring.about[self.place] = ring.head + self.place + organisation.bytes
        return memoryview(key.seal(plain, self.place + organisation.bytes + pk.bytes))

    def open(self, row: Any, state: dict[str, Any], blob: Blob) -> Any:
        """The careful way: whatever may be the matter with a value. Raises `Unopened`; shredded ones read empty."""
        if not blob.unread:
            return blob.value
        if not blob.data:
            blob.value = self.codec.empty(self.inner)
            return blob.value
        try:
            organisation, pk, subject = self._loaded_place(row, state)
            ring = self._ring(organisation, subject, blob.data)
            blob.value = self._opened(ring, blob, self.place + organisation.bytes, pk)
        except keys.Gone:
            return self.gone_value()
        return blob.value

    def gone_value(self) -> Any:
        """What a shredded value reads as."""
        return "" if self.text and not self.null else None

    # -- finding ------------------------------------------------------------------------------------------------------

    @cached_property
    def index(self) -> BlindIndex | None:
        """The blind index of this field, if the model has one."""
        found = (f for f in self.model._meta.local_fields if isinstance(f, BlindIndex) and f.of == self.name)
        return next(found, None)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        if lookup_name == "is" and self.index:
            return _Is
        hint = f"Ask {self.name}__is." if self.index else "Give it a BlindIndex to find it by its exact value."
        raise Misused(f"{self} is sealed and cannot be searched. {hint}")

    def get_transform(self, lookup_name: str) -> Any:
        return None

    def get_col(self, alias: str | None, output_field: Any = None) -> Col:
        return _SealedCol(cast(str, alias), self, output_field or self)

    @cached_property
    def cached_col(self) -> Col:
        return self.get_col(self.model._meta.db_table)

    # -- places and keys ----------------------------------------------------------------------------------------------

    @cached_property
    def whose(self) -> str:
        """The attribute of the row that holds the subject's id."""
        meta = self.model._meta
        subject: Any = meta.pk if self.of == "self" else meta.get_field(self.of)
        return str(subject.attname)

    @cached_property
    def row_id(self) -> str:
        """The attribute of the row that holds its own id."""
        return str(self.model._meta.pk.attname)

    @property
    def layout(self) -> Layout:
        """The model's sealed fields, this one among them."""
        return self.model.sealed_layout  # type: ignore[attr-defined, no-any-return]

    def _present_place(self, row: Any) -> tuple[UUID, UUID, UUID]:
        organisation, subject = row.organisation_id, getattr(row, self.whose)
        if organisation is None or row.pk is None or subject is None:
            raise ValueError(f"{self} cannot be sealed: the row has no organisation, no id or no {self.of}.")
        return as_uuid(organisation), as_uuid(row.pk), as_uuid(subject)

    def _loaded_place(self, row: Any, state: dict[str, Any]) -> tuple[UUID, UUID, UUID]:
        """Where a value came from, whatever the row says by now. Raises `keys.Gone` without a subject."""
        if (place := state.get(PLACE)) is None:
            if getattr(row, self.whose) is None:
                raise keys.Gone
            return self._present_place(row)
        if (slot := place[self.layout.at(self)]) is None:
            raise keys.Gone
        return UUID(bytes=place[0][:16]), UUID(bytes=place[0][16:]), keys.subject_of(slot)[0]

    def _ring(self, organisation: UUID, subject: UUID, data: bytes) -> keys.Ring:
        klass = "hold" if data[0] == _HELD else self.klass
        found = keys.known(organisation, subject, klass)
        if found is None:
            waiting = waiting_subjects(organisation, ours().transaction_lasting)
            wanted = {(s, c) for s, c in waiting if keys.known(organisation, s, c) is None} | {(subject, klass)}
            found = keys.fetch(organisation, wanted)[(subject, klass)]
        return found

    def _opened(self, ring: keys.Ring, blob: Blob, about: bytes, row: UUID) -> Any:
        try:
            plain = ring.key(blob.data[:HEAD]).open(blob.data, about + row.bytes)
            return self.codec.decode(blob, plain)
        except ValueError:
            raise Unopened(
                f"{self.named_place} holds a value that was changed, or that belongs to another row, column, table or "
                "organisation. It is not shown."
            ) from None

    def _is_old(self, state: dict[str, Any]) -> bool:
        """Was a loaded value sealed with an older version of the key than there is?"""
        blob = state.get(self.attname)
        if type(blob) is not Blob or not blob.data or blob.data[0] == _HELD or PLACE not in state:
            return False
        try:
            organisation, _, subject = self._loaded_place(None, state)
        except keys.Gone:
            return False
        ring = self._ring(organisation, subject, blob.data)
        return ring.newest is not None and blob.data[:HEAD] != ring.head

    def _plain(self, value: Any) -> bytes:
        if hasattr(value, "resolve_expression"):
            raise Misused(f"{self} is sealed here, not in the database: give it a value.")
        if self.max_length and self.text and len(value) > self.max_length:
            raise ValueError(f"{self} holds at most {self.max_length} characters.")
        return self.codec.encode(self.inner, value)

    @property
    def named_place(self) -> str:
        """table.column, as errors name it."""
        return self.place[:-1].decode()


class BlindIndex(models.CharField):  # type: ignore[type-arg]
    """Finds a sealed field by its exact value: HMAC of the normalised value, for one column and organisation.

    It fills itself when the row is saved; "" for an empty value and for what has no normal form. Found through the
    sealed field: `filter(email__is="Anna@x.se")`. scope="installation" finds across organisations. Its declaration
    is the sealed field's.
    """

    def __init__(self, *, of: str, normalise: Callable[[str], str], scope: str = "organisation", **kwargs: Any) -> None:
        if scope not in ("organisation", "installation"):
            raise ImproperlyConfigured("A blind index holds for an organisation or for the installation.")
        super().__init__(**{"max_length": 64, "blank": True, "default": "", "editable": False, **kwargs})
        self.of = of
        self.normalise = normalise
        self.scope = scope

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", list(args), kwargs

    def clone(self) -> Any:
        return models.CharField(**self.deconstruct()[3])

    @property
    def source(self) -> Sealed:
        """The sealed field that it finds."""
        field = self.model._meta.get_field(self.of)
        assert isinstance(field, Sealed)
        return field

    @property
    def declared(self) -> Any:
        """What is said of the value holds for its index."""
        return self.source.declared  # type: ignore[attr-defined]

    def of_value(self, value: Any, organisation: UUID | None) -> str:
        """The index of a value; "" for what has none."""
        try:
            normal = self.normalise(value) if value else ""
        except ValueError:
            return ""
        if not normal:
            return ""
        if self.scope == "organisation" and organisation is None:
            raise Misused(f"{self} holds for one organisation, and nobody acts in one.")
        within = as_uuid(organisation) if self.scope == "organisation" else None
        return keyring.blind_index(normal, self.source.named_place, organisation=within)

    def pre_save(self, model_instance: Any, add: bool) -> str:
        state = model_instance.__dict__
        value = state.get(self.of)
        if add or not (type(value) is Blob or self.of not in state):
            found = self.of_value(getattr(model_instance, self.of), model_instance.organisation_id)
            setattr(model_instance, self.attname, found)
        return str(getattr(model_instance, self.attname))


# -- for values that go through SQL functions -------------------------------------------------------------------------


def value(
    model: Any, field: str, plain: Any, *, organisation: UUID, row: UUID, person: UUID, key: keys.Fresh | None = None
) -> bytes:
    """A value sealed for a row that SQL will write. `person` is the subject, whatever the field calls it.

    key: of a new subject (`keys.fresh`), whose envelope goes to SQL too; else the subject's own is taken or made.
    """
    sealed = _field(model, field)
    text = sealed._plain(plain)
    if not text and sealed.text:
        return b""
    with_key: Key = key.key if key else keys.sealing(organisation, person, sealed.klass)
    return with_key.seal(text, sealed.place + organisation.bytes + row.bytes)


def opened(model: Any, field: str, blob: bytes | None, *, organisation: UUID, row: UUID, person: UUID | None) -> Any:
    """The value of a column that SQL returned. Raises `Unopened`; shredded ones read empty."""
    return opened_many(model, field, [(blob, row, person)], organisation=organisation)[0]


def opened_many(
    model: Any, field: str, blobs: Iterable[tuple[bytes | None, UUID, UUID | None]], *, organisation: UUID
) -> list[Any]:
    """Values of one column (blob, row, subject) that SQL returned, with one query for the keys."""
    sealed, wanted = _field(model, field), list(blobs)
    rings = keys.rings(organisation, {(p, _class(sealed, blob)) for blob, _, p in wanted if blob and p})
    found: list[Any] = []
    about = sealed.place + organisation.bytes
    for blob, row, person in wanted:
        if blob is None:
            found.append(None)
        elif not blob:
            found.append(sealed.codec.empty(sealed.inner))
        elif person is None:
            found.append(sealed.gone_value())
        else:
            try:
                ring = rings[person, _class(sealed, blob)]
                found.append(sealed._opened(ring, Blob(bytes(blob)), about, row))
            except keys.Gone:
                found.append(sealed.gone_value())
    return found


def _class(sealed: Sealed, blob: bytes) -> str:
    return "hold" if blob[0] == _HELD else sealed.klass


def index(model: Any, field: str, value: Any, *, organisation: UUID | None = None) -> str:
    """The blind index of a value, for SQL that looks for it; `field` names the BlindIndex. "" for what has none."""
    found = model._meta.get_field(field)
    assert isinstance(found, BlindIndex)
    return found.of_value(value, organisation)


# -- for rows ---------------------------------------------------------------------------------------------------------


def prefetch(rows: Iterable[Any]) -> None:
    """Open the keys of these rows with one query. Rows that a query loads do so by themselves."""
    by_organisation: dict[UUID, set[tuple[UUID, str]]] = {}
    for row in rows:
        for field in type(row).sealed_layout.fields:
            subject = getattr(row, field.whose)
            organisation = row.organisation_id
            if subject is not None and keys.known(organisation, subject, field.klass) is None:
                by_organisation.setdefault(organisation, set()).add((subject, field.klass))
    for organisation, pairs in by_organisation.items():
        keys.fetch(organisation, pairs)


def is_shredded(row: Any, field: str) -> bool:
    """Was the key of this value destroyed?"""
    getattr(row, field)
    blob = row.__dict__.get(field)
    return type(blob) is Blob and bool(blob.data) and blob.unread


def reseal(rows: Iterable[Any]) -> int:
    """Seal anew what is sealed with an older version of its subject's key; returns how many rows it wrote.

    For whoever may change the rows, in batches of one transaction each (`keys.renew` makes the new versions).
    """
    batch, written = list(rows), 0
    prefetch(batch)
    for row in batch:
        old = {f.name: getattr(row, f.name) for f in type(row).sealed_layout.fields if f._is_old(row.__dict__)}
        row.__dict__.update(old)  # as if somebody had just assigned them
        if old:
            row.save(update_fields=[*old, *(i.name for i in _indexes(row) if i.of in old)])
            written += 1
    return written


def hold(row: Any, *fields: str) -> None:
    """Seal values for the class `hold`, so that they outlive the shredding of their own class; writes the row.

    Whoever holds sees to the end of it: shredding the subject's key of class `hold` ends them for good.
    """
    for name in fields:
        if data := for_hold(row, name):
            row.__dict__[name] = Blob(data)
            row.__dict__.setdefault(PLACE, _field(type(row), name).layout.place(row.__dict__))
    row.save(update_fields=[*fields, *(i.name for i in _indexes(row) if i.of in fields)])


def for_hold(row: Any, name: str) -> bytes | None:
    """A value sealed for the class `hold`, for SQL that writes it; None where there is none, or none any more."""
    field = _field(type(row), name)
    plain = getattr(row, name)
    if plain is None or is_shredded(row, name):
        return None
    organisation, pk, subject = field._present_place(row)
    data = field._plain(plain)
    if not data and field.text:
        return None
    return keys.sealing(organisation, subject, "hold").seal(data, field.place + organisation.bytes + pk.bytes)


class _Is(Lookup):
    """`email__is=…`: equality of the blind index that stands beside the field."""

    lookup_name = "is"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Any:
        field = self.lhs.target
        column, _ = compiler.compile(field.index.get_col(self.lhs.alias))
        actor = current()
        found = field.index.of_value(self.rhs, actor.organisation if actor else None)
        # what has no index equals nothing, least of all the rows whose value is empty
        return (f"{column} = %s", [found]) if found else ("1 = 0", [])


class _SealedCol(Col):
    """The column in a query: loaded into rows, never ordered by and never taken out of its row."""

    target: Sealed

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Any:
        query = compiler.query
        named = [*query.values_select, *query.order_by, *query.distinct_fields]
        if named and any(self._is(name, query) for name in named):
            raise Misused(
                f"{self.target} is sealed: it cannot be ordered by or taken with values(). Load the rows and read it."
            )
        return super().as_sql(compiler, connection)

    def _is(self, name: Any, query: Any) -> bool:
        name = getattr(getattr(name, "expression", name), "name", name)
        if not isinstance(name, str):
            return False
        meta = query.get_meta()
        parts = name.lstrip("-").split("__")
        if parts[-1] != self.target.name or meta is None:
            return False
        try:
            for part in parts[:-1]:
                meta = meta.get_field(part).related_model._meta
            return bool(meta.get_field(parts[-1]) is self.target)
        except (FieldDoesNotExist, AttributeError):
            return False


def _indexes(row: Any) -> list[BlindIndex]:
    return [f for f in row._meta.local_fields if isinstance(f, BlindIndex)]


def _field(model: Any, name: str) -> Sealed:
    field = model._meta.get_field(name)
    if not isinstance(field, Sealed):
        raise Misused(f"{field} is not sealed.")
    return field


__all__ = [
    "BlindIndex", "Blob", "Misused", "Sealed", "Unopened", "for_hold", "hold", "index", "is_shredded",
    "opened", "opened_many", "prefetch", "reseal", "value",
]  # fmt: skip
