"""Numbers for administrators: right, and never so small that they tell of somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.booking.test_actions import TUESDAY, at, order
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tillit.access import PUBLIC, Actor, acting
from tillit.booking.models import Booking
from tillit.booking.numbers import numbers
from tillit.booking.statistics import FEWEST, Counts, counted, gathered, series, total, veiled, with_hours
from tillit.journeys.book import cancel
from tillit.kernel import clock

WEEK = (TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=6))
PAGE = "/o/tidboken/calendar/statistics/"


def row(key, bookings):
    return Counts(key, bookings, 0, 0, 0, 0.0, 0)


@given(st.lists(st.integers(0, 12), max_size=8))
def test_nothing_shown_is_below_five_and_all_is_counted(numbers):
    rows = gathered([row(str(n), many) for n, many in enumerate(numbers)])
    assert all(one.bookings >= FEWEST for one in rows)
    shown = sum(one.bookings for one in rows)
    assert shown == sum(numbers) or (shown == 0 and sum(numbers) < FEWEST)
    assert (total(rows) is None) == (shown == 0)


@given(st.lists(st.integers(0, 12), max_size=8))
def test_a_hidden_number_does_not_follow_from_the_sum(numbers):
    *cells, whole = veiled(numbers)
    assert all(cell is None or cell == 0 or cell >= FEWEST for cell in [*cells, whole])
    assert whole is None or cells.count(None) != 1
    weeks = series(numbers)
    assert all(cell is None or cell == 0 or cell >= FEWEST for cell in weeks)
    assert weeks.count(None) != 1 or not any(weeks)


@pytest.mark.parametrize("numbers", [[1, 1, 10], [4, 4, 10], [1, 2, 9]])
def test_hidden_numbers_do_not_follow_together(numbers):
    """Two that are two together are one each, two that are eight are four each."""
    assert veiled(numbers)[-1] is None and series(numbers)[-1] is None


def administrator(desk):
    return Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")


def test_what_is_counted(desk):
    short = desk.kinds["short"]
    first, _new = order(short, at(9))
    order(short, at(10))
    order(desk.kinds["together"], at(13))
    gone, _new = order(short, at(11))
    with acting(desk.guest(gone)):
        cancel(booking_id=gone)
    with privileged():
        Booking.objects.filter(pk=first).update(no_show=clock.now())
    with acting(administrator(desk)):
        found = counted(*WEEK, "Europe/Stockholm")
        hosts = {one.key: one for one in with_hours(found["host"], *WEEK)}
    kinds = {one.key: one for one in found["type"]}
    mine = kinds[str(short.pk)]
    assert (mine.bookings, mine.cancelled, mine.no_shows, mine.host_no_shows, mine.minutes) == (3, 1, 1, 0, 40)
    assert 24 < mine.lead_hours / mine.bookings < 30
    h1, h2 = hosts[str(desk.h1.pk)], hosts[str(desk.h2.pk)]
    assert (h1.bookings, h1.minutes, h2.bookings, h2.minutes) == (4, 85, 1, 45)
    assert h1.open_minutes == 5 * 7 * 60 and h1.fill == 4
    assert [one.key for one in found["week"]] == ["2026-11-23"]


def test_a_week_lies_in_one_stretch_only(desk):
    """Of two that overlap, the difference would tell of a single week."""
    with acting(administrator(desk)):
        one, same, after = (numbers(day, "Europe/Stockholm") for day in ("2026-11-24", "2026-12-01", "2027-01-18"))
    assert (one.first, one.last) == (same.first, same.last) and after.first == one.last + timedelta(days=1)


def test_only_administrators_count(desk):
    with acting(PUBLIC):
        host = log_in(desk.h1.person_id)
    assert host.get(PAGE).status_code == 404
    for actor in (desk.visitor(), desk.as_host(desk.h1)):
        with acting(actor), pytest.raises(ProgrammingError), transaction.atomic():
            counted(*WEEK, "UTC")


def test_the_page_hides_what_is_small(desk):
    short = desk.kinds["short"]
    with privileged():
        type(short).objects.filter(pk=short.pk).update(max_per_week=None)
    short.refresh_from_db()
    with acting(PUBLIC):
        browser = log_in(desk.administrator.pk)
    for hour in (9, 10, 11, 12):
        order(short, at(hour), name="Grace Miller")
    assert "Too little is booked to count" in browser.get(PAGE, {"on": "2026-11-24"}).content.decode()
    order(short, at(13))
    order(short, at(14))
    order(desk.kinds["consultation"], at(10, day=TUESDAY + timedelta(days=1)))
    page = browser.get(PAGE, {"on": "2026-11-24"}).content.decode()
    assert "<svg" in page and "7 bookings" in page and "All" in page and "Others" not in page and "Helena Lind" in page
    assert "Grace" not in page and "Consultation" not in page
    persian = browser.get(PAGE, {"on": "2026-11-24", "language": "fa"}).content.decode()
    assert "۷" in persian
