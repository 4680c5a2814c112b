"""Being away from a day until a day, with or without a stand-in, and giving meetings over to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tillit.booking.actions import block_time
from tillit.booking.away.models import Absence
from tillit.booking.events import BookingHandedOver, HoursChanged, StandInNamed
from tillit.booking.models import Booking, BusyTime, Host, Meeting
from tillit.booking.queries import hosted_meetings
from tillit.identity.queries import opened_people
from tillit.kernel import clock, outbox


class NotHandedOver(Exception):
    """The meeting stays; the word says why: taken (the stand-in is not free then), past, agreed
    (between these two) or gone."""

    @property
    def says(self) -> str:
        """That, and what to do, in the reader's language."""
        match str(self):
            case "taken":
                return _("Who stands in for you is not free then. Move the booking to another time.")
            case "agreed":
                return _("The two of you agreed on this between yourselves, so nobody else can take it over.")
        return _("The meeting has already begun.")


@dataclass(frozen=True)
class StandIn:
    """Who is told that they stand in for `away`, and for which span."""

    person: UUID
    name: str
    email: str
    phone: str
    language: str
    zone: str
    away: str
    first: datetime
    last: datetime


@transaction.atomic
def go_away(*, host: Host, start: datetime, end: datetime, stand_in: Host | None) -> Absence:
    """The acting host is away from `start` to `end` (aware); who stands in is told. Raises ValueError for an empty
    span, or for standing in for oneself."""
    if stand_in is not None and stand_in.pk == host.pk:
        raise ValueError("Somebody else stands in.")
    busy = block_time(host=host, start=start, end=end)
    made = Absence.objects.create(
        organisation_id=host.organisation_id, host=host, person_id=host.person_id, busy=busy, stand_in=stand_in
    )
    if stand_in is not None:
        outbox.emit(StandInNamed(absence=made.pk))
    return made


@transaction.atomic
def come_back(absence: UUID) -> bool:
    """The acting host is there after all. False where there is no such absence of theirs."""
    found = BusyTime.objects.filter(absence=absence).first()
    if found is None:
        return False
    found.delete()
    outbox.emit(HoursChanged(person=found.person_id))
    return True


def absences() -> list[Absence]:
    """The acting host's days away that are not over, the next first."""
    found = Absence.objects.filter(busy__span__endswith__gt=clock.now()).select_related("busy", "stand_in")
    return list(found.order_by("busy__span"))


def meetings_in(absence: Absence) -> list[Meeting]:
    """What is booked with the acting host while they are away, with its guests as far as they may be known."""
    span = absence.busy.span
    if span.upper <= clock.now():
        return []
    return [one for one in hosted_meetings(max(span.lower, clock.now()), span.upper) if one.span.lower > clock.now()]


@transaction.atomic
def hand_over(meeting: UUID, host: Host) -> None:
    """Give a meeting of the acting host to who stands in for them then; guests and stand-in are told. Raises
    NotHandedOver; "agreed" where the two have agreed on it between themselves."""
    rows = list(Booking.objects.filter(meeting=meeting, state="confirmed"))
    if any(one.between_two for one in rows):
        raise NotHandedOver("agreed")
    bookings = [one.pk for one in rows]
    with connection.cursor() as cursor:
        cursor.execute("select booking.hand_over(%s)", [meeting])
        (outcome,) = cursor.fetchone()
    if outcome != "ok":
        raise NotHandedOver(outcome)
    for booking in bookings:
        outbox.emit(BookingHandedOver(booking=booking, left=host.person_id))


def stand_in_of(absence: UUID, organisation: UUID) -> StandIn | None:
    """Whom to tell that they stand in; only a reaction (office "reaction") gets an answer."""
    with connection.cursor() as cursor:
        cursor.execute("select * from booking.stand_in_of(%s)", [absence])
        row = cursor.fetchone()
    if row is None:
        return None
    *sealed, language, zone, away, span = row
    ((name, email, phone),) = opened_people(organisation, [tuple(sealed)])
    return StandIn(sealed[0], name, email, phone, language, zone, away, span.lower, span.upper)
