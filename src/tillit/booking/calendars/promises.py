"""What booking promises of other calendars: asked of the reader, of what is written, and of the real tables."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from tillit.booking.calendars import freebusy, reading, webdav, writing
from tillit.booking.calendars.providers import PROVIDERS
from tillit.booking.models import Meeting, MeetingType
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give

KEPT = {
    "booking_item": {"id", "organisation_id", "calendar_id", "person_id", "key", "version", "repeats"},
    "booking_busytime": {"id", "organisation_id", "made", "host_id", "person_id", "item_id", "poll_id", "span"},
}
"""All that is kept of what was read in another calendar: spans, and fingerprints of where they stood. (`poll_id` is of
spans that a poll keeps free; none was read anywhere.)"""

WRITTEN = {
    "BEGIN", "END", "VERSION", "PRODID", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "TRANSP",
}  # fmt: skip
"""All that an event says which we put into a host's calendar."""

FED = {"meeting": "uuid", "span": "tstzrange", "words": "jsonb", "made": "timestamp with time zone"}
"""All that the feed is drawn from; `words` is what was booked, where its host chose to say it."""

LEAST = {
    "https://www.googleapis.com/auth/calendar.freebusy", "https://graph.microsoft.com/Calendars.ReadBasic",
    "offline_access",
}  # fmt: skip
TOLD = {"start", "end", "showAs"}
"""All that a host may be asked to allow at Google or Microsoft, and all that is asked of an event there."""

CLOSED = (
    "booking_feed", "booking_connection", "booking_calendar", "booking_item", "booking_written", "booking_revocation",
)  # fmt: skip
_MARK = "a9f3"
_LINES = ("SUMMARY", "DESCRIPTION", "LOCATION", "ATTENDEE", "ORGANIZER", "COMMENT", "CATEGORIES", "URL", "X-NOTE")


def integrations_minimum(ground: Ground) -> Finding:
    """Of a calendar with words in every line only spans come out; what goes out says when; and nobody else sees it."""
    for problem in (_read(), _asked(), _written(), _stored(ground), _fed(ground), _closed(ground)):
        if problem:
            return Finding(False, problem)
    return Finding(True, f"{len(_LINES)} kinds of words dropped; {len(KEPT)} tables hold spans alone.")


def _read() -> str:
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    event = [f"{name}:{_MARK}" for name in _LINES] + ["UID:1", "DTSTART:20260105T090000Z", "DTEND:20260105T100000Z"]
    raw = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *event, "END:VEVENT", "END:VCALENDAR", ""]).encode()
    said = [line.partition(":")[0] for line in reading.skeleton(raw) if _MARK in line]
    if said or any(f'name="{name}"' in webdav.DATA for name in _LINES):
        return f"Reading takes more than times: {', '.join(said) or 'it asks servers for words'}."
    busy = reading.busy(raw, ZoneInfo("UTC"), start - timedelta(days=1), start + timedelta(days=1))
    if busy.spans != [(start, start + timedelta(hours=1))]:
        return "Reading does not find a plain event."
    return ""


def _asked() -> str:
    for provider in PROVIDERS.values():
        if more := sorted(set(provider.scope.split()) - LEAST):
            return f"{provider.name} is asked for more than busy times: {', '.join(more)}."
    if more := sorted(set(freebusy.SELECT) - TOLD):
        return f"Microsoft is asked to tell more than times: {', '.join(more)}."
    return ""


def _written() -> str:
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    kind = MeetingType(slug=_MARK, words={"en": {"title": _MARK, "summary": _MARK, "place": _MARK}})
    meeting = Meeting(meeting_type=kind, span=DateTimeTZRange(start, start + timedelta(hours=1)), made=start)
    text = writing.event(meeting, "en").decode()
    more = sorted(set(re.findall(r"^([A-Z-]+)[:;]", text, re.MULTILINE)) - WRITTEN)
    if more or _MARK in text:
        return f"An event that we write says more than when: {', '.join(more) or 'what was booked'}."
    return ""


def _stored(ground: Ground) -> str:
    for table, columns in KEPT.items():
        there = ground.rows(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped",
            [table],
        )
        if more := sorted({name for (name,) in there} - columns):
            return f"{table} keeps more of what was read: {', '.join(more)}."
    return ""


def _fed(ground: Ground) -> str:
    given = ground.rows(
        "select c.name, format_type(c.type, null) from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " cross join lateral unnest(p.proargnames, p.proallargtypes, p.proargmodes) c (name, type, mode)"
        " where n.nspname = 'booking' and p.proname = 'fed' and c.mode <> 'i'"
    )
    more = sorted(name for name, type in given if FED.get(name) != type)
    return f"The feed is given more than it needs: {', '.join(more)}." if more or not given else ""


def _closed(ground: Ground) -> str:
    for actor in (ground.visitor, ground.newcomer, ground.stranger):
        with ground.acting_as(actor):
            for table in CLOSED:
                (seen,) = ground.rows(f'select count(*) from "{table}"')[0]  # noqa: S608 (our own constant)
                if seen:
                    return f"{seen} rows of {table} are open to office {actor.office}."
    return ""


give(
    Promise(
        "integrations-minimum",
        group=Group.THIRD_PARTIES,
        says=_("A connected calendar is read for when you are busy and told when you are booked: no names, no words."),
        by=_("Everything but times is dropped before it is read. The probe reads and writes a calendar full of words."),
        probe=integrations_minimum,
        modules=frozenset({"booking"}),
        sabotage="tests/booking/calendars/test_sabotage.py::test_integrations_minimum",
    ),
)
