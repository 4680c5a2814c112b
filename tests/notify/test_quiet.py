"""Quiet hours: nothing that disturbs arrives in them, on the person's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tillit.notify import quiet

ZONES = ["Europe/Stockholm", "Asia/Tehran", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe"]
MINUTES = st.integers(0, 1439)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 3 * 365 * 1440).map(lambda minutes: FIRST + timedelta(minutes=minutes))


def within(moment: datetime, zone: str, starts: int, ends: int) -> bool:
    local = moment.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    return starts <= minute < ends if starts < ends else minute >= starts or minute < ends


@given(MOMENTS, st.sampled_from(ZONES), MINUTES, MINUTES)
def test_what_waits_arrives_outside_of_the_hours_and_within_a_day(moment, zone, starts, ends):
    if starts == ends:
        return
    due = quiet.until(moment, zone, starts, ends)
    if not within(moment, zone, starts, ends):
        assert due is None
        return
    assert due is not None
    assert moment < due <= moment + timedelta(hours=25)
    assert not within(due, zone, starts, ends) or due.astimezone(ZoneInfo(zone)).fold or _skipped(due, zone, ends)


def _skipped(due: datetime, zone: str, ends: int) -> bool:
    """The end falls into the hour that the clocks leave out or repeat."""
    local = due.astimezone(ZoneInfo(zone))
    return (local - timedelta(hours=2)).utcoffset() != (local + timedelta(hours=2)).utcoffset()


def test_over_midnight():
    evening = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)  # 22:30 in Stockholm
    assert quiet.until(evening, "Europe/Stockholm", 22 * 60, 7 * 60) == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    morning = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    assert quiet.until(morning, "Europe/Stockholm", 22 * 60, 7 * 60) == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert quiet.until(datetime(2026, 11, 24, 6, 0, tzinfo=UTC), "Europe/Stockholm", 22 * 60, 7 * 60) is None
