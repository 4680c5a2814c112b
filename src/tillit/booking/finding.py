"""What of booking can be found: the acting person's bookings as guest and as host, and what can be booked.

A note is read only where the host may still know who wrote it; why somebody cancelled is never read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange as Range
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import current
from tillit.booking import links
from tillit.booking.models import Booking, HostTime, MeetingType
from tillit.booking.queries import my_host, my_schedule
from tillit.identity.queries import names, people_by_id, roles, with_contact
from tillit.kernel import clock, finding, formats, sealed, zones
from tillit.kernel.ticket import Actor

MOST = 250
"""Bookings whose sealed texts are opened for one question: those with the latest meetings."""

IN_LIST = timedelta(days=60)
"""How far the host's list reaches."""


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking as the search reads it. note: sealed."""

    id: UUID
    person: UUID
    note: bytes
    meeting: UUID
    start: datetime
    waiting: bool
    cancelled: bool
    kind: MeetingType


def bookings(asked: finding.Asked) -> finding.Answer:
    """Bookings by the guest's name (for the host, while they may know it), the host's, what was booked, the message."""
    me = (current() or Actor()).person
    if me is None:
        return finding.Answer()
    rows = _newest(me, asked)
    guests = names({row.person for row in rows} - {me}) if rows else {}
    exact = with_contact(email=asked.email, phone=asked.phone).keys() & guests.keys()
    hosts = _hosts(row.meeting for row in rows if row.person == me)
    notes = _notes(row for row in rows if row.person == me or row.person in guests)

    def test(row: Booked) -> finding.Why | None:
        title = row.kind.word("title", asked.language)
        if row.person == me:
            return asked.match([title, *hosts.get(row.meeting, ())], [notes[row.id]])
        if row.person not in guests:
            return asked.match([title])
        return finding.Why.EXACT if row.person in exact else asked.match([title, guests[row.person]], [notes[row.id]])

    found, more = asked.sift(rows, MOST, test)
    zone = _zone(asked) if found else "UTC"
    hits = finding.best(_hit(row, guests.get(row.person), why, zone, asked) for why, row in found)
    evidence.saw([hit.about for hit in hits if hit.about], "booking.guest", "booked with")
    return finding.Answer(hits, more)


def last_times(booked: Sequence[UUID], asked: finding.Asked) -> dict[UUID, tuple[str, str]]:
    """Of the guests of these bookings: which time of theirs is the latest, in words, and where it stands."""
    rows = _read("b.id = any(%s::uuid[]) and b.state = 'confirmed'", [list(booked)]) if booked else []
    latest = {row.person: row for row in reversed(rows)}
    zone, language = _zone(asked) if latest else "UTC", asked.language
    return {
        guest: (_said(row, zone, language, kind=row.kind.word("title", language)), _url(row, zone, asked.slug))
        for guest, row in latest.items()
    }


def offers(asked: finding.Asked) -> finding.Answer:
    """What can be booked, by what it is called and what is said of it; who administers finds what is not shown too."""
    kinds = list(MeetingType.objects.filter(for_polls=False).order_by("position", "slug")[: MOST + 1])
    found, more = asked.sift(kinds, MOST, lambda kind: asked.match(*_texts(kind)))
    administers = any(not kind.published for _why, kind in found) and "administrator" in roles()
    hits = [
        finding.Hit(
            kind.word("title", asked.language),
            reverse("book" if kind.published else "offer", args=[asked.slug, kind.slug if kind.published else kind.pk]),
            why,
            kind.word("summary", asked.language) if kind.published else str(_("Not shown to the public")),
            (not kind.published, kind.position),
        )
        for why, kind in found
        if kind.published or administers
    ]
    return finding.Answer(finding.best(hits), more)


_READ = """
    select b.id, b.person_id, b.note, m.id, lower(m.span), b.state = 'waiting',
           b.state not in ('confirmed', 'waiting') or m.cancelled is not null, m.meeting_type_id
    from booking_booking b join booking_meeting m on m.id = b.meeting_id
    where {} order by lower(m.span) desc limit %s
"""
_HOSTED = """
    b.meeting_id = any(array(select t.meeting_id from booking_hosttime t
                             where t.person_id = %s and t.live and t.span && %s order by t.span desc limit %s))
    and b.state = 'confirmed' and m.cancelled is null and b.person_id <> %s and %s @> lower(m.span)
"""
_OWN = "b.person_id = %s and %s @> lower(m.span)"


def _newest(me: UUID, asked: finding.Asked) -> list[Booked]:
    """The bookings that the acting person hosts or made, the latest meeting first; one more than are read.

    The host's times lead to them: asked of the bookings themselves, the database would look at every one that there is.
    """
    begin = datetime.combine(asked.since or date(1970, 1, 1), time(), UTC)
    days = Range(begin, datetime.combine(asked.until or date(9990, 1, 1), time(), UTC) + timedelta(days=1))
    rows = _read(_HOSTED, [me, days, MOST + 1, me, days]) + _read(_OWN, [me, days])
    return sorted(rows, key=lambda row: row.start, reverse=True)[: MOST + 1]


def _read(which: str, parameters: Sequence[Any]) -> list[Booked]:
    """Bookings, the latest meeting first, one more than are read; without those whose meeting or type is hidden."""
    with connection.cursor() as cursor:
        cursor.execute(_READ.format(which), [*parameters, MOST + 1])
        rows = cursor.fetchall()
    kinds = MeetingType.objects.in_bulk({row[-1] for row in rows})
    return [
        Booked(booking, person, note, meeting, start, waiting, cancelled, kinds[kind])
        for booking, person, note, meeting, start, waiting, cancelled, kind in rows
        if kind in kinds
    ]


def _hosts(meetings: Iterable[UUID]) -> dict[UUID, list[str]]:
    """What the hosts of these meetings are called."""
    found: dict[UUID, list[str]] = {}
    if wanted := list(meetings):
        for meeting, name in HostTime.objects.filter(meeting__in=wanted).values_list("meeting", "host__name"):
            found.setdefault(meeting, []).append(name)
    return found


def _notes(rows: Iterable[Booked]) -> dict[UUID, str]:
    """What the guests of these bookings wrote, opened."""
    blobs = {row.id: (row.note, row.id, row.person) for row in rows}
    organisation = (current() or Actor()).organisation
    if organisation is None or not blobs:
        return {}
    return dict(zip(blobs, sealed.opened_many(Booking, "note", blobs.values(), organisation=organisation), strict=True))


def _texts(kind: MeetingType) -> tuple[list[str], list[str]]:
    words = [texts for texts in kind.words.values() if isinstance(texts, dict)]
    titles = [str(texts.get("title", "")) for texts in words]
    return titles, [str(texts.get(key, "")) for texts in words for key in ("summary", "place")]


def _zone(asked: finding.Asked) -> str:
    """The clock by which the results say when: the host's own, else the person's."""
    if not asked.zone:
        host, me = my_host(), (current() or Actor()).person
        schedule = my_schedule(host) if host else None
        person = people_by_id([me]).get(me) if me and not schedule else None
        asked.zone = schedule.zone if schedule else person.time_zone if person else "UTC"
    return asked.zone


def _hit(row: Booked, guest: str | None, why: finding.Why, zone: str, asked: finding.Asked) -> finding.Hit:
    away = abs((row.start - clock.now()).total_seconds())
    kind = row.kind.word("title", asked.language)
    title, about = guest or kind, None if guest is None else row.person
    note = _said(row, zone, asked.language, kind="" if title == kind else kind)
    return finding.Hit(title, _url(row, zone, asked.slug), why, note, away, about)


def _said(row: Booked, zone: str, language: str, *, kind: str) -> str:
    """What was booked and when, in words."""
    when = formats.format_datetime(row.start, language, "short", zone=zone)
    ended = str(_("cancelled")) if row.cancelled else str(_("on the waiting list")) if row.waiting else ""
    return formats.join_words([kind, when, ended], language)


def _url(row: Booked, zone: str, slug: str) -> str:
    """The page on which the person finds it: the guest's own, else the host's list or week."""
    if row.person == (current() or Actor()).person:
        return reverse("booking_manage", args=[slug, links.token(row.id, mailed=False)])
    calendar = reverse("calendar", args=[slug])
    today = clock.now().astimezone(zones.zone(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    if today <= row.start < today + IN_LIST:
        return f"{calendar}?view=list#meeting-{row.meeting}"
    return f"{calendar}?week={row.start.astimezone(zones.zone(zone)).date().isoformat()}"


finding.declare(finding.Source("bookings", _("Bookings"), "calendar", bookings, dated=True, place=20))
finding.declare(finding.Source("offers", _("What can be booked"), "tag", offers, place=30))
