"""Dates, times, sums and durations as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillit.kernel import formats as f
from tillit.kernel.jalali import from_jalali, month_length, month_of, shift_month, to_jalali

TUESDAY = date(2026, 12, 1)
MEETING = datetime(2027, 3, 18, 13, 0, tzinfo=UTC)
NB = "\u00a0"


def plain(text: str) -> str:
    return text.replace(NB, " ")


@pytest.mark.parametrize(
    ("language", "style", "expected"),
    [
        ("sv", "long", "tisdag 1 december 2026"),
        ("sv", "short", "tis 1 dec"),
        ("sv", "numeric", "2026-12-01"),
        ("en", "long", "Tue 1 December 2026"),
        ("en", "full", "Tuesday 1 December 2026"),
        ("en", "day", "Tuesday 1 December"),
        ("en-GB", "month", "December 2026"),
        ("fa", "long", "سه‌شنبه ۱۰ آذر ۱۴۰۵"),
        ("fa", "medium", "۱۰ آذر ۱۴۰۵"),
        ("fa", "numeric", "۱۴۰۵/۰۹/۱۰"),
    ],
)
def test_a_date_in_words(language: str, style: f.DateStyle, expected: str) -> None:
    assert plain(f.format_date(TUESDAY, language, style)) == expected


def test_gregorian_on_demand_in_persian_and_jalali_in_english() -> None:
    assert plain(f.format_date(TUESDAY, "fa", "medium", calendar="gregorian")) == "۱ دسامبر ۲۰۲۶"
    assert plain(f.format_date(TUESDAY, "en", "medium", calendar="jalali")) == "10 Azar 1405"


def test_date_ranges_say_nothing_twice() -> None:
    a, b, c = date(2026, 12, 1), date(2026, 12, 5), date(2027, 1, 2)
    assert plain(f.format_date_range(a, b, "sv")) == "1–5 december 2026"
    assert plain(f.format_date_range(a, a, "sv")) == "1 december 2026"
    assert plain(f.format_date_range(a, c, "en")) == "1 December 2026 – 2 January 2027"
    assert plain(f.format_date_range(date(2027, 3, 29), date(2027, 4, 3), "en")) == "29 March – 3 April 2027"
    assert plain(f.format_date_range(a, b, "fa")) == "۱۰ تا ۱۴ آذر ۱۴۰۵"


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("en", "America/New_York", "9:00 am"),
        ("en", "Europe/Stockholm", "14:00"),
        ("sv", "America/New_York", "09:00"),
        ("fa", "Asia/Tehran", "۱۶:۳۰"),
    ],
)
def test_a_time_in_its_zone(language: str, zone: str, expected: str) -> None:
    assert plain(f.format_time(MEETING, language, zone=zone)) == expected


def test_noon_and_midnight_with_am_and_pm() -> None:
    assert plain(f.format_time(time(0, 5), "en", cycle="12")) == "12:05 am"
    assert plain(f.format_time(time(12, 0), "en", cycle="12")) == "12:00 pm"


def test_time_ranges() -> None:
    end = MEETING + timedelta(minutes=45)
    assert plain(f.format_time_range(MEETING, end, "en", zone="America/New_York")) == "9:00–9:45 am"
    across = f.format_time_range(time(11, 30), time(12, 15), "en", cycle="12")
    assert plain(across) == "11:30 am–12:15 pm"
    assert f.format_time_range(MEETING, end, "sv", zone="Europe/Stockholm") == "14:00–14:45"
    assert f.format_time_range(MEETING, end, "fa", zone="Europe/Stockholm") == "۱۴:۰۰ تا ۱۴:۴۵"


def test_day_and_time_together() -> None:
    stockholm = "Europe/Stockholm"
    assert plain(f.format_datetime(MEETING, "sv", zone=stockholm)) == "torsdag 18 mars 2027 kl. 14:00"
    assert plain(f.format_datetime(MEETING, "en", "short", zone="America/New_York")) == "Thu 18 Mar, 9:00 am"
    assert plain(f.format_datetime(MEETING, "fa", zone=stockholm)) == "پنجشنبه ۲۷ اسفند ۱۴۰۵، ساعت ۱۴:۰۰"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        f.format_time(MEETING.replace(tzinfo=None), "sv")


@pytest.mark.parametrize(
    ("minor", "currency", "language", "expected"),
    [
        (120_000, "SEK", "sv", "1 200 kr"),
        (120_050, "SEK", "sv", "1 200,50 kr"),
        (120_000, "SEK", "en", "1,200 SEK"),
        (3_500_000, "IRR", "fa", "۳۵۰٬۰۰۰ تومان"),
        (3_500_005, "IRR", "fa", "۳۵۰٬۰۰۰٫۵ تومان"),
        (3_500_000, "IRR", "en", "350,000 toman"),
        (-860_000, "IRR", "fa", "\u200e−۸۶٬۰۰۰ تومان"),
        (-1250, "EUR", "en", "−€12.50"),
        (1250, "EUR", "sv", "12,50 €"),
        (99, "PLN", "sv", "0,99 PLN"),
        (0, "SEK", "sv", "0 kr"),
    ],
)
def test_money(minor: int, currency: str, language: str, expected: str) -> None:
    assert plain(f.format_money(minor, currency, language)) == expected


def test_numbers() -> None:
    assert plain(f.format_number(1234567, "sv")) == "1 234 567"
    assert f.format_number(Decimal("-0.004"), "en", 2) == "0.00"
    assert f.format_number(Decimal("1234.5"), "fa") == "۱٬۲۳۴٫۵"


@pytest.mark.parametrize(
    ("minutes", "sv", "en", "fa"),
    [
        (45, "45 min", "45 min", "۴۵ دقیقه"),
        (60, "1 tim", "1 h", "۱ ساعت"),
        (90, "1 tim 30 min", "1 h 30 min", "۱ ساعت و ۳۰ دقیقه"),
        (0, "0 min", "0 min", "۰ دقیقه"),
    ],
)
def test_durations(minutes: int, sv: str, en: str, fa: str) -> None:
    assert plain(f.format_duration(minutes, "sv")) == sv
    assert plain(f.format_duration(timedelta(minutes=minutes), "en")) == en
    assert plain(f.format_duration(minutes, "fa")) == fa


def test_distance_in_time() -> None:
    now = MEETING
    assert plain(f.format_relative(now + timedelta(days=3), now, "en")) == "in 3 days"
    assert plain(f.format_relative(now - timedelta(hours=2), now, "sv")) == "för 2 timmar sedan"
    assert plain(f.format_relative(now + timedelta(minutes=1), now, "sv")) == "om 1 minut"
    assert plain(f.format_relative(now + timedelta(days=30), now, "fa")) == "۴ هفته دیگر"
    assert plain(f.format_relative(now + timedelta(days=400), now, "en")) == "in 13 months"
    assert plain(f.format_relative(now - timedelta(days=800), now, "en")) == "2 years ago"
    assert f.format_relative(now, now, "fa") == "هم‌اکنون"
    assert f.format_relative_day(TUESDAY + timedelta(days=1), TUESDAY, "sv") == "i morgon"
    assert plain(f.format_relative_day(TUESDAY - timedelta(days=4), TUESDAY, "fa")) == "۴ روز پیش"


def test_cities_of_zones() -> None:
    assert f.zone_city("America/New_York", "en") == "New York"
    assert f.zone_city("America/Argentina/Ushuaia", "en") == "Ushuaia"
    assert f.zone_city("Europe/Stockholm", "sv") == "Stockholm"
    assert f.zone_city("Europe/Copenhagen", "sv") == "Köpenhamn"
    assert f.zone_city("Asia/Tehran", "fa") == "تهران"
    assert f.zone_city("Asia/Calcutta", "en") == "Kolkata"
    assert f.zone_city("UTC", "sv") == "UTC"


def test_offsets_and_differences_follow_the_date() -> None:
    assert f.zone_offset("Asia/Tehran", MEETING, "en") == "UTC+3:30"
    assert f.zone_offset("America/New_York", MEETING, "en") == "UTC−4"
    five, six = MEETING, MEETING + timedelta(days=14)
    assert f.zone_difference("America/New_York", "Europe/Stockholm", five) == timedelta(hours=5)
    assert f.zone_difference("America/New_York", "Europe/Stockholm", six) == timedelta(hours=6)


def test_where_the_week_and_the_clock_differ() -> None:
    assert f.first_weekday("fa") == f.SATURDAY
    assert f.first_weekday("sv", "America/New_York") == f.MONDAY
    assert f.first_weekday("en", "America/New_York") == f.SUNDAY
    assert f.hour_cycle("en", "America/New_York") == "12"
    assert f.hour_cycle("sv", "America/New_York") == "24"


def test_gregorian_month_grid() -> None:
    grid = f.month_grid(2027, 3, "gregorian", f.SUNDAY, "en")
    assert grid.title == "March 2027"
    assert [short for short, _ in grid.weekdays] == ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    assert grid.weeks[0][0] is None
    assert grid.weeks[0][1] is not None and grid.weeks[0][1].date == date(2027, 3, 1)
    assert (grid.previous, grid.following) == (date(2027, 2, 1), date(2027, 4, 1))
    assert (grid.previous_title, grid.following_title) == ("February 2027", "April 2027")


def test_jalali_month_grid_begins_on_saturday() -> None:
    grid = f.month_grid(1405, 9, "jalali", f.SATURDAY, "fa")
    assert grid.title == "آذر ۱۴۰۵"
    assert grid.first == date(2026, 11, 22) and grid.last == date(2026, 12, 21)
    assert [day.number if day else None for day in grid.weeks[0]] == [None, "۱", "۲", "۳", "۴", "۵", "۶"]
    assert grid.weekdays[0] == ("ش", "شنبه") and grid.weekdays[-1] == ("ج", "جمعه")


def test_the_jalali_year_begins_when_it_should() -> None:
    # 1 Farvardin 1405 is Saturday 21 March 2026; 1403 and 1408 are leap years.
    assert from_jalali(1405, 1, 1) == date(2026, 3, 21)
    assert month_length(1403, 12, "jalali") == 30 and month_length(1405, 12, "jalali") == 29
    assert month_length(1408, 12, "jalali") == 30
    with pytest.raises(ValueError, match=r".*"):
        from_jalali(1405, 12, 30)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_every_day_survives_the_other_calendar(day: date) -> None:
    assert from_jalali(*to_jalali(day)) == day
    year, month = month_of(day, "jalali")
    grid = f.month_grid(year, month, "jalali", f.SATURDAY, "fa")
    assert day in [cell.date for week in grid.weeks for cell in week if cell]
    assert all(len(week) == 7 for week in grid.weeks)


@given(st.integers(1, 3000), st.integers(1, 12), st.integers(-400, 400))
def test_shifting_months_back_and_forth(year: int, month: int, by: int) -> None:
    assert shift_month(*shift_month(year, month, by), -by) == (year, month)


@given(st.text())
def test_digits_back_and_forth(text: str) -> None:
    assert f.ascii_digits(f.digits(text, "fa")) == f.ascii_digits(text)


def test_all_three_kinds_of_digits_are_accepted() -> None:
    assert f.ascii_digits("۰۹۱۲ ٣٤٥ 678") == "0912 345 678"
