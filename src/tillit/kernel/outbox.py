"""The outbox: what happened is written in the transaction in which it happened, and told to each consumer later.

    outbox.emit(BookingMade(booking=b.pk))

    @consumer("mail.booking_confirmation", BookingMade)
    def confirm(event: BookingMade, about: Envelope) -> None: ...

Delivered at least once and counted once: the mark that a consumer has had an event commits together with its
effect. Order is not promised. Nothing is notified at emit (docs/decisions/0010-outbox-polls.md says why).
"""

from __future__ import annotations

import json
import logging
import types
import typing
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db import connection, transaction

from tillit.kernel import signing, tasks
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor, acting, current

log = logging.getLogger("tillit.outbox")

BATCH = 200
RELAY = Actor(office="relay")


@dataclass(frozen=True)
class Event:
    """What can have happened. Subclasses are frozen dataclasses that carry ids, and say their name:

    class BookingMade(Event, name="booking.booking.made")
    """

    name: ClassVar[str] = ""
    _read: ClassVar[dict[str, Callable[[Any], Any]]]

    def __init_subclass__(cls, name: str = "", **ignored: Any) -> None:
        super().__init_subclass__(**ignored)
        cls.name = name or cls.name
        if cls.name.count(".") != 2:
            raise TypeError(f"{cls.__name__}: an event is named 'app.object.verb'.")
        other = _events.setdefault(cls.name, cls)
        if other.__qualname__ != cls.__qualname__:
            raise TypeError(f"Two events are called {cls.name}.")
        _events[cls.name] = cls

    def data(self) -> dict[str, Any]:
        """The event's ids as JSON. Raises TypeError for a field that is no UUID, int or bool."""
        _readers(type(self))
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {k: str(v) if isinstance(v, UUID) else v for k, v in values.items()}

    @staticmethod
    def read(name: str, data: dict[str, Any]) -> Event:
        """The event of that name. Raises KeyError when this version of the program does not know it."""
        kind = _events[name]
        return kind(**{k: read(data.get(k)) for k, read in _readers(kind).items()})


@dataclass(frozen=True)
class Envelope:
    """Where an event comes from: its id, organisation, who caused it (if anybody), and when (the app's clock)."""

    id: UUID
    organisation: UUID
    person: UUID | None
    made: datetime


_events: dict[str, type[Event]] = {}
E = TypeVar("E", bound=Event)
Reaction = Callable[[Any, Envelope], None]
_consumers: dict[str, Reaction] = {}
_wanted: defaultdict[str, list[str]] = defaultdict(list)


def consumer(name: str, *events: type[Event]) -> Callable[[Reaction], Reaction]:
    """Register a reaction to events under a stable, unique name such as "mail.booking_confirmation"."""

    def register(function: Reaction) -> Reaction:
        if name in _consumers and _consumers[name].__qualname__ != function.__qualname__:
            raise ValueError(f"Two consumers are called {name}.")
        _consumers[name] = function
        for event in events:
            if name not in _wanted[event.name]:
                _wanted[event.name].append(name)
        return function

    return register


def emit(event: Event) -> UUID:
    """Write that it happened, in the present transaction and in one statement. Returns the event's id.

    Organisation and person are those of the ticket; the database refuses an event without organisation.
    """
    row = prepare(event)
    with connection.cursor() as cursor:
        cursor.execute("select kernel.emit(%s, %s, %s, %s)", row)
    return row[0]


def prepare(event: Event) -> tuple[UUID, str, str, str]:
    """What `kernel.emit(uuid, text, jsonb, text)` takes, for a statement that does more than emit."""
    actor = current() or Actor()
    event_id, data = new_id(), event.data()
    mac = _mac(event_id, actor.organisation, actor.person, event.name, data)
    return event_id, event.name, signing.canonical(data), mac


def relay_once(most: int = BATCH) -> int:
    """Pass on a batch of waiting events: one job for each consumer, in one transaction. Returns how many events.

    Any number of relays may run at once; one that dies leaves its batch to the next.
    """
    jobs: list[dict[str, Any]] = []
    passed: list[UUID] = []
    refused: list[UUID] = []
    with acting(RELAY), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select * from kernel.take_events(%s)", [most])
        for event, organisation, person, name, data, mac in cursor.fetchall():
            if not signing.believed("event", _signed(event, organisation, person, name, json.loads(data)), mac):
                refused.append(event)
                continue
            passed.append(event)
            actor = Actor(office="reaction", organisation=organisation, subject=str(event))
            for wanted in _wanted.get(name, ()):
                arguments = {"event": event, "consumer": wanted}
                jobs.append({"task": react.name, "args": tasks.payload(react, arguments, actor)})
        if passed or refused:
            cursor.execute(
                "select kernel.pass_on(%s::uuid[], %s, %s::uuid[])", [passed, signing.canonical(jobs), refused]
            )
    if refused:
        log.error("refused %d events that this installation did not sign", len(refused))
    return len(passed) + len(refused)


def _bury(*, event: UUID, consumer: str, attempts: int, reason: str) -> None:
    """Leave a dead letter for an operator."""
    with connection.cursor() as cursor:
        cursor.execute("select kernel.bury_delivery(%s, %s, %s, %s)", [new_id(), consumer, attempts, reason])


@tasks.task("kernel.react", give_up=_bury)
def react(*, event: UUID, consumer: str) -> None:
    """Give one event to one consumer. The mark that it had it commits with what it did."""
    with connection.cursor() as cursor:
        cursor.execute("select * from kernel.begin_delivery(%s, %s)", [new_id(), consumer])
        row = cursor.fetchone()
    if row is None:
        return
    organisation, person, name, data, made = row
    _consumers[consumer](Event.read(name, json.loads(data)), Envelope(event, organisation, person, made))


def dead_letters() -> list[dict[str, Any]]:
    """What consumers gave up on: event, organisation, name, consumer, attempts, reason, made. For operators."""
    with acting(Actor(office="operator")), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select * from kernel.dead_deliveries()")
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def revive(event: UUID, organisation: UUID, consumer: str) -> None:
    """Queue a dead letter again, after its cause is mended."""
    actor = Actor(office="reaction", organisation=organisation, subject=str(event))
    react.configure(actor=actor).defer(event=event, consumer=consumer)


def _mac(event: UUID, organisation: UUID | None, person: UUID | None, name: str, data: dict[str, Any]) -> str:
    return signing.sign("event", _signed(event, organisation, person, name, data))


def _signed(event: UUID, organisation: Any, person: Any, name: str, data: dict[str, Any]) -> list[Any]:
    return [str(event), str(organisation or ""), str(person or ""), name, data]


def _readers(kind: type[Event]) -> dict[str, Callable[[Any], Any]]:
    """How each field is read back from JSON, worked out once for each kind of event."""
    if "_read" not in vars(kind):
        hints = typing.get_type_hints(kind)
        kind._read = {f.name: _reader(kind, f.name, hints[f.name]) for f in fields(kind)}
    known: dict[str, Callable[[Any], Any]] = kind._read
    return known


def _reader(kind: type[Event], name: str, hint: Any) -> Callable[[Any], Any]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        inner = [part for part in typing.get_args(hint) if part is not type(None)]
        read = _reader(kind, name, inner[0] if len(inner) == 1 else None)
        return lambda value: None if value is None else read(value)
    if hint is UUID:
        return UUID
    if hint is int or hint is bool:
        return hint
    raise TypeError(f"{kind.__name__}.{name}: events carry ids (UUID, int, bool), nothing else.")
