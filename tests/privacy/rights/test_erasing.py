"""Erasing a person: nothing left but what is named, nothing of others touched, all of it or nothing."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.booking.conftest import NOW, desk  # noqa: F401
from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tillit import evidence
from tillit.access import Actor, acting
from tillit.booking.models import Booking, Host, HostTime, Meeting, Schedule
from tillit.identity.models import Account, Membership, Person
from tillit.kernel import clock, keys, mail
from tillit.kernel.tables import Mail, Outbox
from tillit.privacy.models import Erasure
from tillit.privacy.rights import erasing


def guest_of(booking):
    with privileged():
        return Booking.objects.get(pk=booking).person_id


def acts(desk, person, account=None):  # noqa: F811
    return acting(Actor(office="member", account=account, person=person, organisation=desk.organisation.pk))


@pytest.fixture
def guests(desk):  # noqa: F811
    """Two guests of one host, with notes, one of them seen."""
    grace, _ = order(desk.kinds["consultation"], at(10), note="My knee")
    ali, _ = order(desk.kinds["consultation"], at(12), name="Ali Karimi", email="ali@example.org", note="My back")
    with acts(desk, desk.h1.person_id):
        evidence.record("booking.guest.seen", subjects=[guest_of(grace), guest_of(ali)], reason="booked with")
    return guest_of(grace), guest_of(ali)


def everything():
    """All text of the whole database that a dump would hold."""
    with privileged(), connection.cursor() as cursor:
        cursor.execute(
            "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')"
        )
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"select coalesce(string_agg(t::text, ' '), '') from {table} t")
            found.append(cursor.fetchone()[0])
    return "\n".join(found)


def test_a_guest_is_erased(desk, guests):  # noqa: F811
    grace, ali = guests
    with acts(desk, grace):
        seen = erasing.preview(grace)
        receipt = erasing.erase(grace, request_key=uuid4())
    assert not seen.refused and not seen.login_goes
    assert {str(line.what) for line in seen.goes} >= {"who you are here", "your bookings"}
    assert (
        receipt.gone["booking.booking"] == 1
        and receipt.gone["identity.person"] == 1
        and receipt.gone["keys"] == 1
        and receipt.gone["evidence.event"] >= 1
    )
    assert receipt.unreadable == NOW + timedelta(days=31)
    with privileged():
        row = Person.objects.get(pk=grace)
        assert (row.display_name, row.email, row.email_index, row.phone, row.language) == ("", "", "", "", "")
        booking = Booking.objects.get(person_id=grace)
        assert booking.note == ""
        other = Person.objects.get(pk=ali)
        assert other.display_name == "Ali Karimi" and Booking.objects.get(person_id=ali).note == "My back"
        assert Erasure.objects.get().person_id == grace


def test_twice_is_once(desk, guests):  # noqa: F811
    key = uuid4()
    with acts(desk, guests[0]):
        first = erasing.erase(guests[0], request_key=key)
        assert erasing.erase(guests[0], request_key=key) == first
        assert erasing.erase(guests[0], request_key=uuid4()) == first
    with privileged():
        assert Erasure.objects.count() == 1


def test_nobody_erases_somebody_else(desk, guests):  # noqa: F811
    grace, ali = guests
    for actor in (desk.visitor(), desk.as_host(desk.h1), Actor("rights", None, None, desk.organisation.pk, str(ali))):
        with acting(actor), pytest.raises(PermissionError):
            erasing.erase(grace, request_key=uuid4())
    # nor does SQL that somebody smuggled in
    with acts(desk, ali), connection.cursor() as cursor:
        for call in (
            "select privacy.erase_values('{}', '{}')",
            "select privacy.begin_erasure(gen_random_uuid())",
            "select kernel.erase_values(gen_random_uuid(), null, '{}')",
            "select privacy.hold_values('booking.booking', 'note', '{}', '{}')",
            "select privacy.not_erased('{}')",
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                cursor.execute(call)


def test_the_desk_erases_the_one_it_was_asked_for(desk, guests):  # noqa: F811
    with acting(Actor("rights", None, desk.administrator.pk, desk.organisation.pk, str(guests[0]))):
        assert erasing.erase(guests[0], request_key=uuid4()).gone
    with acts(desk, guests[1]):
        assert Person.objects.get(pk=guests[1]).display_name == "Ali Karimi"


def test_what_would_be_left_undoes_it(desk, guests, monkeypatch):  # noqa: F811
    monkeypatch.setattr(keys, "shred", lambda *_: 0)
    with acts(desk, guests[0]):
        with pytest.raises(erasing.Incomplete, match="keys"):
            erasing.erase(guests[0], request_key=uuid4())
        assert Person.objects.get(pk=guests[0]).email == "grace@example.org"


def test_a_host_goes_and_meetings_stay_for_the_guests(desk, guests):  # noqa: F811
    host = desk.h1.person_id
    with privileged():
        account = Person.objects.get(pk=host).account_id
    with acts(desk, host, account):
        seen = erasing.preview(host)
        erasing.erase(host, request_key=uuid4())
    assert seen.login_goes
    with privileged():
        row = Host.objects.get(person_id=host)
        assert (row.name, row.about, row.slug, row.here) == ("", {}, str(row.pk), False)
        assert HostTime.objects.filter(host=row).count() == 2 and Meeting.objects.count() == 2
        assert not Schedule.objects.filter(person_id=host).exists()
        assert not Account.objects.filter(pk=account).exists()
        assert not Membership.objects.filter(person_id=host, ended=None).exists()
    assert "Helena Lind" not in everything() and "helena" not in everything()


def test_the_last_administrator_stays(desk):  # noqa: F811
    person = desk.administrator
    with acts(desk, person.pk, person.account_id):
        assert erasing.preview(person.pk).refused == "last"
        with pytest.raises(erasing.Refused) as refused:
            erasing.erase(person.pk, request_key=uuid4())
    assert refused.value.why == "last"


def test_letters_on_their_way_go_too(desk, guests):  # noqa: F811
    grace, ali = guests
    for person in guests:
        mail.send(mail.Message("x@example.org", "Hello", "Grace"), about=[person, desk.h1.person_id])
    with acts(desk, grace):
        erasing.erase(grace, request_key=uuid4())
    with privileged():
        assert {tuple(row.about) for row in Mail.objects.all()} == {(ali, desk.h1.person_id), ()}
        last = mail.read(mail.opened(Mail.objects.get(about=[]).content, Mail.objects.get(about=[]).pk))
    assert last["to"] == "grace@example.org" and "/erased/" in last["text"]


def test_somebody_in_two_organisations_leaves_one(desk, guests):  # noqa: F811
    from tests.booking.conftest import lay_out

    with privileged():
        elsewhere = lay_out("elsewhere")
        account = Person.objects.get(pk=desk.h1.person_id).account_id
        Person.objects.filter(pk=elsewhere.h1.person_id).update(account=account)
    with acts(desk, desk.h1.person_id, account):
        assert not erasing.preview(desk.h1.person_id).login_goes
        erasing.erase(desk.h1.person_id, request_key=uuid4())
    with privileged():
        assert Account.objects.filter(pk=account).exists()
        assert Person.objects.get(pk=elsewhere.h1.person_id).display_name == "Helena Lind"
        assert Person.objects.get(pk=elsewhere.h1.person_id).account_id == account


def test_the_receipt_is_an_event_that_stays(desk, guests):  # noqa: F811
    with acts(desk, guests[0]):
        receipt = erasing.erase(guests[0], request_key=uuid4())
        with clock.at(NOW + timedelta(minutes=1)):
            from tillit.evidence.models import Event

            (event,) = Event.objects.filter(subject_id=guests[0])
    assert event.pk == receipt.event and event.name == "privacy.person.erased" and event.law


def test_what_was_to_come_is_cancelled_and_others_are_told(desk, guests):  # noqa: F811
    grace, ali = guests
    with acts(desk, grace):
        assert "cancelled" in str(erasing.preview(grace).shared[0])
        erasing.erase(grace, request_key=uuid4())
    with privileged():
        assert Booking.objects.get(person_id=grace).state == "cancelled"
        assert Booking.objects.get(person_id=ali).state == "confirmed"
    with acts(desk, desk.h1.person_id):
        assert "One booking that somebody else has with you" in str(erasing.preview(desk.h1.person_id).shared[0])
        erasing.erase(desk.h1.person_id, request_key=uuid4())
    with privileged():
        assert Booking.objects.get(person_id=ali).state == "cancelled"
        names = set(Outbox.objects.values_list("name", flat=True))
    assert "booking.booking.cancelled" in names


def test_somebody_erased_books_no_more(desk, guests):  # noqa: F811
    from tillit.journeys.book import NotBooked

    with acts(desk, guests[0]):
        erasing.erase(guests[0], request_key=uuid4())
        for note in ("", "My knee"):
            with pytest.raises(NotBooked):
                order(desk.kinds["consultation"], at(14), note=note)
