"""Who did not come: said by either side of the other, by the same rules, and taken back within a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from django.db import connection

from tillit.booking.events import BookingMissed
from tillit.kernel import clock, outbox

if TYPE_CHECKING:
    from uuid import UUID

    from tillit.booking.models import Booking

Side = Literal["guest", "host"]
SAID_FOR = timedelta(days=7)  # after the meeting; sql/attendance.sql keeps both
UNDONE_FOR = timedelta(days=1)


class TooLate(Exception):
    """It cannot be said yet, or no more; or taken back no more; or the booking is gone."""


@dataclass(frozen=True)
class Attendance:
    """What one side of a booking may say of the other now, and what was said."""

    noted: datetime | None
    may_say: bool
    may_undo: bool
    about_me: datetime | None


def attendance(booking: Booking, side: Side) -> Attendance:
    """How it stands for `side`: what it said of the other, and the other of it."""
    now, span = clock.now(), booking.meeting.span
    mine, theirs = booking.no_show, booking.host_no_show
    if side == "guest":
        mine, theirs = theirs, mine
    held = booking.state == "confirmed"
    return Attendance(
        noted=mine,
        may_say=held and mine is None and span.lower <= now <= span.upper + SAID_FOR,
        may_undo=held and mine is not None and now <= mine + UNDONE_FOR,
        about_me=theirs,
    )


def note_no_show(booking: UUID, *, undo: bool = False) -> bool:
    """The acting side of a booking says that the other did not come, or takes it back.

    False when that was so already. Raises TooLate outside the time in which it can be said or undone, and where the
    booking is not the actor's or cancelled.
    """
    with connection.cursor() as cursor:
        cursor.execute("select booking.side(%s), booking.note_no_show(%s, %s)", [booking, booking, undo])
        side, outcome = cursor.fetchone()
    if outcome == "again":
        return False
    if outcome != "ok":
        raise TooLate(outcome)
    outbox.emit(BookingMissed(booking=booking, guest=side == "host", undone=undo))
    return True
