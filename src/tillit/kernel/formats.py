"""Dates, times, sums and durations as a person reads them, in Swedish, English and Persian.

Pure functions: no database, no settings, no active language; the caller says which language
(and, for instants, which time zone). Pages, mails and PDF files all write through here.
Swedish and English show the Gregorian calendar, Persian the Jalali one unless asked otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from tillit.kernel import zones
from tillit.kernel.format_names import (
    AGO,
    AHEAD,
    CITIES,
    CITY_ALIASES,
    CURRENCIES,
    JALALI_MONTHS,
    MONTHS,
    MONTHS_SHORT,
    NEAR_DAYS,
    NOW,
    UNITS,
    WEEKDAYS,
    WEEKDAYS_SHORT,
)
from tillit.kernel.jalali import Calendar, first_day, month_days, shift_month, to_jalali
from tillit.kernel.money import MINOR_DIGITS

HourCycle = Literal["12", "24"]
DateStyle = Literal["full", "long", "medium", "day", "short", "month", "numeric"]

NBSP = "\u00a0"
MINUS = "\u2212"
LRM = "\u200e"

MONDAY, SATURDAY, SUNDAY = 0, 5, 6

_TO_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_TO_ASCII = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")

# Where English is read with am and pm, and where its week begins on Sunday.
_TWELVE_HOURS = ("America/", "US/", "Canada/", "Australia/", "Pacific/", "Asia/Kolkata", "Asia/Calcutta",
                 "Asia/Karachi", "Asia/Manila")  # fmt: skip
_SUNDAY_FIRST = ("America/", "US/", "Canada/")


def base_language(language: str) -> str:
    """The product's language for a tag: "sv-SE" gives "sv"; what we do not speak gives "en"."""
    code = language.replace("_", "-").split("-")[0].lower()
    return code if code in WEEKDAYS else "en"


def calendar_for(language: str) -> Calendar:
    """The calendar a language's readers expect."""
    return "jalali" if base_language(language) == "fa" else "gregorian"


def hour_cycle(language: str, zone: str | None = None) -> HourCycle:
    """ "12" (am, pm) for English read in a zone where that is the custom, else "24"."""
    english = base_language(language) == "en"
    return "12" if english and zone and zone.startswith(_TWELVE_HOURS) else "24"


def first_weekday(language: str, zone: str | None = None) -> int:
    """The week's first day, Monday as 0: Saturday in Persian, Sunday for English in America."""
    code = base_language(language)
    if code == "fa":
        return SATURDAY
    return SUNDAY if code == "en" and zone and zone.startswith(_SUNDAY_FIRST) else MONDAY


def week_start(day: date, weekday: int) -> date:
    """The first day of the week that a day belongs to, in weeks beginning on `weekday` (Monday as 0)."""
    return day - timedelta(days=(day.weekday() - weekday) % 7)


# ---- digits, numbers, money


def digits(text: object, language: str) -> str:
    """The text with its ASCII digits written as the language writes them."""
    return str(text).translate(_TO_PERSIAN) if base_language(language) == "fa" else str(text)


def ascii_digits(text: str) -> str:
    """The text with Persian (۰–۹) and Arabic (٠–٩) digits turned into ASCII ones."""
    return text.translate(_TO_ASCII)


def join_words(words: Iterable[str], language: str) -> str:
    """Words with the language's comma between them; empty ones are left out."""
    return ("، " if base_language(language) == "fa" else ", ").join(word for word in words if word)


def format_number(value: float | Decimal, language: str, decimals: int | None = None) -> str:
    """A number with the language's digits and separators.

    `decimals` rounds to so many places; without it an integer has none and others keep theirs.
    """
    code = base_language(language)
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    plain = f"{abs(number):,.{decimals}f}" if decimals is not None else f"{abs(number):,f}"
    thousands, point = {"sv": (NBSP, ","), "en": (",", "."), "fa": ("٬", "٫")}[code]
    text = plain.replace(",", "\0").replace(".", point).replace("\0", thousands)
    if number < 0 and plain.strip("0.,"):
        text = (LRM if code == "fa" else "") + MINUS + text
    return digits(text, code)


def currency_word(currency: str, language: str) -> str:
    """What sums in a currency are counted in, as they are written; an unknown one is its code."""
    return CURRENCIES.get(currency, {}).get(base_language(language), currency).removeprefix("<")


def format_money(minor: int, currency: str, language: str) -> str:
    """A sum given in minor units (öre, cent; for IRR: whole rial, shown as toman).

    Whole sums are written without decimals. An unknown currency is written with its code.
    """
    code = base_language(language)
    unit = CURRENCIES.get(currency, {}).get(code, currency)
    scale = 1 if currency == "IRR" else MINOR_DIGITS.get(currency, 2)
    major = Decimal(minor).scaleb(-scale)
    whole = major == major.to_integral_value()
    text = format_number(major, code, 0 if whole else scale)
    if unit.startswith("<"):
        sign, bare = (MINUS, text.removeprefix(MINUS)) if minor < 0 else ("", text)
        return f"{sign}{unit[1:]}{bare}"
    return f"{text}{NBSP}{unit}"


# ---- dates


def _month_name(year_month_day: tuple[int, int, int], code: str, calendar: Calendar, short: bool) -> str:
    if calendar == "jalali":
        return JALALI_MONTHS["fa" if code == "fa" else "latin"][year_month_day[1] - 1]
    return (MONTHS_SHORT if short else MONTHS)[code][year_month_day[1] - 1]


def _parts(day: date, calendar: Calendar) -> tuple[int, int, int]:
    return to_jalali(day) if calendar == "jalali" else (day.year, day.month, day.day)


def local(moment: datetime, zone: str | None) -> datetime:
    """An aware instant in a named zone; ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown")
    return moment.astimezone(zones.zone(zone)) if zone else moment


def format_date(day: date, language: str, style: DateStyle = "long", *, calendar: Calendar | None = None) -> str:
    """A calendar day in words.

    full     Tuesday 1 December 2026 · tisdag 1 december 2026 · سه‌شنبه ۱۰ آذر ۱۴۰۵
    long     as full, but English shortens the weekday: Tue 1 December 2026
    medium   1 December 2026
    day      Tuesday 1 December
    short    Tue 1 Dec (Persian has no short names)
    month    December 2026
    numeric  2026-12-01, in Persian ۱۴۰۵/۰۹/۱۰
    """
    code = base_language(language)
    calendar = calendar or calendar_for(code)
    parts = _parts(day, calendar)
    year, month, number = parts
    if style == "numeric":
        separator = "/" if calendar == "jalali" else "-"
        return digits(f"{year:04}{separator}{month:02}{separator}{number:02}", code)
    name = _month_name(parts, code, calendar, short=style == "short")
    if style == "month":
        return digits(f"{name} {year}", code)
    text = f"{number}{NBSP}{name}"
    if style in ("full", "long", "medium"):
        text += f" {year}"
    if style != "medium":
        short_weekday = code != "fa" and (style == "short" or (style == "long" and code == "en"))
        text = f"{(WEEKDAYS_SHORT if short_weekday else WEEKDAYS)[code][day.weekday()]} {text}"
    return digits(text, code)


def format_date_range(first: date, last: date, language: str, *, calendar: Calendar | None = None) -> str:
    """Two days, both included, without saying month or year twice."""
    code = base_language(language)
    calendar = calendar or calendar_for(code)
    if first == last:
        return format_date(first, code, "medium", calendar=calendar)
    a, b = _parts(first, calendar), _parts(last, calendar)
    end = format_date(last, code, "medium", calendar=calendar)
    if a[:2] == b[:2]:
        joiner = " تا " if code == "fa" else "–"
        return f"{digits(a[2], code)}{joiner}{end}"
    joiner = " تا " if code == "fa" else f"{NBSP}– "
    if a[0] == b[0]:
        name = _month_name(a, code, calendar, short=False)
        return f"{digits(a[2], code)}{NBSP}{name}{joiner}{end}"
    return f"{format_date(first, code, 'medium', calendar=calendar)}{joiner}{end}"


def leaf_parts(day: date, language: str) -> tuple[str, str, str]:
    """Month, number and weekday, each as short as the language allows, for a leaf of a calendar."""
    code = base_language(language)
    parts = _parts(day, calendar_for(code))
    names = WEEKDAYS if code == "fa" else WEEKDAYS_SHORT
    month = _month_name(parts, code, calendar_for(code), short=True)
    return month, digits(parts[2], code), names[code][day.weekday()]


def weekday_name(weekday: int, language: str, *, short: bool = False) -> str:
    """A weekday's name, Monday as 0."""
    return (WEEKDAYS_SHORT if short else WEEKDAYS)[base_language(language)][weekday]


# ---- times


def _clock(moment: datetime | time, code: str, cycle: HourCycle) -> tuple[str, str]:
    if cycle == "12" and code == "en":
        return f"{moment.hour % 12 or 12}:{moment.minute:02}", "am" if moment.hour < 12 else "pm"
    hour = str(moment.hour) if code == "fa" else f"{moment.hour:02}"
    return digits(f"{hour}:{moment.minute:02}", code), ""


def format_time(
    moment: datetime | time,
    language: str,
    *,
    zone: str | None = None,
    cycle: HourCycle | None = None,
    said: bool = False,
) -> str:
    """A time of day: 14:00, 2:00 pm, ۱۴:۰۰; `said` writes it as in a sentence (kl. 14:00, ساعت ۱۴:۰۰).

    A datetime must be aware and is moved to `zone` first; a bare time is written as it is.
    """
    code = base_language(language)
    if isinstance(moment, datetime):
        moment = local(moment, zone)
    text, half = _clock(moment, code, cycle or hour_cycle(code, zone))
    if half:
        text = f"{text}{NBSP}{half}"
    if said:
        return {"sv": f"kl.{NBSP}{text}", "en": text, "fa": f"ساعت {text}"}[code]
    return text


def format_time_range(
    start: datetime | time,
    end: datetime | time,
    language: str,
    *,
    zone: str | None = None,
    cycle: HourCycle | None = None,
) -> str:
    """From one time to another: 14:00–14:45, 9:00–9:45 am, ۱۴:۰۰ تا ۱۴:۴۵."""
    code = base_language(language)
    if isinstance(start, datetime):
        start = local(start, zone)
    if isinstance(end, datetime):
        end = local(end, zone)
    cycle = cycle or hour_cycle(code, zone)
    (first, first_half), (last, last_half) = _clock(start, code, cycle), _clock(end, code, cycle)
    if first_half and first_half != last_half:
        first = f"{first}{NBSP}{first_half}"
    if last_half:
        last = f"{last}{NBSP}{last_half}"
    return f"{first} تا {last}" if code == "fa" else f"{first}–{last}"


def format_datetime(
    moment: datetime,
    language: str,
    style: DateStyle = "long",
    *,
    zone: str | None = None,
    cycle: HourCycle | None = None,
    calendar: Calendar | None = None,
) -> str:
    """Day and time of an aware instant in a zone: "tisdag 1 december 2026 kl. 14:00"."""
    code = base_language(language)
    here = local(moment, zone)
    day = format_date(here.date(), code, style, calendar=calendar)
    clock = format_time(here, code, zone=zone, cycle=cycle, said=True)
    return day + {"sv": " ", "en": ", ", "fa": "، "}[code] + clock


def format_duration(length: timedelta | int, language: str) -> str:
    """A length in hours and minutes, given as a timedelta or in minutes: 45 min, 1 h 30 min."""
    code = base_language(language)
    minutes = length if isinstance(length, int) else round(length.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    h, m = {"sv": ("tim", "min"), "en": ("h", "min"), "fa": ("ساعت", "دقیقه")}[code]
    parts = [f"{hours}{NBSP}{h}"] if hours else []
    if rest or not hours:
        parts.append(f"{rest}{NBSP}{m}")
    return digits((" و " if code == "fa" else " ").join(parts), code)


def format_count(count: int, unit: str, language: str) -> str:
    """So many minutes, hours, days, weeks, months or years: `unit` is the English singular."""
    code = base_language(language)
    one, other = UNITS[code][unit]
    return f"{digits(count, code)}{NBSP}{one if count == 1 else other}"


def format_days(days: int, language: str) -> str:
    """So many days, as people say it: 365 is a year, 1,827 five years with leap days, 90 three months, 45 days."""
    years, rest = divmod(days, 365)
    if years and rest <= (years + 3) // 4:
        return format_count(years, "year", language)
    if days >= 60 and days % 30 == 0:
        return format_count(days // 30, "month", language)
    return format_count(days, "day", language)


# unit, its seconds, and the distance from which the next larger one is used
_DISTANCES = (
    ("minute", 60, 3600),
    ("hour", 3600, 2 * 86400),
    ("day", 86400, 14 * 86400),
    ("week", 7 * 86400, 60 * 86400),
    ("month", 2629746, 2 * 31556952),
    ("year", 31556952, float("inf")),
)


def format_relative(moment: datetime, now: datetime, language: str) -> str:
    """How far an instant is from now, in the largest fitting unit: "in 3 days", "för 2 timmar sedan"."""
    code = base_language(language)
    seconds = (moment - now).total_seconds()
    size = abs(seconds)
    if size < 60:
        return NOW[code]
    unit, length = next((u, n) for u, n, until in _DISTANCES if size < until)
    return (AHEAD if seconds > 0 else AGO)[code].format(format_count(int(size // length), unit, code))


def format_relative_day(day: date, today: date, language: str) -> str:
    """How far a day is from today: "today", "i morgon", "in 3 days"."""
    code = base_language(language)
    away = (day - today).days
    if away in NEAR_DAYS[code]:
        return NEAR_DAYS[code][away]
    return (AHEAD if away > 0 else AGO)[code].format(format_count(abs(away), "day", code))


# ---- time zones


def zone_city(zone: str, language: str) -> str:
    """A zone's city in words: "America/New_York" is "New York", in Persian "نیویورک"."""
    code = base_language(language)
    zone = CITY_ALIASES.get(zone, zone)
    if zone in ("UTC", "GMT"):
        zone = f"Etc/{zone}"
    plain = zone.rsplit("/", 1)[-1].replace("_", " ")
    return CITIES[code].get(zone) or CITIES["en"].get(zone) or plain


def zone_offset(zone: str, at: datetime, language: str) -> str:
    """A zone's distance from UTC at an instant: UTC+1, UTC+3:30, UTC−5."""
    offset = at.astimezone(zones.zone(zone)).utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    if not minutes:
        return "UTC"
    text = f"{LRM}UTC{'+' if minutes > 0 else MINUS}{hours}" + (f":{rest:02}" if rest else "")
    return digits(text, language) if base_language(language) == "fa" else text.removeprefix(LRM)


def zone_difference(here: str, there: str, at: datetime) -> timedelta:
    """How far the clock in `there` is ahead of the one in `here` at an instant (negative: behind)."""
    a, b = at.astimezone(zones.zone(here)).utcoffset(), at.astimezone(zones.zone(there)).utcoffset()
    return (b or timedelta()) - (a or timedelta())


# ---- a month to choose a day from


@dataclass(frozen=True, slots=True)
class GridDay:
    """One day of a month grid: its Gregorian date and its number as the reader writes it."""

    date: date
    number: str
    words: str


@dataclass(frozen=True, slots=True)
class MonthGrid:
    """A month as weeks of seven; None stands for a cell of a neighbouring month.

    `weekdays` holds (short, long) names in the order of the columns. `previous` and `following`
    are the Gregorian dates of the neighbouring months' first days.
    """

    title: str
    calendar: Calendar
    year: int
    month: int
    first: date
    last: date
    previous: date
    following: date
    previous_title: str
    following_title: str
    weekdays: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[GridDay | None, ...], ...]


def month_grid(
    year: int,
    month: int,
    calendar: Calendar = "gregorian",
    first_weekday: int = MONDAY,
    language: str = "en",
) -> MonthGrid:
    """The grid of a month, named in its own calendar; ValueError when there is no such month."""
    code = base_language(language)
    days = month_days(year, month, calendar)
    cells: list[GridDay | None] = [None] * ((days[0].weekday() - first_weekday) % 7)
    cells += [
        GridDay(day, digits(n, code), format_date(day, code, "day", calendar=calendar))
        for n, day in enumerate(days, start=1)
    ]
    cells += [None] * (-len(cells) % 7)
    previous = first_day(*shift_month(year, month, -1), calendar)
    following = first_day(*shift_month(year, month, 1), calendar)
    order = [(first_weekday + n) % 7 for n in range(7)]
    return MonthGrid(
        title=format_date(days[0], code, "month", calendar=calendar),
        calendar=calendar,
        year=year,
        month=month,
        first=days[0],
        last=days[-1],
        previous=previous,
        following=following,
        previous_title=format_date(previous, code, "month", calendar=calendar),
        following_title=format_date(following, code, "month", calendar=calendar),
        weekdays=tuple((WEEKDAYS_SHORT[code][n], WEEKDAYS[code][n]) for n in order),
        weeks=tuple(tuple(cells[n : n + 7]) for n in range(0, len(cells), 7)),
    )
