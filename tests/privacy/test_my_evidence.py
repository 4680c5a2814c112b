"""A person reads what was seen of them, and takes proofs along; nobody else's."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from tests.booking.conftest import NOW
from tests.booking.test_actions import TUESDAY, at, order
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.support import react, worker_rights
from tillit import evidence
from tillit.access import PUBLIC, Actor, acting
from tillit.booking.models import Booking
from tillit.evidence import queries, sequencer
from tillit.evidence.models import Event
from tillit.identity.models import Account, Person
from tillit.journeys.book import cancel, move
from tillit.kernel import clock


@pytest.fixture
def grace(desk):
    """A guest whose booking a host has looked at; she has an account since."""
    booking, _new = order(desk.kinds["consultation"], at(10), name="Grace Miller")
    with acting(PUBLIC):
        host = log_in(desk.h1.person_id)
    host.get("/o/tidboken/calendar/", {"week": TUESDAY.date().isoformat()})
    react()
    with privileged():
        person = Booking.objects.get(pk=booking).person
        person.account = Account.objects.create(email="g@account.invalid", email_index="g", email_sealed=b"x")
        Person.objects.filter(pk=person.pk).update(account=person.account)
    with worker_rights(), acting(Actor(office="sequencer", organisation=desk.organisation.pk)):
        sequencer.sequence()
    return person


def test_she_reads_who_looked_and_takes_a_receipt(desk, grace):
    with acting(PUBLIC):
        browser = log_in(grace.pk)
    page = browser.get("/o/tidboken/me/evidence/").content.decode()
    assert "Your booking was looked at" in page and "A booking was made in your name" in page
    with acting(Actor(organisation=desk.organisation.pk, person=grace.pk, office="member")):
        events = queries.my_events()
        key = queries.verifier()
    receipt = browser.get(f"/o/tidboken/me/evidence/{events[0].id}.tlog-proof")
    assert receipt.status_code == 200
    shown = evidence.verify(receipt.content, key)
    assert shown.event["subject"] == str(grace.pk)


def test_nobody_else_reads_them(desk, grace):
    with acting(Actor(organisation=desk.organisation.pk, person=grace.pk, office="member")):
        (first, *_rest) = queries.my_events()
    with acting(PUBLIC):
        other = log_in(desk.h2.person_id)
    assert other.get(f"/o/tidboken/me/evidence/{first.id}.tlog-proof").status_code == 404
    assert Client().get(f"/o/tidboken/me/evidence/{first.id}.tlog-proof").status_code == 302
    assert "was looked at" not in other.get("/o/tidboken/me/evidence/").content.decode()
    assert Client().get("/o/tidboken/me/evidence/").headers["Location"].startswith("/account/login/")


def test_what_a_booking_shows_its_host_is_recorded_moved_and_taken_back(desk):
    def told() -> list[tuple[str, str]]:
        react()
        with privileged():
            found = Event.objects.filter(name__startswith="access.grant.").order_by("id")
            return [(one.name.rsplit(".", 1)[1], json.loads(one.detail)["grantee"]) for one in found]

    booking, _new = order(desk.kinds["consultation"], at(10))
    host = str(desk.h1.person_id)
    assert told() == [("opened", host)]
    with clock.at(NOW + timedelta(minutes=1)), acting(desk.guest(booking)):
        move(booking_id=booking, minute=at(12), zone="Europe/Stockholm")
    assert told()[1:] in ([("revoked", host), ("opened", host)], [("opened", host), ("revoked", host)])
    with clock.at(NOW + timedelta(minutes=2)), acting(desk.guest(booking)):
        cancel(booking_id=booking)
    assert told()[3:] == [("revoked", host)]
    assert told()[4:] == []
