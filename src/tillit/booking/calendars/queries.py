"""What the acting host has connected, and what there is to answer."""

from __future__ import annotations

from uuid import UUID

from django.db import connection as database
from django.http import Http404

from tillit.access import current
from tillit.booking.calendars.problems import FOR_A_WHILE
from tillit.booking.models import Connection, Feed, Written
from tillit.kernel import clock, egress
from tillit.kernel.dpv import Data, Purpose
from tillit.privacy import processors


def feed() -> Feed | None:
    """The acting host's feed."""
    return Feed.objects.filter(person_id=_me()).first()


def connections() -> list[Connection]:
    """What the acting host has connected, with the calendars of each."""
    return list(Connection.objects.filter(person_id=_me(), ended=None).prefetch_related("calendars").order_by("made"))


def connection(one: UUID) -> Connection:
    """One of them, or 404."""
    found = Connection.objects.filter(pk=one, person_id=_me(), ended=None).first()
    if found is None:
        raise Http404
    return found


def unread() -> int:
    """How many connected calendars wait for their host: they cannot be read, and that does not go by itself."""
    return Connection.objects.filter(person_id=_me(), ended=None).exclude(problem__in=["", *FOR_A_WHILE]).count()


def questions() -> list[Written]:
    """Bookings to come that were moved or deleted over there, and that nobody has decided about."""
    rows = Written.objects.filter(person_id=_me(), meeting__cancelled=None, meeting__span__endswith__gt=clock.now())
    return list(rows.exclude(question="").select_related("meeting").order_by("meeting__span"))


def question(one: UUID) -> Written:
    """One of them, or 404."""
    found = next((row for row in questions() if row.pk == one), None)
    if found is None:
        raise Http404
    return found


def receivers() -> list[tuple[str, str]]:
    """Key and name of the organisation's receivers to which hosts may connect calendars: those that plan work, and
    may know what a host logs in with and when a host is busy, and may be used now."""
    register, registered = processors.Register(), processors.keys()
    return [(key, name) for key, name in registered if usable(register.find(key)) and allowed(key)]


def allowed(receiver: str) -> bool:
    """May it be called now: is there an agreement, and is it in a region that the organisation allows?"""
    try:
        egress.client(receiver, Purpose.WORK)
    except egress.Refused:
        return False
    return True


def name_of(receiver: str) -> str:
    """A receiver's name, also of one that is no longer used."""
    found = processors.Register().find(receiver)
    return found.name if found else receiver


def usable(receiver: egress.Processor | None) -> bool:
    """May a host's calendar be connected there?"""
    wanted = {Data.AUTHENTICATION.identifier, Data.CALENDAR.identifier}
    return receiver is not None and Purpose.WORK.identifier in receiver.purposes and wanted <= receiver.categories


def due() -> list[tuple[UUID, UUID, UUID]]:
    """Organisation, person and connection of everything whose turn it is; for the round."""
    with database.cursor() as cursor:
        cursor.execute("select organisation, person, connection from booking.calendars_due()")
        return list(cursor.fetchall())


def writers(booking: UUID, old_meeting: UUID | None) -> list[UUID]:
    """Hosts of a booking who have their bookings written into a calendar; for reactions."""
    with database.cursor() as cursor:
        cursor.execute("select booking.writers(%s, %s)", [booking, old_meeting])
        return list(cursor.fetchone()[0])


def _me() -> UUID:
    actor = current()
    if actor is None or actor.person is None:
        raise Http404
    return actor.person
