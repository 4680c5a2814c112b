"""Rooms that meetings need beside their hosts: never twice, given back, shown to who comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tests.conftest import privileged
from tillit.access import Actor, acting
from tillit.booking.engine import Refusal, Window
from tillit.booking.models import MeetingType, Resource, ResourceBusy, ResourceTime, TypeResource
from tillit.booking.queries import check_start, free_times, get_booking
from tillit.journeys import book as journey
from tillit.journeys.book import NotBooked
from tillit.kernel import zones
from tillit.kernel.ids import new_id

TEN = zones.minute_down(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))  # Tuesday, 10:00 in Stockholm
HOUR = 60


def room(desk, name, pool="room", position=0, **fields):
    with privileged():
        return Resource.objects.create(
            organisation=desk.organisation,
            words={"en": {"name": name}},
            pool=pool,
            position=position,
            zone="Europe/Stockholm",
            **fields,
        )


def need(desk, slug, *resources):
    with privileged():
        for one in resources:
            TypeResource.objects.create(organisation=desk.organisation, meeting_type=desk.kinds[slug], resource=one)
    return kind(desk, slug)


def kind(desk, slug):
    return MeetingType.objects.get(pk=desk.kinds[slug].pk)


def book(kind, minute=TEN, mail=None):
    made, _new = journey.book(
        kind=kind,
        minute=minute,
        request_key=uuid4(),
        name="Nadia Berg",
        email=mail or f"{uuid4().hex[:8]}@example.org",
        language="en",
        zone="Europe/Stockholm",
    )
    return made


def room_of(desk, booking):
    with acting(desk.guest(booking)):
        return get_booking(booking).meeting.visit.word("place", "en")


def test_one_room_serves_one_meeting_at_a_time(desk):
    only = room(desk, "Room 1")
    for slug in ("consultation", "either"):
        need(desk, slug, only)
    first = book(kind(desk, "consultation"))
    assert room_of(desk, first) == "Room 1"
    answer, _ = check_start(kind(desk, "either"), TEN, "Europe/Stockholm")  # the other host is free, the room is not
    assert answer is Refusal.TAKEN
    with pytest.raises(NotBooked) as refused:
        book(kind(desk, "either"))
    assert refused.value.refusal is Refusal.TAKEN
    window = Window(TEN - HOUR, TEN + 3 * HOUR)
    starts = free_times(kind(desk, "either"), window, "Europe/Stockholm").starts
    assert TEN not in [start.minute for start in starts]
    assert TEN + HOUR in [start.minute for start in starts]


def test_the_next_room_of_the_pool_is_taken_and_one_of_each_pool(desk):
    rooms = [room(desk, "Room 1"), room(desk, "Room 2", position=1)]
    car = room(desk, "The red car", pool="car")
    kinds = [need(desk, "consultation", *rooms), need(desk, "either", *rooms, car)]
    assert [one.needs for one in kinds] == [1, 2]
    assert room_of(desk, book(kinds[0])) == "Room 1"
    assert room_of(desk, book(kind(desk, "either"))) == "The red car, Room 2"
    with pytest.raises(NotBooked):
        book(kind(desk, "either"))


def test_what_is_cancelled_or_moved_gives_the_room_back(desk):
    need(desk, "either", room(desk, "Room 1"))
    first = book(kind(desk, "either"))
    with acting(desk.guest(first)):
        journey.move(booking_id=first, minute=TEN + HOUR, zone="Europe/Stockholm")
    second = book(kind(desk, "either"))
    with acting(desk.guest(second)), pytest.raises(NotBooked):
        journey.move(booking_id=second, minute=TEN + HOUR, zone="Europe/Stockholm")
    with acting(desk.guest(first)):
        journey.cancel(booking_id=first)
    with acting(desk.guest(second)):
        journey.move(booking_id=second, minute=TEN + HOUR, zone="Europe/Stockholm")
        assert room_of(desk, second) == "Room 1"
    with privileged():
        assert ResourceTime.objects.filter(live=True).count() == 1


def test_a_host_who_moves_a_meeting_takes_the_room_along(desk):
    need(desk, "consultation", room(desk, "Room 1"))
    first, second = book(kind(desk, "consultation")), book(kind(desk, "consultation"), TEN + 2 * HOUR)
    with acting(desk.as_host(desk.h1)):
        with pytest.raises(NotBooked):
            journey.move_as_host(booking_id=first, minute=TEN + 2 * HOUR)
        journey.move_as_host(booking_id=first, minute=TEN + 12 * HOUR)  # at night: the room is always open
    assert room_of(desk, first) == room_of(desk, second) == "Room 1"


def test_opening_hours_blocked_time_and_what_is_out_of_use(desk):
    late = room(desk, "Room 1", weekly={"2": [["11:00", "16:00"]]})
    either = need(desk, "either", late)
    assert check_start(either, TEN, "Europe/Stockholm")[0] is Refusal.CLOSED
    start = zones.minute_to_utc(TEN + HOUR)
    with privileged():
        span = (start, start + timedelta(hours=1))
        ResourceBusy.objects.create(organisation=desk.organisation, resource=late, span=span)
    assert check_start(either, TEN + HOUR, "Europe/Stockholm")[0] is Refusal.TAKEN
    assert check_start(either, TEN + 2 * HOUR, "Europe/Stockholm")[0].others == (late.pk,)
    with privileged():
        Resource.objects.filter(pk=late.pk).update(bookable=False)
    assert check_start(kind(desk, "either"), TEN + 2 * HOUR, "Europe/Stockholm")[0] is Refusal.CLOSED
    with pytest.raises(NotBooked):
        book(kind(desk, "either"), TEN + 2 * HOUR)


def test_a_group_takes_its_room_once(desk):
    group = need(desk, "group", room(desk, "Room 1"))
    made = [book(group) for _ in range(3)]
    assert {room_of(desk, one) for one in made} == {"Room 1"}
    with privileged():
        assert ResourceTime.objects.count() == 1
    with acting(desk.guest(made[0])):
        journey.cancel(booking_id=made[0])
    with privileged():
        assert ResourceTime.objects.get().live


def test_the_database_refuses_what_overlaps_and_hides_rooms_from_strangers(desk):
    only = room(desk, "Room 1")
    made = book(need(desk, "consultation", only))
    other = book(kind(desk, "short"), TEN + 5 * HOUR)
    with privileged():
        (taken,) = ResourceTime.objects.all()
        meeting = get_booking(other).meeting
        with pytest.raises(IntegrityError), transaction.atomic():
            ResourceTime.objects.create(organisation=desk.organisation, meeting=meeting, resource=only, span=taken.span)
    assert not Resource.objects.exists()
    assert not ResourceTime.objects.exists()
    assert not TypeResource.objects.exists()
    with acting(desk.guest(made)):
        assert [one.name("en") for one in Resource.objects.all()] == ["Room 1"]
        assert not ResourceBusy.objects.exists()
    with acting(desk.guest(other)):
        assert not Resource.objects.exists()
        assert not ResourceTime.objects.exists()
    with acting(Actor(organisation=new_id())):
        assert not Resource.objects.exists()
    with acting(desk.as_host(desk.h2)), pytest.raises(ProgrammingError), transaction.atomic():
        Resource.objects.create(organisation=desk.organisation, words={}, pool="x", zone="UTC")


def test_free_times_say_nothing_of_who_has_the_room(desk):
    need(desk, "consultation", room(desk, "Room 1"))
    book(kind(desk, "consultation"))
    with connection.cursor() as cursor:
        cursor.execute("select * from booking.resource_facts(%s, now(), now() + interval '9 days')", [[new_id()]])
        assert cursor.fetchall() == []
        with privileged():
            MeetingType.objects.filter(pk=desk.kinds["consultation"].pk).update(published=False)
        cursor.execute(
            "select * from booking.resource_facts(%s, now(), now() + interval '9 days')",
            [[desk.kinds["consultation"].pk]],
        )
        assert cursor.fetchall() == []
