"""How long it takes to say whom an incident concerns: a million events of 20,000 people, asked in four ways.

Each question is counted by the product's own action, as an officer under a ticket with the application's role: who it
was is kept, row by row, together with the numbers, and committed (fsync on). Beside them stands a floor: the people of
the widest question counted by bare SQL as superuser, nothing kept. The last line is one round of the watch over the
same evidence. Run: `tillit bench incident`.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg

from bench import _log, _world
from tillit.ops import scratch

EVENTS, PEOPLE, STAFF, DAYS = 1_000_000, 20_000, 40, 365
TIMES, GOAL = 3, 2000.0
NAMES = ("booking.guest.seen", "booking.booking.made", "access.grant.opened", "kernel.egress.departed")


def run() -> list[dict[str, Any]]:
    """The figures in milliseconds, each with its goal."""
    with scratch.database() as db:
        db.enter("tillit_app")
        with psycopg.connect(db.admin_dsn()) as admin:
            organisation, officer, staff = _lay_out(admin)
        _log.settle(db.admin_dsn())
        rows = _counts(organisation, officer, staff[0])
        return [*rows, _floor(db.admin_dsn(), organisation), _watch(organisation)]


def _lay_out(admin: psycopg.Connection[Any]) -> tuple[UUID, UUID, list[UUID]]:
    """An organisation with its people, and what was recorded of them in a year."""
    from tillit.identity.models import Membership, Person

    organisation = _log.an_organisation(admin)
    languages = ("sv", "sv", "sv", "en", "fa")
    people = [
        Person(organisation_id=organisation, language=languages[n % 5], time_zone="Europe/Stockholm", verified=True)
        for n in range(PEOPLE + STAFF)
    ]
    _world.write(admin, people)
    staff, guests = [one.pk for one in people[:STAFF]], [one.pk for one in people[STAFF:]]
    _world.write(admin, [Membership(organisation_id=organisation, person_id=staff[0], role="privacy")])
    _write_events(admin, organisation, staff, guests)
    return organisation, staff[0], staff[1:]


def _write_events(admin: psycopg.Connection[Any], organisation: UUID, staff: list[UUID], guests: list[UUID]) -> None:
    from tillit.kernel.ids import new_id

    chance, begun = random.Random(33), datetime.now(UTC) - timedelta(days=DAYS)
    step, salt = timedelta(days=DAYS) / EVENTS, b"\0" * 32
    columns = "id, organisation_id, name, actor_id, office, subject_id, object_id, reason, detail, made, salt, law"
    with admin.cursor() as cursor, cursor.copy(f"copy evidence_event ({columns}) from stdin (format binary)") as copy:
        copy.set_types(
            ["uuid", "uuid", "varchar", "uuid", "varchar", "uuid", "uuid", "varchar", "text", "timestamptz", "bytea",
             "varchar"]
        )  # fmt: skip
        for number in range(EVENTS):
            name = NAMES[0] if number % 10 < 7 else NAMES[number % 4]
            detail = '{"processor":"mail"}' if name == NAMES[3] else ""
            copy.write_row(
                (new_id(), organisation, name, chance.choice(staff), "member", chance.choice(guests), None,
                 "booked with", detail, begun + step * number, salt, "")
            )  # fmt: skip


def _counts(organisation: UUID, officer: UUID, colleague: UUID) -> list[dict[str, Any]]:
    from django.db import transaction

    from tillit.kernel.ticket import Actor, acting
    from tillit.privacy.incidents import actions
    from tillit.privacy.incidents.questions import Question

    now = datetime.now(UTC)
    questions = {
        "what one account opened in a month": Question(actor=colleague, low=now - timedelta(days=30), high=now),
        "what one account opened in a year": Question(actor=colleague),
        "everything of one kind that was shown in a year": Question(kind="booking.guest"),
        "everything sent to one processor": Question(processor="mail"),
    }
    rows = []
    for what, question in questions.items():
        taken, people = [], 0
        for _ in range(TIMES):
            with acting(Actor(office="member", organisation=organisation, person=officer)):
                with transaction.atomic():
                    incident = actions.open_incident("Measured.", source="staff")
                begun = perf_counter()
                with transaction.atomic():
                    people = actions.count(incident, question).people
                taken.append((perf_counter() - begun) * 1000)
        rows.append(_row(f"{what}: {people} people", median(taken), GOAL))
    return rows


def _floor(dsn: str, organisation: UUID) -> dict[str, Any]:
    with psycopg.connect(dsn) as admin:
        taken = []
        for _ in range(TIMES):
            begun = perf_counter()
            admin.execute(
                "select count(distinct subject_id) from evidence_event "
                "where organisation_id = %s and subject_id is not null and name = 'booking.guest.seen'",
                [organisation],
            ).fetchone()
            taken.append((perf_counter() - begun) * 1000)
    return _row("the floor: those of one kind, counted by bare SQL, nothing kept", median(taken), None)


def _watch(organisation: UUID) -> dict[str, Any]:
    from django.db import transaction

    from tillit.kernel.ticket import Actor, acting
    from tillit.privacy.incidents import watch

    taken = []
    for _ in range(TIMES):
        with acting(Actor(office="watch", organisation=organisation)), transaction.atomic():
            begun = perf_counter()
            watch.look()
            taken.append((perf_counter() - begun) * 1000)
            transaction.set_rollback(True)
    return _row("one round of the watch, all rules", median(taken), None)


def _row(what: str, value: float, goal: float | None) -> dict[str, Any]:
    return {
        "what": what, "value": round(value, 1), "unit": "ms", "goal": f"≤ {goal:g}" if goal else None,
        "ok": value <= goal if goal else None,
    }  # fmt: skip
