"""Times that two people agree on between themselves, in the calendar of whoever receives: a first meeting, a job."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from tillit.access import Actor, current
from tillit.booking import engine
from tillit.booking.actions import NotBooked, add_host
from tillit.booking.engine import Assignment, HostFacts, Refusal, Rules, Spans, Window
from tillit.booking.events import BookingCancelled, BookingMade, SeriesChanged
from tillit.booking.facts import parse_schedule
from tillit.booking.models import Host, MeetingType
from tillit.kernel import clock, outbox, signing, zones
from tillit.kernel.dpv import Words
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import sign_text

Span = tuple[datetime, datetime]
STEP = 30  # minutes between two starts that are proposed


def become_bookable(*, name: str, zone: str) -> Host:
    """The acting person, who holds a role here, can be booked from now on, as `name`: on ordinary weekdays to begin
    with, until they choose their hours. The same host where they could be before. Raises Django's ProgrammingError for
    whoever holds none."""
    actor = current() or Actor()
    assert actor.organisation is not None and actor.person is not None
    if found := Host.objects.filter(person_id=actor.person).first():
        return found
    try:
        return add_host(organisation=actor.organisation, person=actor.person, slug=new_id().hex, name=name, zone=zone)
    except IntegrityError:  # at this moment, by another of their own requests
        return Host.objects.get(person_id=actor.person)


@transaction.atomic
def engage(
    *,
    receives: UUID,
    comes: UUID,
    kind: str,
    title: Words,
    place: str = "place",
    times: Sequence[Span] = (),
    free: Iterable[UUID] = (),
    ids: Sequence[UUID] = (),
    series: UUID | None = None,
    quiet: bool = False,
) -> list[UUID]:
    """One of the two acts: `times` (aware) are taken in the calendar of whoever `receives`, all or nothing, after the
    bookings in `free` that have not begun are given back. Returns the bookings, in the order of `times`.

    kind: the slug of the type under which they stand, called `title` where it is new. series: shared by times that go
    together, told in one message. ids: of the bookings, chosen before. quiet: nothing is
    told of what is given back. Raises NotBooked; nothing has changed then.
    """
    named = ids or [new_id() for _ in times]
    wanted = [(booking, new_id(), *span) for booking, span in zip(named, times, strict=True)]
    given_back = list(free)
    actor = current() or Actor()
    wish = {
        "receives": str(receives), "comes": str(comes), "slug": kind, "kind": _kind(title, place),
        "times": [[str(b), str(m), start.isoformat(), end.isoformat()] for b, m, start, end in wanted],
        "free": [str(one) for one in given_back], "series": series and str(series),
        "organisation": str(actor.organisation), "person": str(actor.person), "office": actor.office,
    }  # fmt: skip
    body = signing.canonical(wish)
    with connection.cursor() as cursor:
        cursor.execute("select booking.engage(%s, %s)", [body, sign_text("engage", body)])
        (answer,) = cursor.fetchone()
    if answer != "ok":
        raise NotBooked({"taken": Refusal.TAKEN, "past": Refusal.PAST}.get(answer))
    for one in given_back:
        outbox.emit(BookingCancelled(booking=one, whole=quiet))
    for booking, *_rest in wanted:
        outbox.emit(BookingMade(booking=booking, whole=series is not None))
    if series and wanted:
        outbox.emit(SeriesChanged(booking=wanted[0][0]))
    return [booking for booking, *_rest in wanted]


def bookable(person: UUID) -> bool:
    """Can this person be booked by anybody here?"""
    return Host.objects.filter(person_id=person, bookable=True, here=True).exists()


def free_starts(person: UUID, *, minutes: int, low: datetime, high: datetime, zone: str) -> list[datetime]:
    """Starts (UTC) in [low, high), at most a hundred days ahead, at which this person is free for so many minutes, on
    the half hours of `zone`. None where they cannot be booked."""
    found = _facts([person], low, high)
    if not found:
        return []
    starts = engine.free_starts(
        Rules(duration=minutes, step=STEP, grid=STEP),
        list(found.values()),
        window=Window(zones.minute_down(low), zones.minute_up(high)),
        now=zones.minute_down(clock.now()),
        viewer_zone=zone,
        assignment=Assignment.SINGLE,
    )
    return [zones.minute_to_utc(one.minute) for one in starts]


def _facts(people: Sequence[UUID], low: datetime, high: datetime) -> dict[UUID, HostFacts]:
    with connection.cursor() as cursor:
        cursor.execute("select * from booking.free_facts(%s::uuid[], %s, %s)", [list(people), low, high])
        rows = cursor.fetchall()
    year = clock.now().year
    return {
        person: HostFacts(
            host=person,
            availability=parse_schedule(zone, weekly, overrides, days_off, travel, holidays, year),
            busy_external=Spans(starts, ends),
        )
        for person, zone, weekly, overrides, days_off, travel, holidays, starts, ends in rows
    }


def _kind(title: Words, place: str) -> Any:
    """The row of such a type, as the database completes it, with its title in every language."""
    words = {}
    for language, _called in settings.LANGUAGES:
        with translation.override(language):
            words[language] = {"title": str(title), "summary": "", "place": ""}
    kind = MeetingType(words=words, place=place, duration=60, step=60, assignment="single", horizon=0)
    row = {field.attname: getattr(kind, field.attname) for field in MeetingType._meta.concrete_fields}
    return json.loads(json.dumps({n: v for n, v in row.items() if n not in ("id", "organisation_id", "made")}))
