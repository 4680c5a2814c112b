"""What either side may still do with a booking: the same rule for guest and host, as the database keeps it
(booking.is_late in sql/groups.sql)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tillit.booking.models import Booking, Meeting
from tillit.kernel import clock


@dataclass(frozen=True)
class Standing:
    """free_until: until then it can be moved, and cancelling is not late (an instant). late: that time is over.
    decline_by: who came up from the waiting list can say no until then; None for others, and when it is over."""

    free_until: datetime
    late: bool
    decline_by: datetime | None


def of_booking(booking: Booking) -> Standing:
    """How a booking stands now, for both of its sides."""
    return of_meeting(booking.meeting, booking.decline_by)


def of_meeting(meeting: Meeting, decline_by: datetime | None = None) -> Standing:
    """How every booking of a meeting stands now; `decline_by` is one's own time to say no."""
    now = clock.now()
    free_until = meeting.span.lower - timedelta(minutes=meeting.meeting_type.change_notice)
    decline_by = decline_by if decline_by and now < decline_by else None
    return Standing(free_until, now > free_until and decline_by is None, decline_by)
