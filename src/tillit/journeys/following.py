"""A message after the meeting, where its type has one: on the clock like a reminder, and to its guest alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from tillit import notify
from tillit.access import Actor, as_office, current
from tillit.booking.queries import get_booking
from tillit.journeys import telling
from tillit.kernel import clock, ends
from tillit.notify.kinds import Channel

if TYPE_CHECKING:
    from tillit.booking.models import Booking

KIND = "booking.follow_up"
LATE = timedelta(days=1)  # what could not be said by then is not said at all
FOLLOWED = notify.declare(
    KIND, says=_("A message after a booking"), offered=(Channel.MAIL, Channel.SMS, Channel.PUSH, Channel.INSIDE)
)
telling.KINDS["follow_up"] = FOLLOWED


def set_for(booking: UUID) -> None:
    """Put the booking's message on the clock, or take it off where there is none to come."""
    found = _standing(booking)
    due = _due(found) if found else None
    with as_office("reaction"):
        if found and due and due > clock.now():
            ends.set(KIND, object=booking, subject=found.person_id, due=due, why="follow_up")
        else:
            ends.cancel(KIND, booking)


@ends.handler(KIND, says=_("a message after a booking goes out"))
def follow_up(bookings: list[UUID]) -> None:
    """Tell the guest what the organisation says afterwards, by the words of now. Nothing for what is off or gone."""
    actor = current() or Actor()
    for booking in bookings:
        found = _standing(booking)
        due = _due(found) if found else None
        if actor.organisation and due and due <= clock.now() <= due + LATE:
            with as_office("reaction"):
                telling.tell(booking, actor.organisation, "follow_up", only="guest")


def _due(booking: Booking) -> datetime | None:
    kind, over = booking.meeting.meeting_type, booking.meeting.span.upper
    if kind.follow_up is None or not kind.follow_up_words:
        return None
    return datetime.fromtimestamp(over.timestamp(), over.tzinfo) + timedelta(minutes=kind.follow_up)


def _standing(booking: UUID) -> Booking | None:
    with as_office("guest", str(booking)):
        try:
            found = get_booking(booking)
        except Http404:
            return None
    return found if found.stands else None
