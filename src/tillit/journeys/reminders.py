"""Reminders before a booking, as the organisation has set them. Each booking stands on the clock with its next one;
what is sent is decided when the moment comes, by the rules of that moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from tillit.access import Actor, as_office, current
from tillit.booking.queries import get_booking, reminder_times
from tillit.journeys import telling
from tillit.kernel import clock, ends

KIND = "booking.reminder"
LATE = timedelta(minutes=30)  # a reminder that could not be sent in time is not sent at the wrong one


def set_next(booking: UUID) -> None:
    """Put the booking's next reminder on the clock, or take it off where none is left."""
    found = _meeting(booking)
    due = _next(found[0], clock.now()) if found else None
    with as_office("reaction"):
        if found and due:
            ends.set(KIND, object=booking, subject=found[1], due=due, why="reminder")
        else:
            ends.cancel(KIND, booking)


def drop(booking: UUID) -> None:
    """A booking that is off needs no reminder."""
    with as_office("reaction"):
        ends.cancel(KIND, booking)


@ends.handler(KIND, says=_("a reminder before a booking goes out"))
def remind(bookings: list[UUID]) -> None:
    """Tell guest and hosts, and set the next one. Nothing happens for bookings that are gone or over."""
    actor = current() or Actor()
    for booking in bookings:
        found = _meeting(booking)
        if found is None or actor.organisation is None:
            continue
        start, now = found[0], clock.now()
        if start > now and any(now - LATE <= start - before <= now for before in reminder_times()):
            with as_office("reaction"):
                telling.tell(booking, actor.organisation, "reminder")
        set_next(booking)


def set_again(bookings: Iterable[UUID]) -> None:
    """The rules have changed: say anew when each booking's next reminder is due."""
    for booking in bookings:
        set_next(booking)


def _next(start: datetime, now: datetime) -> datetime | None:
    return min((start - before for before in reminder_times() if start - before > now), default=None)


def _meeting(booking: UUID) -> tuple[datetime, UUID] | None:
    """When the booking begins and whose it is; None for one that is gone or cancelled."""
    with as_office("guest", str(booking)):
        try:
            found = get_booking(booking)
        except Http404:
            return None
    return (found.meeting.span.lower, found.person_id) if found.stands else None
