"""Guests who want the same time at the same moment, each on a connection of its own: real threads, real commits.
What holds after whatever they do together stands in test_booking_together.py."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction

from tests.booking.conftest import NOW, Desk, lay_out
from tests.conftest import connected_to
from tillit.access import PUBLIC, Actor, acting
from tillit.booking.away.actions import NotHandedOver, go_away, hand_over
from tillit.booking.engine import Refusal
from tillit.booking.models import MeetingType, TypeResource
from tillit.booking.resources.actions import set_resource
from tillit.journeys.book import NotBooked, book
from tillit.kernel import clock, zones

TUESDAY = datetime(2026, 11, 24, tzinfo=UTC)
ZONE = "Europe/Stockholm"


@pytest.fixture
def desk(server, real_db) -> Iterator[Desk]:
    """The organisation of tests/booking, committed."""
    with clock.at(NOW), acting(PUBLIC), connected_to(server.admin_dsn(real_db)):
        connection.ticketless = True
        with transaction.atomic():
            made = lay_out()
        connection.ticketless = False
    yield made


@pytest.fixture
def admin(server, real_db) -> Iterator[psycopg.Connection[Any]]:
    """Past every policy, to look at what was left."""
    with psycopg.connect(server.admin_dsn(real_db), autocommit=True) as opened:
        yield opened
        (deadlocks,) = opened.execute(
            "select deadlocks from pg_stat_database where datname = current_database()"
        ).fetchone()  # type: ignore[misc]
        assert deadlocks == 0


def at(hour: int, day: int = 0) -> int:
    """A Stockholm wall-clock hour in winter, as a minute since the epoch."""
    return zones.minute_down(TUESDAY + timedelta(days=day, hours=hour - 1))


def order(kind: MeetingType, minute: int, key: UUID | None = None) -> tuple[UUID, bool] | Refusal | None:
    """What a guest gets: the booking, or the reason why not."""
    try:
        return book(
            kind=kind, minute=minute, request_key=key or uuid4(), name="Grace Miller", email="grace@example.org",
            language="en", zone=ZONE,
        )  # fmt: skip
    except NotBooked as refused:
        return refused.refusal


def together(count: int, actor: Actor, work: Callable[[int], Any]) -> list[Any]:
    """`work(n)` in `count` threads at one moment; what each returned. Raises what any of them raised."""
    start = threading.Barrier(count)
    answers: list[Any] = [None] * count
    troubles: list[BaseException] = []

    def run(n: int) -> None:
        try:
            with clock.at(NOW), acting(actor):
                connection.ensure_connection()
                start.wait(timeout=30)
                answers[n] = work(n)
        except BaseException as trouble:
            troubles.append(trouble)
            start.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    return answers


def count(admin: psycopg.Connection[Any], what: str) -> int:
    """How many rows."""
    return int(admin.execute(f"select count(*) from {what}".encode()).fetchone()[0])  # type: ignore[index]


def test_forty_guests_on_one_time_make_one_booking(desk, admin):
    kind = desk.kinds["consultation"]
    answers = together(40, desk.visitor(), lambda n: order(kind, at(10)))
    won = [answer for answer in answers if isinstance(answer, tuple)]
    assert len(won) == 1 and won[0][1]
    assert Counter(answers) == {won[0]: 1, Refusal.TAKEN: 39}
    for table in ("booking_meeting", "booking_hosttime", "booking_booking", "access_grant", "kernel_outbox"):
        assert count(admin, table) == 1, table
    assert count(admin, "identity_person where not verified") == 1  # of those who lost nothing is kept


def test_two_hosts_and_one_room_make_one_meeting_at_a_time(server, real_db, desk, admin):
    with clock.at(NOW), acting(PUBLIC), connected_to(server.admin_dsn(real_db)):
        connection.ticketless = True
        with transaction.atomic():
            room = set_resource(
                organisation=desk.organisation.pk, names={"en": "Room"}, pool="room", zone=ZONE, weekly=None
            )
            for slug in ("consultation", "either"):
                TypeResource.objects.create(
                    organisation=desk.organisation, meeting_type=desk.kinds[slug], resource=room
                )
        connection.ticketless = False
    with acting(desk.visitor()), transaction.atomic():
        kinds = [MeetingType.objects.get(pk=desk.kinds[slug].pk) for slug in ("consultation", "either")]
    answers = together(20, desk.visitor(), lambda n: order(kinds[n % 2], at(10 + n % 3)))
    assert Counter(type(answer) for answer in answers) == {tuple: 3, Refusal: 17}
    assert {answer for answer in answers if isinstance(answer, Refusal)} == {Refusal.TAKEN}
    assert count(admin, "booking_resourcetime where live") == count(admin, "booking_meeting") == 3


def test_no_seat_is_sold_twice(desk, admin):
    kind = desk.kinds["group"]
    admin.execute("update booking_meetingtype set capacity = 12 where id = %s", [kind.pk])
    kind.capacity = 12
    answers = together(30, desk.visitor(), lambda n: order(kind, at(10)))
    assert Counter(type(answer) for answer in answers) == {tuple: 12, Refusal: 18}
    assert {answer for answer in answers if isinstance(answer, Refusal)} == {Refusal.FULL}
    assert count(admin, "booking_meeting") == 1
    seats = admin.execute("select array_agg(seat order by seat) from booking_booking where state = 'confirmed'")
    assert seats.fetchone() == (list(range(1, 13)),)


def test_one_form_sent_many_times_at_once_books_once(desk, admin):
    kind, key = desk.kinds["group"], uuid4()
    answers = together(20, desk.visitor(), lambda n: order(kind, at(10), key))
    assert len({booking for booking, _ in answers}) == 1
    assert [new for _, new in answers].count(True) == 1
    assert count(admin, "booking_booking") == 1 and count(admin, "kernel_outbox") == 1


@pytest.mark.parametrize("sharing", ["fair", "load"])
def test_hosts_who_take_turns_keep_to_them_whoever_books_at_once(desk, admin, sharing):
    """Twelve times that nobody else wants, asked for at one moment: each of the two hosts gets six."""
    admin.execute("update booking_meetingtype set sharing = %s where slug = 'either'", [sharing])
    with clock.at(NOW), acting(desk.visitor()), transaction.atomic():
        kind = MeetingType.objects.get(slug="either")
    answers = together(12, desk.visitor(), lambda n: order(kind, at(9 + n % 6, n // 6)))
    assert all(isinstance(answer, tuple) for answer in answers)
    taken = admin.execute("select count(*) from booking_hosttime where live group by host_id").fetchall()
    assert taken == [(6,), (6,)]


def test_a_stand_in_is_never_given_two_meetings_at_one_time(desk, admin):
    """While one host gives a meeting over, guests book the stand-in for the same time."""
    kind = desk.kinds["consultation"]
    with clock.at(NOW), acting(desk.visitor()):
        booking, _new = order(kind, at(10))
    (meeting,) = admin.execute("select meeting_id from booking_booking where id = %s", [booking]).fetchone()
    away = TUESDAY - timedelta(hours=1)
    with clock.at(NOW), acting(desk.as_host(desk.h1)), transaction.atomic():
        go_away(host=desk.h1, start=away, end=away + timedelta(days=1), stand_in=desk.h2)

    def work(n: int) -> Any:
        if n % 4:
            return order(desk.kinds["either"], at(10))
        with acting(desk.as_host(desk.h1)):
            try:
                return hand_over(meeting, desk.h1)
            except NotHandedOver as why:
                return str(why)

    answers = together(12, desk.visitor(), work)
    assert count(admin, f"booking_hosttime where live and host_id = '{desk.h2.pk}'") == 1
    won = [answer for answer in answers if isinstance(answer, tuple)]
    given = answers.count(None) - sum(1 for n, answer in enumerate(answers) if n % 4 and answer is None)
    assert len(won) + given == 1
    assert count(admin, "booking_hosttime where live") == 2 - given
