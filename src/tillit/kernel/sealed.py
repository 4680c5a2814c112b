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
import json
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.core import checks
from django.core.exceptions import FieldDoesNotExist, FieldError, ImproperlyConfigured
from django.db import connection, models
from django.db.models.expressions import Col
from django.db.models.lookups import Lookup
from django.db.models.signals import pre_save
from django.utils.functional import cached_property

from tillit.kernel import declare, keyring, keys
from tillit.kernel.db.base import present
from tillit.kernel.keyring import HEAD, NONCE, Key, Unopened
from tillit.kernel.ticket import current

AHEAD = 2_000  # rows whose keys are fetched together
_BODY = HEAD + NONCE
_HELD = 2  # first byte of a value in the class `hold`
_PLACE = "_sealed_place"
_WAITING = "waiting rows"


class Misused(FieldError):
    """A sealed field was used as if the database could read it."""


class Blob:
    """A sealed value on its way between the database and a row. It shows nothing."""

    __slots__ = ("data", "plain")

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __repr__(self) -> str:
        return "<sealed>"

    def __str__(self) -> str:
        raise Misused("This value is sealed. Read it from its row.")


class _Attribute:
    """What stands on the model class: opens at the first reading, remembers what it opened."""

    def __init__(self, field: Sealed) -> None:
        self.field = field
        self.name = field.attname
        self.kept = f"_sealed_{field.attname}"
        self.klass = field.klass
        self.place = field.place
        self.decode = field.codec.decode
        self.at = -1  # where the subject stands in a row's place; known when all models are

    def __get__(self, row: Any, owner: Any = None) -> Any:
        if row is None:
            return self
        state = row.__dict__
        try:
            blob = state[self.name]
        except KeyError:
            row.refresh_from_db(fields=[self.name])  # it was deferred
            return state[self.name]
        if type(blob) is not Blob:
            return blob
        # the way of nearly all values, written out because it is half of the cost
        try:
            place = state[_PLACE]
            organisation = place[0].int
            ring = present.cache[organisation, place[self.at].int, self.klass]
            data = blob.data
            head = ring.head
            if data[:HEAD] != head:
                return self.field.open(row, state, blob)
            where = head + self.place + organisation.to_bytes(16, "big") + place[1].int.to_bytes(16, "big")
            value = self.decode(blob, ring.decrypt(data[HEAD:_BODY], data[_BODY:], where))
        except (KeyError, AttributeError, TypeError, InvalidTag):
            return self.field.open(row, state, blob)
        state[self.kept] = blob
        state[self.name] = value
        return value

    def __set__(self, row: Any, value: Any) -> None:
        state = row.__dict__
        # full_clean and refresh_from_db write back what they have read: then nothing changed
        if self.kept in state and type(value) is type(state[self.name]) and value == state[self.name]:
            return
        state.pop(self.kept, None)
        state[self.name] = value


class Sealed(models.BinaryField):  # type: ignore[type-arg]
    """A field whose value only the holder of its subject's key can read.

    inner: what the value is (text, JSON, a number, a date); its validation, choices and form field are used.
    of: whose key. klass: erasable, accounting, journal or hold. place: "table.column" of before a renaming, since
    values are bound to it. The rest is the field's declaration (kernel/declare.py).
    """

    sealed = True

    def __init__(
        self, inner: Any, *, of: str, klass: str = "erasable", place: str | None = None, **declaration: Any
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
        self.max_length = inner.max_length
        self.empty_values = inner.empty_values
        self.codec = _codec(inner)
        self.named = place
        self.place = b""
        if declaration:
            declare.personal(self, of=of, **declaration)

    # -- the model ------------------------------------------------------------------------------------------------

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        self.inner = copy.copy(self.inner)
        self.inner.set_attributes_from_name(name)
        self.inner.model = cls
        self.place = f"{self.named or f'{cls._meta.db_table}.{self.inner.column}'}\0".encode()
        self.descriptor_class = _Attribute  # type: ignore[assignment]
        super().contribute_to_class(cls, name, private_only)
        if not cls._meta.abstract:
            _take_part(cls, self)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """For migrations it is a column of bytes; the empty default serves the rows that are there already."""
        kwargs: dict[str, Any] = {"null": True} if self.null else {"default": b""}
        if self.db_column:
            kwargs["db_column"] = self.db_column
        return self.name, "django.db.models.BinaryField", [], kwargs

    def clone(self) -> models.Field[Any, Any]:
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
        used = {str(name).lstrip("-") for name in meta.ordering}
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
        if type(value) is Blob:
            return connection.Database.Binary(value.data)
        if value == "" and self.codec is _TEXT:
            return connection.Database.Binary(b"")
        raise Misused(f"{self} is sealed for its row: change the row and save it. update() can only empty it.")

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """What goes into the column: what was loaded, if nobody touched value or row; else sealed anew."""
        state = model_instance.__dict__
        value = getattr(model_instance, self.attname) if self.attname not in state else state[self.attname]
        if type(value) is Blob:
            if not value.data or self._stayed(model_instance, state):
                return value
            value = self.open(model_instance, state, value)
            if type(state[self.attname]) is Blob:
                return state[self.attname]  # shredded: there is nothing to seal anew
        elif (kept := state.get(f"_sealed_{self.attname}")) is not None and (
            self._stayed(model_instance, state) and self.codec.same(kept, value)
        ):
            return kept
        if value is None and (self.null or not isinstance(self.codec, _Json)):
            return None
        plain = self._plain(value)
        if not plain and self.codec is _TEXT:
            return Blob(b"")
        organisation, row, subject = self._present_place(model_instance)
        ring = present.cache.get((organisation.int, subject.int, self.klass))
        key = ring.newest if ring and ring.newest else keys.sealing(organisation, subject, self.klass)
        return Blob(key.seal(plain, self.place + organisation.bytes + row.bytes))

    def open(self, row: Any, state: dict[str, Any], blob: Blob) -> Any:
        """The careful way: whatever may be the matter with a value. Raises `Unopened`; shredded ones read empty."""
        if not blob.data:
            value = self.codec.empty(self.inner)
        else:
            try:
                where = self._loaded_place(row, state)
                ring = self._ring(where[0], where[2], blob.data)
                value = self._opened(ring, blob, where[0], where[1])
            except keys.Gone:
                return self.gone_value()
        state[f"_sealed_{self.attname}"] = blob
        state[self.attname] = value
        return value

    def gone_value(self) -> Any:
        """What a shredded value reads as."""
        return "" if self.codec is _TEXT and not self.null else None

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
        return _SealedCol(alias, self, output_field or self)

    @cached_property
    def cached_col(self) -> Col:
        return self.get_col(self.model._meta.db_table)

    # -- places and keys ----------------------------------------------------------------------------------------------

    @cached_property
    def whose(self) -> str:
        """The attribute of the row that holds the subject's id."""
        meta = self.model._meta
        return str(meta.pk.attname if self.of == "self" else meta.get_field(self.of).attname)

    def _present_place(self, row: Any) -> tuple[UUID, UUID, UUID]:
        organisation, subject = row.organisation_id, getattr(row, self.whose)
        if organisation is None or row.pk is None or subject is None:
            raise ValueError(f"{self} cannot be sealed: the row has no organisation, no id or no {self.of}.")
        return _uuid(organisation), _uuid(row.pk), _uuid(subject)

    def _loaded_place(self, row: Any, state: dict[str, Any]) -> tuple[UUID, UUID, UUID]:
        """Where a value came from, whatever the row says by now. Raises `keys.Gone` without a subject."""
        layout: _Layout = self.model.sealed_layout  # type: ignore[attr-defined]
        place = state.get(_PLACE) or layout.place(row)
        if (subject := place[layout.at[self.whose]]) is None:
            raise keys.Gone
        return _uuid(place[0]), _uuid(place[1]), _uuid(subject)

    def _stayed(self, row: Any, state: dict[str, Any]) -> bool:
        """Is the row still where this value was loaded from?"""
        layout: _Layout = self.model.sealed_layout  # type: ignore[attr-defined]
        place, now = state.get(_PLACE), layout.at[self.whose]
        return place is not None and (
            row.organisation_id == place[0] and row.pk == place[1] and getattr(row, self.whose) == place[now]
        )

    def _ring(self, organisation: UUID, subject: UUID, data: bytes) -> keys.Ring:
        klass = "hold" if data[0] == _HELD else self.klass
        cache = connection.transaction_cache
        found: keys.Ring | None = cache.get((organisation.int, subject.int, klass))
        if found is None:
            waiting = _subjects(cache.pop(_WAITING, ()), organisation)
            wanted = {(s, c) for s, c in waiting if (organisation.int, s.int, c) not in cache} | {(subject, klass)}
            found = keys.fetch(organisation, wanted)[(subject, klass)]
        return found

    def _opened(self, ring: keys.Ring, blob: Blob, organisation: UUID, row: UUID) -> Any:
        try:
            plain = ring.key(blob.data[:HEAD]).open(blob.data, self.place + organisation.bytes + row.bytes)
            return self.codec.decode(blob, plain)
        except ValueError:
            raise Unopened(
                f"{self.named_place} holds a value that was changed, or that belongs to another row, column, table or "
                "organisation. It is not shown."
            ) from None

    def _plain(self, value: Any) -> bytes:
        if hasattr(value, "resolve_expression"):
            raise Misused(f"{self} is sealed here, not in the database: give it a value.")
        if self.max_length and self.codec is _TEXT and len(value) > self.max_length:
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

    def __init__(
        self, *, of: str, normalise: Callable[[str], str], scope: str = "organisation", **kwargs: Any
    ) -> None:
        if scope not in ("organisation", "installation"):
            raise ImproperlyConfigured("A blind index holds for an organisation or for the installation.")
        super().__init__(**{"max_length": 64, "blank": True, "default": "", "editable": False, **kwargs})
        self.of = of
        self.normalise = normalise
        self.scope = scope

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", list(args), kwargs

    def clone(self) -> models.Field[Any, Any]:
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
        within = _uuid(organisation) if self.scope == "organisation" else None
        return keyring.blind_index(normal, self.source.named_place, organisation=within)

    def pre_save(self, model_instance: Any, add: bool) -> str:
        state = model_instance.__dict__
        value = state.get(self.of)
        if add or not (type(value) is Blob or f"_sealed_{self.of}" in state or self.of not in state):
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
    if not text and sealed.codec is _TEXT:
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
    cache = connection.transaction_cache
    missing = {
        (person, "hold" if blob[0] == _HELD else sealed.klass) for blob, _, person in wanted if blob and person
    }
    missing = {(p, c) for p, c in missing if (organisation.int, p.int, c) not in cache}
    if missing:
        keys.fetch(organisation, missing)
    found = []
    for blob, row, person in wanted:
        if blob is None:
            found.append(None)
        elif not blob:
            found.append(sealed.codec.empty(sealed.inner))
        elif person is None:
            found.append(sealed.gone_value())
        else:
            try:
                ring = sealed._ring(organisation, person, blob)
                found.append(sealed._opened(ring, Blob(bytes(blob)), organisation, row))
            except keys.Gone:
                found.append(sealed.gone_value())
    return found


def index(model: Any, field: str, value: Any, *, organisation: UUID | None = None) -> str:
    """The blind index of a value, for SQL that looks for it; `field` names the BlindIndex. "" for what has none."""
    found = model._meta.get_field(field)
    assert isinstance(found, BlindIndex)
    return found.of_value(value, organisation)


# -- for rows ---------------------------------------------------------------------------------------------------------


def prefetch(rows: Iterable[Any]) -> None:
    """Open the keys of these rows with one query. Rows that a query loads do so by themselves."""
    by_organisation: dict[UUID, set[tuple[UUID, str]]] = {}
    cache = connection.transaction_cache
    for row in rows:
        for field in type(row).sealed_layout.fields:
            subject = getattr(row, field.whose)
            organisation = row.organisation_id
            if subject is not None and (organisation.int, subject.int, field.klass) not in cache:
                by_organisation.setdefault(organisation, set()).add((subject, field.klass))
    for organisation, pairs in by_organisation.items():
        keys.fetch(organisation, pairs)


def is_shredded(row: Any, field: str) -> bool:
    """Was the key of this value destroyed?"""
    getattr(row, field)
    blob = row.__dict__.get(field)
    return type(blob) is Blob and bool(blob.data)


def reseal(rows: Iterable[Any]) -> int:
    """Seal anew what is sealed with an older version of its subject's key; returns how many rows it wrote.

    For whoever may change the rows, in batches of one transaction each (`keys.renew` makes the new versions).
    """
    batch, written = list(rows), 0
    prefetch(batch)
    for row in batch:
        old = [f.name for f in type(row).sealed_layout.fields if f.name in row.__dict__ and _is_old(row, f)]
        for name in old:
            setattr(row, name, _touched(getattr(row, name), row, name))
        if old:
            row.save(update_fields=old)
            written += 1
    return written


def hold(row: Any, *fields: str) -> None:
    """Seal values for the class `hold`, so that they outlive the shredding of their own class; writes the row.

    Whoever holds sees to the end of it: shredding the subject's key of class `hold` ends them for good.
    """
    for name in fields:
        field = _field(type(row), name)
        plain = getattr(row, name)
        if plain is None or type(row.__dict__[name]) is Blob:
            continue
        organisation, pk, subject = field._present_place(row)
        data = field._plain(plain)
        if data or field.codec is not _TEXT:
            key = keys.sealing(organisation, subject, "hold")
            row.__dict__[name] = Blob(key.seal(data, field.place + organisation.bytes + pk.bytes))
            row.__dict__.pop(f"_sealed_{name}", None)
            row.__dict__.setdefault(_PLACE, type(row).sealed_layout.place(row))
    row.save(update_fields=list(fields))


# -- inside -----------------------------------------------------------------------------------------------------------


class _Codec:
    """How values become bytes."""

    def encode(self, inner: Any, value: Any) -> bytes:
        return str(inner.get_prep_value(value)).encode()

    def decode(self, blob: Blob, plain: bytes) -> Any:
        raise NotImplementedError

    def empty(self, inner: Any) -> Any:
        """What an empty column means: a row from before the field was there."""
        return inner.get_default()

    def same(self, kept: Blob, value: Any) -> bool:
        """Is an opened value still what was loaded? What cannot change in place is."""
        return True


class _Text(_Codec):
    def encode(self, inner: Any, value: Any) -> bytes:
        if not isinstance(value, str):
            value = inner.get_prep_value(value)
        return bytes(value.encode())

    def decode(self, blob: Blob, plain: bytes) -> str:
        return plain.decode()

    def empty(self, inner: Any) -> Any:
        return ""


class _Json(_Codec):
    def __init__(self, inner: Any) -> None:
        self.encoder, self.decoder = inner.encoder, inner.decoder

    def encode(self, inner: Any, value: Any) -> bytes:
        return json.dumps(value, cls=self.encoder, ensure_ascii=False, separators=(",", ":")).encode()

    def decode(self, blob: Blob, plain: bytes) -> Any:
        blob.plain = plain
        return json.loads(plain, cls=self.decoder)

    def same(self, kept: Blob, value: Any) -> bool:
        return bool(getattr(kept, "plain", None) == self.encode(None, value))


class _Other(_Codec):
    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def decode(self, blob: Blob, plain: bytes) -> Any:
        return self.inner.to_python(plain.decode())


_TEXT = _Text()


def _codec(inner: Any) -> _Codec:
    if isinstance(inner, models.CharField | models.TextField):
        return _TEXT
    if isinstance(inner, models.JSONField):
        return _Json(inner)
    known = (models.DateField, models.DecimalField, models.IntegerField, models.BooleanField, models.UUIDField)
    if isinstance(inner, known):
        return _Other(inner)
    raise ImproperlyConfigured(f"A {type(inner).__name__} cannot be sealed; use text or JSON.")


class _Layout:
    """A model's sealed fields and what a row's place is: organisation, id, and its subjects."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.fields: list[Sealed] = []

    @cached_property
    def names(self) -> tuple[str, ...]:
        subjects = dict.fromkeys(field.whose for field in self.fields)
        return ("organisation_id", self.model._meta.pk.attname, *subjects)

    @cached_property
    def at(self) -> dict[str, int]:
        """Where each subject stands in a place."""
        return {name: number for number, name in enumerate(self.names) if number > 1}

    @cached_property
    def loaded(self) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
        for field in self.fields:
            self.model.__dict__[field.attname].at = self.at[field.whose]
        return itemgetter(*self.names)

    def place(self, row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in self.names)


def _take_part(cls: Any, field: Sealed) -> None:
    """The model's first sealed field teaches it to remember where its rows came from."""
    if "sealed_layout" in cls.__dict__:
        cls.sealed_layout.fields.append(field)
        return
    layout = cls.sealed_layout = _Layout(cls)
    layout.fields.append(field)
    original = cls.from_db.__func__

    def from_db(model: Any, db: Any, field_names: Any, values: Any) -> Any:
        row = original(model, db, field_names, values)
        state = row.__dict__
        try:
            place = state[_PLACE] = layout.loaded(state)
        except KeyError:
            return row  # a part of it was deferred
        cache = present.cache
        if (waiting := cache.get(_WAITING)) is None:
            if type(cache) is not dict:
                return row  # no transaction: nothing will be opened in it
            waiting = cache[_WAITING] = deque(maxlen=AHEAD)
        waiting.append((layout, place))
        return row

    cls.from_db = classmethod(from_db)
    pre_save.connect(_whole, sender=cls, dispatch_uid=f"sealed {cls._meta.label}")


def _whole(sender: Any, instance: Any, raw: bool = False, update_fields: Any = None, **_: Any) -> None:
    """Before a row is saved: a partial save forgets no index, and values follow a row that goes elsewhere."""
    layout, state = sender.sealed_layout, instance.__dict__
    if update_fields:
        for field in layout.fields:
            if field.name in update_fields and field.index and field.index.name not in update_fields:
                raise ValueError(f"Save {field.index.name} together with {field.name}.")
    if _PLACE not in state or state[_PLACE] == layout.place(instance):
        return
    for field in layout.fields:
        value = getattr(instance, field.attname)  # opened where it came from
        if update_fields and field.name not in update_fields and value not in (None, ""):
            raise ValueError(f"{field.name} is sealed for the row's former place: save it too.")
        state[field.attname] = field.gone_value() if type(state[field.attname]) is Blob else value
        state.pop(f"_sealed_{field.attname}", None)
    del state[_PLACE]


def _subjects(rows: Sequence[tuple[_Layout, tuple[Any, ...]]], organisation: UUID) -> Iterable[tuple[UUID, str]]:
    """Subjects of rows that were loaded and not yet opened."""
    for layout, place in rows:
        if place[0] == organisation:
            for field in layout.fields:
                subject = place[layout.at[field.whose]]
                if subject is not None:
                    yield subject, field.klass


class _Is(Lookup):  # type: ignore[type-arg]
    """`email__is=…`: equality of the blind index that stands beside the field."""

    lookup_name = "is"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        field = self.lhs.target
        column, _ = compiler.compile(field.index.get_col(self.lhs.alias))
        actor = current()
        found = field.index.of_value(self.rhs, actor.organisation if actor else None)
        # what has no index equals nothing, least of all the rows whose value is empty
        return (f"{column} = %s", [found]) if found else ("1 = 0", [])


class _SealedCol(Col):
    """The column in a query: loaded into rows, never ordered by and never taken out of its row."""

    target: Sealed

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
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


def _is_old(row: Any, field: Sealed) -> bool:
    state = row.__dict__
    blob = state.get(f"_sealed_{field.attname}") or state.get(field.attname)
    if type(blob) is not Blob or not blob.data or blob.data[0] == _HELD:
        return False
    organisation, _, subject = field._loaded_place(row, state)
    ring = field._ring(organisation, subject, blob.data)
    return ring.newest is not None and blob.data[:HEAD] != ring.head


def _touched(value: Any, row: Any, name: str) -> Any:
    """The same value, as if somebody had just assigned it."""
    row.__dict__.pop(f"_sealed_{name}", None)
    return value


def _field(model: Any, name: str) -> Sealed:
    field = model._meta.get_field(name)
    if not isinstance(field, Sealed):
        raise Misused(f"{field} is not sealed.")
    return field


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


__all__ = [
    "BlindIndex", "Blob", "Misused", "Sealed", "Unopened", "hold", "index", "is_shredded",
    "opened", "opened_many", "prefetch", "reseal", "value",
]  # fmt: skip
