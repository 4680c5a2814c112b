"""Recording what happens, and erasing what was recorded of a person."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tillit.access import current
from tillit.evidence import entry, events
from tillit.evidence.events import Kind
from tillit.kernel import clock, keyring
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor, acting

Word = str | int | bool | UUID | None

LONGEST_DETAIL = 2000  # characters
BATCH = 5000  # events that are removed in one transaction's one statement
ADD = (
    "select evidence.add(%s::uuid[], %s::bytea[], %s::bytea[], %s::bytea[], %s::uuid[], %s::int[], "
    "%s::text[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s)"
)

_Sight = tuple[str, str, UUID | None]  # name, reason, object
_Common = tuple[Kind, UUID | None, str, str]  # what several events share: kind, object, reason, detail
_seen: ContextVar[dict[_Sight, dict[UUID, None]] | None] = ContextVar("tillit_seen", default=None)


@dataclass(frozen=True)
class Happening:
    """One event to be recorded, of one person or of nobody but the actor."""

    kind: Kind
    subject: UUID | None = None
    object: UUID | None = None
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Erased:
    """What an erasure did: how many events went, how many a law keeps, until when at the longest, and the event
    that says so (None when nothing went)."""

    gone: int
    kept: int
    kept_until: datetime | None
    event: UUID | None


def record(
    name: str,
    *,
    subject: UUID | None = None,
    subjects: Iterable[UUID] = (),
    reason: str = "",
    object: UUID | None = None,
    detail: Mapping[str, Word | Sequence[Word]] | None = None,
) -> list[UUID]:
    """Record that the acting person did this in the acting organisation: in the present transaction, one insert.

    name: "app.object.verb", declared (else `events.Undeclared`). subject, subjects: the people concerned; each gets
    an event of their own. object: what it was about. reason and detail hold ids and small words, never personal
    text. Returns the events' ids: one for each subject, or one where there is none.
    """
    kind = events.kind(name)
    concerned: list[UUID | None] = [*dict.fromkeys([*([subject] if subject else []), *subjects])]
    text = _text(name, detail)
    return write([Happening(kind, one, object, reason, text) for one in concerned or [None]])


def saw(subject_ids: Iterable[UUID], what: str, reason: str, *, object: UUID | None = None) -> None:
    """These people's data (`what`, as in "booking.guest") is shown to the acting person, for this reason.

    Gathered during a request and recorded by `flush` as "<what>.seen", once for each person; outside a request
    recorded at once. Whoever looks at their own data is passed over.
    """
    actor = current() or Actor()
    name = events.kind(f"{what}.seen").name
    others = {subject: None for subject in subject_ids if subject != actor.person}
    gathered = _seen.get()
    if gathered is None:
        record(name, subjects=others, reason=reason, object=object) if others else None
    else:
        gathered.setdefault((name, reason, object), {}).update(others)


@contextmanager
def gathering() -> Iterator[None]:
    """What is seen inside the block waits for `flush`; what was not flushed (a failed request) is forgotten."""
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def flush() -> list[UUID]:
    """Record what was gathered, in one insert; nothing gathered, nothing done. Returns the events' ids."""
    gathered = _seen.get()
    if not gathered:
        return []
    found = [
        Happening(events.kind(name), subject, object, reason)
        for (name, reason, object), subjects in gathered.items()
        for subject in subjects
    ]
    gathered.clear()
    return write(found) if found else []


def heard(name: str, /, **ids: Any) -> None:
    """Record what a lower floor announced (kernel.happenings), if it is listed in events.HEARD. Of the ids, subject,
    subjects, object and reason are what they are for `record`. Where no organisation acts (a mail about an account),
    each of the people concerned finds it in their own."""
    actor = current()
    if name not in events.HEARD or actor is None:
        return
    known: dict[str, Any] = {key: ids[key] for key in ("subject", "subjects", "object", "reason") if key in ids}
    known["detail"] = {key: ids[key] for key in events.HEARD[name] if key in ids}
    if actor.organisation is not None:
        record(name, **known)
    elif people := known.pop("subjects", ()):
        with connection.cursor() as cursor:
            cursor.execute("select * from evidence.homes(%s::uuid[])", [list(people)])
            homes = cursor.fetchall()
        for organisation, theirs in homes:
            with acting(replace(actor, organisation=organisation)):
                record(name, subjects=theirs, **known)


def write(happenings: Sequence[Happening]) -> list[UUID]:
    """Record all of them in one statement."""
    ids, parameters = prepare(happenings)
    with connection.cursor() as cursor:
        cursor.execute(ADD, parameters)
    return ids


def prepare(happenings: Sequence[Happening]) -> tuple[list[UUID], list[Any]]:
    """What `ADD` takes, for a statement that does more than record; and the events' ids."""
    actor = current() or Actor()
    if actor.organisation is None:
        raise ValueError("An event belongs to an organisation, and none acts.")
    made = clock.now()
    made = made.replace(microsecond=made.microsecond // 1000 * 1000)
    common: dict[_Common, int] = {}  # and its place in the arrays, from 1
    rows = []
    actor_id, organisation_id = actor.person and str(actor.person), str(actor.organisation)
    for happening in happenings:
        event, salt = new_id(), os.urandom(entry.SALT)
        subject = happening.subject and str(happening.subject)
        body = entry.body(
            event=event,
            organisation=organisation_id,
            name=happening.kind.name,
            made=made,
            office=actor.office,
            actor=actor_id,
            subject=subject,
            object=happening.object,
            reason=happening.reason,
            detail=happening.detail,
        )
        committed = entry.commitment(salt, body)
        shared = (happening.kind, happening.object, happening.reason, happening.detail)
        place = common.setdefault(shared, len(common) + 1)
        rows.append((event, committed, mac(actor.organisation, event, committed), salt, subject, place))
    ids, commitments, macs, salts, subjects, places = zip(*rows, strict=True)
    return list(ids), [
        array(ids),
        _bytes(commitments),
        _bytes(macs),
        _bytes(salts),
        array(subjects),
        array(places),
        _words(kind.name for kind, *_ in common),
        array(object for _, object, _, _ in common),
        _words(reason for _, _, reason, _ in common),
        _words(detail for *_, detail in common),
        array(until(kind, made) for kind, *_ in common),
        _words(kind.law or "" for kind, *_ in common),
        made,
    ]


def array(values: Iterable[object]) -> str:
    """An array as PostgreSQL writes it; for a page of people much faster than item by item."""
    return "{" + ",".join("null" if value is None else f'"{value}"' for value in values) + "}"


def _bytes(values: Iterable[bytes]) -> str:
    return array(f"\\\\x{value.hex()}" for value in values)


def _words(values: Iterable[str]) -> str:
    return array(value.replace("\\", "\\\\").replace('"', '\\"') for value in values)


def erase_person() -> Erased:
    """Erase what was recorded of the person to whom the office "erasure" is narrowed, in the acting organisation:

        with access.as_office("erasure", subject=str(person)):
            evidence.erase_person()

    Their events go with body and salt; the log's hashes stay, and an event says how many went. What they did to
    others stays with those others, under an id. What a law keeps stays to its end. The database refuses any other
    office.
    """
    gone, last = _remove(events.ERASED)
    with connection.cursor() as cursor:
        cursor.execute("select * from evidence.kept()")
        kept, kept_until = cursor.fetchone()
    return Erased(gone, kept, kept_until, last)


def remove_expired() -> int:
    """Remove the acting organisation's events that have served their time (office "sweeper"); returns how many."""
    return _remove(events.EXPIRED)[0]


def mac(organisation: UUID, event: UUID, committed: bytes) -> bytes:
    """The application's signature under an event; the sequencer takes no other."""
    return hmac.digest(keyring.derived("evidence"), organisation.bytes + event.bytes + committed, hashlib.sha256)


def until(kind: Kind, made: datetime) -> datetime | None:
    """When an event of this kind has served its time."""
    return made + kind.keep if kind.keep is not None else None


def _remove(kind: Kind) -> tuple[int, UUID | None]:
    """Batch after batch of what the acting office may remove, each with an event that names nobody."""
    gone, event = 0, None
    nobody = replace(current() or Actor(), person=None, account=None)
    with acting(nobody), connection.cursor() as cursor:
        while True:
            cursor.execute("select * from evidence.to_remove(%s)", [BATCH])
            ids = sorted(row[0] for row in cursor.fetchall())
            if not ids:
                return gone, event
            digest = hashlib.sha256(b"".join(one.bytes for one in ids)).hexdigest()
            (event,) = write([Happening(kind, detail=entry.spelled({"count": len(ids), "sha256": digest}))])
            cursor.execute("select evidence.remove(%s, %s::uuid[])", [event, ids])
            gone += len(ids)


def _text(name: str, detail: Mapping[str, Word | Sequence[Word]] | None) -> str:
    """The detail as it stands in the body. Raises ValueError for more than ids and small words."""
    if not detail:
        return ""
    plain = {key: _plain(name, value) for key, value in detail.items()}
    text = entry.spelled(plain)
    if len(text) > LONGEST_DETAIL:
        raise ValueError(f"{name}: detail holds ids and small words, not data.")
    return text


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [_plain(name, one) for one in value]
    if value is None or isinstance(value, (str, int)):
        return value
    raise ValueError(f"{name}: detail holds ids, numbers and small words.")
