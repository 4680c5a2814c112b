"""A booking as an iCalendar object (RFC 5545, RFC 5546). It says what, when and with whom, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from tillit.kernel import clock

if TYPE_CHECKING:
    from tillit.booking.models import Booking, Poll


def booking_file(
    booking: Booking,
    *,
    hosts: Sequence[str],
    organisation: str,
    contact: str,
    language: str,
    link: str = "",
    method: str = "PUBLISH",
    attendee: str = "",
    discreet: bool = False,
) -> bytes:
    """The calendar file of a booking. Times are UTC, so that every calendar shows its reader's own clock.

    `method` is PUBLISH for a download, REQUEST or CANCEL in a mail (then `attendee` is the guest's address).
    discreet: it says when, and nothing of what or where.
    """
    cancelled = booking.state == "cancelled" or method == "CANCEL"
    event = _event(booking, hosts, language, cancelled=cancelled, discreet=discreet)
    return _one(
        event, method, organisation=organisation, contact=contact, link="" if cancelled else link, attendee=attendee,
        discreet=discreet,
    )  # fmt: skip


def poll_file(
    poll: Poll,
    span: Any,
    *,
    organisation: str,
    contact: str,
    language: str,
    link: str = "",
    method: str = "PUBLISH",
    attendee: str = "",
    discreet: bool = False,
) -> bytes:
    """The calendar file of the meeting that a poll has found (`span`: a range of instants), as `booking_file`."""
    cancelled = poll.state == "off" or method == "CANCEL"
    event = Event()
    event.add("uid", f"{poll.pk}@tillit")
    event.add("sequence", poll.sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", span.lower)
    event.add("dtend", span.upper)
    with translation.override(language):
        event.add("summary", _("Appointment") if discreet else poll.title or _("A common time"))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if not discreet and poll.place:
        event.add("location", poll.place)
    return _one(
        event, method, organisation=organisation, contact=contact, link="" if cancelled else link, attendee=attendee,
        discreet=discreet,
    )  # fmt: skip


def _one(
    event: Event, method: str, *, organisation: str, contact: str, link: str, attendee: str, discreet: bool
) -> bytes:
    """A calendar of one entry, with who asks and who comes."""
    if link:
        event.add("url", link)
        event.add("description", link)
    organiser = vCalAddress(f"mailto:{contact}")
    if organisation:
        organiser.params["cn"] = vText(organisation)
    event["organizer"] = organiser
    if discreet:
        event.add("class", "PRIVATE")
    if attendee:
        guest = vCalAddress(f"mailto:{attendee}")
        guest.params["partstat"] = vText("ACCEPTED")
        guest.params["rsvp"] = vText("FALSE")
        event.add("attendee", guest, encode=False)
    calendar = _calendar(method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def many(
    bookings: Iterable[tuple[Booking, Sequence[str]]],
    language: str,
    *,
    contact: str = "",
    link: str = "",
    discreet: bool = False,
) -> bytes:
    """One calendar file of many bookings, each with the names of its hosts: for a person's copy, or of a series.

    PUBLISH, since a REQUEST or CANCEL speaks of one entry only (RFC 5546 3.2); each keeps its own UID, so that it can
    be moved or cancelled alone later. contact: address of the organiser. discreet: when, and nothing of what or where.
    """
    calendar = _calendar("PUBLISH")
    for booking, hosts in bookings:
        cancelled = booking.state == "cancelled"
        event = _event(booking, hosts, language, cancelled=cancelled, discreet=discreet)
        if link and not cancelled:
            event.add("url", link)
        if contact:
            event["organizer"] = vCalAddress(f"mailto:{contact}")
        if discreet:
            event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Tillit//Booking//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _event(booking: Booking, hosts: Sequence[str], language: str, *, cancelled: bool, discreet: bool = False) -> Event:
    kind = booking.meeting.visit
    event = Event()
    event.add("uid", f"{booking.pk}@tillit")
    event.add("sequence", booking.sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", booking.meeting.span.lower)
    event.add("dtend", booking.meeting.span.upper)
    with translation.override(language):
        title = _("Appointment") if discreet else kind.word("title", language)
    event.add("summary", ", ".join([title, *(name for name in hosts if name)]))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if not discreet and (place := kind.word("place", language)):
        event.add("location", place)
    return event
