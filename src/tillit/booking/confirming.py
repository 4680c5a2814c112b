"""Confirmation by hand: a host says yes to each booking, within the time that its type gives. Until then the time is
held; when nobody answers it is free again (sql/intake.sql)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction

from tillit.booking.actions import NotBooked
from tillit.booking.engine import Refusal
from tillit.booking.events import BookingCancelled, BookingConfirmed
from tillit.booking.lines import tell_moved_up
from tillit.booking.models import Booking, Host
from tillit.kernel import clock, outbox


@transaction.atomic
def confirm(*, booking: Booking) -> bool:
    """As a host of the booking, say yes. False when somebody did before. Raises NotBooked when it is off."""
    with connection.cursor() as cursor:
        cursor.execute("select booking.confirm(%s)", [booking.pk])
        (outcome,) = cursor.fetchone()
    if outcome == "again":
        return False
    if outcome != "ok":
        raise NotBooked(Refusal.PAST if outcome == "past" else None)
    outbox.emit(BookingConfirmed(booking=booking.pk))
    return True


def unanswered(host: Host) -> list[UUID]:
    """The meetings of the acting host that hold a booking nobody has confirmed yet, the most urgent first."""
    waiting = Booking.objects.filter(
        state="confirmed", answer_by__gt=clock.now(), meeting__host_times__host=host, meeting__host_times__live=True
    )
    return list(dict.fromkeys(waiting.order_by("answer_by", "pk").values_list("meeting_id", flat=True)))


def lapse(bookings: Sequence[UUID]) -> None:
    """As the sweeper: nobody has confirmed these in time."""
    with connection.cursor() as cursor:
        cursor.execute("select lapsed, moved_up from booking.lapse(%s::uuid[])", [list(bookings)])
        lapsed, moved_up = cursor.fetchone()
        cursor.execute("select access.organisation()")
        (organisation,) = cursor.fetchone()
    for one in lapsed:
        outbox.emit(BookingCancelled(booking=one))
    tell_moved_up(organisation, moved_up)
