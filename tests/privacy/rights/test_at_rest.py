"""Data at rest is stored and nothing else: the host sees a taken time, no mail goes, nobody new can book; the person
still reaches their own, and what is broken open for a reason stays open."""

from __future__ import annotations

from django.test import Client

from tests.booking.test_actions import TUESDAY, at, order
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.support import mails, react
from tillit.access import PUBLIC, Actor, acting
from tillit.access.actions import ask_to_break
from tillit.booking.models import Booking, Host
from tillit.evidence.models import Event
from tillit.identity.models import Person
from tillit.journeys import book
from tillit.privacy.rights import actions


def lay_at_rest(guest):
    with guest.acts():
        assert actions.rest("accuracy")


def test_the_host_sees_a_taken_time_and_nobody(desk, grace, ali):
    lay_at_rest(grace)
    with acting(PUBLIC):
        host = log_in(desk.h1.person_id)
    page = host.get("/o/tidboken/calendar/", {"view": "list"}).content.decode()
    assert "Grace" not in page and "grace@" not in page and "My knee" not in page
    assert "has laid their data at rest" in page and "Ali Karimi" in page
    week = host.get("/o/tidboken/calendar/", {"week": TUESDAY.date().isoformat()}).content.decode()
    assert "Grace" not in week and "Ali Karimi" in week
    with acting(desk.as_host(desk.h1)):
        assert not Person.objects.filter(pk=grace.pk).exists()
        assert not Booking.objects.filter(pk=grace.booking).exists()
    with grace.acts():
        actions.use_again()
    assert "Grace Miller" in host.get("/o/tidboken/calendar/", {"view": "list"}).content.decode()


def test_the_person_still_reaches_their_own(grace):
    lay_at_rest(grace)
    assert grace.get("data").status_code == 200
    with grace.acts():
        assert Booking.objects.get(pk=grace.booking).note == "My knee"


def test_no_mail_goes_to_who_rests(desk, grace):
    react()
    before = len(mails())
    lay_at_rest(grace)
    with acting(desk.guest(grace.booking)):
        book.cancel(booking_id=grace.booking)
    react()
    (sent,) = mails()[before:]  # to the host, who must know that the time is free
    assert sent.to.startswith("helena") and "Grace" not in sent.text + sent.html
    with privileged():
        assert Event.objects.filter(subject_id=grace.pk, name="booking.booking.cancelled").count() == 1


def test_what_it_stops_is_told_first(desk, grace):
    assert "1 booked time stays" in grace.page("rest")
    with acting(PUBLIC):
        host = log_in(desk.h1.person_id)
    assert "Nobody can book a time with you" in host.get("/o/tidboken/me/rest/").content.decode()


def test_a_host_at_rest_cannot_be_booked(desk):
    free = Client().get("/o/tidboken/book/consultation/", {"day": TUESDAY.date().isoformat()}).content.decode()
    assert "start=" in free
    with acting(Actor(office="member", person=desk.h1.person_id, organisation=desk.organisation.pk)):
        actions.rest("claims")
    with acting(desk.visitor()):
        assert not Host.objects.filter(pk=desk.h1.pk).exists()
    rested = Client().get("/o/tidboken/book/consultation/", {"day": TUESDAY.date().isoformat()}).content.decode()
    assert "start=" not in rested and "Helena Lind" not in rested


def test_what_is_broken_open_stays_open(desk, grace):
    lay_at_rest(grace)
    with acting(Actor(office="member", person=desk.administrator.pk, organisation=desk.organisation.pk)):
        assert not Person.objects.filter(pk=grace.pk).exists()
        ask_to_break("contact", grace.pk, reason="safety", words="A fire in the house", minutes=10)
        assert Person.objects.get(pk=grace.pk).display_name == "Grace Miller"


def test_others_are_not_touched(desk, grace, ali):
    lay_at_rest(grace)
    with acting(desk.visitor()):
        assert order(desk.kinds["consultation"], at(14), name="Noor", email="noor@example.org")
    with acting(desk.as_host(desk.h1)):
        assert Person.objects.get(pk=ali.pk).display_name == "Ali Karimi"
