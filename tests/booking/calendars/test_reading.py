"""Strangers' calendar files: only busy spans come out, whatever goes in, in bounded time."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tillit.booking.calendars import reading

HOME = ZoneInfo("Europe/Stockholm")
SINCE = datetime(2026, 11, 23, 8, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=400)


def event(*lines, uid="1"):
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def calendar(*parts):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *parts, "END:VCALENDAR", ""]).encode()


def read(*parts, **more):
    return reading.busy(calendar(*parts), HOME, SINCE, UNTIL, **more)


def hours(found):
    return [(a.strftime("%m-%d %H:%M"), (b - a) / timedelta(hours=1)) for a, b in found.spans]


def test_one_event_and_nothing_of_its_words():
    words = ("SUMMARY:Secret Anna", "DESCRIPTION:Chemo\r\n therapy Secret", "LOCATION:Secret street",
             "ATTENDEE;CN=Secret:mailto:secret@example.org", "X-SECRET:Secret",
             "BEGIN:VALARM", "SUMMARY:Secret", "DTSTART:20200101T000000Z", "END:VALARM")  # fmt: skip
    one = event("DTSTART:20261124T090000Z", "DTEND:20261124T100000Z", *words)
    assert "secret" not in "\n".join(reading.skeleton(calendar(one))).lower()
    found = read(one)
    assert hours(found) == [("11-24 09:00", 1)] and "ecret" not in repr(found)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART;VALUE=DATE:20261125"], [("11-24 23:00", 24)]),
        (["DTSTART;VALUE=DATE:20261125", "DTEND;VALUE=DATE:20261128"], [("11-24 23:00", 72)]),
        (["DTSTART;TZID=America/New_York:20261124T100000", "DURATION:PT90M"], [("11-24 15:00", 1.5)]),
        (["DTSTART;TZID=W. Europe Standard Time:20261124T100000", "DURATION:PT1H"], [("11-24 09:00", 1)]),
        (["DTSTART:20261124T100000", "DURATION:PT1H"], [("11-24 09:00", 1)]),
        (["DTSTART:20261124T100000Z", "DTEND:20261124T110000Z", "TRANSP:TRANSPARENT"], []),
        (["DTSTART:20261124T100000Z", "DTEND:20261124T110000Z", "STATUS:CANCELLED"], []),
        (["DTSTART:20261124T100000Z"], []),
        (["DTSTART:20261124T100000Z", "DTEND:20261124T090000Z"], []),
        (["DTSTART:20240101T100000Z", "DTEND:20240101T110000Z"], []),
        (["DTSTART:nonsense"], []),
        (["DTSTART:20261124T100000Z", "DURATION:PT1H", "RRULE:FREQ=NEVER"], [("11-24 10:00", 1)]),
        (["DTSTART:99991231T235959Z", "DURATION:P9999W"], []),
        ([], []),
    ],
)
def test_kinds_of_time(lines, expected):
    assert hours(read(event(*lines))) == expected


def test_repeats_with_an_exception_and_a_change():
    found = read(
        event("DTSTART;TZID=Europe/Stockholm:20261026T090000", "DURATION:PT1H",
              "RRULE:FREQ=WEEKLY;UNTIL=20261216T000000Z", "EXDATE;TZID=Europe/Stockholm:20261130T090000"),
        event("RECURRENCE-ID;TZID=Europe/Stockholm:20261207T090000", "DTSTART;TZID=Europe/Stockholm:20261207T140000",
              "DURATION:PT2H"),
    )  # fmt: skip
    assert found.repeats
    assert hours(found) == [("11-23 08:00", 1), ("12-07 13:00", 2), ("12-14 08:00", 1)]


def test_a_zone_nobody_knows_is_the_hosts_and_counted():
    found = read(event("DTSTART;TZID=Middle/Earth:20261124T100000", "DURATION:PT1H"))
    assert hours(found) == [("11-24 09:00", 1)] and found.unclear == 1


def test_a_zone_that_the_file_explains_is_believed():
    zone = "\r\n".join(
        ["BEGIN:VTIMEZONE", "TZID:Office", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0500",
         "TZOFFSETTO:+0500", "TZNAME:Secret", "END:STANDARD", "END:VTIMEZONE"]
    )  # fmt: skip
    found = read(zone, event("DTSTART;TZID=Office:20261124T100000", "DURATION:PT1H"))
    assert hours(found) == [("11-24 05:00", 1)] and found.unclear == 0


@pytest.mark.parametrize("name", ["America", "Etc/", '"Europe"', "x" * 5000, "/etc", "..", "x\x00"])
def test_a_zone_that_is_none_keeps_no_other_event_from_being_read(name):
    found = read(
        event(f"DTSTART;TZID={name}:20261124T120000", "DURATION:PT1H", uid="hostile"),
        event("DTSTART:20261124T090000Z", "DURATION:PT1H", uid="honest"),
    )
    assert ("11-24 09:00", 1) in hours(found)


def test_our_own_bookings_are_not_counted_twice():
    lines = ("DTSTART:20261124T090000Z", "DURATION:PT1H")
    assert read(event(*lines, uid="ours@tillit"), but={"ours@tillit"}).spans == []


def test_what_touches_is_one_span():
    found = read(
        event("DTSTART:20261124T090000Z", "DURATION:PT1H", uid="a"),
        event("DTSTART:20261124T100000Z", "DURATION:PT1H", uid="b"),
    )
    assert hours(found) == [("11-24 09:00", 2)]


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=1000000", "FREQ=HOURLY;BYMINUTE=0,1,2", "FREQ=DAILY;BYHOUR=1,2,3;BYSECOND=" +
     ",".join(map(str, range(59)))],
)  # fmt: skip
def test_a_million_repeats_are_refused(rule):
    with pytest.raises(reading.TooMuch):
        read(event("DTSTART:20261124T090000Z", "DURATION:PT1M", f"RRULE:{rule}"))


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART:20261124T090000Z", "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"],
        ["DTSTART:00010101T090000Z", "RRULE:FREQ=HOURLY"],
        ["DTSTART:20200101T090000Z", "RRULE:FREQ=DAILY;COUNT=1000000000"],
    ],
)
def test_a_rule_that_never_ends_costs_bounded_time(lines):
    began = time.monotonic()
    with suppress(reading.TooMuch):
        read(*[event(*lines, "DURATION:PT1M", uid=str(n)) for n in range(50)], seconds=1.0)
    assert time.monotonic() - began < 3


def test_a_big_ordinary_file_is_read():
    parts = [
        event("DTSTART:20261124T090000Z", "DURATION:PT1H", "SUMMARY:" + "x" * 200, uid=str(n)) for n in range(3000)
    ]
    assert hours(read(*parts)) == [("11-24 09:00", 1)]


def test_too_many_events_or_dates_are_refused():
    with pytest.raises(reading.TooMuch):
        read(*[event(uid=str(n)) for n in range(reading.MOST_EVENTS + 1)])
    dates = ",".join(["20261201T090000Z"] * (reading.MOST_DATES + 2))
    with pytest.raises(reading.TooMuch):
        read(event("DTSTART:20261124T090000Z", "DURATION:PT1H", f"RDATE:{dates}"))


@pytest.mark.parametrize("raw", [b"", b"<html>login</html>", b"\x00\xff" * 50, b"BEGIN:VEVENT\r\nEND:VEVENT"])
def test_what_is_no_calendar(raw):
    with pytest.raises(reading.Unreadable):
        reading.busy(raw, HOME, SINCE, UNTIL)


@settings(max_examples=60)
@given(st.lists(st.sampled_from([
    "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "END:VALARM", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "BEGIN:STANDARD",
    "END:STANDARD", "DTSTART:20261124T090000Z", "DTEND:20261124T100000Z", "RRULE:FREQ=WEEKLY", "RRULE:FREQ=NEVER",
    "RRULE:", "TZID:x", "TZOFFSETTO:+9999", " folded", "DTSTART;TZID=x:20261124T090000", "RDATE:1", "UID:1", ":", ";",
    "END:VCALENDAR", "BEGIN:VCALENDAR", "DURATION:-PT1H", "RECURRENCE-ID:20261124T090000Z",
]), max_size=30))  # fmt: skip
def test_any_lines_end_in_spans_or_a_refusal(lines):
    try:
        found = read(*lines)
    except (reading.Unreadable, reading.TooMuch):
        return
    assert all(SINCE <= a < b <= UNTIL for a, b in found.spans)
