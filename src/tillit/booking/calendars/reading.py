"""From a calendar in the iCalendar format (RFC 5545) to busy spans. Titles, places, texts and people are dropped line
by line before anything is parsed: only what KEPT names goes on.

What a stranger's file can cost is bounded: its size (by whoever fetched it), events, spans, and seconds.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from tillit.booking.calendars.bounded import TooLong, within

KEPT: dict[str, frozenset[str]] = {
    "VEVENT": frozenset(
        {"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "STATUS", "TRANSP"}
    ),
    "VTIMEZONE": frozenset({"TZID"}),
    "STANDARD": frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}),
    "DAYLIGHT": frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}),
}
"""The lines of each component that are read. Nothing else of a file is."""

MOST_EVENTS = 20_000
MOST_SPANS = 20_000
MOST_DATES = 5_000  # single dates in one list of repetitions or exceptions
MOST_A_DAY = 24  # times that one event may repeat in a day
SECONDS = 20.0

BROKEN = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, OSError)
"""What the libraries raise at values that make no sense. OSError: a zone named like a folder of zones."""

_ZONE = re.compile(r';TZID="?([^":;]*)"?', re.IGNORECASE)

Span = tuple[datetime, datetime]
AnEvent = Any  # as icalendar holds it; BROKEN guards what is read of it


class Unreadable(Exception):
    """No calendar at all."""


class TooMuch(Exception):
    """More events, more repeats or more seconds than we take."""


@dataclass(frozen=True)
class Busy:
    """What was read: merged busy spans (aware), whether events may reach further than was looked, and how many name
    a time zone that nobody knows; these are taken as the host's own time."""

    spans: list[Span]
    repeats: bool
    unclear: int


def skeleton(raw: bytes) -> list[str]:
    """The unfolded lines of KEPT, with the components around them. Raises Unreadable, TooMuch."""
    lines, open_, events = [], [""], 0
    for line in _unfolded(raw):
        name = line.partition(":")[0].partition(";")[0].strip().upper()
        value = line.partition(":")[2].strip().upper()
        if name == "BEGIN":
            inside = open_[-1] in {"", "VCALENDAR", "VTIMEZONE"} and (value in KEPT or value == "VCALENDAR")
            open_.append(value if inside else "-")
            events += value == "VEVENT" and inside
            if events > MOST_EVENTS or len(open_) > 50:
                raise TooMuch
        if open_[-1] in KEPT and (name in {"BEGIN", "END"} or name in KEPT[open_[-1]]):
            if name in {"RDATE", "EXDATE"} and line.count(",") > MOST_DATES:
                raise TooMuch
            lines.append(_ZONE.sub(_zone_or_none, line))
        if name == "END" and len(open_) > 1:
            open_.pop()
    if b"BEGIN:VCALENDAR" not in raw[:4096].upper():
        raise Unreadable
    return ["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]


def busy(
    raw: bytes, zone: ZoneInfo, since: datetime, until: datetime, *, but: Collection[str] = (), seconds: float = SECONDS
) -> Busy:
    """The busy spans between two instants. zone: the host's, for whole days and times without a known zone. but: the
    UIDs that are bookings of ours. Raises Unreadable, TooMuch."""
    try:
        with within(seconds):
            return _busy(_parsed(raw), zone, since, until, frozenset(but))
    except TooLong:
        raise TooMuch from None


def span_of(raw: bytes, zone: ZoneInfo) -> Span | None:
    """When the one event of a file is, for one that we wrote; None where it cannot be told. Raises as `busy`."""
    try:
        with within(SECONDS):
            events = _parsed(raw).events
            return _span(events[0], zone) if len(events) == 1 and _takes_time(events[0]) else None
    except TooLong:
        raise TooMuch from None


def _unfolded(raw: bytes) -> Iterator[str]:
    """Logical lines (RFC 5545, 3.1)."""
    whole: list[str] = []
    for line in raw.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in {" ", "\t"}:
            whole.append(line[1:])
            continue
        if whole:
            yield "".join(whole)
        whole = [line]
    yield "".join(whole)


def _zone_or_none(named: re.Match[str]) -> str:
    """A zone that the libraries fall over is one that nobody knows: one stranger's invitation must not keep a whole
    calendar from being read."""
    return ";TZID=?" if _breaks(named[1].strip(" /")) else named[0]


@lru_cache(1000)
def _breaks(name: str) -> bool:
    try:
        ZoneInfo(name)
    except OSError:  # named like a folder of zones, or longer than a file's name
        return True
    except BROKEN:
        return False
    return False


def _parsed(raw: bytes) -> Calendar:
    try:
        return Calendar.from_ical("\r\n".join(skeleton(raw)) + "\r\n")
    except BROKEN:
        raise Unreadable from None


def _busy(calendar: Calendar, zone: ZoneInfo, since: datetime, until: datetime, but: frozenset[str]) -> Busy:
    spans: list[Span] = []
    repeats, unclear = False, 0
    zones_of_file = [part for part in calendar.subcomponents if part.name == "VTIMEZONE"]
    for uid, events in _series(calendar.events).items():
        if uid in but:
            continue
        unclear += any(_zone_unknown(event) for event in events)
        again = any(event.get(name) for event in events for name in ("RRULE", "RDATE"))
        repeats = repeats or again
        reach = since.astimezone(zone), until.astimezone(zone)
        for event in _repeated(zones_of_file, events, *reach) if again else events:
            span = _span(event, zone) if _takes_time(event) else None
            if span and span[0] < until and span[1] > since:
                spans.append((max(span[0], since), min(span[1], until)))
                if len(spans) > MOST_SPANS:
                    raise TooMuch
    return Busy(merged(spans), repeats, unclear)


def _series(events: Iterable[AnEvent]) -> dict[str, list[AnEvent]]:
    """Events by UID: a repeating one with its single changes."""
    found: dict[str, list[AnEvent]] = {}
    for number, event in enumerate(events):
        found.setdefault(str(event.get("UID") or number), []).append(event)
    return found


def _repeated(zones_of_file: list[Any], events: list[AnEvent], since: datetime, until: datetime) -> list[AnEvent]:
    """Each repetition; where the rule makes no sense, what it would repeat. Raises TooMuch for too many."""
    try:
        for event in events:
            rules = event.get("RRULE") or []
            for rule in rules if isinstance(rules, list) else [rules]:
                _check(rule)
        alone = Calendar()
        for part in [*zones_of_file, *events]:
            alone.add_component(part)
        return list(recurring_ical_events.of(alone, skip_bad_series=True).between(since, until))
    except BROKEN:
        return events


def _check(rule: Any) -> None:
    often = str((rule.get("FREQ") or [""])[0]).upper()
    times = 24 if often == "HOURLY" else 1
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        times *= max(1, len(rule.get(name) or []) if name != "BYHOUR" or often != "HOURLY" else 1)
    if often in {"SECONDLY", "MINUTELY"} or times > MOST_A_DAY:
        raise TooMuch


def _takes_time(event: AnEvent) -> bool:
    return str(event.get("TRANSP", "")).upper() != "TRANSPARENT" and str(event.get("STATUS", "")).upper() != "CANCELLED"


def _span(event: AnEvent, zone: ZoneInfo) -> Span | None:
    """When an event is; None for one without a beginning or a length."""
    try:
        start = event["DTSTART"].dt
        if "DTEND" in event:
            end = event["DTEND"].dt
        elif "DURATION" in event:
            end = start + event["DURATION"].dt
        else:
            end = start + timedelta(days=1) if type(start) is date else start
        first, last = _instant(start, zone), _instant(end, zone)
    except BROKEN:
        return None
    return (first, last) if first < last else None


def _instant(moment: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return aware.astimezone(ZoneInfo("UTC"))


def _zone_unknown(event: AnEvent) -> bool:
    try:
        start = event["DTSTART"]
        return isinstance(start.dt, datetime) and start.dt.tzinfo is None and "TZID" in start.params
    except BROKEN:
        return False


def merged(spans: Iterable[Span]) -> list[Span]:
    """Sorted, without overlaps: nobody can tell where one thing ends and another begins."""
    merged: list[Span] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
