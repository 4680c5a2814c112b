"""Break-in with the application's own database role: SQL of one's own, and a ticket of one's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import transaction

from tests.attacks.conftest import Raw, attacking, refused, show
from tests.conftest import connected_to
from tests.evidence.conftest import SEEN
from tests.kernel import support
from tillit import evidence
from tillit.evidence import sequencer
from tillit.evidence.audit import audit
from tillit.kernel import clock, ticket
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor, acting

pytestmark = pytest.mark.attack

ADD = (
    "select evidence.add(%s::uuid[], %s::bytea[], %s::bytea[], %s::bytea[], %s::uuid[], %s::int[], %s::text[], "
    "%s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s)"
)


class Scene:
    """An organisation where a host looked at Anna, sequenced; Mallory is another guest, with the app's own role."""

    def __init__(self, server: Any, name: str, app_dsn: str) -> None:
        self.app_dsn, self.admin_dsn = app_dsn, server.admin_dsn(name)
        self.worker_dsn = server.dsn("tillit_worker", "test", name)
        self.organisation, self.other = new_id(), new_id()
        self.host, self.anna, self.mallory = new_id(), new_id(), new_id()
        with psycopg.connect(self.admin_dsn) as admin:
            for organisation, slug in ((self.organisation, "north"), (self.other, "south")):
                support.insert_organisation(admin.cursor(), organisation, slug)
        self.events = self.record(self.host, self.anna)

    def actor(self, person: UUID | None, **more: Any) -> Actor:
        return replace(Actor(office="member", organisation=self.organisation, person=person), **more)

    def record(self, actor: UUID, subject: UUID) -> list[UUID]:
        with acting(self.actor(actor)), transaction.atomic():
            return evidence.record(SEEN, subject=subject, reason="booked with")

    @contextmanager
    def mallory_with_sql(self, **more: Any) -> Iterator[Raw]:
        with attacking(self.app_dsn, self.actor(self.mallory, **more)) as connection:
            yield connection


@pytest.fixture
def scene(server: Any, real_db: str, app_dsn: str) -> Scene:
    return Scene(server, real_db, app_dsn)


def columns(subject: UUID | None, *, name: str = SEEN, at: object = None) -> list[Any]:
    """What an attacker hands to the function, made up as well as it can be without the application's key."""
    hashes = [[os.urandom(32)] for _ in range(3)]
    return [[new_id()], *hashes, [subject], [1], [name], [None], [""], [""], [None], [""], at or clock.now()]


@pytest.mark.parametrize("table", ["event", "leaf", "tile", "checkpoint", "log", "removal"])
def test_nothing_of_the_log_can_be_written(scene: Scene, table):
    with scene.mallory_with_sql() as sql:
        refused(sql, f"delete from evidence_{table}")
        refused(sql, f"truncate evidence_{table}")
        refused(sql, f"update evidence_{table} set organisation_id = organisation_id")
        refused(
            sql, f"insert into evidence_{table} (id, organisation_id) values (%s, %s)", [new_id(), scene.organisation]
        )


@pytest.mark.parametrize("table", ["leaf", "log", "removal"])
def test_leaves_keys_and_removals_cannot_be_read(scene: Scene, table):
    with scene.mallory_with_sql() as sql:
        refused(sql, f"select * from evidence_{table}")


@pytest.mark.parametrize("office", ["member", "auditor", "privacy", "sequencer", "erasure", "sweeper", "operator"])
def test_other_peoples_events_are_not_seen_in_whatever_office(scene: Scene, office):
    with scene.mallory_with_sql(office=office) as sql:
        assert sql.execute("select count(*) from evidence_event").fetchone() == (0,)
    with attacking(scene.app_dsn, scene.actor(scene.host)) as sql:  # not even by whoever did it
        assert sql.execute("select count(*) from evidence_event").fetchone() == (0,)
    with attacking(scene.app_dsn, scene.actor(scene.anna)) as sql:
        assert sql.execute("select id from evidence_event").fetchall() == [(scene.events[0],)]
    with attacking(scene.app_dsn, scene.actor(scene.anna, organisation=scene.other)) as sql:
        assert sql.execute("select count(*) from evidence_event").fetchone() == (0,)


def test_the_privacy_role_sees_only_whom_a_grant_opened(scene: Scene):
    with psycopg.connect(scene.admin_dsn) as admin:
        admin.execute("set session_replication_role = replica")  # the people themselves do not matter here
        admin.execute(
            "insert into identity_membership (id, organisation_id, person_id, role, made) "
            "values (%s, %s, %s, 'privacy', now())",
            [new_id(), scene.organisation, scene.mallory],
        )
    with scene.mallory_with_sql() as sql:
        assert sql.execute("select access.roles()").fetchone() == (["privacy"],)
        assert sql.execute("select count(*) from evidence_event").fetchone() == (0,)


def test_an_event_is_always_the_acting_persons_own_and_of_now(scene: Scene):
    with attacking(scene.app_dsn, Actor(person=scene.mallory)) as sql:
        refused(sql, ADD, columns(scene.anna), state="23502")
    with scene.mallory_with_sql() as sql:
        for at in ("2020-01-01", "2099-01-01"):
            refused(sql, ADD, columns(scene.anna, at=at), state="22008")
        values = columns(scene.mallory)
        sql.execute(ADD, values)
        assert sql.execute("select actor_id, office, organisation_id from evidence_event").fetchall() == [
            (scene.mallory, "member", scene.organisation)
        ]
        refused(sql, ADD, values, state="23505")


def test_an_event_by_injected_sql_never_enters_the_log_and_is_named(scene: Scene):
    with psycopg.connect(scene.app_dsn) as sql:
        show(sql, ticket.sign(scene.actor(scene.mallory)))
        values = columns(scene.anna)
        sql.execute(ADD, values)
    with connected_to(scene.worker_dsn):
        with acting(scene.actor(None, office="sequencer")):
            assert sequencer.sequence() == 1
        assert [(f.kind, f.event) for f in audit(scene.organisation)] == [("added", values[0][0])]


@pytest.mark.parametrize(
    "call",
    [
        "select * from evidence.begin()", "select * from evidence.waiting(1)", "select * from evidence.examine(0, 9)",
        "select * from evidence.examine_waiting(9)", "select * from evidence.examine_log()",
        "select * from evidence.strays()", "select * from evidence.removals()", "select * from evidence.to_do()",
        "select evidence.origin_taken('x')", "select evidence.open(gen_random_uuid(), 'x', 'y', 'z')",
        "select evidence.publish(0, '{}', '{}', '{}', '{}', '{}', gen_random_uuid(), 'x', 'y')",
    ],
)  # fmt: skip
def test_the_workers_part_is_not_the_applications_in_whatever_office(scene: Scene, call):
    for office in ("member", "sequencer", "auditor"):
        with scene.mallory_with_sql(office=office) as sql:
            refused(sql, call)


def test_nobody_erases_but_the_office_and_only_its_person(scene: Scene):
    (event,) = scene.events
    for office in ("member", "operator", "sequencer", "auditor"):
        with scene.mallory_with_sql(office=office) as sql:
            refused(sql, "select * from evidence.to_remove(9)")
            refused(sql, "select evidence.remove(%s, %s)", [event, [event]])
    with scene.mallory_with_sql(office="erasure", subject=str(scene.mallory)) as sql:
        assert sql.execute("select * from evidence.to_remove(9)").fetchall() == []
        refused(sql, "select evidence.remove(%s, %s)", [event, [event]], state="23503")
        values = columns(None, name="evidence.event.erased")
        sql.execute(ADD, values)
        refused(sql, "select evidence.remove(%s, %s)", [values[0][0], [event]])
    with scene.mallory_with_sql(office="sweeper") as sql:
        assert sql.execute("select * from evidence.to_remove(9)").fetchall() == []


def test_what_is_public_tells_nothing_and_stays_behind_the_wall(scene: Scene):
    with connected_to(scene.worker_dsn), acting(scene.actor(None, office="sequencer")):
        sequencer.sequence()
    stranger = Actor(organisation=scene.organisation)
    with attacking(scene.app_dsn, stranger) as sql:
        assert sql.execute("select size from evidence_checkpoint").fetchall() == [(1,)]
        assert sql.execute("select level, place from evidence_tile").fetchall() == [(0, 0)]
        assert len(sql.execute("select * from evidence.commitments(0, 9)").fetchall()) == 1
        assert sql.execute("select * from evidence.places(%s)", [[uuid4()]]).fetchall() == []
        (columns,) = sql.execute("select * from evidence.log()").fetchall()
        assert len(columns) == 2 and columns[0].endswith("/log/north")
    with attacking(scene.app_dsn, Actor(organisation=scene.other)) as sql:
        for what in ("evidence_checkpoint", "evidence_tile", "evidence.commitments(0, 9)", "evidence.log()"):
            assert sql.execute(f"select * from {what}").fetchall() == []
        assert sql.execute("select * from evidence.places(%s)", [scene.events]).fetchall() == []


def test_the_backup_role_reads_and_writes_nothing(server: Any, scene: Scene, real_db: str):
    with psycopg.connect(server.dsn("tillit_backup", "test", real_db)) as sql:
        assert sql.execute("select count(*) from evidence_event").fetchone() == (1,)
        sql.execute("rollback")
        sql.execute("set transaction read write")
        refused(sql, "delete from evidence_event")
