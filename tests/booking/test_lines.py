"""The line for a seat of a full session: joined, left, moved up in order, ended by the clock."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.booking.test_actions import TUESDAY, at, order
from tests.conftest import privileged
from tests.kernel.support import worker_rights
from tillit.access import Actor, acting
from tillit.booking import actions, lines
from tillit.booking.engine import Refusal
from tillit.booking.models import Booking, MeetingType
from tillit.booking.queries import get_booking, hosted_meetings
from tillit.identity.models import Person
from tillit.journeys.book import NotBooked, cancel, move
from tillit.kernel import clock, sweeper
from tillit.kernel.tables import Outbox

TEN = at(10)


@pytest.fixture
def group(desk):
    """A group of three seats with a line, its session on Tuesday at ten full."""
    with privileged():
        MeetingType.objects.filter(slug="group").update(waiting_places=3)
    kind = MeetingType.objects.get(slug="group")
    desk.seated = [order(kind, TEN, name=f"Seated {n}", email=f"s{n}@example.org")[0] for n in range(3)]
    return kind


def wait(kind, number, **more):
    return order(kind, TEN, name=f"Waiting {number}", email=f"w{number}@example.org", waits=True, **more)[0]


def state(booking):
    with privileged():
        one = Booking.objects.get(pk=booking)
        return one.state, one.seat


def told(name):
    with privileged():
        return [str(row.data["booking"]) for row in Outbox.objects.filter(name=name).order_by("made", "pk")]


def test_who_waits_moves_up_in_order_and_nobody_passes(desk, group):
    with pytest.raises(NotBooked) as refused:
        order(group, TEN)
    assert refused.value.refusal is Refusal.FULL
    first, second = wait(group, 1), wait(group, 2)
    assert lines.open_lines(group, TEN - 60, TEN + 60) == {TEN: 2}
    with acting(desk.guest(second)):
        assert lines.ahead(get_booking(second)) == 1
        with pytest.raises(NotBooked):
            move(booking_id=second, minute=at(11), zone="Europe/Stockholm")
    with acting(desk.guest(desk.seated[1])):
        assert cancel(booking_id=desk.seated[1])
    assert (state(first), state(second)) == (("confirmed", 2), ("waiting", None))
    with acting(desk.guest(first)):
        one = get_booking(first)
        assert lines.ahead(one) is None and one.decline_by == clock.now() + timedelta(hours=24)
        assert one.meeting.span.lower == TUESDAY + timedelta(hours=9)
    with pytest.raises(NotBooked):
        order(group, TEN)
    with acting(desk.guest(desk.seated[0])):
        assert move(booking_id=desk.seated[0], minute=at(14), zone="Europe/Stockholm")
    assert state(second) == ("confirmed", 1)
    assert told("booking.booking.moved_up") == [str(first), str(second)]
    assert told("booking.booking.waiting") == [str(first), str(second)]


def test_who_does_not_want_to_wait_any_more_leaves(desk, group):
    first, second = wait(group, 1), wait(group, 2)
    with acting(desk.guest(first)):
        assert cancel(booking_id=first, reason="Found another") and not cancel(booking_id=first)
    with acting(desk.guest(desk.seated[0])):
        cancel(booking_id=desk.seated[0])
    assert (state(first)[0], state(second)) == ("left", ("confirmed", 1))
    with acting(desk.guest(second)):  # says no: nobody waits, so the seat is free
        cancel(booking_id=second)
    assert state(order(group, TEN)[0]) == ("confirmed", 1)


def test_the_line_has_an_end_and_one_form_waits_once(desk, group):
    from uuid import uuid4

    key = uuid4()
    assert wait(group, 1, request_key=key) == wait(group, 1, request_key=key)
    wait(group, 2), wait(group, 3)
    assert lines.open_lines(group, TEN - 60, TEN + 60) == {}
    with pytest.raises(NotBooked) as refused:
        wait(group, 4)
    assert refused.value.refusal is Refusal.FULL
    with privileged():
        MeetingType.objects.update(waiting_places=0)
        Booking.objects.filter(state="waiting").update(state="left")
    with pytest.raises(NotBooked):
        wait(group, 5)


def test_who_asks_to_wait_gets_the_seat_that_is_free(desk, group):
    with acting(desk.guest(desk.seated[2])):
        cancel(booking_id=desk.seated[2])
    assert state(wait(group, 1)) == ("confirmed", 3)
    assert len(told("booking.booking.made")) == 4 and not told("booking.booking.waiting")


def test_more_seats_go_to_who_waits(desk, group):
    waiting = [wait(group, n) for n in range(3)]
    administrator = Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")
    with acting(administrator):
        actions.change_meeting_type(kind=MeetingType.objects.get(pk=group.pk), hosts=[desk.h1], capacity=5)
    assert [state(one) for one in waiting] == [("confirmed", 4), ("confirmed", 5), ("waiting", None)]
    with acting(desk.as_host(desk.h1)), pytest.raises(Exception, match="administrator"):
        lines.give_more_seats(group)


def test_the_host_sees_how_many_wait_and_nobody_who(desk, group):
    wait(group, 1, note="My knee")
    with acting(desk.as_host(desk.h1)):
        (meeting,) = hosted_meetings(TUESDAY, TUESDAY + timedelta(days=1))
        assert lines.waiting_for([meeting.pk]) == {meeting.pk: 1}
        assert not Booking.objects.filter(state="waiting").exists()
        assert not Person.objects.filter(email__is="w1@example.org").exists()
        assert Person.objects.filter(email__is="s1@example.org").exists()
    with acting(desk.as_host(desk.h2)):
        assert lines.waiting_for([meeting.pk]) == {}
    with acting(desk.guest(desk.seated[0])):
        assert not Booking.objects.filter(state="waiting").exists()


def test_when_nobody_can_book_any_more_the_line_is_over(desk, group):
    waiting = wait(group, 1)
    closes = TUESDAY + timedelta(hours=9) - timedelta(minutes=group.notice)
    with clock.at(closes + timedelta(minutes=1)), acting(desk.guest(desk.seated[0])):
        cancel(booking_id=desk.seated[0])
    assert state(waiting)[0] == "waiting", "nobody is booked so late that it could not be prepared"
    with clock.at(closes + timedelta(minutes=5)), worker_rights():
        sweeper.run(60)
    assert state(waiting)[0] == "left"
    assert told("booking.booking.left") == [str(waiting)]


def test_a_host_who_calls_it_off_moves_nobody_up(desk, group):
    from tillit.journeys.rights import cancel as erased

    waiting = wait(group, 1)
    with acting(desk.as_host(desk.h1)):
        erased(desk.h1.person_id)
    assert state(waiting)[0] == "left" and all(state(one)[0] == "cancelled" for one in desk.seated)
    assert not told("booking.booking.moved_up")


def test_later_than_the_rule_counts_as_late_for_either_side(desk):
    with privileged():
        MeetingType.objects.filter(slug="short").update(change_notice=120)
    kind = MeetingType.objects.get(slug="short")
    by_guest, by_host, early = (order(kind, at(hour))[0] for hour in (10, 11, 14))
    with clock.at(TUESDAY + timedelta(hours=8, minutes=30)):
        with acting(desk.guest(by_guest)):
            with pytest.raises(NotBooked) as refused:
                move(booking_id=by_guest, minute=at(13), zone="Europe/Stockholm")
            assert refused.value.refusal is Refusal.LATE
            cancel(booking_id=by_guest)
        with acting(desk.as_host(desk.h1)):
            cancel(booking_id=by_host)
        with acting(desk.guest(early)):
            cancel(booking_id=early)
    with privileged():
        late = dict(Booking.objects.values_list("pk", "late"))
    assert late == {by_guest: True, by_host: True, early: False}


def test_only_the_sweeper_ends_lines_and_a_guest_who_is_erased_leaves_theirs(desk, group):
    from tillit.journeys.rights import cancel as erased

    first, second = wait(group, 1), wait(group, 2)
    with acting(desk.guest(first)), pytest.raises(Exception, match="sweeper"), transaction.atomic():
        lines.end_lines([first])
    with acting(desk.guest(second)):
        assert lines.ahead(get_booking(second)) == 1 and not Booking.objects.filter(pk=first).exists()
    with privileged():
        whose = Booking.objects.get(pk=first).person_id
    with acting(Actor(organisation=desk.organisation.pk, person=whose, office="guest")):
        erased(whose)
    assert state(first)[0] == "left"
    with acting(desk.guest(second)):
        assert lines.ahead(get_booking(second)) == 0
