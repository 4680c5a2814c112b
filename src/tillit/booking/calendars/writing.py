"""Bookings in a host's own calendar: put there, changed and taken away by us; and what was done to them over there,
which the host is asked about and which changes nothing by itself.

An event says when, and that it is booked: no name, no words, nothing of what was booked.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar as File
from icalendar import Event

from tillit.booking.calendars import reading, spans
from tillit.booking.calendars.problems import Problem, of_answer
from tillit.booking.calendars.remote import Server, version_of
from tillit.booking.models import Calendar, HostTime, Item, Meeting, Written
from tillit.identity.queries import people_by_id
from tillit.kernel import clock

MOST = 1000  # meetings to come that are kept in a calendar


def event(meeting: Meeting, language: str) -> bytes:
    """A meeting as another calendar holds it (RFC 5545)."""
    with translation.override(language):
        summary = _("Booked time")
    one = Event()
    one.add("uid", spans.uid(meeting.pk))
    one.add("dtstamp", meeting.made)
    one.add("dtstart", meeting.span.lower)
    one.add("dtend", meeting.span.upper)
    one.add("summary", summary)
    one.add("class", "PRIVATE")
    one.add("transp", "OPAQUE")
    file = File()
    file.add("prodid", "-//Tillit//Booking//EN")
    file.add("version", "2.0")
    file.add_component(one)
    return bytes(file.to_ical())


def put(server: Server, calendar: Calendar) -> None:
    """Bring a calendar in line with the host's meetings to come, or with none where it is no longer chosen for them.

    Repeating it changes nothing. Raises Problem.
    """
    now = clock.now()
    times = HostTime.objects.filter(
        person_id=calendar.person_id, host_id=calendar.connection.host_id, live=True,
        meeting__cancelled=None, meeting__span__endswith__gt=now,
    ).select_related("meeting").order_by("meeting__span")  # fmt: skip
    wanted = {time.meeting_id: time.meeting for time in times[:MOST]} if calendar.writes else {}
    there = {row.meeting_id: row for row in Written.objects.filter(calendar=calendar).select_related("meeting")}
    for meeting, row in there.items():
        if meeting not in wanted:
            if row.meeting.span.upper > now:  # what is over stays in the calendar
                _remove(server, calendar, row)
            row.delete()
    language = _language(calendar.person_id)
    for meeting, one in wanted.items():
        known_row = there.get(meeting)
        if known_row is None:
            Written(
                organisation_id=calendar.organisation_id, calendar=calendar, meeting=one,
                person_id=calendar.person_id, version=_send(server, calendar, one, language),
            ).save(force_insert=True)  # fmt: skip
        elif not known_row.version and not known_row.question and not known_row.let_be:
            known_row.version = _send(server, calendar, one, language)
            known_row.save(update_fields=["version"])


def address(calendar: Calendar, meeting: UUID) -> str:
    """Where a meeting lies in a calendar."""
    return f"{calendar.address.rstrip('/')}/{meeting}.ics"


def known(calendar: Calendar) -> dict[str, Written]:
    """What we have put into a calendar, by fingerprint of its address; without what the host said to leave."""
    rows = Written.objects.filter(calendar=calendar, let_be=False).select_related("meeting")
    return {spans.key(address(calendar, row.meeting_id)): row for row in rows}


def missing(rows: Iterable[Written]) -> None:
    """These were deleted over there: ask the host, as long as the meeting is still to come."""
    for row in rows:
        if row.version and row.meeting.cancelled is None and row.meeting.span.upper > clock.now():
            _ask(row, "deleted", "", None)


def compare(row: Written, version: str, content: bytes, zone: ZoneInfo) -> None:
    """One of ours was changed over there: ask the host where its time is another; other changes are the host's own."""
    try:
        span = reading.span_of(content, zone)
    except (reading.Unreadable, reading.TooMuch):
        span = None
    if span == (row.meeting.span.lower, row.meeting.span.upper):
        row.version, row.question, row.theirs = version[:200], "", None
        row.save(update_fields=["version", "question", "theirs"])
    elif span is None:  # cancelled or marked as free over there
        _ask(row, "deleted", version, None)
    else:
        _ask(row, "moved", version, DateTimeTZRange(*span))


def _ask(row: Written, question: str, version: str, theirs: DateTimeTZRange | None) -> None:
    row.question, row.version, row.theirs = question, version[:200], theirs
    row.save(update_fields=["question", "version", "theirs"])


def _send(server: Server, calendar: Calendar, meeting: Meeting, language: str) -> str:
    """Put a meeting there; returns its version. Its address is a random number of ours: what lies there is ours."""
    at = address(calendar, meeting.pk)
    answer = server.ask("PUT", at, leaves=event(meeting, language), media_type="text/calendar; charset=utf-8")
    if answer.status in {403, 405, 409, 412, 415, 507}:
        raise Problem("full")
    if not answer.ok:
        raise of_answer(answer)
    Item.objects.filter(calendar=calendar, key=spans.key(at)).delete()
    version = version_of(answer)
    if not version:  # the server changed it on the way in (RFC 4791, 5.3.4)
        version = version_of(server.ask("GET", at))
    return version or "?"


def _remove(server: Server, calendar: Calendar, row: Written) -> None:
    """Take a meeting away that does not take place, whatever else was noted on it over there."""
    answer = server.ask("DELETE", address(calendar, row.meeting_id))
    if not answer.ok and answer.status not in {404, 410}:
        raise of_answer(answer)


def _language(person: UUID) -> str:
    me = people_by_id([person]).get(person)
    return me.language if me and me.language else "en"
