"""Bookings that were made together, week after week: bound in the database (sql/groups.sql), found by any of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from tillit.booking.models import Booking, MeetingType
from tillit.booking.queries import with_hosts
from tillit.kernel import clock
from tillit.kernel.ids import new_id


def begin(kind: MeetingType) -> None:
    """Lock every host of the type, before several bookings are made or moved in one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select booking.begin_series(%s)", [kind.pk])


def bind(bookings: Sequence[UUID]) -> UUID:
    """The acting guest's bookings are one series from now on. Raises ValueError where one of them is not theirs."""
    series = new_id()
    with connection.cursor() as cursor:
        cursor.execute("select booking.bind_series(%s, %s)", [series, list(bookings)])
        if not cursor.fetchone()[0]:
            raise ValueError("A series is made of one guest's own bookings.")
    return series


def all_of(booking: Booking) -> list[Booking]:
    """The whole series of a booking, as far as the actor may see it, in order of time; without one, the booking."""
    if booking.series is None:
        return [booking]
    return list(with_hosts().filter(series=booking.series).order_by("meeting__span", "pk"))


def coming(booking: Booking) -> list[Booking]:
    """What of the series stands and has not begun."""
    now = clock.now()
    return [one for one in all_of(booking) if one.state == "confirmed" and one.meeting.span.lower > now]
