"""Working hours on the host's clock and the visitor's, in the week that is looked at."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tillit.booking.engine import HostFacts, Schedule
from tillit.booking.facts import BookableHost
from tillit.journeys.working import Line, weeks

WEEK = {day: [("09:00", "16:00")] for day in range(1, 6)}


def lines(zone, day, schedule=None, language="en"):
    schedule = schedule or Schedule.of("Europe/Stockholm", weekly=WEEK)
    host = BookableHost(UUID(int=1), "h", "Helena", {}, 0, 0, schedule.zone, HostFacts("h", schedule))
    (found,) = weeks([host], zone, day, language)
    return found.lines


def test_both_clocks_through_both_change_over_weeks():
    for day, there in (
        (date(2027, 3, 9), "3:00–10:00 am"),
        (date(2027, 3, 16), "4:00–11:00 am"),  # New York has changed, Stockholm not yet
        (date(2027, 3, 30), "3:00–10:00 am"),
        (date(2026, 10, 27), "4:00–11:00 am"),
    ):
        (line,) = lines("America/New_York", day)
        assert line.here.replace("\u00a0", " ") == there and line.days == "Monday–Friday"


def test_the_same_clock_is_said_once():
    assert lines("Europe/Paris", date(2026, 11, 24)) == [Line("Monday–Friday", "09:00–16:00", "")]
    assert lines("Europe/Stockholm", date(2026, 11, 24), language="fa")[0].there == "۹:۰۰ تا ۱۶:۰۰"


def test_quarter_hours_and_other_days():
    (line,) = lines("Asia/Kathmandu", date(2026, 11, 24))
    assert line.here == "13:45–20:45"
    (line,) = lines(
        "Pacific/Auckland", date(2026, 11, 24), Schedule.of("Europe/Stockholm", weekly={1: [("14:00", "16:00")]})
    )
    assert line.here.replace("\u00a0", " ") == "2:00–4:00 am the day after"
    (line,) = lines(
        "America/Los_Angeles", date(2026, 11, 24), Schedule.of("Asia/Tehran", weekly={1: [("09:00", "10:00")]})
    )
    assert line.here.replace("\u00a0", " ") == "9:30–10:30 pm the day before"


def test_days_that_differ_stand_apart():
    schedule = Schedule.of("Europe/Stockholm", weekly=WEEK, overrides={date(2026, 11, 25): [("10:00", "12:00")]})
    assert [(one.days, one.there) for one in lines("Europe/Stockholm", date(2026, 11, 24), schedule)] == [
        ("Monday–Tuesday", "09:00–16:00"), ("Wednesday", "10:00–12:00"), ("Thursday–Friday", "09:00–16:00"),
    ]  # fmt: skip
