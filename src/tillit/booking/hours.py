"""Working hours as a person types them: "09:00–12:00, 13:00–16:00", one day a line where dates are meant.

Digits may be Persian or Arabic; a year before 1700 is taken as a Jalali one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillit.booking.engine import Schedule
from tillit.kernel import formats, jalali, zones

_SPAN = re.compile(r"^\s*(\d{1,2})[:.٫]?(\d{2})?\s*(?:[-–—−]|to|till|تا)\s*(\d{1,2})[:.٫]?(\d{2})?\s*$")
_DAY = re.compile(r"^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\s*$")
_JALALI_UNTIL = 1700
MOST_DAYS = 1_000
"""Days that differ from the week, as many days off, and as many journeys, of one host: three years of every day."""

Hours = list[list[str]]


class Unreadable(ValueError):
    """Something typed that is no span, no day or no zone; the message is a sentence for the person."""


def read_spans(text: str) -> Hours:
    """Spans of one day; an end at or before its start means the next day. Raises Unreadable."""
    spans = []
    for part in re.split(r"[,،;\n]", formats.ascii_digits(text)):
        if not part.strip():
            continue
        found = _SPAN.match(part)
        if not found:
            raise Unreadable(_("“%(text)s” is not a span of time. Write it like 09:00–12:00.") % _cut(part))
        first, first_minute, last, last_minute = found.groups()
        span = [f"{int(first):02}:{first_minute or '00'}", f"{int(last):02}:{last_minute or '00'}"]
        try:
            Schedule.of("UTC", weekly={1: [(span[0], span[1])]})
        except ValueError:
            raise Unreadable(_("There is no such time of day as in “%(text)s”.") % _cut(part)) from None
        spans.append(span)
    return sorted(spans)


def write_spans(spans: Sequence[Sequence[str]], language: str = "en") -> str:
    """The spans as `read_spans` reads them, with the language's digits and comma."""
    return formats.digits(formats.join_words([f"{a}–{b}" for a, b in spans], language), language)


def read_day(text: str) -> date:
    """A date, Gregorian or Jalali. Raises Unreadable."""
    found = _DAY.match(formats.ascii_digits(text))
    try:
        if found is None:
            raise ValueError
        year, month, day = (int(part) for part in found.groups())
        return jalali.from_jalali(year, month, day) if year < _JALALI_UNTIL else date(year, month, day)
    except ValueError:
        raise Unreadable(_("“%(text)s” is not a date. Write it like 2026-12-24.") % _cut(text)) from None


def write_day(day: str, language: str) -> str:
    """A stored date as its reader types it: Jalali in Persian."""
    if formats.calendar_for(language) == "jalali":
        return formats.digits("{}/{:02}/{:02}".format(*jalali.to_jalali(date.fromisoformat(day))), language)
    return day


def read_days(text: str) -> list[str]:
    """Dates, one a line. Raises Unreadable."""
    return sorted({read_day(line).isoformat() for line in _lines(text)})


def read_overrides(text: str) -> dict[str, Hours]:
    """Lines of a date and its own hours: "2026-12-23 09:00–12:00"; no hours: closed. Raises Unreadable."""
    found: dict[str, Hours] = {}
    for line in _lines(text):
        day, _sep, rest = line.strip().partition(" ")
        found[read_day(day.rstrip(":")).isoformat()] = read_spans(rest)
    return found


def read_travel(text: str) -> list[list[str | None]]:
    """Lines of first day, last day ("-": open) and zone: "2027-01-03 2027-01-09 Asia/Tehran". Raises Unreadable."""
    trips: list[list[str | None]] = []
    for line in _lines(text):
        parts = line.split()
        if len(parts) != 3:
            raise Unreadable(
                _("“%(text)s”: write the first day, the last day and the time zone.") % {"text": line.strip()[:60]}
            )
        try:
            zones.zone(parts[2])
        except zones.UnknownZone:
            raise Unreadable(_("We do not know the time zone “%(text)s”.") % {"text": parts[2][:40]}) from None
        first = read_day(parts[0])
        last = None if parts[1] in {"-", "–"} else read_day(parts[1])
        if last and last < first:
            raise Unreadable(_("“%(text)s” ends before it begins.") % {"text": line.strip()[:60]})
        trips.append([first.isoformat(), last.isoformat() if last else None, parts[2]])
    return trips


def _lines(text: str) -> list[str]:
    found = [line for line in text.splitlines() if line.strip()]
    if len(found) > MOST_DAYS:
        most = formats.format_number(MOST_DAYS, get_language() or "en")
        raise Unreadable(
            _("These are too many: at most %(most)s lines. Days that have passed can go.") % {"most": most}
        )
    return found


def _cut(text: str) -> dict[str, str]:
    """What was typed, short enough for a sentence."""
    return {"text": text.strip()[:40]}
