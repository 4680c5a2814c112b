"""What must eventually happen after an event: each reaction runs at least once and has its effect once."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from tillit import evidence
from tillit.access import as_office
from tillit.access.actions import tell_of_relation
from tillit.access.events import GlassBroken
from tillit.access.queries import opened_request
from tillit.access.scopes import REASONS, SCOPES
from tillit.booking import links
from tillit.booking.events import BookingCancelled, BookingMade, BookingMoved
from tillit.booking.queries import Contact, contacts, get_booking, get_guest, hosts_of
from tillit.identity.queries import people_by_id
from tillit.journeys import ics
from tillit.kernel import mail
from tillit.kernel.outbox import Envelope, consumer
from tillit.privacy.policy.acceptance import shown


@consumer("mail.booking_made", BookingMade)
def tell_of_booking(event: BookingMade, about: Envelope) -> None:
    """The confirmation with its calendar file, to the guest and the hosts."""
    _tell(event.booking, about.organisation, "made", "REQUEST")


@consumer("mail.booking_moved", BookingMoved)
def tell_of_move(event: BookingMoved, about: Envelope) -> None:
    """The new time, as an update of the same calendar entry."""
    _tell(event.booking, about.organisation, "moved", "REQUEST")


@consumer("mail.booking_cancelled", BookingCancelled)
def tell_of_cancellation(event: BookingCancelled, about: Envelope) -> None:
    """That it is off; calendars take the entry away."""
    _tell(event.booking, about.organisation, "cancelled", "CANCEL")


@consumer("evidence.booking", BookingMade, BookingMoved, BookingCancelled)
def record(event: BookingMade | BookingMoved | BookingCancelled, about: Envelope) -> None:
    """What happened to the booking, and what its hosts were shown with it, for its guest to read and prove; also for
    one whose data lies at rest.

    Of a new booking it says which version of the notice its guest was shown (0: none was published).
    """
    with as_office("guest", str(event.booking)):
        booking = get_booking(event.booking)
        known = get_guest(booking).email
    if known:  # nothing new is written of somebody who was erased meanwhile
        detail = {"notice": shown(about.organisation, about.made)} if isinstance(event, BookingMade) else None
        evidence.record(event.name, subject=booking.person_id, object=event.booking, detail=detail)
        tell_of_relation(event.booking, about.made)


@consumer("mail.glass_broken", GlassBroken)
def tell_of_opening(event: GlassBroken, about: Envelope) -> None:
    """What is closed of a person was opened: the person is told, with the reason and until when."""
    asked = opened_request(event.request)
    person = people_by_id([asked.subject_id])[asked.subject_id] if asked else None
    if asked is None or person is None or not person.email:
        return
    organisation = asked.organisation
    message = mail.render(
        "journeys/glass_broken",
        to=person.email,
        language=person.language,
        context={
            "scope": SCOPES.get(asked.scope, asked.scope),
            "reason": REASONS.get(asked.reason, asked.reason),
            "ends": asked.ends,
            "zone": person.time_zone or organisation.time_zone,
            "contact": organisation.contact_email,
        },
        reply_to=organisation.contact_email,
        organisation_name=organisation.name,
    )
    mail.send(message, about=[person.pk])


def _tell(booking_id: UUID, organisation_id: UUID, what: str, method: str) -> None:
    told = contacts(booking_id, organisation_id)
    with as_office("guest", str(booking_id)):
        booking = get_booking(booking_id)
        hosts = [host.name for host in hosts_of(booking) if host.name]
    guests = [contact.name for contact in told if contact.side == "guest" and contact.name]
    organisation = booking.organisation
    for contact in told:
        if not contact.email:
            continue
        to_guest = contact.side == "guest"
        path = (
            reverse("booking_manage", args=[organisation.slug, links.token(booking.pk)])
            if to_guest
            else reverse("calendar", args=[organisation.slug])
        )
        file = ics.booking_file(
            booking,
            hosts=hosts if to_guest else guests,
            organisation=organisation.name,
            contact=organisation.contact_email,
            language=contact.language,
            link=mail.link(path),
            method=method,
            attendee=contact.email,
        )
        message = mail.render(
            f"journeys/{what}",
            to=contact.email,
            language=contact.language,
            context=_context(contact, booking, hosts, guests, organisation.time_zone) | {"url": mail.link(path)},
            attachments=[mail.calendar(file, method=method)],
            reply_to=organisation.contact_email,
            organisation_name=organisation.name,
        )
        mail.send(message, about=[one.person for one in told])  # each mail names both sides


def _context(contact: Contact, booking: object, hosts: list[str], guests: list[str], zone: str) -> dict[str, object]:
    """What, when and with whom: the least that a mail about a booking must say."""
    kind, span = booking.meeting.meeting_type, booking.meeting.span  # type: ignore[attr-defined]
    to_guest = contact.side == "guest"
    return {
        "to_guest": to_guest,
        "title": kind.word("title", contact.language),
        "place": kind.word("place", contact.language),
        "others": hosts if to_guest else guests,
        "start": span.lower,
        "end": span.upper,
        "zone": contact.zone,
        "other_zone": zone,
    }
