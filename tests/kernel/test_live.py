"""What is published lies in the table as ids: signed by the program, seen by whom it is for, numbered as it commits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests.conftest import connected_to
from tests.web.streams import House, Member
from tillit.kernel import clock, live
from tillit.kernel.ids import new_id
from tillit.kernel.live import hub, listener
from tillit.kernel.live_tables import LiveEvent
from tillit.kernel.ticket import Actor, acting, sign, sign_text

REFUSED = psycopg.errors.InsufficientPrivilege


@pytest.fixture(scope="module")
def house(server, make_clone) -> Iterator[House]:
    name = make_clone()
    with connected_to(server.dsn("tillit_app", "test", name)):
        found = House(server, name)
        yield found
        found.admin.close()


@pytest.fixture
def raw(house) -> Iterator[psycopg.Connection[Any]]:
    """The application's own role, for SQL of one's own."""
    with psycopg.connect(house.server.dsn("tillit_app", "test", house.name), autocommit=True) as found:
        yield found


def as_(member: Member, **changes: Any) -> Actor:
    return Actor(**{"office": "member", "organisation": member.organisation, "person": member.person} | changes)


def seen_by(actor: Actor) -> list[UUID]:
    """Every event that this actor can read."""
    with acting(actor), transaction.atomic():
        return list(LiveEvent.objects.order_by("number").values_list("object_id", flat=True))


def newest(member: Member) -> int:
    with acting(as_(member)), transaction.atomic():
        return live.position(member.person)


def publish_as(raw: psycopg.Connection[Any], actor: Actor, *arguments: Any) -> None:
    with raw.transaction():
        raw.execute("select set_config('tillit.ticket', %s, true)", [sign(actor)])
        raw.execute("select kernel.publish_live(%s, %s, %s, %s, %s, %s, %s)", arguments)


def test_each_reads_their_own_and_nobody_anything_else(house):
    anna, bo, elsewhere = house.member(), house.member(), house.member("south")
    told = {one: house.publish(one) for one in (anna, bo, elsewhere)}
    booking = new_id()
    with acting(as_(bo, office="reaction")), transaction.atomic():
        live.publish(booking, "booking.changed", booking, person=bo.person)
    assert seen_by(as_(anna)) == told[anna]
    assert set(seen_by(as_(bo))) == {*told[bo], booking}
    link = Actor(office="guest", organisation=bo.organisation, subject=str(booking))
    assert seen_by(link) == [booking]
    for stranger in (
        Actor(organisation=anna.organisation),
        Actor(office="guest", organisation=anna.organisation, subject=str(new_id())),
        as_(anna, organisation=elsewhere.organisation),
        Actor(office="guest", organisation=elsewhere.organisation, subject=str(booking)),
    ):
        assert seen_by(stranger) == []


def test_nothing_is_published_that_the_program_did_not_sign(house, raw):
    anna, bo = house.member(), house.member()
    event, what = new_id(), new_id()
    topic = live.topic_of(bo.person)
    said = ":".join(map(str, (event, anna.organisation, bo.person, bo.person, "test.told", what, topic)))
    good = [event, bo.person, bo.person, "test.told", what, topic, sign_text("live", said)]
    other = {0: new_id(), 1: anna.person, 2: anna.person, 3: "test.else", 4: new_id(), 5: "x", 6: "0" * 64}
    for place, value in other.items():
        with pytest.raises(REFUSED):
            publish_as(raw, as_(anna), *good[:place], value, *good[place + 1 :])
    with pytest.raises(REFUSED):
        publish_as(raw, as_(house.member("south")), *good)
    publish_as(raw, as_(anna), *good)
    with pytest.raises(psycopg.errors.UniqueViolation):
        publish_as(raw, as_(anna), *good)
    assert seen_by(as_(bo)) == [what]


def test_nobody_writes_the_table_or_reads_for_others(house, raw):
    anna = house.member()
    house.publish(anna)
    for statement in (
        "insert into kernel_liveevent select * from kernel_liveevent",
        "update kernel_liveevent set kind = 'x'",
        "delete from kernel_liveevent",
        "select * from kernel.live_since(array(select person_id from kernel_liveevent), array[0], 10)",
        "select identity.standing(array[''::bytea], array[access.organisation()], interval '1 day')",
        "select kernel.forget_live(interval '0')",
    ):
        with pytest.raises(REFUSED), raw.transaction():
            raw.execute("select set_config('tillit.ticket', %s, true)", [sign(as_(anna))])
            raw.execute(statement.encode())


def test_what_is_overheard_tells_nobody_whose_it_is(house, raw):
    anna = house.member()
    raw.execute("listen tillit_live")
    (what,) = house.publish(anna)
    (note,) = raw.notifies(timeout=5, stop_after=1)
    assert note.payload == live.topic_of(anna.person)
    for part in (anna.person, anna.organisation, what):
        assert str(part) not in note.payload and part.hex not in note.payload


def test_numbers_follow_the_commits(house, raw):
    """Who begins first and commits last comes last: a reader in between has skipped nothing."""
    anna = house.member()
    first, second = new_id(), new_id()
    said = ":".join(
        map(str, (first, anna.organisation, anna.person, anna.person, "a.b", first, live.topic_of(anna.person)))
    )
    with raw.transaction():
        raw.execute("select set_config('tillit.ticket', %s, true)", [sign(as_(anna))])
        raw.execute(
            "select kernel.publish_live(%s, %s, %s, %s, %s, %s, %s)",
            [first, anna.person, anna.person, "a.b", first, live.topic_of(anna.person), sign_text("live", said)],
        )
        house.publish(anna, second)
        between = newest(anna)
        assert between and seen_by(as_(anna)) == [second]
    assert seen_by(as_(anna)) == [second, first]
    assert [row[3] for row in hub.in_thread(hub.since, [anna.person], [between])] == [first]
    connection.close()


def test_what_is_rolled_back_was_never_said(house):
    anna = house.member()
    with pytest.raises(ZeroDivisionError), acting(as_(anna)), transaction.atomic():
        live.publish(anna.person, "test.told", new_id())
        raise ZeroDivisionError
    assert newest(anna) == 0


def test_events_go_after_an_hour_and_numbers_go_on(house):
    anna = house.member()
    house.publish(anna)
    before = newest(anna)
    sweeper = Actor(office="sweeper")
    with connected_to(house.server.dsn("tillit_worker", "test", house.name)):
        with acting(sweeper), clock.at(clock.now() + timedelta(minutes=59)), transaction.atomic():
            live.forget()
        assert newest(anna) == before
        with acting(sweeper), clock.at(clock.now() + timedelta(minutes=61)), transaction.atomic():
            live.forget()
        assert newest(anna) == 0
    house.publish(anna)
    assert newest(anna) > before


@pytest.mark.parametrize("kind", ["", "two words", "a..b", "a:b", "a.b\n"])
def test_a_kind_is_words_with_dots(house, kind):
    anna = house.member()
    with pytest.raises(ValueError, match="words with dots"), acting(as_(anna)), transaction.atomic():
        live.publish(anna.person, kind, new_id())


def test_an_event_belongs_to_an_organisation(house):
    anna = house.member()
    with pytest.raises(DatabaseError), acting(Actor(office="reaction")), transaction.atomic():
        live.publish(anna.person, "test.told", new_id())


def test_listening_goes_past_pgbouncer(monkeypatch):
    monkeypatch.setenv("TILLIT_DSN", "dbname=tillit user=tillit_app host=pool.internal port=6432 password=x")
    assert listener.possible() and "host=pool.internal" in listener.direct()
    monkeypatch.setenv("TILLIT_PGBOUNCER", "yes")
    assert not listener.possible()
    monkeypatch.setenv("TILLIT_DIRECT", "db.internal:5432")
    assert listener.possible()
    parts = psycopg.conninfo.conninfo_to_dict(listener.direct())
    assert (parts["host"], str(parts["port"]), parts["password"]) == ("db.internal", "5432", "x")


def test_what_falls_ends_the_streams_so_that_pages_come_back():
    """A mistake in the hub's own work is no silence: streams end, and the next one starts it all again."""
    from tests import loops

    async def scene() -> tuple[bool, bool]:
        found = hub.Hub(check=lambda passes: set())
        stream = hub.Stream(new_id(), 0, network="n", pass_=None, life=60)
        with (
            patch.object(hub, "in_thread", side_effect=ZeroDivisionError),
            patch.object(listener, "possible", return_value=False),
        ):
            assert found.join(stream)
            parts = await found.parts(stream)
        found.leave(stream)
        return parts == [], not found.streams and not found.of and not found.by_topic and not found._tasks

    assert loops.run(scene()) == (True, True)
