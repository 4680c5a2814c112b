"""The line for a seat of a full session: who moves up, how many wait, and what ends it. The database decides
(sql/groups.sql); here it is asked and told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from tillit.access import Actor, acting
from tillit.booking.events import BookingLeft, BookingMovedUp
from tillit.booking.models import Booking, MeetingType
from tillit.kernel import outbox, zones


def tell_moved_up(organisation: UUID, bookings: Iterable[UUID]) -> None:
    """These have a seat now. Whoever made room is nobody's business: the program says it, not the actor."""
    with acting(Actor(organisation=organisation, office="reaction")):
        for booking in bookings:
            outbox.emit(BookingMovedUp(booking=booking))


def give_more_seats(kind: MeetingType) -> None:
    """Whoever waits gets the seats that a type has more than before. By an administrator."""
    if kind.capacity > 1:
        tell_moved_up(kind.organisation_id, _ids("select booking.more_seats(%s)", kind.pk))


def close_line(meeting: UUID) -> None:
    """The acting host calls a meeting off: nobody moves up any more, and whoever waits is told."""
    _tell_left(_ids("select booking.close_line(%s)", meeting))


def end_lines(bookings: Sequence[UUID]) -> None:
    """As the sweeper: the list has closed, and these who still waited are told that no seat became free."""
    _tell_left(_ids("select booking.end_lines(%s)", list(bookings)))


def ahead(booking: Booking) -> int | None:
    """How many wait before the acting guest; None where the booking does not wait."""
    with connection.cursor() as cursor:
        cursor.execute("select booking.ahead(%s)", [booking.pk])
        (count,) = cursor.fetchone()
    return None if count is None else int(count)


def open_lines(kind: MeetingType, low: int, high: int) -> dict[int, int]:
    """The full sessions of a type between two minutes that one can wait for: their start → how many wait."""
    if not kind.waiting_places:
        return {}
    with connection.cursor() as cursor:
        span: list[datetime] = [zones.minute_to_utc(low), zones.minute_to_utc(high)]
        cursor.execute("select starts, waiting from booking.lines(%s, %s, %s)", [kind.pk, *span])
        return {zones.minute_down(starts): waiting for starts, waiting in cursor.fetchall()}


def waiting_for(meetings: Iterable[UUID]) -> dict[UUID, int]:
    """How many wait for each of these meetings of the acting host; those for which nobody does are left out."""
    with connection.cursor() as cursor:
        cursor.execute("select meeting, waiting from booking.waiting_for(%s)", [list(meetings)])
        return dict(cursor.fetchall())


def _tell_left(bookings: Iterable[UUID]) -> None:
    for booking in bookings:
        outbox.emit(BookingLeft(booking=booking))


def _ids(statement: str, argument: UUID | list[UUID]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [argument])
        return list(cursor.fetchone()[0] or ())
