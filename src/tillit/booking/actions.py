"""Writes. Bookings go through definer functions; what a host or administrator sets up goes through models."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tillit.access import Actor, current
from tillit.booking import hours, lines
from tillit.booking.engine import Refusal
from tillit.booking.events import (
    BookingCancelled,
    BookingLeft,
    BookingMade,
    BookingMoved,
    BookingWaiting,
    HoursChanged,
    RemindersSet,
)
from tillit.booking.facts import BookableHost, day_and_week, parse_schedule
from tillit.booking.intake.given import Given
from tillit.booking.models import Booking, BusyTime, Host, MeetingType, Reminder, Schedule, TypeHost
from tillit.booking.visits.together import types_of
from tillit.identity.queries import sealed_person
from tillit.kernel import clock, keys, outbox, sealed, zones
from tillit.kernel.ids import new_id

NAME_LENGTH = 200
NOTE_LENGTH = 10_000


TAKE = """
select outcome, booking from booking.take(%s, %s, %s::uuid[], %s, %s::tstzrange[], %s::tstzrange[], %s, %s, %s, %s,
  %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::uuid[], %s::uuid[])
"""

TAKE_AND_SETTLE = f"""
with made as materialized ({TAKE})
select outcome, booking,
  case when outcome in ('ok', 'waiting') then booking.settle(%s, booking, %s, %s, %s::uuid[]) end from made
"""  # noqa: S608 (our own constant)


class Stale(Exception):
    """The offer has changed since the hosts were chosen: choose them again."""


class NotBooked(Exception):
    """The time cannot be had; `refusal` says why, None means that the offer itself is gone."""

    def __init__(self, refusal: Refusal | None) -> None:
        super().__init__(refusal.value if refusal else "gone")
        self.refusal = refusal
        self.minute: int | None = None  # of a series: which of its dates it is


def take(
    *,
    kind: MeetingType,
    minute: int,
    hosts: Sequence[BookableHost],
    request_key: UUID,
    name: str,
    email: str,
    phone: str = "",
    note: str = "",
    language: str,
    zone: str,
    waits: bool = False,
    whole: bool = False,
    given: Given | None = None,
    resources: Sequence[Hashable] = (),
) -> tuple[UUID, bool]:
    """Book `kind` at a minute (since the epoch, UTC) with the first of `hosts` that is free, or with all of them.

    resources: candidates for what the type needs beside its hosts, the preferred ones first. The event that tells of
    it, and what was answered (`given`), are written by the same statement. Returns the booking's id and whether it is
    new: the same `request_key` books once. waits: where the session is full, stand in
    its line. whole: it is one of a series. Raises NotBooked, uploads.Refused, and Stale when `hosts` were chosen for
    another revision of `kind`.
    """
    booking, organisation, acting = new_id(), kind.organisation_id, current()
    known = acting.person if acting else None
    person = known or new_id()
    key = None if known else keys.fresh(organisation, person)
    details: tuple[bytes, bytes, str, bytes, str] = (b"", b"", "", b"", "")  # who is known has given them before
    if key:
        details = sealed_person(organisation=organisation, person=person, key=key, name=name, email=email, phone=phone)
    written = sealed.value(Booking, "note", note, organisation=organisation, row=booking, person=person, key=key)
    settled: list[Any] = []
    if given or kind.answer_within or kind.price:
        given = given or Given()
        settled = [request_key, *given.sealed(organisation, booking, person, key)]
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE_AND_SETTLE if settled else TAKE,
            [
                kind.pk,
                kind.revision,
                [host.id for host in hosts],
                zones.minute_to_utc(minute),
                *_limit_bounds(kind, hosts, minute),
                booking,
                new_id(),
                person,
                request_key,
                *details,
                key.wrapped if key else None,
                written,
                language,
                zone,
                *(outbox.prepare(BookingMade(booking=booking, whole=whole)) if not waits else (None, None, None, None)),
                waits,
                [one.pk for one in kind.further] or None,
                list(resources) or None,
                *settled,
            ],
        )
        outcome, earlier, *_done = cursor.fetchone()
    if outcome == "again":
        return earlier, False
    if outcome == "stale":
        raise Stale
    if outcome != "waiting":
        must(outcome)
    if waits:
        outbox.emit(BookingWaiting(booking=booking) if outcome == "waiting" else BookingMade(booking=booking))
    if given:
        given.keep_files(organisation, person)
    return booking, True


def _limit_bounds(kind: MeetingType, hosts: Sequence[BookableHost], minute: int) -> tuple[list[Any] | None, ...]:
    """Each host's local day and week around a minute, where the type (or what is had with it) or a host has limits."""
    kinds = types_of(kind)
    if all(one.max_per_day is None and one.max_per_week is None for one in kinds) and not any(
        host.facts.limits for host in hosts
    ):
        return None, None
    return days_and_weeks(hosts, minute)


def days_and_weeks(hosts: Sequence[BookableHost], minute: int) -> tuple[list[Any], list[Any]]:
    """Each host's local day and week around a minute."""
    bounds = [day_and_week(host, minute) for host in hosts]
    return [day for day, _ in bounds], [week for _, week in bounds]


def booked_before(request_key: UUID) -> UUID | None:
    """The booking that a form with this key has already made, if any."""
    with connection.cursor() as cursor:
        cursor.execute("select booking.by_key(%s)", [request_key])
        (found,) = cursor.fetchone()
    return found


def move(
    *,
    booking: Booking,
    minute: int,
    hosts: Sequence[BookableHost],
    resources: Sequence[Hashable] = (),
    whole: bool = False,
) -> bool:
    """Move a booking of the actor to another minute, with the first free one of each pool of `resources`. False when it
    stands there already. whole: with the rest of its series. Raises NotBooked."""
    if booking.between_two:
        raise NotBooked(Refusal.AGREED)
    with connection.cursor() as cursor:
        cursor.execute(
            "select outcome, moved_up"
            " from booking.move(%s, %s::uuid[], %s, %s::tstzrange[], %s::tstzrange[], %s, %s::uuid[])",
            [
                booking.pk,
                [host.id for host in hosts],
                zones.minute_to_utc(minute),
                *days_and_weeks(hosts, minute),  # always: no revision says here that there are no limits
                new_id(),
                list(resources) or None,
            ],
        )
        outcome, moved_up = cursor.fetchone()
    if outcome == "again":
        return False
    must(outcome)
    outbox.emit(BookingMoved(booking=booking.pk, meeting=booking.meeting_id, whole=whole))
    lines.tell_moved_up(booking.organisation_id, moved_up)
    return True


def cancel(*, booking: Booking, reason: str = "", whole: bool = False) -> bool:
    """Cancel a booking of the actor (its guest or its host), or leave the line. False when that was done already.
    whole: with the rest of its series.

    Raises NotBooked with Refusal.PAST when the meeting has begun, with Refusal.AGREED where two agreed on it.
    """
    if booking.fixed:
        raise NotBooked(Refusal.AGREED)
    written = sealed.value(
        Booking,
        "cancel_reason",
        reason,
        organisation=booking.organisation_id,
        row=booking.pk,
        person=booking.person_id,
    )
    with connection.cursor() as cursor:
        cursor.execute("select outcome, moved_up from booking.cancel(%s, %s)", [booking.pk, written])
        outcome, moved_up = cursor.fetchone()
    if outcome == "again":
        return False
    if outcome == "left":
        outbox.emit(BookingLeft(booking=booking.pk))
        return True
    must(outcome)
    outbox.emit(BookingCancelled(booking=booking.pk, whole=whole))
    lines.tell_moved_up(booking.organisation_id, moved_up)
    return True


def write_note(booking: UUID, note: str) -> bool:
    """The acting guest writes anew what they wrote when they booked, or nothing. False where it is not theirs."""
    row = Booking.objects.filter(pk=booking).first()
    if row is None:
        return False
    written = sealed.value(Booking, "note", note, organisation=row.organisation_id, row=row.pk, person=row.person_id)
    with connection.cursor() as cursor:
        cursor.execute("select booking.write_note(%s, %s)", [booking, written])
        return bool(cursor.fetchone()[0])


def rename_host(host: UUID, name: str) -> bool:
    """The acting host is called so on the public page. False where it is not theirs."""
    me = (current() or Actor()).person
    return me is not None and bool(Host.objects.filter(pk=host, person_id=me).update(name=name))


def must(outcome: str) -> None:
    """Raise NotBooked for whatever the database answered that is not "ok"."""
    if outcome == "ok":
        return
    known = {refusal.value: refusal for refusal in Refusal}
    raise NotBooked(known.get(outcome))


@transaction.atomic
def add_host(
    *,
    organisation: UUID,
    person: UUID,
    slug: str,
    name: str,
    zone: str = "",
    about: Mapping[str, str] | None = None,
    position: int = 0,
) -> Host:
    """Make a person bookable. By an administrator. With a `zone`, ordinary weekdays to begin with."""
    if Host.objects.filter(slug=slug).exists():
        slug = f"{slug[:50]}-{str(person)[-8:]}"
    host = Host.objects.create(
        organisation_id=organisation,
        person_id=person,
        slug=slug[:60],
        name=name,
        about=dict(about or {}),
        position=position,
    )
    if zone:
        set_schedule(host=host, zone=zone, weekly={str(day): [["09:00", "16:00"]] for day in range(1, 6)})
    return host


@transaction.atomic
def set_schedule(
    *,
    host: Host,
    zone: str,
    weekly: Mapping[str, Sequence[Sequence[str]]],
    overrides: Mapping[str, Sequence[Sequence[str]]] | None = None,
    days_off: Sequence[str] = (),
    travel: Sequence[Sequence[Any]] = (),
    holidays: str | None = None,
) -> Schedule:
    """Set when a host works; holidays: the country whose public holidays are off ("": none, None: as before). Raises
    ValueError (with UnknownZone) when the parts make no schedule, or are more than anybody needs."""
    parts: dict[str, Any] = {
        "weekly": dict(weekly),
        "overrides": dict(overrides or {}),
        "days_off": list(days_off),
        "travel": [list(t) for t in travel],
    }
    if max(len(part) for part in parts.values()) > hours.MOST_DAYS:
        raise ValueError(f"at most {hours.MOST_DAYS} days that differ")
    parse_schedule(zone, *(json.dumps(part) for part in parts.values()))
    outbox.emit(HoursChanged(person=host.person_id))
    schedule = Schedule.objects.filter(host=host).first()
    if schedule is None:
        return Schedule.objects.create(
            organisation_id=host.organisation_id, host=host, person_id=host.person_id, zone=zone,
            holidays=holidays or "", **parts,
        )  # fmt: skip
    if holidays is not None:
        schedule.holidays = holidays
    for name, value in parts.items():
        setattr(schedule, name, value)
    schedule.zone = zone
    schedule.save()
    return schedule


@transaction.atomic
def add_meeting_type(*, organisation: UUID, hosts: Sequence[Host], **fields: Any) -> MeetingType:
    """Offer something to book with these hosts, the first one preferred. By an administrator."""
    kind = MeetingType(organisation_id=organisation, **fields)
    kind.full_clean(validate_unique=False, validate_constraints=False)
    kind.save()
    _set_hosts(kind, hosts)
    kind.refresh_from_db(fields=["revision"])
    return kind


@transaction.atomic
def change_meeting_type(*, kind: MeetingType, hosts: Sequence[Host], **fields: Any) -> MeetingType:
    """Change a type and its hosts. What is booked stays as it was booked; whoever waits gets seats that are added.
    By an administrator."""
    for name, value in fields.items():
        setattr(kind, name, value)
    kind.full_clean(validate_unique=False, validate_constraints=False)
    kind.save()
    _set_hosts(kind, hosts)
    kind.refresh_from_db(fields=["revision"])
    lines.give_more_seats(kind)
    return kind


def _set_hosts(kind: MeetingType, hosts: Sequence[Host]) -> None:
    """These hosts take it in their own right, the first one preferred; who stays keeps their hours, share and time.

    Rows are written anew, so that the database arranges who stands in for whom.
    """
    moment = clock.now()  # one for all who begin together
    rows = TypeHost.objects.filter(meeting_type=kind)
    kept = {row.host_id: row for row in rows.filter(stands_in=False)}
    rows.delete()
    for priority, host in enumerate(hosts):
        row = kept.get(host.pk) or TypeHost(
            organisation_id=kind.organisation_id, meeting_type=kind, host=host, joined=moment
        )
        row.priority = priority
        row.save(force_insert=True)


@transaction.atomic
def set_afterwards(*, kind: MeetingType, **fields: Any) -> None:
    """Set who confirms a type's bookings, how long their data is kept and what is written after the meeting: for what
    is booked from now on, and the days for what is booked already. By an administrator."""
    days = kind.keep_days
    for name, value in fields.items():
        setattr(kind, name, value)
    kind.save(update_fields=[*fields])
    if kind.keep_days != days:
        with connection.cursor() as cursor:
            cursor.execute("select booking.keep_anew(%s)", [kind.pk])


def remove_meeting_type(*, kind: MeetingType) -> bool:
    """Take an offer away that nobody has ever booked. False where somebody has. By an administrator."""
    try:
        with transaction.atomic():
            return bool(MeetingType.objects.filter(pk=kind.pk).delete()[0])
    except IntegrityError:
        return False


@transaction.atomic
def block_time(*, host: Host, start: datetime, end: datetime) -> BusyTime:
    """The acting host is not free from `start` to `end` (aware). Raises ValueError for an empty span."""
    if end <= start:
        raise ValueError("A span ends after it begins.")
    outbox.emit(HoursChanged(person=host.person_id))
    return BusyTime.objects.create(
        organisation_id=host.organisation_id, host=host, person_id=host.person_id, span=DateTimeTZRange(start, end)
    )


@transaction.atomic
def free_time(*, busy: UUID) -> bool:
    """Take a block away again. False when there was none that the actor made here."""
    found = BusyTime.objects.filter(pk=busy, item=None, poll=None).first()
    if found is None:
        return False
    found.delete()
    outbox.emit(HoursChanged(person=found.person_id))
    return True


def set_reminders(*, organisation: UUID, minutes: Iterable[int]) -> None:
    """As administrator, say how many minutes before a booking guest and host are reminded. Raises ValueError."""
    wanted = sorted(set(minutes))
    if len(wanted) > Reminder.MOST or any(not 5 <= one <= 20160 for one in wanted):
        raise ValueError("At most five reminders, from five minutes to two weeks before.")
    Reminder.objects.exclude(minutes__in=wanted).delete()
    known = set(Reminder.objects.values_list("minutes", flat=True))
    for one in wanted:
        if one not in known:
            Reminder(organisation_id=organisation, minutes=one).save(force_insert=True)
    outbox.emit(RemindersSet())
