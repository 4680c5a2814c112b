"""What must eventually happen after an event: each reaction runs at least once and has its effect once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import as_office
from tillit.access.actions import tell_of_relation
from tillit.access.events import GlassBroken
from tillit.access.queries import opened_request
from tillit.access.scopes import REASONS, SCOPES
from tillit.booking.events import (
    BookingCancelled,
    BookingConfirmed,
    BookingHandedOver,
    BookingLeft,
    BookingMade,
    BookingMissed,
    BookingMoved,
    BookingMovedUp,
    BookingPaid,
    BookingWaiting,
    RemindersSet,
    SeriesChanged,
    StandInNamed,
)
from tillit.booking.queries import contacts, get_booking, get_guest, upcoming_bookings
from tillit.identity.queries import people_by_id
from tillit.journeys import attendance, following, reminders, telling, telling_polls, telling_series  # noqa: F401 (polls have reactions of their own)
from tillit.kernel import letters, live, mail
from tillit.kernel.outbox import Envelope, consumer
from tillit.notify.webhooks import actions as webhooks
from tillit.privacy import doors
from tillit.privacy.policy.acceptance import shown
from tillit.wallet.events import RefundMade
from tillit.wallet.queries import refund_done

BOOKING = "booking.booking"
CHANGES = (BookingMade, BookingConfirmed, BookingPaid, BookingMoved, BookingCancelled)
LINE = (BookingWaiting, BookingMovedUp, BookingLeft)
OPENED = letters.declare("access.opened", says=_("That what is closed of you was opened"), must=True)


@consumer("mail.booking_made", BookingMade)
def tell_of_booking(event: BookingMade, about: Envelope) -> None:
    """The confirmation with its calendar file, to the guest and the hosts; while a host has still to say yes, that."""
    if not event.whole:
        telling.tell_standing(event.booking, about.organisation, "made", new=True)
    reminders.set_next(event.booking)
    following.set_for(event.booking)


@consumer("mail.booking_confirmed", BookingConfirmed)
def tell_of_yes(event: BookingConfirmed, about: Envelope) -> None:
    """A host said yes: now it is booked."""
    telling.tell_standing(event.booking, about.organisation, "made")
    reminders.set_next(event.booking)
    following.set_for(event.booking)


@consumer("mail.booking_paid", BookingPaid)
def tell_of_payment(event: BookingPaid, about: Envelope) -> None:
    """It is paid, so it is booked, or a host has still to say yes."""
    telling.tell_standing(event.booking, about.organisation, "made")
    reminders.set_next(event.booking)
    following.set_for(event.booking)


@consumer("mail.refund_made", RefundMade)
def tell_of_refund(event: RefundMade, about: Envelope) -> None:
    """Money for a booking was paid back: its guest reads it, and on the booking's page how much and why."""
    refund = refund_done(event.refund)
    if refund and refund.object_kind == BOOKING:
        telling.tell(event.object, about.organisation, "paid_back", only="guest")


@consumer("mail.booking_moved", BookingMoved)
def tell_of_move(event: BookingMoved, about: Envelope) -> None:
    """The new time, as an update of the same calendar entry."""
    if not event.whole:
        telling.tell_standing(event.booking, about.organisation, "moved")
    reminders.set_next(event.booking)
    following.set_for(event.booking)


@consumer("mail.booking_cancelled", BookingCancelled)
def tell_of_cancellation(event: BookingCancelled, about: Envelope) -> None:
    """That it is off; calendars take the entry away. Of what was never paid only its guest was told."""
    with as_office("guest", str(event.booking)):
        booking = get_booking(event.booking)
    if booking.cancelled_by == "unpaid":
        telling.tell(event.booking, about.organisation, "unpaid", only="guest")
    elif booking.pay_by:
        telling.tell(event.booking, about.organisation, "cancelled", only="guest")
    elif not event.whole:
        telling.tell(event.booking, about.organisation, "cancelled", "CANCEL")
    reminders.drop(event.booking)
    following.set_for(event.booking)


@consumer("mail.series_changed", SeriesChanged)
def tell_of_series(event: SeriesChanged, about: Envelope) -> None:
    """The whole series in one message, with one calendar file."""
    telling_series.tell(event.booking, about.organisation)


@consumer("mail.booking_waiting", BookingWaiting)
def tell_of_waiting(event: BookingWaiting, about: Envelope) -> None:
    """That the guest stands in line, and the link that leads out of it."""
    telling.tell(event.booking, about.organisation, "waiting", only="guest")


@consumer("mail.booking_moved_up", BookingMovedUp)
def tell_of_seat(event: BookingMovedUp, about: Envelope) -> None:
    """The guest has a seat now, or one is held for them; for the hosts it is a new booking."""
    telling.tell_standing(event.booking, about.organisation, "made")
    reminders.set_next(event.booking)
    following.set_for(event.booking)


@consumer("mail.booking_left", BookingLeft)
def tell_of_no_seat(event: BookingLeft, about: Envelope) -> None:
    """That no seat became free; who left by themselves knows it."""
    with as_office("guest", str(event.booking)):
        by_themselves = get_booking(event.booking).cancelled_by == "guest"
    if not by_themselves:
        telling.tell(event.booking, about.organisation, "left", only="guest")


@consumer("webhook.booking", *CHANGES, *LINE)
def tell_programs(event: BookingMade | BookingConfirmed | BookingMoved | BookingCancelled, about: Envelope) -> None:
    """Other programs that the organisation lets know."""
    webhooks.tell(event.name, message=about.id, object=event.booking, happened=about.made)


@consumer("live.booking", *CHANGES, BookingHandedOver, *LINE)
def tell_open_pages(
    event: BookingMade | BookingConfirmed | BookingMoved | BookingCancelled | BookingHandedOver, about: Envelope
) -> None:
    """Pages that show the booking hear that it changed: those of its hosts, and its own link where a host did it or a
    seat became free."""
    by_others = about.person is not None or isinstance(event, (BookingMovedUp, BookingPaid))
    for contact in contacts(event.booking, about.organisation):
        if contact.side == "host" and contact.person != about.person:
            live.publish(contact.person, "booking.changed", event.booking)
        elif contact.side == "guest" and by_others:
            live.publish(event.booking, "booking.changed", event.booking, person=contact.person)


@consumer("mail.booking_handed_over", BookingHandedOver)
def tell_of_stand_in(event: BookingHandedOver, about: Envelope) -> None:
    """Who takes the booking now, as an update of the same calendar entry."""
    telling.tell(event.booking, about.organisation, "handed_over", "REQUEST")


@consumer("mail.stand_in", StandInNamed)
def tell_stand_in(event: StandInNamed, about: Envelope) -> None:
    """That they stand in, for whom, and on which days."""
    telling.tell_stand_in(event.absence, about.organisation)


@consumer("mail.booking_missed", BookingMissed)
def tell_of_no_show(event: BookingMissed, about: Envelope) -> None:
    """Whoever did not come, as the other side says, or says no more; and their evidence."""
    attendance.tell(event, about.organisation)


@consumer("reminders.set", RemindersSet)
def set_reminders_again(event: RemindersSet, about: Envelope) -> None:
    """What is booked follows the new rules."""
    reminders.set_again(upcoming_bookings())


@consumer("evidence.booking", *CHANGES, BookingHandedOver, *LINE)
def record(
    event: BookingMade | BookingConfirmed | BookingMoved | BookingCancelled | BookingHandedOver, about: Envelope
) -> None:
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
    organisation, path = asked.organisation, doors.to(person, "evidence")
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
    letters.send(OPENED, message, organisation=organisation, person=person.pk, path=path)
