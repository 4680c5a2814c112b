"""What a host takes at most over all meeting types: on their own days, kept by the database and known to the engine."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.booking.test_actions import TUESDAY, at, order, starts
from tests.booking.test_setup import HOURS, log_in
from tests.booking.test_views import BOOK, fields
from tests.conftest import privileged
from tillit.access import PUBLIC, acting
from tillit.booking import limits
from tillit.booking.engine import Limits, Refusal
from tillit.booking.facts import day_and_week, load_hosts
from tillit.booking.models import MeetingType, Schedule
from tillit.booking.queries import check_start, nearest_times
from tillit.evidence.models import Event
from tillit.journeys.book import NotBooked, cancel, move
from tillit.kernel import zones

ZONE = "Europe/Stockholm"


def limit(host, **most):
    with privileged():
        Schedule.objects.filter(host=host).update(**most)


def fresh(kind):
    return MeetingType.objects.get(pk=kind.pk)


def refused(kind, minute):
    with pytest.raises(NotBooked) as why:
        order(kind, minute)
    return why.value.refusal


def test_hours_a_day_count_over_all_types_and_without_what_is_kept_free(desk):
    limit(desk.h1, minutes_per_day=110)
    long, short = fresh(desk.kinds["consultation"]), fresh(desk.kinds["short"])
    order(long, at(9)), order(long, at(10))  # 90 minutes, 120 with those kept free
    assert refused(long, at(11)) is Refusal.DAY_LIMIT
    booking, _ = order(short, at(11))  # 20 more is exactly as much as may be
    assert refused(short, at(12)) is Refusal.DAY_LIMIT
    assert starts(long) == starts(short) == []
    wednesday = TUESDAY + timedelta(days=1)
    assert starts(long, wednesday) == [at(h, day=wednesday) for h in range(9, 16)]
    assert all(one.minute not in starts(long) for one in nearest_times(long, at(12), ZONE))
    with acting(desk.guest(booking)):  # its own minutes are free for itself, on any day
        assert move(booking_id=booking, minute=at(13), zone=ZONE)
        assert cancel(booking_id=booking)
    order(short, at(14))


def test_meetings_a_day_and_a_week_count_over_all_types_and_a_session_once(desk):
    limit(desk.h1, meetings_per_day=2, meetings_per_week=3)
    long, group = fresh(desk.kinds["consultation"]), fresh(desk.kinds["group"])
    order(group, at(9)), order(long, at(10))
    assert refused(long, at(12)) is Refusal.DAY_LIMIT
    order(group, at(9), email="second@example.org")  # a seat in what stands already
    order(long, at(9, day=TUESDAY + timedelta(days=1)))
    assert refused(long, at(9, day=TUESDAY + timedelta(days=2))) is Refusal.WEEK_LIMIT
    answer, _ = check_start(long, at(9, day=TUESDAY + timedelta(days=3)), ZONE)
    assert answer is Refusal.WEEK_LIMIT, "the engine knows it before the database is asked"
    order(long, at(9, day=TUESDAY + timedelta(days=6)))


def test_the_other_host_takes_what_one_may_not_and_both_are_needed_together(desk):
    limit(desk.h1, meetings_per_day=1)
    either, both = fresh(desk.kinds["either"]), fresh(desk.kinds["together"])
    order(either, at(9))
    order(either, at(10))
    with privileged():
        hosts = list(either.meetings.order_by("span").values_list("host_times__host__slug", flat=True))
    assert hosts == ["helena", "omid"]
    assert refused(both, at(12)) is Refusal.DAY_LIMIT


def test_the_database_refuses_whoever_says_that_no_limit_is_there(desk):
    """A move is asked without a revision, so the program's memory is not what decides."""
    kind = fresh(desk.kinds["consultation"])
    hosts = load_hosts(kind, at(0), at(23))
    booking, _ = order(kind, at(9, day=TUESDAY + timedelta(days=1)))
    order(kind, at(9))
    limit(desk.h1, meetings_per_day=1)
    from tillit.booking.actions import move as move_to
    from tillit.booking.queries import get_booking

    assert hosts[0].facts.limits is None
    with acting(desk.guest(booking)), pytest.raises(NotBooked) as why:
        move_to(booking=get_booking(booking), minute=at(11), hosts=hosts)
    assert why.value.refusal is Refusal.DAY_LIMIT
    with pytest.raises(NotBooked):  # and what the process remembers of an offer ends with its revision
        order(kind, at(11))


def test_a_day_is_the_hosts_own_in_the_zone_meant_that_day(desk):
    limit(desk.h1, meetings_per_day=1, travel=[["2026-11-24", "2026-11-24", "Asia/Tehran"]])
    kind = fresh(desk.kinds["consultation"])
    (host,) = load_hosts(kind, at(0), at(23))
    day, week = day_and_week(host, at(10))
    assert day.lower == TUESDAY - timedelta(hours=3, minutes=30)  # midnight in Tehran
    assert day.upper == TUESDAY + timedelta(hours=23), "and the day after is meant in Stockholm again"
    assert week.lower == TUESDAY - timedelta(days=1, hours=1)
    late = zones.minute_down(TUESDAY + timedelta(hours=20, minutes=45))  # Wednesday in Tehran, Tuesday of the host
    assert day_and_week(host, late)[0] == day


def test_hosts_and_administrators_set_limits_and_nobody_else(desk):
    with acting(desk.as_host(desk.h1)):
        assert limits.set_limits(host=desk.h1, most=Limits(480, None, 20))
        assert limits.limits_of(desk.h1) == Limits(480, None, 20)
        assert not limits.set_limits(host=desk.h2, most=Limits(10, None, None))
    with acting(desk.visitor()):
        assert not limits.set_limits(host=desk.h1, most=Limits(10, None, None))
        assert limits.limits_of(desk.h1) == Limits()
    with privileged():
        assert Schedule.objects.get(host=desk.h2).minutes_per_day is None


def test_on_the_pages_of_hosts_administrators_and_guests(desk):
    with acting(PUBLIC):
        host, other, administrator = (
            log_in(who) for who in (desk.h1.person_id, desk.h2.person_id, desk.administrator.pk)
        )
    saved = host.post(HOURS, {"zone": ZONE, "day2": "09:00–16:00", "hours": "7.5", "a_day": "", "a_week": "12"})
    assert saved.status_code == 302
    with privileged():
        mine = Schedule.objects.get(host=desk.h1)
    assert (mine.minutes_per_day, mine.meetings_per_day, mine.meetings_per_week) == (450, None, 12)
    assert 'value="7.5"' in host.get(HOURS).content.decode()
    assert host.post(HOURS, {"zone": ZONE, "day2": "", "hours": "25"}).status_code == 422

    page = f"/o/tidboken/calendar/hosts/{desk.h1.pk}/limits/"
    assert other.get(page).status_code == other.post(page, {"a_day": "1"}).status_code == 404
    assert 'value="12"' in administrator.get(page).content.decode()
    assert administrator.post(page, {"hours": "", "a_day": "1", "a_week": ""}).status_code == 302
    with privileged():
        told = Event.objects.filter(subject_id=desk.h1.person_id, name__startswith="booking.limits")
        assert set(told.values_list("name", flat=True)) == {"booking.limits.seen", "booking.limits.set"}

    order(fresh(desk.kinds["short"]), at(9))
    guest = Client()
    answer = guest.post(BOOK, fields(11))
    assert answer.status_code == 409 and "That day is fully booked" in answer.content.decode()
    near = re.findall(r'name="start" value="([^"]+)"', answer.content.decode())
    assert near and not any(start.startswith("2026-11-24") for start in near[1:])
