"""Erasing one person of 20,000, with 3,086 of 1.7 million rows, on a durable server: the product's own engine, from the
lock to the commit, with blind indexes, grants, mail, files and the event in the log. Beside it the floor: the same rows
by hand-written SQL as a superuser, which asks nobody, counts nothing and proves nothing. Run: `tillit bench erase`.
"""

from __future__ import annotations

import time
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import psycopg

from bench import _people
from tillit.ops import scratch

TIMES = 5
GOAL = 150  # ms


def run() -> list[dict[str, Any]]:
    """The figures."""
    with scratch.database() as db:
        db.enter("tillit_app")
        world = _people.lay_out(db, heavy=2 * TIMES + 1)
        warm, ours, bare = world.heavy[0], world.heavy[1 : TIMES + 1], world.heavy[TIMES + 1 :]
        _erase(world, warm)
        with psycopg.connect(db.admin_dsn()) as admin:
            taken = [(_erase(world, mine), _floor(admin, world, other)) for mine, other in zip(ours, bare, strict=True)]
    own, floor = median(mine for mine, _ in taken), median(other for _, other in taken)
    rows, own_rows = sum(_people.ROWS.values()) + _people.PEOPLE, sum(_people.OWN.values()) + 1
    return [
        {"what": f"erase a person, {own_rows} of {rows} rows", "value": own, "unit": "ms", "goal": f"≤ {GOAL}",
         "ok": own <= GOAL},
        {"what": "the worst of five", "value": max(mine for mine, _ in taken), "unit": "ms", "goal": None, "ok": None},
        {"what": "the floor: raw SQL and the files", "value": floor, "unit": "ms", "goal": None, "ok": None},
        {"what": "times the floor", "value": own / floor, "unit": "×", "goal": None, "ok": None},
    ]  # fmt: skip


def _erase(world: _people.People, person: UUID) -> float:
    from tillit.access import Actor, acting
    from tillit.privacy.rights import erasing

    begun = time.perf_counter()
    with acting(Actor(office="member", person=person, organisation=world.organisation)):
        receipt = erasing.erase(person, request_key=uuid4())
    taken = (time.perf_counter() - begun) * 1000
    expected = {"privacy.benchvisit": 600, "privacy.benchentry": 650, "privacy.benchanswer": 299, "kernel.upload": 36}
    if any(receipt.gone.get(label) != count for label, count in expected.items()):
        raise RuntimeError(f"Erased {receipt.gone}.")
    return taken


def _floor(admin: psycopg.Connection[Any], world: _people.People, person: UUID) -> float:
    from tillit.kernel import uploads

    begun = time.perf_counter()
    files = admin.execute("delete from kernel_upload where owner_id = %s returning id", [person]).fetchall()
    admin.execute("delete from privacy_benchvisit where person_id = %s", [person])
    admin.execute("update privacy_benchentry set what = '' where person_id = %s", [person])
    admin.execute("update privacy_benchanswer set email_index = '' where person_id = %s", [person])
    admin.execute("update identity_person set email_index = '', language = '' where id = %s", [person])
    admin.execute("update keys.person set wrapped = null, shredded = now() where person = %s", [person])
    admin.commit()
    for (one,) in files:
        uploads.place(one).unlink()
    return (time.perf_counter() - begun) * 1000
