"""Telling both sides of a whole series in one message with one calendar file: booked, moved or cancelled at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from tillit import notify
from tillit.access import as_office
from tillit.booking import agreed, links, series
from tillit.booking.queries import Contact, contacts, get_booking, host_names
from tillit.journeys import ics
from tillit.journeys.telling import BOOKED
from tillit.kernel import config, mail

if TYPE_CHECKING:
    from tillit.booking.models import Booking


def tell(booking_id: UUID, organisation_id: UUID) -> None:
    """Tell the guest of every date of the series, and each host of those that are theirs; as reaction."""
    with as_office("guest", str(booking_id)):
        bookings = series.all_of(get_booking(booking_id))
        hosts = host_names(bookings)
    told: dict[UUID, Contact] = {}
    theirs: dict[UUID, list[Booking]] = {}
    for one in bookings:
        for contact in contacts(one.pk, organisation_id):
            told.setdefault(contact.person, contact)
            theirs.setdefault(contact.person, []).append(one)
    guests = [contact.name for contact in told.values() if contact.side == "guest" and contact.name]
    if bookings[0].between_two:  # nobody's contact is opened by it
        host = next((contact.person for contact in told.values() if contact.side == "host"), None)
        guests = list(dict.fromkeys(one.called for one in agreed.known(bookings, host).values() if one.called))
    for person, contact in told.items():
        mine = theirs[person]
        names = {one.pk: hosts[one.pk] if contact.side == "guest" else guests for one in mine}
        _tell(contact, mine, names, list(told))


def _tell(contact: Contact, bookings: Sequence[Booking], names: dict[UUID, list[str]], about: list[UUID]) -> None:
    first = bookings[0]
    organisation, kind = first.organisation, first.meeting.visit
    path = (
        reverse("booking_manage", args=[organisation.slug, links.token(first.pk)])
        if contact.side == "guest"
        else reverse("calendar", args=[organisation.slug])
    )
    link, discreet = notify.page(path, organisation), notify.discreet(organisation)
    file = ics.many(
        [(one, [] if discreet else names[one.pk]) for one in bookings],
        contact.language,
        contact=config.text("TILLIT_MAIL_FROM") if discreet else organisation.contact_email,
        link=link,
        discreet=discreet,
    )
    standing = [one for one in bookings if one.state == "confirmed"]
    context = {
        "to_guest": contact.side == "guest",
        "title": kind.word("title", contact.language),
        "place": kind.word("place", contact.language),
        "others": list(dict.fromkeys(name for one in bookings for name in names[one.pk])),
        "start": (standing or bookings)[0].meeting.span.lower,
        "dates": [one.meeting.span.lower for one in standing],
        "held": any(one.answer_by for one in standing),
        "zone": contact.zone,
        "other_zone": organisation.time_zone,
        "url": link,
    }
    said = notify.Said(
        "journeys/series",
        context,
        path=path,
        attachments=(mail.calendar(file, method="PUBLISH"),),
        reply_to=organisation.contact_email,
        about=tuple(about),
    )
    to = notify.To(contact.person, contact.name, contact.email, contact.phone, contact.language, contact.zone)
    notify.send(BOOKED, to, said, organisation)
