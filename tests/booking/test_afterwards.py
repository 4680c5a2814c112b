"""Confirmation by hand, days of a type's own, and what is said of both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.booking.test_actions import TUESDAY, at, order, starts
from tests.booking.test_retention import guests, swept_at
from tests.booking.test_setup import log_in
from tests.booking.test_views import BOOK, fields
from tests.conftest import privileged
from tests.kernel.support import mails, react
from tillit.access import PUBLIC, Actor, acting
from tillit.booking.actions import set_afterwards
from tillit.booking.models import Booking, MeetingType
from tillit.booking.tasks import KEEP_DAYS
from tillit.kernel import clock

NOW = TUESDAY - timedelta(hours=16)
ENDS = TUESDAY + timedelta(hours=9, minutes=45)


def set_for(desk, **more):
    administrator = Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")
    with acting(administrator):
        set_afterwards(kind=desk.kinds["consultation"], **more)
    with privileged():
        desk.kinds["consultation"].refresh_from_db()


def only():
    with privileged():
        return Booking.objects.select_related("meeting").get()


def to_guest(told):
    """The mails to the guest, who reads English; the host reads Swedish."""
    found = [m for m in told if m.to == "grace@example.org"]
    assert found
    return found


@pytest.fixture
def by_hand(desk):
    set_for(desk, answer_within=120)
    return desk


@pytest.fixture
def host(desk):
    with acting(PUBLIC):
        return log_in(desk.h1.person_id)


def test_a_time_is_held_until_its_host_says_yes(by_hand, host):
    answer = Client().post(BOOK, fields())
    page = Client().get(answer["Location"]).content.decode()
    assert "Your time is held" in page and "to confirm it" in page
    one = only()
    assert one.answer_by == NOW + timedelta(hours=2) and at(10) not in starts(by_hand.kinds["consultation"])
    react()
    told = mails()
    assert len(told) == 2 and [m.subject.split(":")[0] for m in to_guest(told)] == ["Held"]
    assert not any("text/calendar" in str(m) for m in mails())
    listed = host.get("/o/tidboken/calendar/", {"view": "list"}).content.decode()
    assert "Not confirmed yet" in listed
    path = f"/o/tidboken/calendar/booking/{one.pk}/confirm/"
    with acting(PUBLIC):
        other = log_in(by_hand.h2.person_id)
    assert other.post(path).status_code == 404 and Client().post(path).status_code == 404
    assert "and the guest is told" in host.post(path, follow=True).content.decode()
    assert "confirmed already" in host.post(path, follow=True).content.decode()
    assert only().answer_by is None
    before = len(mails())
    react()
    told = mails()[before:]
    assert len(told) == 2 and [m.subject.split(":")[0] for m in to_guest(told)] == ["Booked"]
    swept_at(NOW + timedelta(hours=3))
    assert only().state == "confirmed"


def test_nobody_answers_and_the_time_is_free_again(by_hand, host):
    link = Client().post(BOOK, fields())["Location"].removesuffix("?new")
    react()
    swept_at(NOW + timedelta(minutes=119))
    assert only().state == "confirmed"
    swept_at(NOW + timedelta(minutes=121))
    one = only()
    assert (one.state, one.cancelled_by) == ("cancelled", "clock") and at(10) in starts(by_hand.kinds["consultation"])
    before = len(mails())
    react()
    told = mails()[before:]
    assert len(told) == 2
    assert all("Nobody could confirm this booking in time" in m.text for m in to_guest(told))
    assert "Nobody could confirm it in time" in Client().get(link).content.decode()
    late = host.post(f"/o/tidboken/calendar/booking/{one.pk}/confirm/", follow=True)
    assert "is off" in late.content.decode() and only().state == "cancelled"


def test_the_host_refuses_and_a_guest_moves_what_is_held(by_hand, host):
    from tillit.journeys.book import move

    booking, _new = order(by_hand.kinds["consultation"], at(14))
    with acting(by_hand.guest(booking)):
        move(booking_id=booking, minute=at(15), zone="Europe/Stockholm")
    assert only().answer_by == NOW + timedelta(hours=2)
    assert host.post(f"/o/tidboken/calendar/booking/{booking}/cancel/").status_code == 302
    swept_at(NOW + timedelta(hours=3))
    assert (only().state, only().cancelled_by) == ("cancelled", "host")


def test_the_time_to_answer_ends_when_the_meeting_begins(desk):
    set_for(desk, answer_within=14 * 24 * 60)
    order(desk.kinds["consultation"], at(10))
    assert only().answer_by == TUESDAY + timedelta(hours=9)


def test_a_type_keeps_its_data_for_days_of_its_own(desk):
    order(desk.kinds["consultation"], at(10), note="Kept as long as said")
    set_for(desk, keep_days=3)
    page = Client().get(BOOK, {"start": fields(hour=11)["start"]}).content.decode()
    told = page.partition('class="collected"')[2].partition("</details>")[0]
    assert "(now 3\u00a0days)" in told and "30" not in told
    order(desk.kinds["consultation"], at(11), note="And this one")
    with acting(Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")):
        assert KEEP_DAYS.choose(90) == 0, "its own days stay its own"
    swept_at(ENDS + timedelta(days=3, minutes=1))
    with privileged():
        assert sorted(b.note for b in Booking.objects.all()) == ["", "And this one"]
    swept_at(ENDS + timedelta(days=3, hours=1, minutes=1))
    assert set(guests()) == {("", "", "")}


def test_days_of_its_own_are_taken_back(desk):
    set_for(desk, keep_days=3)
    order(desk.kinds["consultation"], at(10))
    set_for(desk, keep_days=None)
    swept_at(ENDS + timedelta(days=29))
    assert guests()[0][0] == "Grace Miller"
    swept_at(ENDS + timedelta(days=31))
    assert guests()[0][0] == ""


def test_an_administrator_sets_it_and_nobody_else(desk, host):
    with acting(PUBLIC):
        administrator = log_in(desk.administrator.pk)
    page = f"/o/tidboken/calendar/offers/{desk.kinds['consultation'].pk}/afterwards/"
    sent = {"answer_hours": "24", "keep_days": "14", "follow_up_hours": "2", "words_sv": "Tack!", "words_en": "Thanks!"}
    assert administrator.get(page).status_code == 200
    assert administrator.post(page, sent | {"words_sv": "", "words_en": ""}).status_code == 422
    assert administrator.post(page, sent | {"keep_days": "0"}).status_code == 422
    assert administrator.post(page, sent).status_code == 302
    with privileged():
        kind = MeetingType.objects.get(slug="consultation")
    assert (kind.answer_within, kind.keep_days, kind.follow_up) == (1440, 14, 120)
    assert 'value="24"' in administrator.get(page).content.decode()
    for stranger in (host, Client()):
        assert stranger.get(page).status_code == 404 and stranger.post(page, sent).status_code == 404
    assert clock.now() == NOW


def test_the_guest_is_written_to_after_the_meeting(desk):
    set_for(desk, follow_up=60, follow_up_words={"en": "Thank you!\nDo write to us.", "sv": "Tack!"})
    order(desk.kinds["consultation"], at(10), language="en")
    off, _new = order(desk.kinds["consultation"], at(12), email="off@example.org")
    react()
    with acting(desk.guest(off)):
        from tillit.journeys.book import cancel

        cancel(booking_id=off)
    react()
    before = len(mails())
    swept_at(ENDS + timedelta(minutes=59))
    assert len(mails()) == before
    swept_at(ENDS + timedelta(minutes=61))
    (told,) = mails()[before:]
    assert "grace@example.org" in told.to and "Thank you!\nDo write to us." in told.text.replace("\r", "")
    swept_at(ENDS + timedelta(hours=30))
    assert len(mails()) == before + 1


def test_booking_again_takes_two_taps(desk):
    link = Client().post(BOOK, fields())["Location"].removesuffix("?new")
    with clock.at(TUESDAY + timedelta(hours=12)):
        assert f"{link}again/" in Client().get(link).content.decode()
        page = Client().get(link + "again/").content.decode()
        assert "As last time" in page and 'value="2026-12-01T09:00Z"' in page and "Grace Miller" in page
        key = page.partition('name="key" value="')[2].partition('"')[0]
        made = [Client().post(link + "again/", {"key": key, "start": "2026-12-01T09:00Z"}) for _ in range(2)]
        assert [one.status_code for one in made] == [302, 302]
        assert "It is booked" in Client().get(made[0]["Location"]).content.decode()
        taken = Client().post(link + "again/", {"start": "2026-12-01T09:00Z"})
        assert taken.status_code == 409 and "just taken that time" in taken.content.decode()
    with privileged():
        assert Booking.objects.count() == 2 and {b.person.email for b in Booking.objects.all()} == {"grace@example.org"}
    react()
    assert len([m for m in mails() if "grace@example.org" in m.to]) == 2


def test_nothing_is_answered_after_its_days(desk):
    from tests.booking.test_intake import ROOF, ask

    ask(desk, [ROOF[0]])
    set_for(desk, keep_days=3)
    link = Client().post(BOOK, fields(intake="1", q_topic="roof"))["Location"].removesuffix("?new")
    with clock.at(ENDS + timedelta(days=2)):
        assert Client().post(link + "answers/", {"intake": "1", "q_topic": "wall"}).status_code == 302
    swept_at(ENDS + timedelta(days=3, minutes=1))
    with clock.at(ENDS + timedelta(days=4)):
        page = Client().get(link)
        assert page.status_code == 200 and "Book again" not in page.content.decode()
        assert Client().get(link + "again/").status_code == 404
        assert Client().post(link + "answers/", {"intake": "1", "q_topic": "wall"}).status_code == 404
    assert only().answers == {}
