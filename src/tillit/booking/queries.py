"""Reads: what can be booked, when, and what is booked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404

from tillit import evidence
from tillit.access import Actor, current
from tillit.booking import agreed, engine, lines, links
from tillit.booking.engine import Refusal, Start, Window
from tillit.booking.facts import BookableHost, assignment_of, load_hosts, offered_hosts, rules_of, schedule_of
from tillit.booking.models import (
    Booking,
    BusyTime,
    Host,
    HostTime,
    Meeting,
    MeetingType,
    Poll,
    Reminder,
    Schedule,
    TypeHost,
    read_visits,
)  # fmt: skip
from tillit.booking.open_time import open_time as open_time
from tillit.booking.resources.facts import load_parties
from tillit.booking.visits.hosts import checked, for_services
from tillit.booking.visits.queries import with_further
from tillit.identity.queries import opened_people, people_by_id, roles
from tillit.kernel import clock, zones

NEAREST = 4


@dataclass(frozen=True)
class FreeTimes:
    """The bookable starts of a type in a window, and who the hosts are."""

    kind: MeetingType
    hosts: list[BookableHost]
    starts: list[Start]

    def host(self, host: object) -> BookableHost:
        """The host with this id."""
        return next(h for h in self.hosts if h.id == host)


@dataclass(frozen=True)
class Guest:
    """The guest of a booking, as the holder of its link and its mail may know them."""

    name: str
    email: str
    phone: str
    language: str
    zone: str


@dataclass(frozen=True)
class Contact:
    """One who is told about a booking: `side` is guest or host."""

    side: str
    person: UUID
    name: str
    email: str
    phone: str
    language: str
    zone: str


def meeting_types() -> list[MeetingType]:
    """What the public can book at the actor's organisation."""
    return list(MeetingType.objects.filter(published=True).order_by("position", "slug"))


def get_meeting_type(slug: str) -> MeetingType:
    """The published meeting type with this slug, or 404."""
    if "\0" in slug:  # out of an address, and nothing that a database could look for
        raise Http404
    kind = MeetingType.objects.filter(slug=slug, published=True).first()
    if kind is None:
        raise Http404
    return kind


def free_times(kind: MeetingType, window: Window, viewer_zone: str, *, aside: UUID | None = None) -> FreeTimes:
    """Bookable starts of `kind` in a window of minutes, the grid taken in the viewer's zone."""
    rules, now = rules_of(kind), zones.minute_down(clock.now())
    reach = engine.reach(rules, window, now)
    hosts = load_hosts(kind, reach.start, reach.end, aside=aside)
    starts = engine.free_starts(
        rules,
        [h.facts for h in hosts],
        window=window,
        now=now,
        viewer_zone=viewer_zone,
        assignment=assignment_of(kind, hosts),
        others=load_parties(kind, reach.start, reach.end, aside=aside),
    )
    if kind.further:
        starts = for_services(starts, hosts, kind.duration, viewer_zone)
    return FreeTimes(kind, hosts, starts)


def check_start(
    kind: MeetingType, minute: int, viewer_zone: str, *, aside: UUID | None = None
) -> tuple[Start | Refusal, list[BookableHost]]:
    """Whether one start may be booked (its `others` are the resources that can be had then), or the reason why not;
    with the hosts in order of preference."""
    rules, now = rules_of(kind), zones.minute_down(clock.now())
    window = Window(minute - zones.DAY_MINUTES, minute + rules.duration + zones.DAY_MINUTES)
    reach = engine.reach(rules, window, now)
    hosts = load_hosts(kind, reach.start, reach.end, aside=aside)
    answer = engine.check(
        rules,
        [h.facts for h in hosts],
        minute,
        now=now,
        viewer_zone=viewer_zone,
        assignment=assignment_of(kind, hosts),
        others=load_parties(kind, reach.start, reach.end, aside=aside),
    )
    if kind.further and isinstance(answer, Start):
        answer = checked(answer, hosts, kind.duration, viewer_zone)
    return answer, hosts


def present_offer(kind: MeetingType) -> MeetingType | None:
    """The type as it is now, for one that has changed since it was read; None when it is gone."""
    found = MeetingType.objects.filter(pk=kind.pk, published=True).first()
    if found is None:
        return None
    found.only = kind.only  # type: ignore[misc]
    return with_further(found, [one.slug for one in kind.further])


def check_offer(kind: MeetingType, minute: int, viewer_zone: str) -> list[BookableHost] | None:
    """The hosts who work at a start, in order of preference, from what the process remembers: whether they are free
    then is left to the database, which looks anyway. None where more must be known: see `check_start`."""
    if kind.needs or kind.further:
        return None
    rules, hosts = rules_of(kind), offered_hosts(kind)
    by_load = len(hosts) > 1 and kind.assignment == "round_robin" and kind.sharing == "priority"
    if by_load or any(host.stands_in for host in hosts) or not engine.on_lattice(rules, minute, viewer_zone):
        return None
    answer = engine.check(
        rules,
        [h.facts for h in hosts],
        minute,
        now=zones.minute_down(clock.now()),
        viewer_zone=viewer_zone,
        assignment=assignment_of(kind, hosts),
    )
    return None if isinstance(answer, Refusal) else [host for host in hosts if host.id in answer.hosts]


def nearest_times(kind: MeetingType, minute: int, viewer_zone: str, *, aside: UUID | None = None) -> list[Start]:
    """The free starts nearest to a wanted minute, looked for within two weeks on both sides."""
    around = 14 * zones.DAY_MINUTES
    now = zones.minute_down(clock.now())
    middle = min(max(minute, now), now + kind.horizon)
    window = Window(middle - around, middle + around)
    found = free_times(kind, window, viewer_zone, aside=aside).starts
    return list(engine.nearest(found, minute, NEAREST))


def get_booking(booking_id: UUID) -> Booking:
    """A booking that the actor may see, with its meeting and hosts, or 404."""
    booking = with_hosts().filter(pk=booking_id).first()
    if booking is None:
        raise Http404
    return booking


def still_booked(booking: UUID) -> bool:
    """Does a booking of the acting person stand, as far as they can see it? A host no longer sees one that was given
    back."""
    return any(one.stands for one in Booking.objects.filter(pk=booking))


def get_guest(booking: Booking) -> Guest:
    """Who booked, for the holder of the booking (a person, or office "guest"), or 404."""
    with connection.cursor() as cursor:
        cursor.execute("select person, name, email, phone, language, zone from booking.guest(%s)", [booking.pk])
        row = cursor.fetchone()
    if row is None:
        raise Http404
    *sealed, language, zone = row
    ((name, email, phone),) = opened_people(booking.organisation_id, [tuple(sealed)])
    here = booking.organisation  # of whoever is forgotten no place is known
    return Guest(name, email, phone, language or here.languages[0], zone or here.time_zone)


def contacts(booking_id: UUID, organisation: UUID) -> list[Contact]:
    """To whom a mail about a booking goes; only a reaction (office "reaction") gets an answer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select side, person, name, email, phone, language, zone from booking.contacts(%s)", [booking_id]
        )
        rows = cursor.fetchall()
    people = opened_people(organisation, [row[1:5] for row in rows])
    return [
        Contact(row[0], row[1], name, email, phone, row[5], row[6])
        for row, (name, email, phone) in zip(rows, people, strict=True)
    ]


def all_of(person: UUID) -> list[Booking]:
    """Every booking of the acting person as its guest, the oldest meeting first."""
    return list(with_hosts().filter(person_id=person).order_by("meeting__span", "pk"))


def to_come(person: UUID) -> list[Booking]:
    """The bookings that the acting person has made, waits for, or hosts, and that have not begun."""
    hosts = HostTime.objects.filter(person_id=person, live=True).values("meeting")
    mine = Q(person_id=person) | Q(meeting__in=hosts)
    open_ones = with_hosts().filter(mine, state__in=("confirmed", "waiting"))
    return list(open_ones.filter(meeting__span__startswith__gt=clock.now()))


def with_hosts() -> QuerySet[Booking]:
    """The bookings that the actor may see, with what their pages say of them."""
    times = Prefetch("meeting__host_times", queryset=HostTime.objects.select_related("host").order_by("host__position"))
    return Booking.objects.select_related("meeting", "meeting__meeting_type", "organisation").prefetch_related(times)


def hosts_of(booking: Booking) -> list[Host]:
    """The hosts of a booking's meeting that the actor may see."""
    return [time.host for time in booking.meeting.host_times.all()]


def host_names(bookings: Iterable[Booking]) -> dict[UUID, list[str]]:
    """How the guest of these bookings, one and the same, calls the hosts of each: by their names on the public page; of
    times that two agreed on, as they do there."""
    rows = list(bookings)
    known = agreed.known(rows, rows[0].person_id) if rows else {}
    return {
        one.pk: [name for name in [known[one.pk].called] if name]
        if one.pk in known
        else [host.name for host in hosts_of(one) if host.name]
        for one in rows
    }


def link_ended(booking: Booking) -> bool:
    """Whether the manage link's time is over: a while after the meeting."""
    return clock.now() > booking.meeting.span.upper + links.AFTER_MEETING


def my_host() -> Host | None:
    """The host that the acting person is, as long as the person holds any role here."""
    actor = current()
    if actor is None or actor.person is None or not roles():
        return None
    return Host.objects.filter(person_id=actor.person).first()


def my_schedule(host: Host) -> Schedule | None:
    """When a host works, for the host and administrators."""
    return Schedule.objects.filter(host=host).first()


def open_hours(schedule: Schedule, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The schedule's open spans that touch the span, before anything is taken from them."""
    spans = engine.opening(
        schedule_of(schedule), zones.utc_day(zones.minute_down(start)) - 1, zones.utc_day(zones.minute_up(end)) + 1
    )
    pairs = zip(spans.starts, spans.ends, strict=True)
    both = [(zones.minute_to_utc(a), zones.minute_to_utc(b)) for a, b in pairs]
    return [(a, b) for a, b in both if a < end and b > start]


def busy_times(host: Host, start: datetime, end: datetime) -> list[BusyTime]:
    """The acting host's own blocks that touch the span."""
    return list(BusyTime.objects.filter(host=host, span__overlap=(start, end)).order_by("span"))


def hosted_meetings(start: datetime, end: datetime) -> list[Meeting]:
    """The live meetings that the acting person hosts and that touch the span.

    Each booking carries `guest`: the person, or None when the time in which the host may know them is over; and
    `agreed`: what is known of a time that the two agreed on, else None.
    """
    host = my_host()
    if host is None:
        return []
    return _with_guests(
        Meeting.objects.filter(host_times__host=host, host_times__live=True, cancelled=None, span__overlap=(start, end))
    )


def hosted_meeting(meeting: UUID) -> Meeting | None:
    """One live meeting of the acting host, as `hosted_meetings` gives it."""
    host = my_host()
    if host is None:
        return None
    mine = Meeting.objects.filter(pk=meeting, host_times__host=host, host_times__live=True, cancelled=None)
    return next(iter(_with_guests(mine)), None)


def _with_guests(asked: QuerySet[Meeting]) -> list[Meeting]:
    bookings = Booking.objects.filter(state="confirmed").order_by("seat")
    found = asked.select_related("meeting_type").prefetch_related(Prefetch("bookings", queryset=bookings))
    meetings = list(found.order_by("span"))
    read_visits(meetings)
    every = [booking for meeting in meetings for booking in meeting.bookings.all()]
    people = people_by_id(booking.person_id for booking in every)
    known = agreed.known(every, (current() or Actor()).person)
    for booking in every:
        booking.guest = people.get(booking.person_id)  # type: ignore[misc]
        booking.agreed = known.get(booking.pk)  # type: ignore[attr-defined]
    evidence.saw(people, "booking.guest", "booked with")
    groups = [meeting.pk for meeting in meetings if meeting.meeting_type.capacity > 1]
    waiting = lines.waiting_for(groups) if groups else {}
    found_by = [meeting.pk for meeting in meetings if meeting.meeting_type.for_polls]
    polls = {one.meeting_id: one for one in Poll.objects.filter(meeting__in=found_by)} if found_by else {}
    for meeting in meetings:
        meeting.waiting = waiting.get(meeting.pk, 0)  # type: ignore[misc]
        meeting.poll = polls.get(meeting.pk)  # type: ignore[misc]
    return meetings


def all_meeting_types() -> list[MeetingType]:
    """Every type of the organisation, offered or not, for administrators; not that of polls."""
    return list(
        MeetingType.objects.filter(for_polls=False)
        .prefetch_related(
            Prefetch("type_hosts", TypeHost.objects.filter(stands_in=False).select_related("host").order_by("priority"))
        )
        .order_by("position", "slug")
    )


def all_hosts() -> list[Host]:
    """The organisation's hosts that the actor may see."""
    return list(Host.objects.order_by("position", "name", "pk"))


def reminder_times() -> list[timedelta]:
    """How long before a booking the organisation reminds, the earliest first."""
    minutes = Reminder.objects.order_by("-minutes").values_list("minutes", flat=True)
    return [timedelta(minutes=one) for one in minutes]


def upcoming_bookings() -> list[UUID]:
    """Confirmed bookings of the acting organisation that have not begun; for reactions."""
    with connection.cursor() as cursor:
        cursor.execute("select booking.upcoming()")
        return list(cursor.fetchone()[0])
