"""Wall clocks and UTC: gaps, repeated hours, and one source of rules."""

import subprocess
import sys
import zoneinfo
from datetime import UTC, date, datetime, timedelta

import pytest

from tillit.kernel import zones

STOCKHOLM = zones.zone("Europe/Stockholm")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "instants"),
    [
        ("2027-06-01T09:00", ["2027-06-01T07:00"]),
        ("2027-03-28T01:59", ["2027-03-28T00:59"]),
        ("2027-03-28T02:00", []),
        ("2027-03-28T02:59", []),
        ("2027-03-28T03:00", ["2027-03-28T01:00"]),
        ("2027-10-31T02:00", ["2027-10-31T00:00", "2027-10-31T01:00"]),
        ("2027-10-31T02:59", ["2027-10-31T00:59", "2027-10-31T01:59"]),
        ("2027-10-31T03:00", ["2027-10-31T02:00"]),
    ],
)
def test_a_wall_clock_time_is_no_one_or_two_instants(local: str, instants: list[str]) -> None:
    assert zones.resolve(datetime.fromisoformat(local), STOCKHOLM) == [utc(text) for text in instants]


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "Australia/Lord_Howe", "Asia/Beirut", "America/Santiago"])
def test_later_wall_times_are_never_earlier_instants(zone: str) -> None:
    tz = zones.zone(zone)
    wall = [datetime(2027, 1, 1) + timedelta(minutes=30 * n) for n in range(365 * 48)]  # noqa: DTZ001 (without a zone on purpose)
    instants = [zones.local_to_utc(time, tz) for time in wall]
    assert instants == sorted(instants)
    for time, instant in zip(wall[::7], instants[::7], strict=True):
        shown = instant.astimezone(tz).replace(tzinfo=None)
        before = (instant - timedelta(minutes=1)).astimezone(tz).replace(tzinfo=None)
        assert before < time <= shown


def test_a_time_in_the_gap_is_the_moment_of_the_change() -> None:
    for local in ("2027-03-28T02:00", "2027-03-28T02:30", "2027-03-28T02:59:59"):
        assert zones.local_to_utc(datetime.fromisoformat(local), STOCKHOLM) == utc("2027-03-28T01:00")


def test_days_begin_where_the_calendar_says() -> None:
    spring, autumn = date(2027, 3, 28).toordinal(), date(2027, 10, 31).toordinal()
    lengths = [
        zones.day_start("Europe/Stockholm", day + 1) - zones.day_start("Europe/Stockholm", day)
        for day in (spring - 1, spring, spring + 1, autumn)
    ]
    assert lengths == [1440, 1380, 1440, 1500]
    assert zones.day_start("Asia/Beirut", spring) == zones.minute_down(utc("2027-03-27T22:00"))
    for day in (spring, autumn):
        begin = zones.day_start("Europe/Stockholm", day)
        assert zones.local_day("Europe/Stockholm", begin) == day
        assert zones.local_day("Europe/Stockholm", begin - 1) == day - 1


def test_a_wall_minute_may_run_past_midnight() -> None:
    saturday = date(2027, 3, 27).toordinal()
    assert zones.wall_minute("Europe/Stockholm", saturday, 1440 + 180) == zones.minute_down(utc("2027-03-28T01:00"))
    assert zones.wall_minute("Europe/Stockholm", saturday, 600) == zones.minute_down(utc("2027-03-27T09:00"))


def test_the_offset_changes_within_the_day_of_change() -> None:
    change = zones.minute_down(utc("2027-03-28T01:00"))
    assert [zones.offset_at("Europe/Stockholm", change + n) for n in (-1, 0)] == [60, 120]
    assert zones.offset_at("Asia/Kathmandu", change) == 345


def test_seconds_are_rounded_as_asked() -> None:
    noon = zones.minute_down(utc("2027-01-01T12:00"))
    assert zones.minute_to_utc(noon) == utc("2027-01-01T12:00")
    late = utc("2027-01-01T12:00:01")
    assert (zones.minute_down(late), zones.minute_up(late)) == (noon, noon + 1)
    assert zones.minute_up(utc("2027-01-01T12:00")) == noon


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Europe/Atlantis",
        "europe/stockholm",
        "../etc/passwd",
        "Europe",
        "Factory",
        "x" * 10_000,
        "a\0b",
        None,
    ],
)
def test_only_real_zones_are_known(name: object) -> None:
    with pytest.raises(zones.UnknownZone) as refused:
        zones.zone(name)  # type: ignore[arg-type]
    assert len(str(refused.value)) < 120


def test_impossible_wall_times_are_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        zones.resolve(utc("2027-01-01T12:00"), STOCKHOLM)
    for year in (1, 9999):
        with pytest.raises(ValueError, match="1900"):
            zones.local_to_utc(datetime(year, 12, 31, 23), STOCKHOLM)  # noqa: DTZ001 (without a zone on purpose)


def test_the_rules_come_from_the_package_alone() -> None:
    assert zoneinfo.TZPATH == ()
    program = (
        "from tillit.kernel.zones import zone; from datetime import datetime, UTC;"
        " print(datetime(2027, 7, 1, tzinfo=UTC).astimezone(zone('Asia/Tehran')).utcoffset())"
    )
    for path in ("/usr/share/zoneinfo", "/nonexistent"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONTZPATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == "3:30:00"
