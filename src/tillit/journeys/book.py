"""Booking, moving and cancelling: the time is taken and the event written in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.db import transaction

from tillit.access import Actor, acting, as_office
from tillit.booking import actions, by_hand, lines
from tillit.booking import series as binding
from tillit.booking.actions import NotBooked
from tillit.booking.engine import Refusal, Start
from tillit.booking.events import SeriesChanged
from tillit.booking.facts import BookableHost
from tillit.booking.intake.given import Given
from tillit.booking.queries import check_offer, check_start, get_booking, my_host, present_offer
from tillit.booking.resources.queries import resources_at
from tillit.journeys import series
from tillit.kernel import keys, outbox, zones
from tillit.wallet.queries import accepting

if TYPE_CHECKING:
    from tillit.booking.models import Booking, Meeting, MeetingType

__all__ = [
    "FormChanged", "Given", "NotBooked", "book", "booked_before", "call_off", "cancel", "cancel_series", "move",
    "move_as_host", "move_series", "move_series_as_host",
]  # fmt: skip


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
    dates: Sequence[int] = (),
) -> tuple[UUID, bool]:
    """Book `kind` at a minute since the epoch (UTC) for a guest whose grid and zone is `zone`.

    given: what was answered; None where nobody was asked, who then answers by the booking's link. waits: where the
    session is full, stand in its line instead.

    Returns the booking's id and whether it is new (the same `request_key` books once). Raises NotBooked with the
    reason, FormChanged or uploads.Refused; then nothing is left behind. A key that somebody else's form had is, with
    another mail address, another key: it tells nothing about their booking.

    What is booked as a series is booked whole or not at all: at `dates` (minutes), else weekly from `minute` on; the
    first booking's id is returned, and NotBooked carries the `minute` that could not be had.
    """
    if kind.price and accepting() is None:
        raise NotBooked(None)
    request_key = uuid5(request_key, email.casefold())
    guest: dict[str, Any] = {"name": name, "email": email, "phone": phone, "note": note}
    guest |= {"language": language, "zone": zone, "given": given}
    if kind.times > 1:
        return _book_series(kind, dates or series.weekly(kind, minute), request_key, guest)
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


def _book_series(
    kind: MeetingType, dates: Sequence[int], request_key: UUID, guest: dict[str, Any]
) -> tuple[UUID, bool]:
    """All of them in one transaction, as one guest; one message tells of them."""
    minutes = sorted(dates)
    if len(set(minutes)) != kind.times:
        raise NotBooked(Refusal.TAKEN)
    binding.begin(kind)
    now = present_offer(kind)  # nothing of it changes any more: its hosts wait for this transaction
    if now is None or now.times != kind.times:
        raise NotBooked(None)
    with transaction.atomic():
        first, new = _take_one(now, minutes[0], uuid5(request_key, "1"), guest)
        if not new:
            return first, False
        with as_office("guest", str(first)):
            person = get_booking(first).person_id
        given = guest["given"]
        later = guest | {"given": given and Given(given.version, given.answers)}  # files stay with the first date
        with acting(Actor(organisation=kind.organisation_id, person=person, office="guest", subject=str(first))):
            rest = [
                _take_one(now, minute, uuid5(request_key, str(number)), later)[0]
                for number, minute in enumerate(minutes[1:], 2)
            ]
            binding.bind([first, *rest])
            outbox.emit(SeriesChanged(booking=first))
    return first, True


def _take_one(kind: MeetingType, minute: int, key: UUID, guest: dict[str, Any]) -> tuple[UUID, bool]:
    try:
        return _take(kind, minute, key, guest, waits=False, whole=True)
    except NotBooked as refused:
        refused.minute = minute
        raise
    except (actions.Stale, keys.Gone):
        raise NotBooked(None) from None


def _take(
    kind: MeetingType, minute: int, request_key: UUID, guest: dict[str, Any], waits: bool, whole: bool = False
) -> tuple[UUID, bool]:
    """What the process remembers of the offer is enough for most; the database looks at what is taken anyway."""
    given = guest["given"]
    if given and given.version != kind.intake:
        raise FormChanged
    hosts = check_offer(kind, minute, guest["zone"])
    resources: Sequence[Hashable] = ()
    if hosts is None:
        try:
            answer, hosts = check_start(kind, minute, guest["zone"])
            if not (waits and answer is Refusal.FULL):
                hosts, resources = _able(answer, hosts)
        except NotBooked:
            if earlier := actions.booked_before(request_key):
                return earlier, False
            raise
    return actions.take(
        kind=kind, minute=minute, hosts=hosts, resources=resources, request_key=request_key, waits=waits, whole=whole,
        **guest,
    )  # fmt: skip


def booked_before(request_key: UUID, email: str) -> UUID | None:
    """The booking that a form with this key and this mail address has made, if it has made one."""
    return actions.booked_before(uuid5(request_key, email.casefold()))


@transaction.atomic
def move(*, booking_id: UUID, minute: int, zone: str) -> bool:
    """Move a booking of the actor. False when it stands there already. Raises NotBooked; the old time then stays."""
    return _move(get_booking(booking_id), minute, zone)


def _move(booking: Booking, minute: int, zone: str, *, whole: bool = False) -> bool:
    hosts, resources = _able(*check_start(booking.meeting.visit, minute, zone, aside=booking.pk))
    return actions.move(booking=booking, minute=minute, hosts=hosts, resources=resources, whole=whole)


@transaction.atomic
def move_series(*, booking_id: UUID, minutes: Sequence[int], zone: str) -> int:
    """Move all of a series of the actor that has not begun, in order of time, to as many minutes, or nothing of it.

    Returns how many stand elsewhere now. Raises NotBooked with the `minute` that could not be had.
    """
    return _move_all(booking_id, minutes, lambda one, minute: _move(one, minute, zone, whole=True))


@transaction.atomic
def move_series_as_host(*, booking_id: UUID, minutes: Sequence[int]) -> int:
    """Move all of a series that the acting person hosts and that has not begun, as `move_series`, with a host's freedom
    (`move_as_host`): also outside their hours. Returns how many stand elsewhere now; raises as `move_series`."""
    return _move_all(booking_id, minutes, lambda one, minute: _move_as_host(one, minute, whole=True))


def _move_all(booking_id: UUID, minutes: Sequence[int], place: Callable[[Booking, int], bool]) -> int:
    bookings = binding.coming(get_booking(booking_id))
    if not bookings or len(set(minutes)) != len(bookings):
        raise NotBooked(None)
    binding.begin(bookings[0].meeting.meeting_type)
    pairs = list(zip(bookings, sorted(minutes), strict=True))
    if pairs[0][1] > zones.minute_down(bookings[0].meeting.span.lower):
        pairs.reverse()  # each goes to where its neighbour has just left
    moved = 0
    for booking, minute in pairs:
        try:
            moved += place(booking, minute)
        except NotBooked as refused:
            refused.minute = minute
            raise
    if moved:
        outbox.emit(SeriesChanged(booking=booking_id))
    return moved


@transaction.atomic
def cancel_series(*, booking_id: UUID, reason: str = "") -> int:
    """Cancel all of a series of the actor that has not begun. Returns how many; one message tells of it."""
    bookings = binding.coming(get_booking(booking_id))
    if not bookings:
        raise NotBooked(Refusal.PAST)
    binding.begin(bookings[0].meeting.meeting_type)
    count = sum(actions.cancel(booking=one, reason=reason, whole=True) for one in bookings)
    if count:
        outbox.emit(SeriesChanged(booking=bookings[0].pk))
    return count


@transaction.atomic
def move_as_host(*, booking_id: UUID, minute: int) -> bool:
    """Move a booking that the acting person hosts to a minute of their own choosing, also outside their hours, as long
    as nothing else stands there. With all hosts of a joint meeting, else with the acting host alone.

    False when it stands there already. Raises NotBooked; the old time then stays.
    """
    return _move_as_host(get_booking(booking_id), minute)


def _move_as_host(booking: Booking, minute: int, *, whole: bool = False) -> bool:
    kind, me = booking.meeting.visit, my_host()
    hosts = by_hand.hosts_at(kind, minute, me.pk, aside=booking.pk) if me else []
    if not hosts:
        raise NotBooked(None)
    resources = resources_at(kind, minute, aside=booking.pk)
    if resources is None:
        raise NotBooked(Refusal.TAKEN)
    return actions.move(booking=booking, minute=minute, hosts=hosts, resources=resources, whole=whole)


@transaction.atomic
def cancel(*, booking_id: UUID, reason: str = "") -> bool:
    """Cancel a booking of the actor. False when that was done already. Raises NotBooked when it has begun."""
    return actions.cancel(booking=get_booking(booking_id), reason=reason)


@transaction.atomic
def call_off(*, meeting: Meeting, reason: str = "") -> int:
    """The acting host calls a whole meeting off (as `queries.hosted_meeting` gives it): nobody moves up, everybody is
    told. Returns how many bookings were cancelled. Raises NotBooked when it has begun."""
    lines.close_line(meeting.pk)
    return sum(actions.cancel(booking=booking, reason=reason) for booking in meeting.bookings.all())


def _able(answer: Start | Refusal, hosts: Sequence[BookableHost]) -> tuple[list[BookableHost], tuple[Hashable, ...]]:
    """The hosts and the resources that can take the start, in order of preference."""
    if isinstance(answer, Refusal):
        raise NotBooked(answer)
    return [host for host in hosts if host.id in answer.hosts], answer.others
