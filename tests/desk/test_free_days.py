"""Working time that knows public holidays and an organisation's own days, held against a plain count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tillit.desk import clocks, free_days
from tillit.desk.models import Rules

ZONES = ("Europe/Stockholm", "Asia/Tehran", "America/New_York")
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
RULES = st.builds(
    Rules,
    weekdays=st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True),
    opens=st.integers(0, 16).map(lambda hour: hour * 60),
    closes=st.integers(17, 24).map(lambda hour: hour * 60),
    country=st.sampled_from(["", *free_days.COUNTRIES]),
    free_days=st.lists(DAYS, max_size=5),
)
SINCE = st.integers(0, 1_800_000).map(lambda minute: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute))


def works(how, zone, moment):
    """Is the minute that begins then a working minute?"""
    local = moment.astimezone(ZoneInfo(zone))
    free = local.date() in how.free_days or local.date() in free_days.of_year(how.country, local.year)
    return not free and local.isoweekday() in how.weekdays and how.opens <= local.hour * 60 + local.minute < how.closes


@settings(max_examples=60, deadline=None)
@given(how=RULES, zone=st.sampled_from(ZONES), since=SINCE, minutes=st.integers(1, 900))
def test_as_many_working_minutes_pass_as_were_promised(how, zone, since, minutes):
    until = clocks.worked(how, zone, since, minutes)
    passed = (since + timedelta(minutes=n) for n in range(int((until - since).total_seconds() // 60)))
    assert sum(works(how, zone, moment) for moment in passed) == minutes
    assert works(how, zone, until - timedelta(minutes=1))


@settings(max_examples=60, deadline=None)
@given(how=RULES, zone=st.sampled_from(ZONES), since=SINCE, minutes=st.integers(1, 3000), data=st.data())
def test_later_never_ends_sooner_and_a_free_day_never_hastens(how, zone, since, minutes, data):
    more, day = data.draw(st.integers(0, 500)), data.draw(DAYS)
    until = clocks.worked(how, zone, since, minutes)
    assert until <= clocks.worked(how, zone, since + timedelta(minutes=more), minutes)
    assert until <= clocks.worked(how, zone, since, minutes + more)
    how.free_days = [*how.free_days, day]
    assert until <= clocks.worked(how, zone, since, minutes)


def test_days_that_everybody_knows():
    sweden, iran = free_days.of_year("SE", 2026), free_days.of_year("IR", 2026)
    assert {date(2026, 6, 19), date(2026, 12, 24), date(2026, 12, 25)} <= sweden and date(2026, 12, 23) not in sweden
    assert {date(2026, 3, 21), date(2026, 6, 25)} <= iran
    assert free_days.named("SE", 2026, "sv")[date(2026, 12, 25)] == "Juldagen"
    assert free_days.named("IR", 2026, "fa")[date(2026, 4, 2)] == "روز طبیعت"
    assert free_days.named("IR", 2026, "sv")[date(2026, 4, 2)] == "Naturens dag"  # no English on a Swedish page
    assert free_days.of_year("", 2026) == free_days.of_year("XX", 2026) == frozenset()
    how = Rules(weekdays=[1, 2, 3, 4, 5], country="SE", free_days=[date(2026, 12, 28)])
    wednesday = datetime(2026, 12, 23, 15, 0, tzinfo=UTC)  # 16:00, an hour before closing; then Christmas
    assert clocks.worked(how, "Europe/Stockholm", wednesday, 120) == datetime(2026, 12, 29, 9, 0, tzinfo=UTC)
