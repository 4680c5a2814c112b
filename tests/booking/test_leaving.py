"""A host whose last role has ended: nobody can book them, and the database shows them nothing of their guests."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.booking.test_actions import at, order, starts
from tests.conftest import privileged
from tests.kernel.support import mails, react
from tillit.access import acting
from tillit.booking.actions import NotBooked
from tillit.booking.models import Booking, Host, Meeting
from tillit.identity.actions import add_membership, end_membership
from tillit.identity.models import Membership, Person
from tillit.journeys.book import cancel
from tillit.kernel.ticket import Actor


def leaves(desk, host: Host) -> None:
    with privileged():
        membership = Membership.objects.get(person_id=host.person_id).pk
    with acting(Actor(office="member", organisation=desk.organisation.pk, person=desk.administrator.pk)):
        assert end_membership(membership=membership) == "ended"


def counts(desk, host: Host) -> tuple[int, int, int]:
    """Bookings, meetings and guests that the host reaches with any query."""
    with acting(desk.as_host(host)):
        others = Person.objects.exclude(pk=host.person_id)
        return Booking.objects.count(), Meeting.objects.count(), others.count()


def side(desk, host: Host, booking) -> str | None:
    with acting(desk.as_host(host)), connection.cursor() as cursor:
        cursor.execute("select booking.side(%s)", [booking])
        return cursor.fetchone()[0]


def test_a_leaver_reaches_no_booking_in_the_database(desk):
    booking, _ = order(desk.kinds["consultation"], at(10))
    assert counts(desk, desk.h1) == (1, 1, 1)
    assert side(desk, desk.h1, booking) == "host"
    leaves(desk, desk.h1)
    assert counts(desk, desk.h1) == (0, 0, 0)
    assert side(desk, desk.h1, booking) is None
    with acting(desk.guest(booking)):
        assert Booking.objects.count() == 1, "the guest keeps theirs"


def test_a_leaver_can_not_be_booked_and_is_not_shown(desk):
    kind = desk.kinds["consultation"]
    assert starts(kind)
    leaves(desk, desk.h1)
    assert starts(kind) == []
    assert not Host.objects.filter(pk=desk.h1.pk).exists()
    with pytest.raises(NotBooked):
        order(kind, at(10))
    assert starts(desk.kinds["either"]), "the other host is still there"


def test_who_comes_back_is_bookable_again(desk):
    leaves(desk, desk.h1)
    with acting(Actor(office="member", organisation=desk.organisation.pk, person=desk.administrator.pk)):
        add_membership(person=desk.h1.person_id, role="staff")
    assert starts(desk.kinds["consultation"])
    order(desk.kinds["consultation"], at(10))


def test_nobody_says_by_themselves_that_they_are_still_here(desk):
    leaves(desk, desk.h1)
    with acting(desk.as_host(desk.h1)), pytest.raises(Exception, match="permission denied"):
        Host.objects.filter(pk=desk.h1.pk).update(here=True)


def test_a_leaver_gets_no_mail_about_guests(desk):
    booking, _ = order(desk.kinds["consultation"], at(10))
    react()
    before = len(mails())
    leaves(desk, desk.h1)
    with acting(desk.guest(booking)):
        cancel(booking_id=booking)
    react()
    assert [one.to for one in mails()[before:]] == ["grace@example.org"]
