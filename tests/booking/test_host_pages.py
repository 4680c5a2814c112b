"""The host's calendar as day, week, month and list, and the page of one meeting."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction

from tests.booking.test_actions import TUESDAY, at, order
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.support import mails, react
from tillit.access import PUBLIC, acting
from tillit.booking.actions import block_time
from tillit.booking.models import Booking, HostTime
from tillit.booking.periods import period
from tillit.booking.team import booked
from tillit.evidence.models import Event
from tillit.journeys.booking_page import instant_text
from tillit.kernel import zones

CALENDAR = "/o/tidboken/calendar/"


@pytest.fixture
def host(desk):
    with acting(PUBLIC):
        return log_in(desk.h1.person_id)


@pytest.mark.parametrize(
    ("view", "language", "first", "last", "previous", "following"),
    [
        ("day", "sv", (2026, 11, 24), (2026, 11, 24), (2026, 11, 23), (2026, 11, 25)),
        ("week", "sv", (2026, 11, 23), (2026, 11, 29), (2026, 11, 16), (2026, 11, 30)),
        ("week", "fa", (2026, 11, 21), (2026, 11, 27), (2026, 11, 14), (2026, 11, 28)),
        ("month", "en", (2026, 11, 1), (2026, 11, 30), (2026, 10, 1), (2026, 12, 1)),
        ("month", "fa", (2026, 11, 22), (2026, 12, 21), (2026, 10, 23), (2026, 12, 22)),
        ("nonsense", "sv", (2026, 11, 23), (2026, 11, 29), (2026, 11, 16), (2026, 11, 30)),
    ],
)
def test_periods_are_those_of_the_readers_calendar(view, language, first, last, previous, following):
    found = period(view, "2026-11-24", today=date(2026, 11, 20), zone="Europe/Stockholm", language=language)
    assert (found.first, found.last) == (date(*first), date(*last))
    assert (found.previous, found.following) == (date(*previous), date(*following))


def test_the_days_on_which_clocks_change_are_whole():
    for day, hours in (("2027-03-28", 23), ("2027-10-31", 25)):
        found = period("day", day, today=date(2026, 1, 1), zone="Europe/Stockholm", language="sv")
        assert (found.end.timestamp() - found.begin.timestamp()) / 3600 == hours


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "tomorrow", "۲۰۲۶-۱۱-۲۴", "2026-11-24T10", "\x00"])
@pytest.mark.parametrize("view", ["day", "month", "week"])
def test_any_date_gets_a_page(host, day, view):
    assert host.get(CALENDAR, {"view": view, "on": day}).status_code == 200


def test_each_way_to_look_shows_the_booking(host, desk):
    order(desk.kinds["consultation"], at(10), name="Grace Miller")
    for view in ("day", "week", "month", "list"):
        assert "Grace Miller" in host.get(CALENDAR, {"view": view, "on": "2026-11-24"}).content.decode(), view
    assert "Grace Miller" not in host.get(CALENDAR, {"view": "day", "on": "2026-11-25"}).content.decode()
    persian = host.get(CALENDAR, {"view": "month", "on": "2026-11-24", "language": "fa"}).content.decode()
    assert "آذر ۱۴۰۵" in persian and "Grace Miller" in persian


def test_one_meeting_is_its_hosts_own(host, desk):
    booking, _new = order(desk.kinds["consultation"], at(10), name="Grace Miller")
    with privileged():
        meeting = Booking.objects.get(pk=booking).meeting_id
    page = host.get(f"{CALENDAR}meeting/{meeting}/").content.decode()
    assert "Grace Miller" in page and "grace@example.org" in page
    with acting(PUBLIC):
        other, administrator = log_in(desk.h2.person_id), log_in(desk.administrator.pk)
    assert other.get(f"{CALENDAR}meeting/{meeting}/").status_code == 404
    assert administrator.get(f"{CALENDAR}meeting/{meeting}/").status_code == 404


# -- moving, booking for a caller, the team ---------------------------------------------------------------------------

TEN = "2026-11-24T09:00Z"  # ten in Stockholm


def stored(booking):
    with privileged():
        return Booking.objects.select_related("meeting").get(pk=booking)


def test_dragging_asks_first_and_then_tells_the_guest(host, desk):
    booking, _new = order(desk.kinds["consultation"], at(10), name="Grace Miller")
    react()
    before = len(mails())
    move = f"{CALENDAR}booking/{booking}/move/"
    assert f'data-move="{move}"' in host.get(CALENDAR, {"on": "2026-11-24"}).content.decode()
    asked = host.get(move, {"day": "2026-11-24", "time": "17:30"}).content.decode()
    assert "Shall it be moved here?" in asked and "This is outside your hours." in asked
    assert stored(booking).meeting.span.lower == zones.minute_to_utc(at(10))
    answer = host.post(move, {"start": instant_text(zones.minute_to_utc(at(17, 30)))})
    assert answer.status_code == 302
    assert stored(booking).meeting.span.lower == zones.minute_to_utc(at(17, 30))
    react()
    assert "grace@example.org" in {mail.to for mail in mails()[before:]}


def test_a_booking_is_not_moved_onto_another(host, desk):
    booking, _new = order(desk.kinds["consultation"], at(10))
    order(desk.kinds["consultation"], at(13), name="Ali Karimi")
    move = f"{CALENDAR}booking/{booking}/move/"
    taken = host.post(move, {"start": instant_text(zones.minute_to_utc(at(13, 30)))})
    assert taken.status_code == 409 and stored(booking).meeting.span.lower == zones.minute_to_utc(at(10))
    assert host.post(move, {"day": "someday", "time": "25:00"}).status_code == 422
    with acting(PUBLIC):
        other = log_in(desk.h2.person_id)
    assert other.get(move).status_code == 404 and other.post(move, {"start": TEN}).status_code == 404


def test_a_joint_meeting_is_moved_with_both_hosts(host, desk):
    booking, _new = order(desk.kinds["together"], at(10))
    order(desk.kinds["either"], at(13))  # H1 or H2 is taken then
    move = f"{CALENDAR}booking/{booking}/move/"
    assert host.post(move, {"start": instant_text(zones.minute_to_utc(at(13)))}).status_code == 409
    assert host.post(move, {"start": instant_text(zones.minute_to_utc(at(11)))}).status_code == 302
    with privileged():
        assert HostTime.objects.filter(meeting__bookings=booking, live=True).count() == 2


def test_a_host_books_for_a_caller_whose_data_stays_theirs(host, desk):
    page = host.get(f"{CALENDAR}book/", {"kind": "consultation"}).content.decode()
    assert instant_text(zones.minute_to_utc(at(10))) in page
    said = {"key": str(uuid4()), "start": TEN, "name": "Grace Miller", "phone": "070 174 06 05", "email": ""}
    where = f"{CALENDAR}book/?kind=consultation"
    assert host.post(where, {**said, "phone": ""}).status_code == 422
    assert host.post(where, said).status_code == 302 and host.post(where, said).status_code == 302
    with privileged():
        made = Booking.objects.select_related("person", "meeting").get()
        assert made.person.display_name == "Grace Miller" and made.person.phone == "+46701740605"
        assert made.person_id != desk.h1.person_id and not made.person.verified
        entered = Event.objects.filter(name="desk.call.entered", subject_id=made.person_id)
        assert entered.count() == 1 and entered.get().actor_id == desk.h1.person_id
    assert host.post(where, {**said, "key": str(uuid4())}).status_code == 409


def test_the_administrator_sees_when_and_nothing_else(desk):
    order(desk.kinds["either"], at(10), name="Grace Miller", note="My knee")
    with acting(desk.as_host(desk.h2)):
        block_time(host=desk.h2, start=TUESDAY + timedelta(hours=12), end=TUESDAY + timedelta(hours=13))
    with acting(PUBLIC):
        administrator, host = log_in(desk.administrator.pk), log_in(desk.h1.person_id)
    page = administrator.get(f"{CALENDAR}team/", {"on": "2026-11-24"}).content.decode()
    assert "Helena Lind" in page and "Omid Rahimi" in page and "10:00" in page
    for hidden in ("Grace", "knee", "grace@", "Either", "13:00"):
        assert hidden not in page
    assert host.get(f"{CALENDAR}team/").status_code == 404
    with privileged():
        seen = Event.objects.filter(name="booking.team.seen", actor_id=desk.administrator.pk)
        assert {one.subject_id for one in seen} == {desk.h1.person_id, desk.h2.person_id}
    week = [TUESDAY, TUESDAY + timedelta(days=7)]
    for actor in (desk.as_host(desk.h1), desk.visitor()):
        with acting(actor), pytest.raises(ProgrammingError), transaction.atomic():
            booked(*week)
