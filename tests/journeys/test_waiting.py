"""A full session through the door: the public page, the link in the mail, the host's page, programs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.booking.conftest import NOW, desk  # noqa: F401 (a fixture)
from tests.booking.test_actions import at, order
from tests.booking.test_views import fields
from tests.conftest import privileged
from tests.kernel.support import mails, react, worker_rights
from tillit.access import acting
from tillit.booking import links
from tillit.booking.confirming import confirm
from tillit.booking.models import Booking, MeetingType
from tillit.booking.queries import get_booking
from tillit.evidence.models import Event
from tillit.journeys.book import call_off, cancel
from tillit.kernel import clock, sweeper

BOOK = "/o/tidboken/book/group/"


@pytest.fixture
def full(desk):  # noqa: F811
    """A session of three that is full, on Tuesday at ten."""
    with privileged():
        MeetingType.objects.filter(slug="group").update(waiting_places=5, change_notice=2880)
    kind = MeetingType.objects.get(slug="group")
    desk.seated = [order(kind, at(10), email=f"s{n}@example.org")[0] for n in range(3)]
    return desk


def waiting():
    with privileged():
        return list(Booking.objects.filter(state="waiting").order_by("line").values_list("pk", flat=True))


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_page_shows_seats_and_leads_into_the_line(full):
    browser, start = Client(), fields()["start"]
    day = text(browser.get(BOOK, {"day": "2026-11-24", "zone": "Europe/Stockholm"}))
    assert "Full, with a waiting list" in day and "3 seats left" in day
    page = text(browser.get(BOOK, {"start": start}))
    assert 'name="wait"' in page and "Cancelling later counts as late" in text(
        browser.get(BOOK, {"start": fields(11)["start"]})
    )
    late = browser.post(BOOK, fields(email="late@example.org"))
    assert late.status_code == 409 and 'name="wait"' in text(late)
    data = fields(email="w@example.org")
    answer = browser.post(BOOK, {**data, "wait": data.pop("start")})
    (booking,) = waiting()
    page = text(browser.get(answer["Location"]))
    assert "You are on the waiting list" in page and "You are next" in page
    assert "all seats are taken, and one person waits" in text(browser.get(BOOK, {"start": start})).lower()
    react()
    (letter,) = [one for one in mails() if one.to == "w@example.org"]
    assert "leave the list" in letter.text and links.token(booking) in letter.text and not letter.attachments


def test_the_next_in_line_is_told_with_a_calendar_file_and_time_to_say_no(full):
    first = order(MeetingType.objects.get(slug="group"), at(10), email="w@example.org", waits=True)[0]
    react()
    with clock.at(NOW + timedelta(minutes=5)), acting(full.guest(full.seated[0])):
        cancel(booking_id=full.seated[0])
    with clock.at(NOW + timedelta(minutes=6)):
        react()
        (letter,) = [one for one in mails() if one.to == "w@example.org" and one.attachments]
        assert "A seat became free for you" in letter.text and "say so by" in letter.text
        page = text(Client().get(f"/o/tidboken/booking/{links.token(first)}/"))
        assert "was booked for you from the waiting list" in page
        # the rule of two days is not held against who got the seat only now
        Client().post(f"/o/tidboken/booking/{links.token(first)}/cancel/", {"reason": ""})
    with privileged():
        assert Booking.objects.get(pk=first).late is False and Booking.objects.get(pk=full.seated[0]).late is True
        recorded = set(Event.objects.filter(object_id=first).values_list("name", flat=True))
    assert {"booking.booking.waiting", "booking.booking.moved_up"} <= recorded


def test_where_hosts_confirm_by_hand_a_seat_from_the_line_is_held_until_then(full):
    """Who comes up is asked for like everybody else: no calendar file before the yes, and time to say no after it."""
    with privileged():
        MeetingType.objects.filter(slug="group").update(answer_within=600)
    kind = MeetingType.objects.get(slug="group")
    first, second = (order(kind, at(10), email=f"w{n}@example.org", waits=True)[0] for n in range(2))
    react()
    with clock.at(NOW + timedelta(minutes=5)), acting(full.guest(full.seated[0])):
        cancel(booking_id=full.seated[0])
        react()
    with privileged():
        held = Booking.objects.get(pk=first)
    assert held.state == "confirmed" and held.answer_by == NOW + timedelta(minutes=605)
    letters = [one for one in mails() if one.to == "w0@example.org" and "Held" in one.subject]
    assert len(letters) == 1 and not letters[0].attachments and "A seat became free" in letters[0].text
    page = text(Client().get(f"/o/tidboken/booking/{links.token(first)}/"))
    assert "Your time is held" in page and "was booked for you from the waiting list" not in page
    with clock.at(NOW + timedelta(minutes=606)):  # nobody said yes: it goes on to whoever is next
        with worker_rights():
            sweeper.run(60)
        react()
        with privileged():
            assert Booking.objects.get(pk=first).cancelled_by == "clock"
            next_one = Booking.objects.get(pk=second)
        assert next_one.state == "confirmed" and next_one.answer_by and waiting() == []
        with acting(full.as_host(full.h1)):
            assert confirm(booking=get_booking(second))
        react()
        with privileged():
            next_one.refresh_from_db()
        assert next_one.answer_by is None and next_one.decline_by == NOW + timedelta(days=1, hours=1), "until it begins"
        (letter,) = [one for one in mails() if one.to == "w1@example.org" and one.attachments]
        assert "say so by" in letter.text


def test_a_place_is_left_by_link_and_a_meeting_called_off_by_its_host(full):
    kind = MeetingType.objects.get(slug="group")
    first, second = (order(kind, at(10), email=f"w{n}@example.org", waits=True)[0] for n in range(2))
    left = Client().post(f"/o/tidboken/booking/{links.token(first)}/cancel/", {"reason": ""}, follow=True)
    assert "You have left the waiting list" in text(left) and waiting() == [second]
    with privileged():
        meeting = Booking.objects.get(pk=second).meeting_id
    from tillit.booking.queries import hosted_meeting

    with acting(full.as_host(full.h2)):
        assert hosted_meeting(meeting) is None
    with acting(full.as_host(full.h1)):
        assert hosted_meeting(meeting).waiting == 1
        assert call_off(meeting=hosted_meeting(meeting)) == 3
    react()
    told = {one.to: one.subject for one in mails()}
    assert "No seat became free" in told["w1@example.org"] and "Cancelled" in told["s1@example.org"]
    assert "w0@example.org" not in {one.to for one in mails() if "No seat" in one.subject}


def test_programs_wait_too(full):
    body = {"offer": "group", "start": "2026-11-24T09:00:00Z", "guest": {"name": "Ada", "email": "a@example.org"}}
    api = "/api/v1/o/tidboken/"
    refused = Client().post(api + "bookings", body, content_type="application/json")
    assert refused.status_code == 409
    made = Client().post(api + "bookings", body | {"wait": True}, content_type="application/json")
    assert made.status_code == 201 and (made.json()["state"], made.json()["ahead"]) == ("waiting", 0)
    gone = Client().post(f"{api}booked/{made.json()['link']}/cancel", {}, content_type="application/json")
    assert gone.json()["state"] == "left"
