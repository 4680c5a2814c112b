"""Bookings that are paid for. The booking stands with an end until the money is there (sql/pay.sql); the wallet takes
and returns the money. `settle` brings the two together, whatever happened, and may be asked any number of times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from tillit.access import Actor, acting, as_office, current
from tillit.booking import actions
from tillit.booking.actions import NotBooked
from tillit.booking.engine import Refusal
from tillit.booking.events import BookingCancelled, BookingPaid
from tillit.booking.lines import tell_moved_up
from tillit.booking.models import Booking
from tillit.booking.queries import check_start, get_booking, get_guest
from tillit.kernel import clock, ends, outbox, zones
from tillit.kernel.ids import new_id
from tillit.kernel.money import Money
from tillit.wallet import actions as wallet
from tillit.wallet import queries as payments

UNDO = timedelta(days=1, minutes=1)  # after which a no-show stands (sql/attendance.sql)


@dataclass(frozen=True)
class Paid:
    """What was paid for a booking, what went back of it, and what is on its way back: minor units."""

    paid: int = 0
    back: int = 0
    going: int = 0


def hold(booking: Booking) -> UUID:
    """The guest pays, or goes on paying: the payment, held and not begun yet (wallet.actions.begin asks the provider,
    when nothing is locked any more). What was not paid in time is held once more first, if its time is still free.

    Raises NotBooked where the time is gone or nothing is to be paid, and wallet.NotTaken where nobody takes payments.
    """
    provider = payments.accepting()
    if provider is None:
        raise wallet.NotTaken
    if booking.state == "cancelled" and booking.cancelled_by == "unpaid":
        _retake(booking.pk)
    new, guest, organisation = new_id(), get_guest(booking), booking.organisation
    payer = wallet.sealed_payer(new, booking.person_id, guest.name)
    with connection.cursor() as cursor:
        cursor.execute(
            "select booking.begin_payment(%s, %s, %s, %s, %s)",
            [booking.pk, new, payer, organisation.currency, provider.key],
        )
        (payment,) = cursor.fetchone()
    if payment is None:
        settle(booking.pk)  # what is held already pays for it: money that could not be sent back
        raise NotBooked(None)
    return payment


def returned(booking: Booking) -> None:
    """The payer has come back: whoever is faster, the provider's call or this, the provider is asked how it stands."""
    told = []
    for payment in payments.payments_for(booking.pk):
        if payment.state == "open":
            try:
                told.append((payment.provider, wallet.look(payment.pk)))
            except (*wallet.Unavailable, wallet.NotTaken):
                continue  # it calls, or is asked again by itself
    settle(booking.pk)  # takes the booking's locks before those of payments
    for provider, one in told:
        if one is not None and one.state != "open":
            wallet.note(provider, one)
    if told:
        settle(booking.pk)


def unpaid(bookings: Sequence[UUID]) -> None:
    """As the sweeper: the time to pay is over for these."""
    with connection.cursor() as cursor:
        cursor.execute("select freed, moved_up from booking.unpaid(%s::uuid[])", [list(bookings)])
        freed, moved_up = cursor.fetchone()
    for one in freed:
        outbox.emit(BookingCancelled(booking=one))
    tell_moved_up(_organisation(), moved_up)


@transaction.atomic
def settle(booking_id: UUID) -> str:
    """Bring a booking of the acting organisation and its money together, as the program: it is booked when it is paid,
    free when the payment failed, and what the organisation may not keep goes back. Returns what became of it."""
    organisation = _organisation()
    with acting(Actor(organisation=organisation, office="reaction")):
        outcome, excess, why, moved_up = _settle(booking_id)
        if outcome == "late":
            try:
                _retake(booking_id)
                outcome, excess, why, moved_up = _settle(booking_id)
            except NotBooked:
                why = "not_free"
        if outcome == "booked":
            outbox.emit(BookingPaid(booking=booking_id))
        elif outcome == "freed":
            outbox.emit(BookingCancelled(booking=booking_id))
            tell_moved_up(organisation, moved_up)
        if excess:
            _pay_back(booking_id, excess, why)
    return str(outcome)


def settle_after_undo(booking: Booking) -> None:
    """Somebody did not come: the money is settled when that can no longer be taken back."""
    if booking.to_pay is not None:
        with as_office("reaction"):
            ends.set("booking.money", object=booking.pk, subject=booking.person_id, due=clock.now() + UNDO)


def money_of(bookings: Iterable[UUID]) -> dict[UUID, Paid]:
    """What was paid for these bookings of the actor (guest or host); those without a payment are left out."""
    wanted = list(bookings)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("select booking, paid, back, going from booking.money(%s::uuid[])", [wanted])
        return {booking: Paid(paid, back, going) for booking, paid, back, going in cursor.fetchall()}


def _settle(booking_id: UUID) -> tuple[str, int, str, list[UUID]]:
    with connection.cursor() as cursor:
        cursor.execute("select outcome, excess, why, moved_up from booking.settle_money(%s)", [booking_id])
        outcome, excess, why, moved_up = cursor.fetchone()
    return outcome, excess, why, moved_up


def _retake(booking_id: UUID) -> None:
    """Hold the same time once more. Raises NotBooked."""
    with as_office("guest", str(booking_id)):
        found = get_booking(booking_id)
        zone = get_guest(found).zone
        kind, minute = found.meeting.visit, zones.minute_down(found.meeting.span.lower)
        answer, hosts = check_start(kind, minute, zone)
    if isinstance(answer, Refusal):
        raise NotBooked(answer)
    able = [host for host in hosts if host.id in answer.hosts]
    with connection.cursor() as cursor:
        cursor.execute(
            "select booking.retake(%s, %s::uuid[], %s::tstzrange[], %s::tstzrange[], %s, %s::uuid[])",
            [
                booking_id,
                [host.id for host in able],
                *actions.days_and_weeks(able, minute),
                new_id(),
                list(answer.others) or None,
            ],
        )
        actions.must(cursor.fetchone()[0])


def _pay_back(booking_id: UUID, excess: int, why: str) -> None:
    for payment in payments.payments_for(booking_id):
        free = payment.held - sum(one.amount for one in payment.refunds.all() if one.state == "asked")
        part = min(free, excess)
        if part > 0 and wallet.pay_back(payment, Money(part, payment.currency), why=why):
            excess -= part


def _organisation() -> UUID:
    organisation = (current() or Actor()).organisation
    assert organisation is not None
    return organisation
