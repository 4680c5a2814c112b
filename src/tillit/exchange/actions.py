"""Bringing a file in: given, looked at, confirmed, taken over part by part, and undone for a day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from tillit import evidence
from tillit.access import Actor, as_office, current
from tillit.exchange import columns, events, files, queries, reading, targets
from tillit.exchange.models import Batch, Imported
from tillit.exchange.sources import SOURCES
from tillit.kernel import clock, ends, keyring
from tillit.kernel.ids import new_id

DAY = timedelta(days=1)
MOST_WAITING = 10  # files of an organisation that nobody has confirmed yet


class Refused(Exception):
    """It is not done. `why`: many (too many files wait), twice (the same file is being taken over right now), state
    (it is not at this point, or no longer), mapping (something that is needed stands in no column), choice."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@transaction.atomic
def give(target: str, content: bytes) -> Batch:
    """As an administrator, give a file; nothing of it is stored but the sealed file itself, for a day.

    Raises reading.Unreadable for a file that is not taken, Refused (many), KeyError for an unknown target.
    """
    wanted, actor = targets.get(target), current() or Actor()
    if actor.organisation is None:
        raise PermissionError("A file is given to an organisation, and nobody acts in one.")
    kind = reading.kind_of(content)
    table = reading.read(content, kind=kind)
    with connection.cursor() as cursor:  # those who give files at once are counted one after the other
        cursor.execute("select pg_advisory_xact_lock(uuid_hash_extended(%s, 7137))", [actor.organisation])
    if Batch.objects.filter(state="waiting").count() >= MOST_WAITING:
        raise Refused("many")
    batch = Batch(
        id=new_id(), organisation_id=actor.organisation, by_id=actor.person, target=target, kind=kind,
        encoding=table.encoding, digest=digest(content, actor.organisation), size=len(content),
        mapping=_guessed(table, wanted), total=len(table.rows),
    )  # fmt: skip
    batch.save(force_insert=True)
    on_the_clock(batch.pk, clock.now() + DAY)
    files.write(batch, content)
    return batch


def _guessed(table: reading.Table, wanted: targets.Target) -> list[str]:
    if table.keys:
        return [key if wanted.column(key) else "" for key in table.keys]
    return columns.guess(table.headings, wanted.columns)


def digest(content: bytes, organisation: UUID | None) -> str:
    """By what the same content is known again in an organisation."""
    return keyring.blind_index(hashlib.sha256(content).hexdigest(), "exchange_batch.digest", organisation=organisation)


@transaction.atomic
def choose_columns(batch: UUID, mapping: Sequence[str], encoding: str = "") -> Batch:
    """Say what each column is ("" for what is not taken), and how the file's letters are read. Raises Refused (state,
    mapping, choice), reading.Unreadable for letters that are not of this encoding."""
    row = _locked(batch, "waiting")
    target = targets.get(row.target)
    if encoding and encoding != row.encoding:
        if encoding not in reading.ENCODINGS:
            raise Refused("choice")
        row.encoding = encoding
    table = queries.table(row)
    taken = [key for key in mapping if key]
    if len(mapping) != len(table.headings) or any(target.column(key) is None for key in taken):
        raise Refused("choice")
    if len(set(taken)) != len(taken):
        raise Refused("double")
    if not queries.enough(target, taken):
        raise Refused("mapping")
    row.mapping, row.total, row.decided = list(mapping), len(table.rows), {}
    row.save(update_fields=["mapping", "encoding", "total", "decided"])
    return row


@transaction.atomic
def decide(batch: UUID, wishes: Mapping[int, str]) -> Batch:
    """Say of single lines that are known already what becomes of them (targets.WISHES; "": as of all the others).
    Raises Refused (state, choice)."""
    row = _locked(batch, "waiting")
    doubles = queries.plan(row).doubles
    if any(line not in doubles or (wish and wish not in doubles[line].wishes) for line, wish in wishes.items()):
        raise Refused("choice")
    kept = row.decided | {str(line): wish for line, wish in wishes.items()}
    row.decided = {line: wish for line, wish in kept.items() if wish}
    row.save(update_fields=["decided"])
    return row


@transaction.atomic
def confirm(batch: UUID, *, same: str, source: str = "", words: str = "") -> Batch:
    """Take the file over, in the background. same: what happens to rows that are known already. source, words: where
    people's details come from. Raises Refused (state, twice, mapping, choice)."""
    row = _locked(batch, "waiting")
    target = targets.get(row.target)
    if same not in target.choices or (target.personal and source not in SOURCES):
        raise Refused("choice")
    if not queries.enough(target, [key for key in row.mapping if key]):
        raise Refused("mapping")
    row.state, row.same, row.source, row.words = "running", same, source, words.strip()[:200]
    row.confirmed = clock.now()
    try:
        with transaction.atomic():
            row.save(update_fields=["state", "same", "source", "words", "confirmed"])
    except IntegrityError:
        raise Refused("twice") from None
    evidence.record(events.CONFIRMED.name, object=row.pk, reason=source, detail={"what": row.target, "rows": row.total})
    from tillit.exchange import tasks

    tasks.take_over.defer(batch=row.pk)
    return row


@transaction.atomic
def drop(batch: UUID) -> None:
    """Do not take the file over; it goes at once. Raises Refused (state)."""
    row = _locked(batch, "waiting")
    Batch.objects.filter(pk=row.pk).delete()
    on_the_clock(row.pk, None)
    transaction.on_commit(lambda: files.remove(batch))


@transaction.atomic
def undo(batch: UUID) -> Batch:
    """Take back what the file brought, in the background: rows that nothing depends on yet. Raises Refused (state)."""
    row = _locked(batch, "done", "failed")
    if row.undo_until is None or row.undo_until <= clock.now():
        raise Refused("state")
    row.state, row.stayed = "undoing", 0
    row.save(update_fields=["state", "stayed"])
    from tillit.exchange import tasks

    tasks.take_back.defer(batch=row.pk)
    return row


def finish(row: Batch, state: str) -> None:
    """A batch has come to its end; from now on a day to undo it runs, after which the file goes."""
    row.state, row.undo_until = state, clock.now() + DAY
    row.save()
    on_the_clock(row.pk, row.undo_until)


def on_the_clock(batch: UUID, due: datetime | None) -> None:
    """The file goes at that moment (aware), or is off the clock. In an office: it concerns nobody by itself."""
    with as_office("exchange"):
        if due:
            ends.set("exchange.file", object=batch, subject=None, due=due)
        else:
            ends.cancel("exchange.file", batch)


def _locked(batch: UUID, *states: str) -> Batch:
    row = Batch.objects.select_for_update(of=("self",)).filter(pk=batch).first()
    if row is None or row.state not in states:
        raise Refused("state")
    return row


@dataclass(frozen=True)
class Thing:
    """What came of one row that is no person. mark: as whoever stored it left it, to see whether it still is so."""

    row: UUID
    object_id: UUID
    mark: str


def note_thing(batch: Batch, line: int, object_id: UUID, mark: str) -> None:
    """Remember what came of a row, so that it can be undone."""
    Imported(
        organisation_id=batch.organisation_id, batch=batch, line=line, what="added", object_id=object_id,
        mark=mark.encode(),
    ).save(force_insert=True)  # fmt: skip


def things(batch: Batch, most: int) -> list[Thing]:
    """What came of a file's rows and has not been undone, at most so many, in the order of the file."""
    rows = Imported.objects.filter(batch=batch, person=None, stays="").order_by("line")[:most]
    return [Thing(row.pk, row.object_id, bytes(row.mark).decode()) for row in rows if row.object_id]


def note_stay(thing: Thing, why: str) -> None:
    """An undoing leaves it. why: a word of the target's `stays`."""
    Imported.objects.filter(pk=thing.row).update(stays=why)


def forget_thing(thing: Thing) -> None:
    """It is gone."""
    Imported.objects.filter(pk=thing.row).delete()


def looked_at(batch: Batch) -> None:
    """Whoever has broken open another's files looks at one: whose it is can read it."""
    if batch.by_id and not queries.mine(batch):
        evidence.saw([batch.by_id], "exchange.file", "glass", object=batch.pk)


def doubles_seen(doubles: Iterable[targets.Double]) -> None:
    """Whose names were shown beside rows that they may be is recorded."""
    evidence.saw({one for double in doubles for one in double.people}, "exchange.contact", "double")


def seen(rows: Sequence[Imported]) -> None:
    """What was shown of people is recorded."""
    evidence.saw([row.person_id for row in rows if row.person_id], "exchange.contact", "imported")


__all__: list[Any] = [
    "DAY", "Refused", "Thing", "choose_columns", "confirm", "decide", "digest", "doubles_seen", "drop", "finish",
    "forget_thing", "give", "looked_at", "note_stay", "note_thing", "on_the_clock", "seen", "things", "undo",
]  # fmt: skip
