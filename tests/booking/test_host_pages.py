"""The host's calendar as day, week, month and list, and the page of one meeting."""

from __future__ import annotations

from datetime import date

import pytest

from tests.booking.test_actions import at, order
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tillit.access import PUBLIC, acting
from tillit.booking.models import Booking
from tillit.booking.periods import period

CALENDAR = "/o/tidboken/calendar/"


@pytest.fixture
def host(desk):
    with acting(PUBLIC):
        return log_in(desk.h1.person_id)


@pytest.mark.parametrize(
    ("view", "language", "first", "last", "previous", "following"),
    [
        ("day", "sv", (2026, 11, 24), (2026, 11, 24), (2026, 11, 23), (2026, 11, 25)),
        ("week", "sv", (2026, 11, 23), (2026, 11, 29), (2026, 11, 16), (2026, 11, 30)),
        ("week", "fa", (2026, 11, 21), (2026, 11, 27), (2026, 11, 14), (2026, 11, 28)),
        ("month", "en", (2026, 11, 1), (2026, 11, 30), (2026, 10, 1), (2026, 12, 1)),
        ("month", "fa", (2026, 11, 22), (2026, 12, 21), (2026, 10, 23), (2026, 12, 22)),
        ("nonsense", "sv", (2026, 11, 23), (2026, 11, 29), (2026, 11, 16), (2026, 11, 30)),
    ],
)
def test_periods_are_those_of_the_readers_calendar(view, language, first, last, previous, following):
    found = period(view, "2026-11-24", today=date(2026, 11, 20), zone="Europe/Stockholm", language=language)
    assert (found.first, found.last) == (date(*first), date(*last))
    assert (found.previous, found.following) == (date(*previous), date(*following))


def test_the_days_on_which_clocks_change_are_whole():
    for day, hours in (("2027-03-28", 23), ("2027-10-31", 25)):
        found = period("day", day, today=date(2026, 1, 1), zone="Europe/Stockholm", language="sv")
        assert (found.end.timestamp() - found.begin.timestamp()) / 3600 == hours


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "tomorrow", "۲۰۲۶-۱۱-۲۴", "2026-11-24T10", "\x00"])
@pytest.mark.parametrize("view", ["day", "month", "week"])
def test_any_date_gets_a_page(host, day, view):
    assert host.get(CALENDAR, {"view": view, "on": day}).status_code == 200


def test_each_way_to_look_shows_the_booking(host, desk):
    order(desk.kinds["consultation"], at(10), name="Grace Miller")
    for view in ("day", "week", "month", "list"):
        assert "Grace Miller" in host.get(CALENDAR, {"view": view, "on": "2026-11-24"}).content.decode(), view
    assert "Grace Miller" not in host.get(CALENDAR, {"view": "day", "on": "2026-11-25"}).content.decode()
    persian = host.get(CALENDAR, {"view": "month", "on": "2026-11-24", "language": "fa"}).content.decode()
    assert "آذر ۱۴۰۵" in persian and "Grace Miller" in persian


def test_one_meeting_is_its_hosts_own(host, desk):
    booking, _new = order(desk.kinds["consultation"], at(10), name="Grace Miller")
    with privileged():
        meeting = Booking.objects.get(pk=booking).meeting_id
    page = host.get(f"{CALENDAR}meeting/{meeting}/").content.decode()
    assert "Grace Miller" in page and "grace@example.org" in page
    with acting(PUBLIC):
        other, administrator = log_in(desk.h2.person_id), log_in(desk.administrator.pk)
    assert other.get(f"{CALENDAR}meeting/{meeting}/").status_code == 404
    assert administrator.get(f"{CALENDAR}meeting/{meeting}/").status_code == 404
