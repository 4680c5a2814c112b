"""What booking does after its own events: calendars of hosts that take bookings are brought up to date."""

from __future__ import annotations

from tillit.access import as_office
from tillit.booking import paying
from tillit.booking.calendars import queries, tasks
from tillit.booking.events import BookingCancelled, BookingHandedOver, BookingMade, BookingMissed, BookingMoved
from tillit.booking.queries import get_booking
from tillit.kernel.outbox import Envelope, consumer
from tillit.kernel.ticket import Actor
from tillit.wallet.events import PaymentChanged


@consumer("calendar.booking", BookingMade, BookingMoved, BookingCancelled, BookingHandedOver)
def write_to_calendars(
    event: BookingMade | BookingMoved | BookingCancelled | BookingHandedOver, about: Envelope
) -> None:
    """Each host of the booking who has chosen a calendar for bookings; whoever stood before and whoever stands now."""
    left = event.meeting if isinstance(event, BookingMoved) else None
    people = set(queries.writers(event.booking, left))
    if isinstance(event, BookingHandedOver):
        people.add(event.left)
    for person in people:
        actor = Actor(office="calendar", organisation=about.organisation, person=person)
        tasks.write.configure(actor=actor, key=f"calendar_write:{person}").defer()


@consumer("booking.money", PaymentChanged, BookingCancelled)
def settle(event: PaymentChanged | BookingCancelled, about: Envelope) -> None:
    """A payment was made or failed, or a booking is off: the two are brought together."""
    paying.settle(event.object if isinstance(event, PaymentChanged) else event.booking)


@consumer("booking.money_missed", BookingMissed)
def settle_missed(event: BookingMissed, about: Envelope) -> None:
    """Somebody did not come: what that means for the money is settled when it can no longer be taken back."""
    with as_office("guest", str(event.booking)):
        found = get_booking(event.booking)
    paying.settle_after_undo(found)
