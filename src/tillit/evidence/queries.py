"""Reading the log of the acting organisation: checkpoints, tiles, proofs, receipts, and one's own events."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from tillit.evidence import entry, events, tiles
from tillit.evidence.actions import array
from tillit.evidence.models import Checkpoint, Event, Tile
from tillit.evidence.receipts import Proof


class Unknown(LookupError):
    """No such event for whoever asks, or it was erased."""


class NotYet(LookupError):
    """The event is recorded and not yet in a signed checkpoint; it will be within a minute."""


@dataclass(frozen=True)
class Seen:
    """An event as its person reads it. `number`: its place in the log, None until it is in a checkpoint."""

    id: UUID
    kind: events.Kind | None
    name: str
    made: datetime
    actor: UUID | None
    office: str
    subject: UUID | None
    object: UUID | None
    reason: str
    kept_until: datetime | None
    law: str
    number: int | None
    detail: Mapping[str, Any]


def my_events(*, before: UUID | None = None, most: int = 50, names: Collection[str] = ()) -> list[Seen]:
    """What was recorded about the acting person in this organisation, newest first. `before`: an event's id, for
    the next page. names: only events of these names."""
    return _events(Event.objects.all(), before, most, names)


def events_about(person: UUID, *, before: UUID | None = None, most: int = 50) -> list[Seen]:
    """The same about another person, as far as the acting one may see it (broken open, for a reason)."""
    return _events(Event.objects.filter(subject_id=person), before, most)


def _events(rows: QuerySet[Event], before: UUID | None, most: int, names: Collection[str] = ()) -> list[Seen]:
    rows = rows.filter(pk__lt=before) if before else rows
    rows = rows.filter(name__in=names) if names else rows
    found = list(rows.order_by("-id")[:most])
    places = numbers(event.pk for event in found)
    return [_seen(event, places.get(event.pk)) for event in found]


def _seen(event: Event, number: int | None) -> Seen:
    return Seen(
        event.pk, events.kinds.get(event.name), event.name, event.made, event.actor_id, event.office,
        event.subject_id, event.object_id, event.reason, event.kept_until, event.law, number,
        json.loads(event.detail or "{}"),
    )  # fmt: skip


def numbers(ids: Iterable[UUID]) -> dict[UUID, int]:
    """Places in the log of events whose ids are known; those without a number yet are absent."""
    with connection.cursor() as cursor:
        cursor.execute("select event, number from evidence.places(%s::uuid[]) where number is not null", [list(ids)])
        return dict(cursor.fetchall())


def verifier() -> str | None:
    """The verifier key of the log, in one line; None before the first checkpoint."""
    with connection.cursor() as cursor:
        cursor.execute("select verifier from evidence.log()")
        row = cursor.fetchone()
    return row[0] if row else None


def checkpoints() -> QuerySet[Checkpoint]:
    """Every signed checkpoint, the newest first."""
    return Checkpoint.objects.order_by("-size")


def tile(level: int, index: int, width: int) -> bytes | None:
    """The first `width` hashes of a tile, or None where the log has not so many."""
    found = Tile.objects.filter(level=level, place=index).values_list("hashes", flat=True).first()
    hashes = bytes(found or b"")[: width * tiles.HASH]
    return hashes if len(hashes) == width * tiles.HASH else None


def entry_bundle(index: int, width: int) -> bytes | None:
    """The first `width` entries of a bundle (C2SP tlog-tiles), or None where the log has not so many."""
    first = index * tiles.WIDTH
    size = checkpoints().values_list("size", flat=True).first() or 0
    if first + width > size:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select * from evidence.commitments(%s, %s)", [first, first + width])
        return entry.bundle(bytes(row[0]) for row in cursor.fetchall())


def read_tiles(wanted: Iterable[tiles.Place]) -> tiles.Reader:
    """These tiles, fetched in one query, as something to compute proofs from."""
    places = set(wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            "select level, place, hashes from evidence_tile "
            "where (level, place) in (select * from unnest(%s::int[], %s::bigint[]))",
            [array(level for level, _ in places), array(place for _, place in places)],
        )
        held = {(level, place): bytes(hashes) for level, place, hashes in cursor.fetchall()}
    return lambda level, place: held[level, place]


def inclusion(number: int, size: int) -> list[bytes]:
    """The proof that leaf `number` is in the log of `size` leaves."""
    return tiles.inclusion(number, size, read_tiles(tiles.needed(number, size)))


def consistency(old: int, size: int) -> list[bytes]:
    """The proof that the log of `size` leaves begins with the log of `old` leaves."""
    wanted = {*tiles.needed(max(old - 1, 0), size), *tiles.edge(old)} if old else set()
    return tiles.consistency(old, size, read_tiles(wanted))


def receipt(event_id: UUID) -> bytes:
    """The tlog-proof file of an event that the acting person may see. Raises `Unknown`, `NotYet`."""
    event = Event.objects.filter(pk=event_id).first()
    if event is None:
        raise Unknown("There is no such event, or it was erased.")
    number = numbers([event_id]).get(event_id)
    checkpoint = checkpoints().first()
    if number is None or checkpoint is None:
        raise NotYet("The event will be in the log within a minute.")
    path = tuple(inclusion(number, checkpoint.size))
    return Proof(bytes(event.salt) + body(event), number, path, checkpoint.note).text().encode()


def body(event: Event) -> bytes:
    """An event's body, from its columns."""
    return entry.body(
        event=event.pk,
        organisation=event.organisation_id,
        name=event.name,
        made=event.made,
        office=event.office,
        actor=event.actor_id,
        subject=event.subject_id,
        object=event.object_id,
        reason=event.reason,
        detail=event.detail,
    )
