"""What comes late, huge or impossible: very many days, zones that change their rules, hosts who leave, odd numbers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from tests.booking.conftest import NOW
from tests.booking.test_actions import TUESDAY, at, order, starts
from tests.booking.test_afterwards import set_for
from tests.booking.test_leaving import leaves
from tests.booking.test_retention import swept_at
from tests.booking.test_setup import HOURS, OFFERS, log_in, offer
from tests.conftest import privileged
from tillit.access import PUBLIC, acting
from tillit.booking import engine, hours, lines
from tillit.booking.actions import set_schedule
from tillit.booking.engine.opening import forget
from tillit.booking.forms import MeetingTypeForm
from tillit.booking.models import Booking, Host, Meeting, MeetingType, Schedule
from tillit.booking.queries import free_times, get_booking, present_offer
from tillit.journeys.book import NotBooked, cancel, move, move_series
from tillit.kernel import clock, formats, zones

ZONE = "Europe/Stockholm"
HOURS_OF_A_DAY = [["09:00", "12:00"]]


@pytest.fixture
def host(desk):
    with acting(PUBLIC):
        return log_in(desk.h1.person_id)


@pytest.fixture
def administrator(desk):
    with acting(PUBLIC):
        return log_in(desk.administrator.pk)


def many(count):
    first = date(2026, 11, 25)
    return [(first + timedelta(days=n)).isoformat() for n in range(count)]


# -- very many days


def test_ten_thousand_days_are_too_many_and_a_thousand_are_not(desk, host):
    def save(count):
        days = "\n".join(f"{day} 09:00–12:00" for day in many(count))
        return host.post(HOURS, {"zone": ZONE, "day2": "09:00–16:00", "overrides": days})

    refused = save(10_000)
    assert refused.status_code == 422 and "at most 1,000 lines" in refused.content.decode()
    assert save(hours.MOST_DAYS).status_code == 302
    with privileged():
        assert len(Schedule.objects.get(host=desk.h1).overrides) == hours.MOST_DAYS
    kind = MeetingType.objects.get(slug="consultation")
    assert starts(kind, TUESDAY + timedelta(days=1)) == [at(h, day=TUESDAY + timedelta(days=1)) for h in (9, 10, 11)]
    assert host.get(HOURS).status_code == 200
    with acting(desk.as_host(desk.h1)), pytest.raises(ValueError, match="at most"):
        set_schedule(host=desk.h1, zone=ZONE, weekly={}, days_off=many(10_000))


def test_ten_thousand_days_that_stand_there_all_the_same_are_read_once(desk):
    """However they came in: a page after the first reads of them what it shows."""
    with privileged():
        Schedule.objects.filter(host=desk.h1).update(overrides=dict.fromkeys(many(10_000), HOURS_OF_A_DAY))
    kind = MeetingType.objects.get(slug="consultation")
    looked: list[int] = []

    class Counted(engine.Schedule):
        def hours(self, day):
            looked.append(day)
            return super().hours(day)

    found = free_times(kind, engine.Window(at(0), at(0, day=TUESDAY + timedelta(days=7))), ZONE)
    schedule = found.hosts[0].facts.availability
    again = free_times(kind, engine.Window(at(0), at(0, day=TUESDAY + timedelta(days=7))), ZONE)
    assert again.hosts[0].facts.availability is schedule, "parsed once"
    counted = Counted(schedule.zone, schedule.weekly, schedule.overrides, schedule.days_off, schedule.travel)
    forget()
    engine.opening(counted, TUESDAY.toordinal(), TUESDAY.toordinal() + 6)
    assert len(looked) == 7


# -- a zone whose rules change


@pytest.fixture
def no_more_summer_time(monkeypatch):
    """A later tzdata, in which Sweden keeps winter time all the year; as after a restart."""

    def forget_zones():
        for cache in (zones._known, zones.day_start, zones._steady_offset):
            cache.cache_clear()
        forget()

    def change():
        with files("tzdata.zoneinfo").joinpath("Africa/Lagos").open("rb") as rules:
            patched = ZoneInfo.from_file(rules, key=ZONE)
        known = zones.zone

        def zone(name):
            return patched if name == ZONE else known(name)

        monkeypatch.setattr(zones, "zone", zone)
        forget_zones()

    yield change
    monkeypatch.undo()
    forget_zones()


def test_what_is_booked_stays_in_its_instant_and_is_shown_by_the_new_rules(desk, no_more_summer_time):
    """Who agreed on an instant keeps it: it is in calendars by now. New times follow the new clock."""
    with privileged():
        MeetingType.objects.filter(slug="consultation").update(horizon=400 * 1440)
    kind = MeetingType.objects.get(slug="consultation")
    tuesday = datetime.fromisoformat("2027-06-01T00:00+00:00")
    ten = zones.minute_down(tuesday + timedelta(hours=8))  # ten o'clock in summer
    booking, _ = order(kind, ten)
    assert [minute - ten for minute in starts(kind, tuesday)] == [-60, 60, 120, 180, 240, 300]

    no_more_summer_time()
    with acting(desk.guest(booking)):
        stored = get_booking(booking).meeting.span.lower
    assert stored == tuesday + timedelta(hours=8)
    assert formats.format_time(formats.local(stored, ZONE), "sv", zone=ZONE) == "09:00"
    # the host's hours are from nine on the new clock: the first of them is taken by what was ten
    assert [minute - ten for minute in starts(kind, tuesday)] == [60, 120, 180, 240, 300, 360]
    with pytest.raises(NotBooked):
        order(kind, ten)
    with acting(desk.guest(booking)):
        assert move(booking_id=booking, minute=ten + 360, zone=ZONE)
    assert (ten + 360 not in starts(kind, tuesday)) and ten in starts(kind, tuesday)


# -- a host who leaves meanwhile


def test_a_host_leaves_between_the_choice_and_the_booking(desk):
    kind = desk.kinds["consultation"]
    remembered = present_offer(kind)
    assert starts(kind)
    leaves(desk, desk.h1)
    with pytest.raises(NotBooked):
        order(remembered, at(10))
    with privileged():
        assert not Booking.objects.exists() and not Meeting.objects.exists()


def test_a_held_time_of_a_host_who_left_is_free_again_by_the_clock(desk):
    set_for(desk, answer_within=120)
    booking, _ = order(desk.kinds["consultation"], at(10))
    leaves(desk, desk.h1)
    swept_at(NOW + timedelta(hours=3))
    with privileged():
        assert Booking.objects.get(pk=booking).state == "cancelled"
        assert not Meeting.objects.filter(cancelled=None).exists()


def test_the_line_of_a_host_who_left_goes_on_and_lets_nobody_new_in(desk):
    with privileged():
        MeetingType.objects.filter(slug="group").update(waiting_places=2, capacity=2)
    kind = MeetingType.objects.get(slug="group")
    seated = [order(kind, at(10), email=f"s{n}@example.org")[0] for n in range(2)]
    waiting, _ = order(kind, at(10), email="w@example.org", waits=True)
    leaves(desk, desk.h1)
    with pytest.raises(NotBooked):
        order(kind, at(10), email="late@example.org", waits=True)
    with acting(desk.guest(seated[0])):
        cancel(booking_id=seated[0])
    with acting(desk.guest(waiting)):
        assert get_booking(waiting).state == "confirmed" and lines.ahead(get_booking(waiting)) is None


def test_a_series_of_a_host_who_left_stays_and_goes_nowhere_else(desk):
    with privileged():
        MeetingType.objects.filter(slug="consultation").update(times=3, horizon=60 * 1440)
    kind = MeetingType.objects.get(slug="consultation")
    first, _ = order(kind, at(10))
    leaves(desk, desk.h1)
    later = [at(11, day=TUESDAY + timedelta(weeks=n)) for n in range(3)]
    with acting(desk.guest(first)), pytest.raises(NotBooked):
        move_series(booking_id=first, minutes=later, zone=ZONE)
    with privileged():
        kept = Booking.objects.filter(state="confirmed").values_list("meeting__span", flat=True)
        assert sorted(span.lower.hour for span in kept) == [9, 9, 9]


# -- numbers that are none

NUMBERS = (
    "-1",
    "99999999999999999999",
    "1e9",
    "1.5",
    "NaN",
    "Infinity",
    "0x10",
    "۱۲۳۴۵۶۷۸۹۰۱۲",
    "\u0000",
    "½",
    "1" * 5000,
)


@pytest.mark.parametrize("wrong", NUMBERS)
def test_impossible_numbers_are_said_at_their_field(desk, administrator, wrong):
    numbers = {"duration", "step", "buffer_before", "buffer_after", "notice_hours", "horizon_days", "capacity"}
    numbers |= {"max_per_day", "max_per_week", "waiting_places", "times", "change_hours"}
    sent = QueryDict(mutable=True)
    sent.update({name: value for name, value in offer(desk).items() if name != "hosts"})
    sent.setlist("hosts", [str(desk.h1.pk)])
    for name in numbers:
        sent[name] = wrong
    form = MeetingTypeForm(sent, hosts=[desk.h1], languages=["sv"])
    assert not form.is_valid() and numbers <= set(form.errors)
    kind = desk.kinds["either"]
    limits = {"zone": ZONE, "hours": wrong, "a_day": wrong, "a_week": wrong}
    answers = [
        administrator.post(f"{OFFERS}{kind.pk}/sharing/", {"sharing": "fair", "days": wrong}),
        administrator.post(f"{OFFERS}{kind.pk}/afterwards/", {"answer_hours": wrong, "keep_days": wrong}),
        administrator.post(f"/o/tidboken/calendar/hosts/{desk.h1.pk}/limits/", limits),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422]


@pytest.mark.parametrize("wrong", ["9" * 20, "\u0000", "9999-12-31"])
def test_impossible_days_in_addresses_break_no_page(desk, host, administrator, wrong):
    pages = {"calendar/": ("on", "week"), "book/consultation/": ("start", "week")}
    for page, names in pages.items():
        answer = host.get(f"/o/tidboken/{page}", {**dict.fromkeys(names, wrong), "view": "month"})
        assert answer.status_code in (200, 302, 422)
    assert administrator.get("/o/tidboken/calendar/team/", {"on": wrong}).status_code == 200


def test_lengths_that_reach_beyond_the_calendar_book_nothing(desk):
    kind = desk.kinds["consultation"]
    for minute in (-(2**31), 2**31, 2**40, 0):
        with pytest.raises((NotBooked, OverflowError, ValueError)):
            order(kind, minute)
    with clock.at(NOW), privileged():
        assert not Booking.objects.exists() and Host.objects.count() == 2
