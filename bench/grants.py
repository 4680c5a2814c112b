"""Grants that are taken back: 10,000 at once, by their subject and by a relation that is over, clock and all.

On a durable server (fsync on), as the application's own role where the application may, with as many grants of
others beside them. Run: `tillit bench grants`.
"""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID, uuid4

import psycopg

from bench import _log
from tillit.ops import scratch

GRANTS = 10_000
GOAL = 1.0  # seconds


def run() -> list[dict[str, Any]]:
    """The figures in seconds."""
    with scratch.database() as db:
        db.enter("tillit_app")
        with psycopg.connect(db.admin_dsn(), autocommit=True) as admin:
            organisation = _log.an_organisation(admin)
            subject, other = (_people(admin, organisation, 1)[0] for _ in range(2))
            hosts = _people(admin, organisation, GRANTS)
            meeting = uuid4()
            _lay_out(admin, organisation, other, hosts, uuid4())
            _lay_out(admin, organisation, subject, hosts, meeting)
            choice = _take_back(organisation, subject)
            admin.execute("delete from access_grant where revoked is not null")
            _lay_out(admin, organisation, subject, hosts, meeting)
            relation = _close(db, organisation, meeting)
    return [
        _row(f"{GRANTS:,} grants taken back by their subject", choice),
        _row(f"{GRANTS:,} grants of a relation that is over", relation),
    ]


def _row(what: str, seconds: float) -> dict[str, Any]:
    return {"what": what, "value": seconds, "unit": "s", "goal": f"≤ {GOAL:g}", "ok": seconds <= GOAL}


def _people(admin: psycopg.Connection[Any], organisation: UUID, count: int) -> list[UUID]:
    rows = admin.execute(
        "insert into identity_person (id, organisation_id, display_name, email, email_index, phone, language, "
        "time_zone, verified, made) select gen_random_uuid(), %s, '', '', '', '', 'sv', 'UTC', true, now() "
        "from generate_series(1, %s) returning id",
        [organisation, count],
    )
    return [row[0] for row in rows]


def _lay_out(
    admin: psycopg.Connection[Any], organisation: UUID, subject: UUID, hosts: list[UUID], meeting: UUID
) -> None:
    """A grant to each host, each with its end on the clock."""
    admin.execute(
        "with made as (insert into access_grant (id, organisation_id, subject_id, grantee_id, scope, relation, reason, "
        "object_id, starts, ends, made) select gen_random_uuid(), %s, %s, h, 'contact', 'booked with', 'booking', %s, "
        "now() - interval '1 hour', now() + interval '9 days', now() from unnest(%s::uuid[]) h "
        "returning id, organisation_id, subject_id, ends) "
        "insert into kernel_end (id, organisation_id, kind, object_id, subject_id, due, first_due, wake, why, "
        "attempts, problem, state, made) select gen_random_uuid(), organisation_id, 'access.grant', id, "
        "subject_id, ends, ends, ends, '', 0, '', 'open', now() from made",
        [organisation, subject, meeting, hosts],
    )
    admin.execute("vacuum analyze access_grant, kernel_end")


def _take_back(organisation: UUID, subject: UUID) -> float:
    from django.db import transaction

    from tillit.access import actions
    from tillit.kernel.ticket import Actor, acting

    with acting(Actor(office="member", organisation=organisation, person=subject)):
        begun = time.perf_counter()
        with transaction.atomic():
            closed = actions.take_back_all()
        seconds = time.perf_counter() - begun
    return _all(closed, seconds)


def _close(db: scratch.Database, organisation: UUID, meeting: UUID) -> float:
    """As a definer function of another app closes them."""
    from tillit.kernel import ticket

    with psycopg.connect(db.admin_dsn()) as raw:
        signed = ticket.sign(ticket.Actor(organisation=organisation))
        raw.execute("select set_config('tillit.ticket', %s, true)", [signed])
        raw.execute("set local role tillit_definer")
        begun = time.perf_counter()
        row = raw.execute("select access.close_relation(%s, 'booked with', %s)", [organisation, meeting]).fetchone()
        raw.commit()
        return _all(row[0] if row else 0, time.perf_counter() - begun)


def _all(closed: int, seconds: float) -> float:
    if closed != GRANTS:
        raise RuntimeError(f"{closed} of {GRANTS} grants were closed.")
    return seconds
