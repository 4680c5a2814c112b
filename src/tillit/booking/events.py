"""What can have happened to a booking."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tillit.kernel.outbox import Event


@dataclass(frozen=True)
class BookingMade(Event, name="booking.booking.made"):
    """A guest booked."""

    booking: UUID


@dataclass(frozen=True)
class BookingMoved(Event, name="booking.booking.moved"):
    """A booking went to another time; `meeting` is where it was before."""

    booking: UUID
    meeting: UUID


@dataclass(frozen=True)
class BookingCancelled(Event, name="booking.booking.cancelled"):
    """A booking was cancelled by either side."""

    booking: UUID
