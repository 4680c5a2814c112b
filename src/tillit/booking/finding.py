"""What of booking can be found: the acting person's bookings as guest and as host, and what can be booked.

A note is read only where the host may still know who wrote it; why somebody cancelled is never read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import current
from tillit.booking import links
from tillit.booking.models import Booking, HostTime, Meeting, MeetingType
from tillit.booking.queries import my_host, my_schedule
from tillit.identity.queries import people_by_id, roles
from tillit.kernel import clock, finding, formats, zones
from tillit.kernel.ticket import Actor

MOST = 250
"""Bookings whose sealed texts are opened for one question: those with the latest meetings."""

IN_LIST = timedelta(days=60)
"""How far the host's list reaches."""


def bookings(asked: finding.Asked) -> finding.Answer:
    """Bookings by the guest's name (for the host, while they may know it), the host's, what was booked, the message."""
    me = (current() or Actor()).person
    if me is None:
        return finding.Answer()
    rows = _newest(me, asked)
    guests = people_by_id({row.person_id for row in rows} - {me}) if rows else {}
    own = [row for row in rows if row.person_id == me]
    prefetch_related_objects(own, "meeting__host_times__host")
    hosts = {row.pk: [one.host.name for one in row.meeting.host_times.all()] for row in own}

    def test(row: Any) -> finding.Why | None:
        title, guest = row.meeting.meeting_type.word("title", asked.language), guests.get(row.person_id)
        if row.pk in hosts:
            return asked.match([title, *hosts[row.pk]], [row.note])
        if guest is None:
            return asked.match([title])
        return finding.Why.EXACT if asked.is_contact_of(guest) else asked.match([title, guest.display_name], [row.note])

    found, more = asked.sift(rows, MOST, test)
    zone = _zone(asked) if found else "UTC"
    hits = finding.best(_hit(row, guests.get(row.person_id), why, zone, asked) for why, row in found)
    evidence.saw([hit.about for hit in hits if hit.about], "booking.guest", "booked with")
    return finding.Answer(hits, more)


def last_times(guests: Sequence[UUID], asked: finding.Asked) -> dict[UUID, tuple[str, str]]:
    """Of these guests, who has a time with the acting host: which (the latest one), in words, and where it stands."""
    rows = _with_meetings(Booking.objects.filter(person__in=list(guests), state="confirmed")) if guests else []
    latest = {row.person_id: row for row in reversed(rows)}
    zone, language = _zone(asked) if latest else "UTC", asked.language
    return {
        guest: (
            _said(row, zone, language, kind=row.meeting.meeting_type.word("title", language)),
            _url(row, zone, asked.slug),
        )
        for guest, row in latest.items()
    }


def offers(asked: finding.Asked) -> finding.Answer:
    """What can be booked, by what it is called and what is said of it; who administers finds what is not shown too."""
    kinds = list(MeetingType.objects.order_by("position", "slug")[: MOST + 1])
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


def _newest(me: UUID, asked: finding.Asked) -> list[Any]:
    """The bookings that the acting person hosts or made, the latest meeting first; one more than are read.

    The host's times lead to them: asked of the bookings themselves, the database would look at every one that there is.
    """
    times = HostTime.objects.filter(person_id=me, live=True).order_by("-span")
    own = Booking.objects.filter(person_id=me).order_by("-meeting__span")
    begin = datetime.combine(asked.since or date(1970, 1, 1), time(), UTC)
    end = datetime.combine(asked.until or date(9990, 1, 1), time(), UTC) + timedelta(days=1)
    if asked.since or asked.until:
        times, own = times.filter(span__overlap=(begin, end)), own.filter(meeting__span__overlap=(begin, end))
    meetings = list(times.values_list("meeting", flat=True)[: MOST + 1])
    hosted = Booking.objects.filter(meeting__in=meetings, state="confirmed").exclude(person_id=me)
    rows = _with_meetings(hosted, own[: MOST + 1])
    return [
        row
        for row in rows
        if begin <= row.meeting.span.lower < end and (row.person_id == me or not row.meeting.cancelled)
    ][: MOST + 1]


def _with_meetings(*asked: QuerySet[Booking]) -> list[Any]:
    """The bookings with their meetings and types, the latest meeting first; without those whose meeting is hidden."""
    rows = [row for query in asked for row in query]
    meetings = Meeting.objects.in_bulk({row.meeting_id for row in rows})
    kinds = MeetingType.objects.in_bulk({meeting.meeting_type_id for meeting in meetings.values()})
    seen = [row for row in rows if row.meeting_id in meetings and meetings[row.meeting_id].meeting_type_id in kinds]
    for row in seen:
        row.meeting = meetings[row.meeting_id]
        row.meeting.meeting_type = kinds[row.meeting.meeting_type_id]
    return sorted(seen, key=lambda row: row.meeting.span.lower, reverse=True)


def _texts(kind: MeetingType) -> tuple[list[str], list[str]]:
    words = [texts for texts in kind.words.values() if isinstance(texts, dict)]
    titles = [str(texts.get("title", "")) for texts in words]
    return titles, [str(texts.get(key, "")) for texts in words for key in ("summary", "place")]


def _zone(asked: finding.Asked) -> str:
    """The clock by which the results say when: the host's own, else the person's."""
    host = my_host()
    schedule = my_schedule(host) if host else None
    if schedule:
        return schedule.zone
    me = (current() or Actor()).person
    person = people_by_id([me]).get(me) if me else None
    return person.time_zone if person else "UTC"


def _hit(row: Any, guest: Any, why: finding.Why, zone: str, asked: finding.Asked) -> finding.Hit:
    away = abs((row.meeting.span.lower - clock.now()).total_seconds())
    kind = row.meeting.meeting_type.word("title", asked.language)
    title = guest.display_name if guest else kind
    note = _said(row, zone, asked.language, kind="" if title == kind else kind)
    return finding.Hit(title, _url(row, zone, asked.slug), why, note, away, guest and guest.pk)


def _said(row: Any, zone: str, language: str, *, kind: str) -> str:
    """What was booked and when, in words."""
    when = formats.format_datetime(row.meeting.span.lower, language, "short", zone=zone)
    ended = ""
    if row.state == "waiting":
        ended = str(_("on the waiting list"))
    elif row.state != "confirmed" or row.meeting.cancelled:
        ended = str(_("cancelled"))
    return formats.join_words([kind, when, ended], language)


def _url(row: Any, zone: str, slug: str) -> str:
    """The page on which the person finds it: the guest's own, else the host's list or week."""
    if row.person_id == (current() or Actor()).person:
        return reverse("booking_manage", args=[slug, links.token(row.pk, mailed=False)])
    start, calendar = row.meeting.span.lower, reverse("calendar", args=[slug])
    today = clock.now().astimezone(zones.zone(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    if today <= start < today + IN_LIST:
        return f"{calendar}?view=list#meeting-{row.meeting_id}"
    return f"{calendar}?week={start.astimezone(zones.zone(zone)).date().isoformat()}"


finding.declare(finding.Source("bookings", _("Bookings"), "calendar", bookings, dated=True, place=20))
finding.declare(finding.Source("offers", _("What can be booked"), "tag", offers, place=30))
