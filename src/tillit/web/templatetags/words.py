"""Filters and tags that write dates, times, sums and names in the page's language.

Days are `date` objects. Instants are aware `datetime` objects and always come with a zone, so that
a page can never show the server's clock or the wrong day.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from tillit.kernel import clock, formats
from tillit.web.templatetags.library import language, register


@register.filter
def date_words(day: date, style: formats.DateStyle = "long") -> str:
    """{{ day|date_words:"short" }}: a calendar day; see formats.format_date for the styles."""
    if isinstance(day, datetime):
        raise ValueError("an instant needs a zone: use {% when %}")
    return formats.format_date(day, language(), style)


@register.filter
def gregorian(day: date) -> str:
    """{{ day|gregorian }}: the day in the Gregorian calendar, whatever the language."""
    return formats.format_date(day, language(), "medium", calendar="gregorian")


@register.filter
def duration(length: Any) -> str:
    """{{ meeting.minutes|duration }} or a timedelta: 45 min."""
    return formats.format_duration(length, language())


@register.filter(name="days")
def days_filter(days: int) -> str:
    """{{ 365|days }}: 1 year."""
    return formats.format_days(days, language())


@register.filter
def money(minor: int, currency: str) -> str:
    """{{ minor_units|money:"SEK" }}: 1 200 kr."""
    return formats.format_money(minor, currency, language())


@register.filter
def number(value: float | Decimal, decimals: int | None = None) -> str:
    """{{ count|number }} with the language's separators and digits."""
    return formats.format_number(value, language(), decimals)


@register.filter(name="digits")
def digits_filter(text: object) -> str:
    """{{ anything|digits }}: its digits as the language writes them."""
    return formats.digits(text, language())


@register.filter(name="zone_city")
def zone_city_filter(zone: str) -> str:
    """{{ zone|zone_city }}: New York, تهران."""
    return formats.zone_city(zone, language())


@register.filter
def relative_day(day: date, today: date) -> str:
    """{{ day|relative_day:today }}: i morgon, in 3 days."""
    return formats.format_relative_day(day, today, language())


@register.simple_tag
def when(moment: datetime, style: formats.DateStyle = "long", zone: str = "UTC") -> str:
    """{% when start "short" zone=guest_zone %}: Thu 18 Mar, 9:00 am."""
    return formats.format_datetime(moment, language(), style, zone=zone)


@register.simple_tag
def day_of(moment: datetime, style: formats.DateStyle = "long", zone: str = "UTC") -> str:
    """{% day_of start "day" zone=zone %}: the day an instant falls on there."""
    return formats.format_date(formats.local(moment, zone).date(), language(), style)


@register.simple_tag
def time_of(moment: datetime | time, zone: str | None = None) -> str:
    """{% time_of start zone=zone %}: 14:00, 9:00 am."""
    return formats.format_time(moment, language(), zone=zone)


@register.simple_tag
def time_span(start: datetime | time, end: datetime | time, zone: str | None = None) -> str:
    """{% time_span start end zone=zone %}: 9:00–9:45 am."""
    return formats.format_time_range(start, end, language(), zone=zone)


@register.simple_tag
def date_span(first: date, last: date) -> str:
    """{% date_span monday sunday %}: 1–7 December 2026."""
    return formats.format_date_range(first, last, language())


@register.simple_tag
def relative(moment: datetime) -> str:
    """{% relative moment %}: in 3 days, för 2 timmar sedan."""
    return formats.format_relative(moment, clock.now(), language())


@register.filter
def in_language(texts: Any) -> Any:
    """{{ organisation.about|in_language }}: of texts kept per language, the page's, else the first."""
    if not isinstance(texts, dict) or not texts:
        return ""
    return texts.get(language()[:2]) or next(iter(texts.values()))
