"""Taking, moving and giving back time, as the anonymous visitor or the holder of a link."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.conftest import privileged
from tillit.access import acting
from tillit.booking.engine import Refusal, Window
from tillit.booking.models import Booking, HostTime, Meeting
from tillit.booking.queries import free_times, get_booking, get_guest, hosted_meetings, nearest_times
from tillit.identity.models import Person
from tillit.journeys.book import NotBooked, book, cancel, move
from tillit.kernel import clock, zones

TUESDAY = datetime(2026, 11, 24, tzinfo=UTC)


def at(hour, minute=0, day=TUESDAY):
    """A Stockholm wall-clock time in winter, as a minute since the epoch."""
    return zones.minute_down(day + timedelta(hours=hour - 1, minutes=minute))


def order(kind, minute, **more):
    given = {
        "request_key": uuid4(),
        "name": "Grace Miller",
        "email": "grace@example.org",
        "language": "en",
        "zone": "Europe/Stockholm",
        **more,
    }
    return book(kind=kind, minute=minute, **given)


def starts(kind, day=TUESDAY, **more):
    window = Window(zones.minute_down(day), zones.minute_down(day + timedelta(days=1)))
    return [s.minute for s in free_times(kind, window, "Europe/Stockholm", **more).starts]


def test_a_visitor_books_and_the_time_is_gone(desk):
    kind = desk.kinds["consultation"]
    assert starts(kind) == [at(h) for h in range(9, 16)]
    booking, new = order(kind, at(10))
    assert new
    assert starts(kind) == [at(h) for h in (9, *range(11, 16))]
    with pytest.raises(NotBooked) as refused:
        order(kind, at(10))
    assert refused.value.refusal is Refusal.TAKEN
    # the visitor sees nothing of what was written
    assert not Booking.objects.exists() and not Meeting.objects.exists() and not HostTime.objects.exists()
    assert not Person.objects.exists()
    with acting(desk.guest(booking)):
        assert get_booking(booking).meeting.span.lower == TUESDAY + timedelta(hours=9)
        assert get_guest(get_booking(booking)).email == "grace@example.org"


def test_the_same_form_books_once(desk):
    key = uuid4()
    first, new = order(desk.kinds["consultation"], at(10), request_key=key)
    again, repeated = order(desk.kinds["consultation"], at(10), request_key=key)
    assert (first, True, False) == (again, new, repeated)
    with privileged():
        assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("minute", "why"),
    [
        (at(10, day=TUESDAY - timedelta(days=7)), Refusal.PAST),
        (at(11, day=TUESDAY - timedelta(days=1)), Refusal.NOTICE),
        (at(10, day=TUESDAY + timedelta(days=90)), Refusal.HORIZON),
        (at(20), Refusal.CLOSED),
        (at(10, 7), Refusal.OFF_GRID),
    ],
)
def test_a_time_that_cannot_be_had_says_why(desk, minute, why):
    with pytest.raises(NotBooked) as refused:
        order(desk.kinds["consultation"], minute)
    assert refused.value.refusal is why
    with privileged():
        assert not Meeting.objects.exists() and not Person.objects.filter(verified=False).exists()


def test_the_database_refuses_what_the_engine_would_have(desk):
    """Whoever skips the engine meets the same rules in the definer function."""
    from tillit.booking import actions
    from tillit.booking.facts import load_hosts

    kind = desk.kinds["short"]
    hosts = load_hosts(kind, at(0), at(24))
    given = {
        "kind": kind,
        "hosts": hosts,
        "name": "A",
        "email": "a@example.org",
        "language": "en",
        "zone": "UTC",
    }

    def refusal(minute):
        with pytest.raises(actions.NotBooked) as refused:
            actions.take(minute=minute, request_key=uuid4(), **given)
        return refused.value.refusal

    assert refusal(at(10) - 7 * 1440) is Refusal.PAST
    assert refusal(at(10) + 90 * 1440) is Refusal.HORIZON
    for hour in (9, 10, 11):
        actions.take(minute=at(hour), request_key=uuid4(), **given)
    assert refusal(at(11)) is Refusal.TAKEN
    assert refusal(at(12)) is Refusal.WEEK_LIMIT
    actions.take(minute=at(12) + 7 * 1440, request_key=uuid4(), **{**given, "hosts": hosts})


def test_limit_per_day(desk):
    kind = desk.kinds["consultation"]
    for hour in range(9, 14):
        order(kind, at(hour))
    assert starts(kind) == []
    with pytest.raises(NotBooked) as refused:
        order(kind, at(14))
    assert refused.value.refusal is Refusal.DAY_LIMIT


def test_collective_needs_both_and_blocks_both(desk):
    booking, _ = order(desk.kinds["together"], at(10))
    assert at(10) not in starts(desk.kinds["consultation"])
    with privileged():
        assert HostTime.objects.filter(meeting__bookings=booking).count() == 2
    with pytest.raises(NotBooked):
        order(desk.kinds["either"], at(10))


def test_round_robin_takes_the_other_host(desk):
    one, _ = order(desk.kinds["either"], at(10))
    two, _ = order(desk.kinds["either"], at(10))
    with privileged():
        hosts = set(HostTime.objects.filter(meeting__bookings__in=[one, two]).values_list("host_id", flat=True))
    assert hosts == {desk.h1.pk, desk.h2.pk}
    with pytest.raises(NotBooked):
        order(desk.kinds["either"], at(10))


def test_seats_fill_one_by_one(desk):
    kind = desk.kinds["group"]
    got = [order(kind, at(10))[0] for _ in range(3)]
    with privileged():
        assert Meeting.objects.count() == 1
        assert sorted(Booking.objects.values_list("seat", flat=True)) == [1, 2, 3]
    assert at(10) not in starts(kind) and at(11) in starts(kind)
    with pytest.raises(NotBooked) as refused:
        order(kind, at(10))
    assert refused.value.refusal in {Refusal.FULL, Refusal.TAKEN}
    with acting(desk.guest(got[1])):
        assert cancel(booking_id=got[1])
    fourth, _ = order(kind, at(10))
    with privileged():
        assert Booking.objects.get(pk=fourth).seat == 2


def test_move_frees_the_old_time(desk):
    kind = desk.kinds["consultation"]
    booking, _ = order(kind, at(10))
    order(kind, at(12))
    with acting(desk.guest(booking)):
        assert move(booking_id=booking, minute=at(11), zone="Europe/Stockholm")
        assert not move(booking_id=booking, minute=at(11), zone="Europe/Stockholm")
        with pytest.raises(NotBooked):
            move(booking_id=booking, minute=at(12), zone="Europe/Stockholm")
        one = get_booking(booking)
        assert one.sequence == 1 and zones.minute_down(one.meeting.span.lower) == at(11)
    assert at(10) in starts(kind) and at(11) not in starts(kind)


def test_move_may_overlap_its_own_old_time(desk):
    order(desk.kinds["short"], at(10))
    other = desk.kinds["consultation"]
    long, _ = order(other, at(12))
    with acting(desk.guest(long)):
        assert at(12) in starts(other, aside=long)
    assert at(12) not in starts(other)


def test_cancel_twice_and_after_it_began(desk):
    booking, _ = order(desk.kinds["consultation"], at(10))
    late, _ = order(desk.kinds["consultation"], at(12))
    with acting(desk.guest(booking)):
        assert cancel(booking_id=booking, reason="I am ill")
        assert not cancel(booking_id=booking)
    assert at(10) in starts(desk.kinds["consultation"])
    with (
        clock.at(TUESDAY + timedelta(hours=11, minutes=10)),
        acting(desk.guest(late)),
        pytest.raises(NotBooked),
    ):
        cancel(booking_id=late)


def test_another_link_reaches_nothing(desk):
    mine, _ = order(desk.kinds["consultation"], at(10))
    theirs, _ = order(desk.kinds["consultation"], at(12))
    from django.http import Http404

    with acting(desk.guest(mine)):
        with pytest.raises(Http404):
            get_booking(theirs)
        with pytest.raises(Http404):
            cancel(booking_id=theirs)
        assert Booking.objects.count() == Meeting.objects.count() == HostTime.objects.count() == 1


def test_hosts_see_their_guests_and_no_other_hosts(desk):
    order(desk.kinds["consultation"], at(10), name="Grace Miller")
    span = (TUESDAY, TUESDAY + timedelta(days=1))
    with acting(desk.as_host(desk.h1)):
        (meeting,) = hosted_meetings(*span)
        assert [b.person.display_name for b in meeting.bookings.all()] == ["Grace Miller"]
    with acting(desk.as_host(desk.h2)):
        assert not list(hosted_meetings(*span)) and not Booking.objects.exists()
        assert not Person.objects.filter(email__is="grace@example.org").exists()
    with acting(desk.as_host(desk.h1)), clock.at(TUESDAY + timedelta(days=9)):
        assert not Person.objects.filter(email__is="grace@example.org").exists()


def test_nearest_times(desk):
    kind = desk.kinds["consultation"]
    order(kind, at(10))
    found = [s.minute for s in nearest_times(kind, at(10), "Europe/Stockholm")]
    assert found == [at(9), at(11), at(12), at(13)]
