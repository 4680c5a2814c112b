"""What booking does after its own events: calendars of hosts that take bookings are brought up to date."""

from __future__ import annotations

from tillit.booking.calendars import queries, tasks
from tillit.booking.events import BookingCancelled, BookingHandedOver, BookingMade, BookingMoved
from tillit.kernel.outbox import Envelope, consumer
from tillit.kernel.ticket import Actor


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
