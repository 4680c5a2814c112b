"""What can have happened to a booking, and what its guest can read of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.evidence import events as evidence
from tillit.kernel.outbox import Event


@dataclass(frozen=True)
class BookingMade(Event, name="booking.booking.made"):
    """A guest booked. whole: with others of a series, of which one message tells."""

    booking: UUID
    whole: bool = False


@dataclass(frozen=True)
class BookingMoved(Event, name="booking.booking.moved"):
    """A booking went to another time; `meeting` is where it was before."""

    booking: UUID
    meeting: UUID
    whole: bool = False


@dataclass(frozen=True)
class BookingCancelled(Event, name="booking.booking.cancelled"):
    """A booking was cancelled by either side."""

    booking: UUID
    whole: bool = False


@dataclass(frozen=True)
class SeriesChanged(Event, name="booking.series.changed"):
    """A whole series was booked, moved or cancelled at once; `booking` is one of it."""

    booking: UUID


@dataclass(frozen=True)
class BookingConfirmed(Event, name="booking.booking.confirmed"):
    """A host said yes to a booking that was held until then."""

    booking: UUID


@dataclass(frozen=True)
class BookingPaid(Event, name="booking.booking.paid"):
    """What had to be paid for a booking was paid: it stands, or waits for a host's yes."""

    booking: UUID


@dataclass(frozen=True)
class BookingMissed(Event, name="booking.booking.missed"):
    """The guest (else the host) did not come, as the other side says; or that is taken back."""

    booking: UUID
    guest: bool
    undone: bool


@dataclass(frozen=True)
class BookingWaiting(Event, name="booking.booking.waiting"):
    """A guest waits for a seat in a full session."""

    booking: UUID


@dataclass(frozen=True)
class BookingMovedUp(Event, name="booking.booking.moved_up"):
    """A seat became free, and whoever waited longest has it."""

    booking: UUID


@dataclass(frozen=True)
class BookingLeft(Event, name="booking.booking.left"):
    """A guest waits no longer: left the list, or it closed without a seat."""

    booking: UUID


@dataclass(frozen=True)
class BookingHandedOver(Event, name="booking.booking.handed_over"):
    """Who stands in for the host `left` (a person) takes the booking, at the same time."""

    booking: UUID
    left: UUID


@dataclass(frozen=True)
class StandInNamed(Event, name="booking.absence.made"):
    """A host is away, and another one stands in."""

    absence: UUID


@dataclass(frozen=True)
class HoursChanged(Event, name="booking.hours.changed"):
    """When somebody can be booked has changed otherwise than by a booking: their hours, a block, an absence, a
    calendar that was read."""

    person: UUID


HANDED_OVER = evidence.declare(
    "booking.booking.handed_over", label=_("Somebody else took your booking over"), keep=evidence.YEAR
)
TEAM_SEEN = evidence.declare(
    "booking.team.seen", label=_("The times at which you are booked were looked at"), keep=evidence.YEAR
)
LIMITS_SEEN = evidence.declare(
    "booking.limits.seen", label=_("How much you take on a day was looked at"), keep=evidence.YEAR
)
LIMITS_SET = evidence.declare(
    "booking.limits.set", label=_("How much you take on a day was changed"), keep=evidence.YEAR
)
SHARING_SEEN = evidence.declare(
    "booking.sharing.seen", label=_("It was looked at how many meetings you have"), keep=evidence.YEAR
)
GUEST_SEEN = evidence.declare("booking.guest.seen", label=_("Your booking was looked at"), keep=evidence.YEAR)
MADE = evidence.declare("booking.booking.made", label=_("A booking was made in your name"), keep=evidence.YEAR)
MOVED = evidence.declare("booking.booking.moved", label=_("Your booking was moved"), keep=evidence.YEAR)
MISSED = evidence.declare(
    "booking.booking.missed", label=_("It was noted that you did not come, or that was taken back"), keep=evidence.YEAR
)
CANCELLED = evidence.declare("booking.booking.cancelled", label=_("Your booking was cancelled"), keep=evidence.YEAR)
PAID = evidence.declare("booking.booking.paid", label=_("Your booking was paid"), keep=evidence.YEAR)
CONFIRMED = evidence.declare("booking.booking.confirmed", label=_("Your booking was confirmed"), keep=evidence.YEAR)
WAITING = evidence.declare("booking.booking.waiting", label=_("You were put on a waiting list"), keep=evidence.YEAR)
MOVED_UP = evidence.declare(
    "booking.booking.moved_up", label=_("A seat became free for you, and it was booked"), keep=evidence.YEAR
)
LEFT = evidence.declare("booking.booking.left", label=_("You are no longer on a waiting list"), keep=evidence.YEAR)


@dataclass(frozen=True)
class RemindersSet(Event, name="booking.reminders.set"):
    """The organisation has set anew when it reminds."""
