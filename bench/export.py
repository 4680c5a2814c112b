"""A copy of one person of 20,000, with 3,086 of 1.7 million rows: the product's own engine, from the request to the
sealed ZIP file on the disk, on a durable server: page, JSON, tables, contact card, 36 documents, and its record.
Beside it the floor: the same rows read by raw SQL as a superuser and written as one JSON file, sealed values unopened.
Run: `tillit bench export`.
"""

from __future__ import annotations

import json
import time
from statistics import median
from typing import Any
from uuid import UUID

import psycopg

from bench import _people
from tillit.ops import scratch

TIMES = 5
GOAL = 100  # ms
_TABLES = ("identity_person", "privacy_benchmessage", "privacy_benchvisit", "privacy_benchentry", "privacy_benchanswer")


def run() -> list[dict[str, Any]]:
    """The figures."""
    with scratch.database() as db:
        db.enter("tillit_app")
        world = _people.lay_out(db, heavy=TIMES + 1)
        _export(world, world.heavy[0])
        with psycopg.connect(db.admin_dsn()) as admin:
            taken = [(*_export(world, one), _floor(admin, db, one)) for one in world.heavy[1:]]
    own, size, floor = (median(column) for column in zip(*taken, strict=True))
    rows, own_rows = sum(_people.ROWS.values()) + _people.PEOPLE, sum(_people.OWN.values()) + 1
    return [
        {"what": f"a copy of {own_rows} of {rows} rows", "value": own, "unit": "ms", "goal": f"≤ {GOAL}",
         "ok": own <= GOAL},
        {"what": "the worst of five", "value": max(one for one, *_ in taken), "unit": "ms", "goal": None, "ok": None},
        {"what": "its ZIP file", "value": size / 1000, "unit": "kB", "goal": None, "ok": None},
        {"what": "the floor: raw SQL and JSON", "value": floor, "unit": "ms", "goal": None, "ok": None},
        {"what": "times the floor", "value": own / floor, "unit": "×", "goal": None, "ok": None},
    ]  # fmt: skip


def _export(world: _people.People, person: UUID) -> tuple[float, int]:
    from tillit.access import Actor, acting
    from tillit.privacy.rights import copying

    begun = time.perf_counter()
    with acting(Actor(office="member", person=person, organisation=world.organisation)):
        copy = copying.make(person, language="sv")
    taken = (time.perf_counter() - begun) * 1000
    if copy.state != "ready" or copy.size < 100_000:
        raise RuntimeError(f"The copy is {copy.state}, {copy.size} bytes.")
    return taken, copy.size


def _floor(admin: psycopg.Connection[Any], db: scratch.Database, person: UUID) -> float:
    from tillit.kernel import uploads

    begun = time.perf_counter()
    found: dict[str, Any] = {}
    for table in _TABLES:
        column = "id" if table == "identity_person" else "person_id"
        found[table] = admin.execute(f"select * from {table} where {column} = %s".encode(), [person]).fetchall()
    files = admin.execute("select id, name from kernel_upload where owner_id = %s", [person]).fetchall()
    found["files"] = [(name, uploads.place(one).read_bytes()) for one, name in files]
    (db.var / "floor.json").write_text(json.dumps(found, default=str))
    return (time.perf_counter() - begun) * 1000
