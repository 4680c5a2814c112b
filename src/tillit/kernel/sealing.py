"""How sealed fields (kernel/sealed.py) work inside: what a row holds until it is read, how values become bytes, and
how a row remembers where it was loaded from."""

from __future__ import annotations

import json
from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.db.models.signals import pre_save

from tillit.kernel import keys
from tillit.kernel.db.base import present

if TYPE_CHECKING:
    from tillit.kernel.sealed import Sealed

AHEAD = 2_000  # rows whose keys are fetched together
PLACE = "_sealed_place"
_WAITING, _RECENT = "rows not yet opened", "rows opened before"
_UNREAD = object()


class Misused(FieldError):
    """A sealed field was used as if the database could read it."""


class Blob:
    """A sealed value in a row: its bytes, and once it was read the value. It shows nothing by itself."""

    __slots__ = ("data", "plain", "value")
    plain: bytes  # of values that can be changed in place

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.value: Any = _UNREAD

    def __repr__(self) -> str:
        return "<sealed>"

    def __str__(self) -> str:
        raise Misused("This value is sealed. Read it from its row.")

    @property
    def unread(self) -> bool:
        """Has nobody opened it yet?"""
        return self.value is _UNREAD


class Attribute:
    """What stands on the model class: opens a value at its first reading.

    A row's dictionary holds a Blob while the value is the one that was loaded, and the value itself once somebody
    assigned it.
    """

    def __init__(self, field: Sealed) -> None:
        self.field = field
        self.name = field.attname
        self.place = field.place
        self.text = type(field.codec) is Text
        self.at = -1  # where the subject's slot stands in a row's place; known when all models are

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
        if blob.value is not _UNREAD:
            return blob.value
        # the way of nearly all values, written out: this is where a page's time goes
        try:
            place = state[PLACE]
            data = blob.data
            decrypt = place[1][place[self.at]].decrypt
            plain = decrypt(data[3:15], data[15:], data[:3] + self.place + place[0])  # HEAD and NONCE
            value = plain.decode() if self.text else self.field.codec.decode(blob, plain)
        except (KeyError, TypeError, InvalidTag, ValueError):
            return self.field.open(row, state, blob)
        blob.value = value
        return value

    def __set__(self, row: Any, value: Any) -> None:
        state = row.__dict__
        old = state.get(self.name)
        # full_clean and refresh_from_db write back what they have read: then nothing changed
        if type(old) is Blob and type(value) is type(old.value) and value == old.value:
            return
        state[self.name] = value


class Codec:
    """How values become bytes and the other way."""

    def encode(self, inner: Any, value: Any) -> bytes:
        """The bytes to seal."""
        raise NotImplementedError

    def decode(self, blob: Blob, plain: bytes) -> Any:
        """The value again."""
        raise NotImplementedError

    def empty(self, inner: Any) -> Any:
        """What an empty column means: a row from before the field was there."""
        return inner.get_default()

    def same(self, blob: Blob) -> bool:
        """Is an opened value still what was loaded? What cannot be changed in place is."""
        return True


class Text(Codec):
    """Text of any kind."""

    def encode(self, inner: Any, value: Any) -> bytes:
        return str(inner.get_prep_value(value)).encode()

    def decode(self, blob: Blob, plain: bytes) -> str:
        return plain.decode()

    def empty(self, inner: Any) -> Any:
        return ""


class Json(Codec):
    """Anything JSON can say, with the encoder and decoder of the field."""

    def __init__(self, inner: Any) -> None:
        self.encoder, self.decoder = inner.encoder, inner.decoder

    def encode(self, inner: Any, value: Any) -> bytes:
        return json.dumps(value, cls=self.encoder, ensure_ascii=False, separators=(",", ":")).encode()

    def decode(self, blob: Blob, plain: bytes) -> Any:
        blob.plain = plain
        return json.loads(plain, cls=self.decoder)

    def same(self, blob: Blob) -> bool:
        return bool(blob.plain == self.encode(None, blob.value))


class Other(Codec):
    """Numbers, dates and truth values, in the text form that their field reads."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def encode(self, inner: Any, value: Any) -> bytes:
        return str(inner.get_prep_value(value)).encode()

    def decode(self, blob: Blob, plain: bytes) -> Any:
        return self.inner.to_python(plain.decode())


def codec(inner: Any) -> Codec:
    """The codec of a field. Raises ImproperlyConfigured for a kind that cannot be sealed."""
    if isinstance(inner, models.CharField | models.TextField):
        return Text()
    if isinstance(inner, models.JSONField):
        return Json(inner)
    known = (models.DateField, models.DecimalField, models.IntegerField, models.BooleanField, models.UUIDField)
    if isinstance(inner, known):
        return Other(inner)
    raise ImproperlyConfigured(f"A {type(inner).__name__} cannot be sealed; use text or JSON.")


class Layout:
    """A model's sealed fields, and what the place of its rows is: the bytes of organisation and id, the memory of
    the transaction that loaded the row, and for each subject and class their slot in such a memory (keys.slot)."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.fields: list[Sealed] = []

    @cached_property
    def slots(self) -> tuple[tuple[str, str], ...]:
        """Attribute of the subject, and class."""
        return tuple(dict.fromkeys((field.whose, field.klass) for field in self.fields))

    def at(self, field: Sealed) -> int:
        """Where the slot of a field stands in a place."""
        return self.slots.index((field.whose, field.klass)) + 2

    @cached_property
    def ready(self) -> bool:
        """Tell the attributes where to look; once, when all models are known."""
        for field in self.fields:
            self.model.__dict__[field.attname].at = self.at(field)
        return True

    def place(self, row: dict[str, Any], cache: Any = None) -> tuple[Any, ...]:
        """The place of a row, from its dictionary. KeyError where a part of it was deferred."""
        where = as_uuid(row["organisation_id"]).bytes + as_uuid(row[self.model._meta.pk.attname]).bytes
        return (where, cache, *[_slot(row[whose], klass) for whose, klass in self.slots])

    def stayed(self, row: Any) -> bool:
        """Is a row still where it was loaded from?"""
        state = row.__dict__
        try:
            loaded, now = state[PLACE], self.place(state)
        except (KeyError, ValueError):  # not loaded, or without an id by now
            return False
        return bool(loaded[0] == now[0] and loaded[2:] == now[2:])


def _slot(subject: Any, klass: str) -> int | None:
    return None if subject is None else keys.slot(as_uuid(subject).int, klass)


def take_part(cls: Any, field: Sealed) -> None:
    """The model's first sealed field teaches it to remember where its rows came from."""
    if "sealed_layout" in cls.__dict__:
        cls.sealed_layout.fields.append(field)
        return
    layout = cls.sealed_layout = Layout(cls)
    layout.fields.append(field)
    original = cls.from_db.__func__

    def from_db(model: Any, db: Any, field_names: Any, values: Any) -> Any:
        row = original(model, db, field_names, values)
        state = row.__dict__
        cache = present.cache
        try:
            place = state[PLACE] = layout.ready and layout.place(state, cache)
        except KeyError:
            return row
        lasting = present.lasting
        if (waiting := lasting.get(_WAITING)) is None:
            if type(lasting) is not dict:
                return row  # no transaction: nothing will be opened in it
            waiting = lasting[_WAITING] = deque(maxlen=AHEAD)
        waiting.append(place)
        return row

    cls.from_db = classmethod(from_db)
    pre_save.connect(_before_saving, sender=cls, dispatch_uid=f"sealed {cls._meta.label}")


def waiting_subjects(organisation: UUID, lasting: dict[Any, Any]) -> set[tuple[UUID, str]]:
    """Subjects and classes of rows that were loaded and not yet opened; after a rollback, of the recent ones again."""
    new = lasting.pop(_WAITING, ())
    recent = lasting.setdefault(_RECENT, deque(maxlen=AHEAD))
    places = [*recent, *new] if lasting.pop("undone", False) else new
    recent.extend(new)
    slots = {slot for place in places if place[0].startswith(organisation.bytes) for slot in place[2:]}
    return {keys.subject_of(slot) for slot in slots if slot is not None}


def as_uuid(value: Any) -> UUID:
    """An id, also where somebody wrote it as text."""
    return value if type(value) is UUID else UUID(str(value))


def _before_saving(sender: Any, instance: Any, update_fields: Any = None, **_: Any) -> None:
    """A partial save forgets no index, and values follow a row that goes elsewhere."""
    layout, state = sender.sealed_layout, instance.__dict__
    if update_fields:
        for field in layout.fields:
            if field.name in update_fields and field.index and field.index.name not in update_fields:
                raise ValueError(f"Save {field.index.name} together with {field.name}.")
    if PLACE not in state or layout.stayed(instance):
        return
    for field in layout.fields:
        value = getattr(instance, field.attname)  # opened where it came from
        if update_fields and field.name not in update_fields and value not in (None, ""):
            raise ValueError(f"{field.name} is sealed for the row's former place: save it too.")
        state[field.attname] = value
    del state[PLACE]
