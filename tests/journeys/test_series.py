"""A series: all its dates or none, moved and cancelled singly or whole, one message with one calendar file."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from itertools import pairwise
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.http import Http404
from django.test import Client
from icalendar import Calendar

from tests.booking.conftest import NOW, desk  # noqa: F401 (a fixture)
from tests.booking.test_actions import at, order
from tests.booking.test_setup import log_in
from tests.booking.test_views import BOOK, fields
from tests.conftest import privileged
from tests.journeys.test_waiting import text
from tests.kernel.support import mails, react
from tillit.access import acting
from tillit.booking import series as bound
from tillit.booking.engine import Refusal
from tillit.booking.models import Booking, HostTime, Meeting, MeetingType
from tillit.booking.queries import get_booking
from tillit.identity.models import Person
from tillit.journeys import series
from tillit.journeys.book import NotBooked, cancel, cancel_series, move, move_series, move_series_as_host
from tillit.kernel import clock

WEEK = 7 * 1440
ZONE = "Europe/Stockholm"


@pytest.fixture
def kind(desk):  # noqa: F811
    """Six weeks in a row with one host, who can be booked far ahead."""
    with privileged():
        MeetingType.objects.filter(slug="consultation").update(times=6, horizon=120 * 1440)
    return MeetingType.objects.get(slug="consultation")


def rows():
    with privileged():
        return list(Booking.objects.order_by("meeting__span").values_list("meeting__span", "state", "series", "person"))


def starts():
    return [span.lower for span, state, _series, _person in rows() if state == "confirmed"]


def files(to):
    found = [one for one in mails() if one.to == to and one.attachments]
    return [Calendar.from_ical(one.attachments[0].content) for one in found]


def test_all_dates_are_booked_for_one_guest_and_told_in_one_mail(desk, kind):  # noqa: F811
    key = uuid4()
    first, new = order(kind, at(10), request_key=key)
    assert new and order(kind, at(10), request_key=key) == (first, False)
    assert [start - starts()[0] for start in starts()] == [timedelta(weeks=n) for n in range(6)]
    assert len({(row[2], row[3]) for row in rows()}) == 1 and rows()[0][2]
    with privileged():
        assert Person.objects.filter(verified=False).count() == 1
    react()
    letters = [one for one in mails() if one.to == "grace@example.org"]
    (file,) = files("grace@example.org")
    assert len(letters) == 1 and file["method"] == "PUBLISH" and len(file.events) == 6
    assert len({str(event["uid"]) for event in file.events}) == 6
    assert letters[0].text.count("10:00") == 6
    assert len([one for one in mails() if "helena" in one.to]) == 1, "the host gets one too"


def test_one_date_that_is_taken_and_nothing_is_booked(desk, kind):  # noqa: F811
    with privileged():
        MeetingType.objects.filter(pk=kind.pk).update(times=1)
    order(MeetingType.objects.get(pk=kind.pk), at(10) + 3 * WEEK)
    with privileged():
        MeetingType.objects.filter(pk=kind.pk).update(times=6)
    kind = MeetingType.objects.get(pk=kind.pk)
    with pytest.raises(NotBooked) as refused:
        order(kind, at(10))
    assert (refused.value.refusal, refused.value.minute) == (Refusal.TAKEN, at(10) + 3 * WEEK)
    with privileged():
        assert Booking.objects.count() == Meeting.objects.count() == HostTime.objects.count() == 1
        assert Person.objects.filter(verified=False).count() == 1
    planned = series.plan(kind, series.weekly(kind, at(10)), ZONE)
    assert [one.refusal for one in planned] == [None, None, None, Refusal.TAKEN, None, None]
    assert planned[3].near[:1] == (at(9) + 3 * WEEK,)
    dates = series.shifted(series.weekly(kind, at(10)), {4: at(11) + 3 * WEEK})
    order(kind, at(10), dates=dates)
    assert len(starts()) == 7
    with pytest.raises(NotBooked):
        order(kind, at(13), dates=[at(13)] * 6)


def test_the_same_time_of_day_over_the_change_of_clocks():
    with clock.at(NOW):
        march = at(10) + 14 * WEEK  # 2 March 2027, winter time
        minutes = series.repeated(march, 6, ZONE)
        apart = [(b - a) - WEEK for a, b in pairwise(minutes)]
        assert apart == [0, 0, 0, -60, 0] and series.repeated(march, 6, "UTC")[5] == march + 5 * WEEK


def test_moved_and_cancelled_singly_or_whole_by_one_link(desk, kind):  # noqa: F811
    first, _new = order(kind, at(10))
    with acting(desk.guest(first)):
        every = bound.all_of(get_booking(first))
        assert len(every) == 6 and Meeting.objects.count() == 6
        third = every[2]
        assert move(booking_id=third.pk, minute=at(14) + 2 * WEEK, zone=ZONE)
        assert cancel(booking_id=every[4].pk)
    react()
    seen = len(mails())
    with acting(desk.guest(third.pk)):  # any link of it leads to the whole
        assert len(bound.coming(get_booking(third.pk))) == 5
        minutes = [at(11) + n * WEEK for n in range(1, 6)]
        assert move_series(booking_id=third.pk, minutes=minutes, zone=ZONE) == 5
    assert [int(start.timestamp() // 60) for start in starts()] == minutes
    react()
    told = [one for one in mails()[seen:] if one.to == "grace@example.org"]
    assert len(told) == 1 and len(Calendar.from_ical(told[0].attachments[0].content).events) == 6
    with acting(desk.guest(first)):
        assert cancel_series(booking_id=first, reason="Moving away") == 5
    react()
    last = files("grace@example.org")[-1]
    assert not starts() and {str(event["status"]) for event in last.events} == {"CANCELLED"}


def test_a_whole_series_moves_or_nothing_of_it(desk, kind):  # noqa: F811
    first, _new = order(kind, at(10))
    with privileged():
        MeetingType.objects.filter(pk=kind.pk).update(times=1)
    other = MeetingType.objects.get(pk=kind.pk)
    order(other, at(12) + 4 * WEEK)
    before = starts()
    with acting(desk.guest(first)), pytest.raises(NotBooked) as refused:
        move_series(booking_id=first, minutes=[at(12) + n * WEEK for n in range(6)], zone=ZONE)
    assert refused.value.minute == at(12) + 4 * WEEK and starts() == before
    with acting(desk.guest(first)):  # a week later: into the places that its own dates leave
        assert move_series(booking_id=first, minutes=[at(10) + n * WEEK for n in range(1, 7)], zone=ZONE) == 6


def test_a_host_cancels_one_date_or_all(desk, kind):  # noqa: F811
    first, _new = order(kind, at(10))
    with acting(desk.as_host(desk.h2)), pytest.raises(Http404):
        cancel_series(booking_id=first)
    with acting(desk.as_host(desk.h1)):
        assert cancel(booking_id=first)
        assert cancel_series(booking_id=first) == 5
    assert not starts() and {row[1] for row in rows()} == {"cancelled"}


def test_a_host_moves_all_dates_also_to_outside_their_hours(desk, kind):  # noqa: F811
    first, _new = order(kind, at(10))
    with privileged():
        MeetingType.objects.filter(pk=kind.pk).update(times=1)
    order(MeetingType.objects.get(pk=kind.pk), at(12) + 4 * WEEK)
    with acting(desk.as_host(desk.h2)), pytest.raises(Http404):
        move_series_as_host(booking_id=first, minutes=[at(18) + n * WEEK for n in range(6)])
    browser = log_in(desk.h1.person_id)
    page = f"/o/tidboken/calendar/booking/{first}/series/"
    said = browser.get(page, {"day": "2026-11-24", "time": "12:00"}, headers={"accept-language": "en"}).content.decode()
    assert said.count("not free") >= 1 and 'name="dates"' not in said
    said = browser.get(page, {"day": "2026-11-24", "time": "18:30"}, headers={"accept-language": "en"}).content.decode()
    dates = re.search(r'name="dates" value="([^"]+)"', said)[1]
    react()
    before = len(mails())
    assert browser.post(page, {"dates": dates}).status_code == 302
    assert [s.astimezone(ZoneInfo(ZONE)).strftime("%H:%M") for s in starts()[:4]] == ["18:30"] * 4
    react()
    told = [one for one in mails()[before:] if one.to == "grace@example.org"]
    assert len(told) == 1 and len(Calendar.from_ical(told[0].attachments[0].content).events) == 6
    assert browser.post(page, {"dates": "2026-11-24T09:00Z"}).status_code == 409
    assert log_in(desk.h2.person_id).get(page).status_code == 404


def test_a_link_leads_to_its_own_series_only(desk, kind):  # noqa: F811
    mine, _new = order(kind, at(10))
    theirs, _new = order(kind, at(12))
    with acting(desk.guest(mine)):
        assert Booking.objects.count() == 6 and not Booking.objects.filter(pk=theirs).exists()
        with pytest.raises(ValueError):
            bound.bind([theirs])
    with acting(desk.visitor()):
        assert not Booking.objects.exists()


def test_the_page_names_what_is_not_free_and_shifts_it(desk, kind):  # noqa: F811
    with privileged():
        MeetingType.objects.filter(pk=kind.pk).update(times=1)
    order(MeetingType.objects.get(pk=kind.pk), at(10) + 2 * WEEK)
    with privileged():
        MeetingType.objects.filter(pk=kind.pk).update(times=6)
    browser, asked = Client(), {"start": fields()["start"], "zone": ZONE}
    page = text(browser.get(BOOK, asked))
    assert "Your 6 dates" in page and page.count(">not free<") == 1 and 'name="dates"' not in page
    (link,) = re.findall(r'href="([^"]*date3=2026-12-08T08%3A00Z[^"]*)"', page)
    address = unescape(link)
    page = text(browser.get(address))
    assert ">not free<" not in page and "Book all 6 dates" in page
    (dates,) = re.findall(r'name="dates" value="([^"]+)"', page)
    assert dates.split()[2] == "2026-12-08T08:00Z" and len(dates.split()) == 6
    answer = browser.post(address, fields(dates=dates))
    assert answer.status_code == 302 and len(starts()) == 7
    again = browser.post(address, fields(dates=dates, email="other@example.org"))
    assert again.status_code == 409 and len(starts()) == 7 and "other@example.org" in text(again)
    manage = answer["Location"].removesuffix("?new")
    page = text(browser.get(manage))
    assert "All dates" in page and page.count('class="link" href="/o/tidboken/booking/') == 5
    assert browser.get(manage + "calendar.ics").content.count(b"BEGIN:VEVENT") == 6
    moved = text(browser.get(manage + "series/move/", {"start": fields(13)["start"], "zone": ZONE}))
    (dates,) = re.findall(r'name="dates" value="([^"]+)"', moved)
    assert browser.post(manage + "series/move/", {"dates": dates, "zone": ZONE}).status_code == 302
    assert [int(start.timestamp() // 60) for start in starts() if start.hour == 12] == [
        at(13) + n * WEEK for n in range(6)
    ]
    assert browser.post(manage + "series/move/", {"dates": "x", "zone": ZONE}).status_code == 409
    assert browser.post(manage + "series/cancel/", {"reason": ""}).status_code == 302
    assert len(starts()) == 1
    assert browser.get(manage + "series/move/").status_code == 404
