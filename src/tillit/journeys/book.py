"""Booking, moving and cancelling: the time is taken and the event written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.db import transaction

from tillit.booking import actions
from tillit.booking.actions import NotBooked
from tillit.booking.engine import Refusal, Start
from tillit.booking.facts import BookableHost
from tillit.booking.intake.given import Given
from tillit.booking.queries import check_offer, check_start, get_booking, present_offer
from tillit.kernel import keys

if TYPE_CHECKING:
    from tillit.booking.models import MeetingType

__all__ = ["FormChanged", "Given", "NotBooked", "book", "booked_before", "cancel", "move"]


class FormChanged(Exception):
    """The questions have changed since they were answered: ask what is new."""


@transaction.atomic
def book(
    *,
    kind: MeetingType,
    minute: int,
    request_key: UUID,
    name: str,
    email: str,
    phone: str = "",
    note: str = "",
    language: str,
    zone: str,
    waits: bool = False,
    given: Given | None = None,
) -> tuple[UUID, bool]:
    """Book `kind` at a minute since the epoch (UTC) for a guest whose grid and zone is `zone`.

    given: what was answered; None where nobody was asked, who then answers by the booking's link. waits: where the
    session is full, stand in its line instead.

    Returns the booking's id and whether it is new (the same `request_key` books once). Raises NotBooked with the
    reason, FormChanged or uploads.Refused; then nothing is left behind. A key that somebody else's form had is, with
    another mail address, another key: it tells nothing about their booking.
    """
    request_key = uuid5(request_key, email.casefold())
    guest: dict[str, Any] = {"name": name, "email": email, "phone": phone, "note": note}
    guest |= {"language": language, "zone": zone, "given": given}
    try:
        try:
            return _take(kind, minute, request_key, guest, waits)
        except actions.Stale:
            now = present_offer(kind)
            if now is None:
                raise NotBooked(None) from None
            return _take(now, minute, request_key, guest, waits)
    except (actions.Stale, keys.Gone):  # changed again, or whoever books was erased at this moment
        raise NotBooked(None) from None


def _take(kind: MeetingType, minute: int, request_key: UUID, guest: dict[str, Any], waits: bool) -> tuple[UUID, bool]:
    """What the process remembers of the offer is enough for most; the database looks at what is taken anyway."""
    given = guest["given"]
    if given and given.version != kind.intake:
        raise FormChanged
    hosts = check_offer(kind, minute, guest["zone"])
    if hosts is None:
        try:
            answer, hosts = check_start(kind, minute, guest["zone"])
            if not (waits and answer is Refusal.FULL):
                hosts = _able(answer, hosts)
        except NotBooked:
            if earlier := actions.booked_before(request_key):
                return earlier, False
            raise
    return actions.take(kind=kind, minute=minute, hosts=hosts, request_key=request_key, waits=waits, **guest)


def booked_before(request_key: UUID, email: str) -> UUID | None:
    """The booking that a form with this key and this mail address has made, if it has made one."""
    return actions.booked_before(uuid5(request_key, email.casefold()))


@transaction.atomic
def move(*, booking_id: UUID, minute: int, zone: str) -> bool:
    """Move a booking of the actor. False when it stands there already. Raises NotBooked; the old time then stays."""
    booking = get_booking(booking_id)
    hosts = _able(*check_start(booking.meeting.meeting_type, minute, zone, aside=booking_id))
    return actions.move(booking=booking, minute=minute, hosts=hosts)


@transaction.atomic
def cancel(*, booking_id: UUID, reason: str = "") -> bool:
    """Cancel a booking of the actor. False when that was done already. Raises NotBooked when it has begun."""
    return actions.cancel(booking=get_booking(booking_id), reason=reason)


def _able(answer: Start | Refusal, hosts: Sequence[BookableHost]) -> list[BookableHost]:
    """The hosts that can take the start, in order of preference."""
    if isinstance(answer, Refusal):
        raise NotBooked(answer)
    return [host for host in hosts if host.id in answer.hosts]
