"""Busy spans of connected calendars, as they lie in the database: each item's are replaced together."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tillit.booking.calendars import caldav, reading
from tillit.booking.calendars.problems import Problem
from tillit.booking.models import Booking, BusyTime, Calendar, HostTime, Item, Schedule
from tillit.kernel import clock, zones

AHEAD = timedelta(days=400)  # how far busy time is read; nothing of ours is booked later
MOST = 20_000  # spans of one calendar


def window() -> tuple[datetime, datetime]:
    """What is read: from yesterday until far enough ahead."""
    now = clock.now()
    return now - timedelta(days=1), now + AHEAD


def zone_of(calendar: Calendar) -> ZoneInfo:
    """The host's own zone, for whole days and times without one."""
    schedule = Schedule.objects.filter(host_id=calendar.connection.host_id).first()
    return zones.zone(schedule.zone if schedule else "UTC")


def our_uids(calendar: Calendar) -> set[str]:
    """UIDs under which bookings with this host lie in calendars: as we write them, and as our mails carry them. Their
    time is taken here already."""
    times = HostTime.objects.filter(person_id=calendar.person_id, span__endswith__gt=window()[0])
    meetings = set(times.values_list("meeting_id", flat=True))
    bookings = Booking.objects.filter(meeting_id__in=meetings).values_list("pk", flat=True)
    return {uid(one) for one in [*meetings, *bookings]}


def our_times(calendar: Calendar) -> list[reading.Span]:
    """When bookings with this host are, in the order of time."""
    times = HostTime.objects.filter(person_id=calendar.person_id, live=True, span__endswith__gt=window()[0])
    return [(span.lower, span.upper) for span in times.order_by("span").values_list("span", flat=True)]


def uid(object: object) -> str:
    """The UID of something of ours in calendars (RFC 5545)."""
    return f"{object}@tillit"


def key(address: str) -> str:
    """The fingerprint of an item's address: it may hold a title, so that it is not kept itself."""
    return hashlib.sha256(caldav.path(address).encode()).hexdigest()


def mark(version: str) -> str:
    """The fingerprint of a version; servers write anything there."""
    return hashlib.sha256(version.encode()).hexdigest()


def replace(calendar: Calendar, named: str, version: str, busy: reading.Busy) -> None:
    """These spans are what the item says now. Raises Problem when the calendar holds too much."""
    item = Item.objects.filter(calendar=calendar, key=named).first()
    if item is None:
        item = Item(
            organisation_id=calendar.organisation_id, calendar=calendar, person_id=calendar.person_id, key=named
        )
        item.version, item.repeats = version, busy.repeats
        item.save(force_insert=True)
    else:
        item.version, item.repeats = version, busy.repeats
        item.save(update_fields=["version", "repeats"])
        BusyTime.objects.filter(item=item).delete()
    if not busy.spans:
        return
    if BusyTime.objects.filter(item__calendar=calendar).count() + len(busy.spans) > MOST:
        raise Problem("much")
    BusyTime.objects.bulk_create(
        [
            BusyTime(
                organisation_id=calendar.organisation_id, host_id=calendar.connection.host_id,
                person_id=calendar.person_id, item=item, span=DateTimeTZRange(first, last),
            )
            for first, last in busy.spans
        ]
    )  # fmt: skip


def drop(calendar: Calendar, named: Iterable[str]) -> None:
    """These items are no longer there."""
    Item.objects.filter(calendar=calendar, key__in=list(named)).delete()


def known(calendar: Calendar) -> dict[str, Item]:
    """What was read before, by fingerprint."""
    return {item.key: item for item in Item.objects.filter(calendar=calendar)}


def read(calendar: Calendar, content: bytes, but: Collection[str], seconds: float) -> reading.Busy:
    """The busy spans of a file, in so many seconds at most. Raises Problem."""
    try:
        return reading.busy(content, zone_of(calendar), *window(), but=but, seconds=min(reading.SECONDS, seconds))
    except reading.Unreadable:
        raise Problem("unreadable") from None
    except reading.TooMuch:
        raise Problem("much") from None
