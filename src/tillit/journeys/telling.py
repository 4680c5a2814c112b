"""Telling both sides of a booking what became of it: what, when and with whom, and in care the time alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tillit import notify
from tillit.access import as_office
from tillit.booking import agreed, links
from tillit.booking.away.actions import stand_in_of
from tillit.booking.events import (
    BookingCancelled,
    BookingConfirmed,
    BookingLeft,
    BookingMade,
    BookingMoved,
    BookingMovedUp,
    BookingPaid,
    BookingWaiting,
)
from tillit.booking.queries import Contact, contacts, get_booking, host_names
from tillit.identity.queries import organisation_by_id
from tillit.journeys import ics
from tillit.kernel import config, mail
from tillit.notify.kinds import Channel
from tillit.notify.webhooks import actions as webhooks

if TYPE_CHECKING:
    from tillit.booking.models import Booking, MeetingType

BOOKED = notify.declare(
    "booking.changed",
    says=_("Your bookings: made, moved, cancelled"),
    offered=(Channel.MAIL, Channel.SMS, Channel.PUSH, Channel.INSIDE),
)
REMINDED = notify.declare(
    "booking.reminder",
    says=_("Reminders before a booking"),
    offered=(Channel.MAIL, Channel.SMS, Channel.PUSH, Channel.INSIDE),
)
KINDS = {"reminder": REMINDED}
"""Which kind of message something is, where it is no change of a booking."""

webhooks.declare(BookingMade.name, _("A booking was made"))
webhooks.declare(BookingConfirmed.name, _("A booking was confirmed"))
webhooks.declare(BookingPaid.name, _("A booking was paid"))
webhooks.declare(BookingMoved.name, _("A booking was moved"))
webhooks.declare(BookingCancelled.name, _("A booking was cancelled"))
webhooks.declare(BookingWaiting.name, _("Somebody waits for a seat in a full session"))
webhooks.declare(BookingMovedUp.name, _("Somebody who waited has a seat now"))
webhooks.declare(BookingLeft.name, _("Somebody waits no longer"))


def tell_standing(booking_id: UUID, organisation_id: UUID, what: str, *, new: bool = False) -> None:
    """Tell guest and hosts that it is booked ("made") or moved; while a host has still to say yes, that the time is
    held; while it is not paid, the guest alone, who can pay. A guest who came up from the waiting list reads that, and
    until when they can say no. new: nothing was told of it yet."""
    with as_office("guest", str(booking_id)):
        booking = get_booking(booking_id)
    if booking.pay_by:
        tell(booking_id, organisation_id, "to_pay", only="guest")
    elif new and booking.to_pay is not None:
        return  # it was paid before anybody was told, and that is told by itself
    elif booking.answer_by:
        tell(booking_id, organisation_id, "held")
    elif what == "made" and booking.decline_by:
        tell(booking_id, organisation_id, "moved_up", "REQUEST", only="guest")
        tell(booking_id, organisation_id, "made", "REQUEST", only="host")
    else:
        tell(booking_id, organisation_id, what, "REQUEST")


def tell(booking_id: UUID, organisation_id: UUID, what: str, method: str = "", *, only: str = "") -> list[UUID]:
    """Tell guest and hosts (or only one side), as reaction: `what` names the message; method: of the calendar file
    (RFC 5546), none where it is empty. Returns who was told."""
    told = contacts(booking_id, organisation_id)
    with as_office("guest", str(booking_id)):
        booking = get_booking(booking_id)
        hosts = host_names([booking])[booking_id]
    guests = [contact.name for contact in told if contact.side == "guest" and contact.name]
    if booking.between_two:  # nobody's contact is opened by it
        guests = [one.called for c in told if c.side == "host" for one in agreed.known([booking], c.person).values()]
        guests = [name for name in guests if name][:1]
    to = [contact for contact in told if only in ("", contact.side)]
    for contact in to:
        _tell(contact, booking, what, method, hosts if contact.side == "guest" else guests, [c.person for c in told])
    return [contact.person for contact in to]


def tell_stand_in(absence: UUID, organisation_id: UUID) -> None:
    """Tell who stands in for a host from when until when, as reaction. Nothing where the host is back already."""
    found = stand_in_of(absence, organisation_id)
    if found is None:
        return
    organisation = organisation_by_id(organisation_id)
    path = reverse("calendar", args=[organisation.slug])
    words = {
        "to_guest": False, "title": "", "place": "", "others": [found.away], "start": found.first, "end": found.last,
        "zone": found.zone, "other_zone": found.zone, "url": notify.page(path, organisation),
    }  # fmt: skip
    said = notify.Said("journeys/stand_in", words, path=path, about=(found.person,))
    to = notify.To(found.person, found.name, found.email, found.phone, found.language, found.zone)
    notify.send(BOOKED, to, said, organisation)


def _tell(contact: Contact, booking: Booking, what: str, method: str, others: list[str], about: list[UUID]) -> None:
    organisation = booking.organisation
    path = (
        reverse("booking_manage", args=[organisation.slug, links.token(booking.pk)])
        if contact.side == "guest"
        else reverse("calendar", args=[organisation.slug])
    )
    link = notify.page(path, organisation)
    files: list[mail.Attachment] = []
    if method and contact.email:
        method = "CANCEL" if booking.state == "cancelled" else method  # the news may be older than the booking is now
        discreet = notify.discreet(organisation)
        file = ics.booking_file(
            booking,
            hosts=[] if discreet else others,
            organisation="" if discreet else organisation.name,
            contact=config.text("TILLIT_MAIL_FROM") if discreet else organisation.contact_email,
            language=contact.language,
            link=link,
            method=method,
            attendee=contact.email,
            discreet=discreet,
        )
        files = [mail.calendar(file, method=method)]
    said = notify.Said(
        f"journeys/{what}",
        _context(contact, booking, others, organisation.time_zone) | {"url": link},
        path=path,
        attachments=tuple(files),
        reply_to=organisation.contact_email,
        about=tuple(about),  # each message names both sides
    )
    to = notify.To(contact.person, contact.name, contact.email, contact.phone, contact.language, contact.zone)
    notify.send(KINDS.get(what, BOOKED), to, said, organisation)


def _context(contact: Contact, booking: Booking, others: list[str], zone: str) -> dict[str, Any]:
    """What, when and with whom: the least that a message about a booking must say."""
    kind, span = booking.meeting.visit, booking.meeting.span
    start: datetime = span.lower
    return {
        "to_guest": contact.side == "guest",
        "title": kind.word("title", contact.language),
        "place": kind.word("place", contact.language),
        "others": others,
        "start": start,
        "end": span.upper,
        "zone": contact.zone,
        "other_zone": zone,
        "decline_by": booking.decline_by,
        "answer_by": booking.answer_by,
        "pay_by": booking.pay_by,
        "lapsed": booking.cancelled_by == "clock",
        "words": _follow_up(kind, contact.language),
    }


def _follow_up(kind: MeetingType, language: str) -> str:
    """What the organisation writes after the meeting, in a language, else in the first one it has."""
    return str(kind.follow_up_words.get(language) or next(iter(kind.follow_up_words.values()), ""))
