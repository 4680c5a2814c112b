"""Reminders follow the organisation's rules and the one clock: each goes once, at its time, to both sides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.booking.conftest import NOW
from tests.booking.test_actions import at, order
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.support import mails, react, worker_rights
from tillit.access import PUBLIC, Actor, acting
from tillit.booking.actions import set_reminders
from tillit.journeys import book
from tillit.kernel import clock, sweeper

START = NOW + timedelta(days=1, hours=1)  # Tuesday at 10 in Stockholm


@pytest.fixture
def ruled(desk):
    with acting(Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")):
        set_reminders(organisation=desk.organisation.pk, minutes=[1440, 60])
    react()
    return desk


def reminded(moment):
    """What goes out when the clock stands at a moment and the sweeper comes by."""
    before = len(mails())
    with clock.at(moment):
        with worker_rights():
            sweeper.run(60)
        react()
    return sorted(mail.to for mail in mails()[before:])


BOTH = ["grace@example.org", "helena-lind-tidboken@example.org"]


def test_a_day_and_an_hour_before(ruled):
    order(ruled.kinds["consultation"], at(10))
    react()
    assert reminded(START - timedelta(hours=24, minutes=1)) == []
    assert reminded(START - timedelta(hours=24)) == BOTH
    assert reminded(START - timedelta(hours=23)) == []
    assert reminded(START - timedelta(minutes=60)) == BOTH
    assert reminded(START) == []


def test_what_comes_too_late_is_not_sent_at_the_wrong_time(ruled):
    order(ruled.kinds["consultation"], at(10))
    react()
    assert reminded(START - timedelta(hours=20)) == []
    assert reminded(START - timedelta(minutes=59)) == BOTH


def test_a_booking_that_is_off_or_moved(ruled):
    booking, _new = order(ruled.kinds["consultation"], at(10))
    other, _new = order(ruled.kinds["consultation"], at(14))
    react()
    with acting(ruled.guest(booking)):
        book.cancel(booking_id=booking)
    with acting(ruled.guest(other)):
        book.move(booking_id=other, minute=at(11), zone="Europe/Stockholm")
    react()
    assert reminded(START - timedelta(minutes=60)) == []
    assert reminded(START) == BOTH  # an hour before eleven


def test_new_rules_hold_for_what_is_booked(ruled):
    order(ruled.kinds["consultation"], at(10))
    react()
    with acting(PUBLIC):
        client = log_in(ruled.administrator.pk)
    page = client.get("/o/tidboken/calendar/reminders/").content.decode()
    assert page.count("checked") == 2
    assert client.post("/o/tidboken/calendar/reminders/", {"times": ["15"]}).status_code == 302
    react()
    assert reminded(START - timedelta(minutes=60)) == []
    assert reminded(START - timedelta(minutes=15)) == BOTH


def test_only_administrators_set_them(ruled):
    with acting(PUBLIC):
        client = log_in(ruled.h1.person_id)
    assert client.get("/o/tidboken/calendar/reminders/").status_code == 404
    with privileged():
        from tillit.booking.models import Reminder

        assert Reminder.objects.count() == 2


def test_the_demos_clock_passes_over_no_reminder(ruled):
    """It jumps past the meeting: what was due on the way went out in order, each once, and nothing later."""
    order(ruled.kinds["consultation"], at(10))
    react()
    before = len(mails())
    with clock.at(START + timedelta(days=2)):
        for _again in range(2):
            with worker_rights():
                sweeper.pass_over(60)
            react()
    assert sorted(mail.to for mail in mails()[before:]) == sorted(BOTH * 2)
