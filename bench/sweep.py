"""The sweeper: how many ends a second, with a handler that deletes the rows that end, on a durable server.

Also with an old transaction open beside it (a dump; what is marked then stays in the index), setting an end from
a definer function, and what an administrator waits for when a setting moves 50,000 ends.
Run: `tillit bench sweep`.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

import psycopg

from tillit.ops import scratch

ROWS = 100_000
MOVED = 50_000
GOAL = 5000  # ends a second


def run() -> list[dict[str, Any]]:
    """The figures."""
    with scratch.database() as db:
        db.enter("tillit_worker")
        from tillit.kernel import worker

        worker.prepare_process()
        _handler()
        with psycopg.connect(db.admin_dsn(), autocommit=True) as admin:
            organisation = _prepare(admin)
            setting = _set(db, organisation)
            _lay_out(admin, organisation, ROWS)
            alone = _sweep(ROWS)
            _lay_out(admin, organisation, ROWS)
            with psycopg.connect(db.admin_dsn()) as dump:
                dump.execute("set transaction isolation level repeatable read")
                dump.execute("select count(*) from kernel_end")
                beside = _sweep(ROWS)
            choosing = _choose(admin, organisation)
    return [
        {"what": "ends a second", "value": alone, "unit": "/s", "goal": f"≥ {GOAL}", "ok": alone >= GOAL},
        {"what": "the same beside a dump", "value": beside, "unit": "/s", "goal": f"≥ {GOAL}", "ok": beside >= GOAL},
        {"what": "kernel.set_end in a statement", "value": setting, "unit": "µs", "goal": None, "ok": None},
        {"what": f"a setting that moves {MOVED} ends", "value": choosing, "unit": "s", "goal": None, "ok": None},
    ]


def _handler() -> None:
    from django.db import connection

    from tillit.kernel import ends

    keep = ends.Setting("bench.keep_days", default=30, least=1, most=730, says="measured")

    @ends.handler("bench.thing", says="measured", setting=keep)
    def forget(objects: list[uuid.UUID]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("delete from bench_thing where id = any(%s)", [objects])


def _prepare(admin: psycopg.Connection[Any]) -> uuid.UUID:
    organisation = uuid.uuid4()
    admin.execute("create table bench_thing (id uuid primary key, words text)")
    admin.execute("grant select, delete on bench_thing to tillit_worker")
    admin.execute(
        "insert into identity_organisation (id, made, slug, name, number, address, publisher, contact_email, region, "
        "languages, time_zone, currency, modules, colour, about, published) values (%s, now(), 'b', 'b', '1', 'a', "
        "'p', 'b@example.org', 'eu', '{sv}', 'UTC', 'SEK', '{}', 'spruce', '{}', true)",
        [organisation],
    )
    return organisation


def _lay_out(admin: psycopg.Connection[Any], organisation: uuid.UUID, rows: int) -> None:
    """Things of 200 bytes that are due, in no order, and among them as many that are not."""
    admin.execute("truncate kernel_end, bench_thing")
    admin.execute(
        "insert into bench_thing select gen_random_uuid(), repeat('x', 200) from generate_series(1, %s)", [rows]
    )
    admin.execute(
        "insert into kernel_end (id, organisation_id, kind, object_id, due, first_due, wake, why, attempts, problem, "
        "state, made) select gen_random_uuid(), %s, 'bench.thing', coalesce(t.id, gen_random_uuid()), d, d, d, '', 0, "
        "'', 'open', now() from (select id, now() - random() * interval '1 day' from bench_thing union all "
        "select null, now() + interval '1 day' from bench_thing) t (id, d)",
        [organisation],
    )
    admin.execute("vacuum analyze kernel_end, bench_thing")


def _sweep(rows: int) -> float:
    """Ends a second until nothing is due."""
    from tillit.kernel import sweeper

    begun = time.perf_counter()
    swept = sweeper.run(600)
    seconds = time.perf_counter() - begun
    if swept.reached != rows or swept.failed:
        raise RuntimeError(f"The sweeper reached {swept.reached} of {rows}, {swept.failed} failed.")
    return rows / seconds


def _set(db: scratch.Database, organisation: uuid.UUID) -> float:
    """Microseconds that `kernel.set_end` adds for each row, as a definer function calls it."""
    from tillit.kernel import ticket

    actor = ticket.Actor(organisation=organisation)
    with psycopg.connect(db.admin_dsn()) as raw:
        raw.execute("select set_config('tillit.ticket', %s, true)", [ticket.sign(actor)])
        raw.execute("set local role tillit_definer")
        begun = time.perf_counter()
        raw.execute(
            "select kernel.set_end('bench.thing', gen_random_uuid(), null, now() + interval '1 day') "
            "from generate_series(1, 5000)"
        )
        return (time.perf_counter() - begun) / 5000 * 1e6


def _choose(admin: psycopg.Connection[Any], organisation: uuid.UUID) -> float:
    """Seconds in which a setting moves `MOVED` ends."""
    from django.db import transaction

    from tillit.kernel import ends, ticket

    person = uuid.uuid4()
    admin.execute(
        "insert into identity_person (id, organisation_id, display_name, email, email_index, phone, language, "
        "time_zone, verified, made) values (%s, %s, 'n', '', '', '', 'sv', 'UTC', true, now())",
        [person, organisation],
    )
    admin.execute(
        "insert into identity_membership (id, organisation_id, person_id, role, made) "
        "values (gen_random_uuid(), %s, %s, 'administrator', now())",
        [organisation, person],
    )
    _lay_out(admin, organisation, MOVED // 2)
    admin.execute("update kernel_end set since = now()")
    begun = time.perf_counter()
    with ticket.acting(ticket.Actor("member", None, person, organisation)), transaction.atomic():
        moved = ends.settings["bench.keep_days"].choose(60)
    if moved != MOVED:
        raise RuntimeError(f"{moved} of {MOVED} ends moved.")
    return time.perf_counter() - begun
