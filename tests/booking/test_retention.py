"""Booking data goes by itself some days after the meeting, as the organisation has set."""

from datetime import timedelta

from tests.booking.test_actions import TUESDAY, at, order
from tests.conftest import privileged
from tillit.access import Actor, acting
from tillit.booking.models import Booking, Meeting
from tillit.booking.tasks import KEEP_DAYS
from tillit.identity.models import Person
from tillit.kernel import clock, sweeper

MEETING_ENDS = TUESDAY + timedelta(hours=9, minutes=45)


def swept_at(moment):
    from tests.kernel.support import worker_rights

    with clock.at(moment), worker_rights():
        return sweeper.run(60)


def guests():
    with privileged():
        return [(p.display_name, p.email, p.email_index) for p in Person.objects.filter(verified=False)]


def test_thirty_days_after_the_meeting_the_guest_is_forgotten(desk):
    booking, _new = order(desk.kinds["consultation"], at(10), note="About my house")
    swept_at(MEETING_ENDS + timedelta(days=29, hours=23))
    assert [name for name, _email, _index in guests()] == ["Grace Miller"]
    swept_at(MEETING_ENDS + timedelta(days=30, minutes=1))
    assert guests() == [("", "", "")]
    with privileged():
        one = Booking.objects.get(pk=booking)
        assert (one.note, one.state) == ("", "confirmed") and Meeting.objects.count() == 1, "statistics remain"


def test_a_guest_with_a_later_booking_is_still_known(desk):
    with acting(Actor(organisation=desk.organisation.pk)):
        first, _new = order(desk.kinds["consultation"], at(10), note="First")
    with privileged():
        one = Booking.objects.get(pk=first)
    known = Actor(organisation=desk.organisation.pk, person=one.person_id, office="member")
    with acting(known):
        order(desk.kinds["consultation"], at(10) + 7 * 1440, note="Second")
    swept_at(MEETING_ENDS + timedelta(days=31))
    assert [name for name, _email, _index in guests()] == ["Grace Miller"]
    with privileged():
        assert sorted(b.note for b in Booking.objects.all()) == ["", "Second"]
    swept_at(MEETING_ENDS + timedelta(days=38))
    assert guests() == [("", "", "")]


def test_the_organisation_chooses_within_bounds(desk):
    order(desk.kinds["consultation"], at(10))
    administrator = Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")
    with acting(administrator):
        assert KEEP_DAYS.days() == 30
        assert KEEP_DAYS.choose(7) == 1
        assert KEEP_DAYS.days() == 7
    swept_at(MEETING_ENDS + timedelta(days=8))
    assert guests() == [("", "", "")]


def test_moving_the_meeting_moves_the_clock(desk):
    from tillit.journeys.book import move

    booking, _new = order(desk.kinds["consultation"], at(10))
    with acting(desk.guest(booking)):
        move(booking_id=booking, minute=at(10) + 7 * 1440, zone="Europe/Stockholm")
    swept_at(MEETING_ENDS + timedelta(days=31))
    assert [name for name, _email, _index in guests()] == ["Grace Miller"]
