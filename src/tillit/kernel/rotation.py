"""Rotation of what wraps the keys, and of what they seal, while the product runs.

The wrapping secret changes every TILLIT_KEY_DAYS: a new one is made, every key is wrapped anew in batches, then the
old one is destroyed. From then on no older copy of the database opens a key that was shredded meanwhile. It may be
cut off anywhere and run again; two at once do no harm, since every step looks at what is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction
from psycopg.pq import Format

from tillit.kernel import clock, config, keys, root, sealed
from tillit.kernel.tasks import periodic, task
from tillit.kernel.ticket import Actor, acting

BATCH = 5_000  # keys
RESEALED = 500  # rows
_KEYRING = Actor(office="keyring")
_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Rotated:
    """What a rotation did: the wrapping secret in use, keys wrapped anew, secrets destroyed."""

    present: int
    rewrapped: int
    destroyed: tuple[int, ...]


def rotate_horizon(*, batch: int = BATCH) -> Rotated:
    """Change the wrapping secret; or finish a change that was cut off, without beginning another. As the worker."""
    states = horizons()
    present = next(number for number, state, _, _ in states if state == "open")
    if not [1 for _, state, _, _ in states if state == "retiring"]:
        root.create(keys.horizon_name(present + 1))
        ((present,),) = _ask("select keys.open_horizon(%s)", [present])
    rewrapped, destroyed = 0, []
    for number, state, _, _ in horizons():
        if state == "retiring":
            rewrapped += _rewrap(number, present, batch)
            ((closed,),) = _ask("select keys.close_horizon(%s)", [number])
            state = "closed" if closed else state
        if state == "closed" and root.place(keys.horizon_name(number)).exists():
            root.destroy(keys.horizon_name(number))
            destroyed.append(number)
    return Rotated(present, rewrapped, tuple(destroyed))


def horizons() -> list[tuple[int, str, Any, int]]:
    """Number, state, when it was opened, and how many keys each wrapping secret wraps. As the worker."""
    return _ask("select number, state, opened, keys from keys.horizons()", [])


@periodic("kernel.keys", cron="41 3 * * *", office="keyring", own_transactions=True)
def rotate_in_time() -> None:
    """Every night: is the wrapping secret older than TILLIT_KEY_DAYS, or is a change of it unfinished?"""
    days = timedelta(days=config.number("TILLIT_KEY_DAYS"))
    states = horizons()
    due = any(state == "open" and opened + days <= clock.now() for _, state, opened, _ in states)
    unfinished = any(state == "retiring" for _, state, _, _ in states)
    if due or unfinished:
        rotate_horizon()


@task("kernel.reseal")
def reseal(*, model: str, after: UUID | None) -> None:
    """One batch of rows ("app.Model", by id) whose values have an older key version is sealed anew, as whoever queued
    it may see and change them; the next batch is queued with it."""
    rows = apps.get_model(model).objects.order_by("pk")
    batch = list((rows.filter(pk__gt=after) if after else rows)[:RESEALED])
    sealed.reseal(batch)
    if len(batch) == RESEALED:
        reseal.defer(model=model, after=batch[-1].pk)


def _rewrap(old: int, new: int, batch: int) -> int:
    done, last = 0, (_NOBODY, _NOBODY, "", 0)
    while True:
        with acting(_KEYRING), transaction.atomic(), connection.cursor() as cursor:
            cursor.cursor.format = Format.BINARY  # text forms would take half of the time
            cursor.execute("select * from keys.to_rewrap(%s, %s, %s, %s, %s, %s)", [old, batch, *last])
            rows = cursor.fetchall()
            if not rows:
                return done
            organisations, people, classes, versions, _ = (list(column) for column in zip(*rows, strict=True))
            try:
                fresh = keys.rewrapped(rows, old, new)
            except FileNotFoundError:
                return done  # another rotation was faster
            cursor.execute(
                "select keys.rewrap(%s, %s, %b::uuid[], %b::uuid[], %b::text[], %b::smallint[], %b::bytea[])",
                [old, new, organisations, people, classes, versions, fresh],
            )
            done += cursor.fetchone()[0]
        last = rows[-1][:4]


def _ask(statement: str, parameters: list[Any]) -> list[Any]:
    with acting(_KEYRING), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
