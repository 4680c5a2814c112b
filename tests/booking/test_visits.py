"""Several services in one visit: one booking with one host, as long as all of them, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client

from tests.booking.test_resources import TEN, kind, need, room, room_of
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tillit.access import PUBLIC, acting
from tillit.booking.engine import Refusal, Window
from tillit.booking.models import Addition, FurtherService, HostTime, Meeting, MeetingType, TypeHost
from tillit.booking.queries import check_start, free_times, get_booking
from tillit.booking.visits.actions import set_additions
from tillit.booking.visits.queries import additions, with_further
from tillit.booking.visits.together import types_of
from tillit.journeys import book as journey
from tillit.journeys.book import NotBooked
from tillit.kernel import zones

HOUR = 60
PAGE = "/o/tidboken/book/either/"


@pytest.fixture
def visit(desk):
    """ "either" (45 + 15 minutes, two hosts), to which "short" (20 minutes, the first host) and "consultation" go."""
    add(desk, "either", "short", "consultation")
    return with_further(kind(desk, "either"), ["short", "consultation"])


def add(desk, slug, *added):
    with privileged():
        set_additions(kind=desk.kinds[slug], added=[desk.kinds[one] for one in added])


def book(kind, minute=TEN, **more):
    made, _new = journey.book(
        kind=kind, minute=minute, request_key=uuid4(), name="Nadia Berg", email=f"{uuid4().hex[:8]}@example.org",
        language="en", zone="Europe/Stockholm", **more,
    )  # fmt: skip
    return made


def test_one_meeting_with_one_host_is_as_long_as_all_of_it(desk, visit):
    assert (visit.duration, visit.buffer_after, visit.word("title", "en")) == (110, 15, "Either + Short + Consultation")
    made = book(visit)
    with privileged():
        meeting = Meeting.objects.get()
        (time,) = HostTime.objects.all()
    start = zones.minute_to_utc(TEN)
    assert (meeting.span.lower, meeting.span.upper) == (start, start + timedelta(minutes=110))
    assert (time.host_id, time.span.upper) == (desk.h1.pk, start + timedelta(minutes=125))
    with acting(desk.guest(made)):
        found = get_booking(made).meeting.visit
    assert [one.slug for one in types_of(found)] == ["either", "short", "consultation"]
    assert found.word("title", "en") == visit.word("title", "en")
    with pytest.raises(NotBooked) as refused:  # it would be another one's second hour
        book(kind(desk, "consultation"), TEN + HOUR)
    assert refused.value.refusal is Refusal.TAKEN


def test_what_is_added_later_stays_in_its_limits_and_hours(desk, visit):
    with privileged():
        MeetingType.objects.filter(pk=desk.kinds["short"].pk).update(max_per_week=1)
    visit = with_further(kind(desk, "either"), ["short"])
    book(visit)
    answer, _ = check_start(visit, TEN + 3 * HOUR, "Europe/Stockholm")
    assert answer is Refusal.WEEK_LIMIT
    with pytest.raises(NotBooked):
        book(kind(desk, "short"), TEN + 3 * HOUR)
    starts = free_times(visit, Window(TEN, TEN + 24 * HOUR), "Europe/Stockholm").starts
    assert starts == []
    with connection.cursor() as cursor:  # the database counts it too
        cursor.execute(
            "select outcome from booking.take(%s, null, %s, %s, %s, %s, %s, %s, %s, %s, '', '', '', '', '', '', '',"
            " 'en', 'UTC', null, null, null, null, false, %s, null)",
            [
                visit.pk, [desk.h1.pk], zones.minute_to_utc(TEN + 3 * HOUR), [day()], [day()],
                *(uuid4() for _ in range(4)), [desk.kinds["short"].pk],
            ],
        )  # fmt: skip
        assert cursor.fetchone() == ("week_limit",)


def day():
    return DateTimeTZRange(datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC))


def test_moving_keeps_the_length_and_the_services(desk, visit):
    made = book(visit)
    with privileged():
        MeetingType.objects.filter(pk=desk.kinds["short"].pk).update(duration=60)
    with acting(desk.guest(made)):
        journey.move(booking_id=made, minute=TEN + 2 * HOUR, zone="Europe/Stockholm")
        meeting = get_booking(made).meeting
        assert meeting.span.upper - meeting.span.lower == timedelta(minutes=110)
        assert len(types_of(meeting.visit)) == 3
    with acting(desk.as_host(desk.h1)):
        journey.move_as_host(booking_id=made, minute=TEN)
    with acting(desk.guest(made)):
        meeting = get_booking(made).meeting
        assert meeting.span.upper - meeting.span.lower == timedelta(minutes=110)
        journey.cancel(booking_id=made)
    with privileged():
        assert not HostTime.objects.filter(live=True).exists()
        assert FurtherService.objects.count() == 6  # of three meetings: what was booked stays known


def test_only_what_goes_together_can_be_had(desk, visit):
    add(desk, "either", "group", "together")
    assert additions(kind(desk, "either")) == []
    assert with_further(kind(desk, "either"), ["group"]) is None
    assert with_further(kind(desk, "either"), ["short"]) is None
    with pytest.raises(NotBooked):  # it was read while it was offered still
        book(visit)
    add(desk, "either", "short")
    with privileged():
        TypeHost.objects.filter(meeting_type=desk.kinds["short"].pk).delete()
    with pytest.raises(NotBooked):
        book(with_further(kind(desk, "either"), ["short"]))
    with privileged():
        assert not Meeting.objects.exists()


def test_rooms_of_all_services_are_taken_together(desk, visit):
    rooms = [room(desk, f"Room {n}", position=n) for n in (1, 2, 3)]
    need(desk, "either", rooms[0], rooms[1])
    need(desk, "short", rooms[1], rooms[2], room(desk, "The laser", pool="laser"))
    made = book(with_further(kind(desk, "either"), ["short"]))
    assert room_of(desk, made) == "The laser, Room 2"


def test_the_page_carries_what_is_added(desk, visit):
    client = Client()
    page = client.get(PAGE, {"with": ["short"], "day": "2026-11-24"}).content.decode()
    assert "More in the same visit?" in page and 'value="short" checked' in page
    assert "with=short" in page and "Either + Short" in page
    answer = client.post(
        f"{PAGE}?with=short,consultation",
        {
            "name": "Nadia Berg", "email": "nadia@example.org", "start": "2026-11-24T09:00Z",
            "zone": "Europe/Stockholm", "request_key": str(uuid4()),
        },
    )  # fmt: skip
    assert answer.status_code == 302
    shown = client.get(answer["Location"]).content.decode()
    assert "Either + Short + Consultation" in shown
    gone = client.post(f"{PAGE}?with=nothing", {"name": "x", "email": "nadia@example.org"})
    assert gone.status_code == 409 and "can no longer be had" in gone.content.decode()
    with privileged():
        assert Meeting.objects.count() == 1


def test_administrators_say_what_goes_together(desk):
    with acting(PUBLIC):
        administrator = log_in(desk.administrator.pk)
    address = f"/o/tidboken/calendar/offers/{desk.kinds['either'].pk}/beside/"
    page = administrator.get(address).content.decode()
    assert "Short" in page and "Consultation" in page and "Group" not in page
    assert administrator.post(address, {"added": [str(desk.kinds["group"].pk)]}).status_code == 422
    assert administrator.post(address, {"added": [str(desk.kinds["short"].pk)]}).status_code == 302
    with privileged():
        assert [row.added_id for row in Addition.objects.all()] == [desk.kinds["short"].pk]
    assert kind(desk, "either").adds == 1
