"""Hosts and their schedules, meeting types, meetings and bookings.

A *meeting* is what happens at one time; a *booking* is one guest's seat in it; *host time* is a host's buffered
span taken by it, which the database never lets overlap. Meetings, host times and bookings are written by the
definer functions in sql/booking.sql only.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import in_use, staff
from tillit.booking.away.models import Absence
from tillit.booking.calendars.models import Calendar, Connection, Feed, Item, Revocation, Written
from tillit.booking.host_models import BusyTime, Host, OtherHours, Schedule
from tillit.booking.intake.models import IntakeForm
from tillit.booking.polls.models import Poll, PollAnswer, PollHost, PollTime
from tillit.booking.resources.models import Resource, ResourceBusy, ResourceTime, TypeResource
from tillit.booking.visits.models import Addition, FurtherService, read_visits, visit_of
from tillit.kernel import clock, formats
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, PROTECT, SET_NULL, Made, Row, with_parent
from tillit.kernel.rls import Block, any_of, everyone, office, own, subject_id, where
from tillit.kernel.sealed import Sealed

__all__ = [
    "Absence", "Addition", "Booking", "BusyTime", "Calendar", "Connection", "Feed", "FurtherService", "Host",
    "HostTime", "IntakeForm", "Item", "Meeting", "MeetingType", "OtherHours", "Poll", "PollAnswer", "PollHost",
    "PollTime", "Reminder", "Resource", "ResourceBusy", "ResourceTime", "Revocation", "Schedule", "TypeHost",
    "TypeResource", "Written",
    "read_visits",
]  # fmt: skip


def hosted(column: str) -> Block:
    """The meeting in `column` takes time of the acting person as its host, who still holds a role here."""
    return any_of(column, "booking.hosted()", "relation:booked with")


BOOKED = Keep(
    "booking.meeting.over",
    _("some days after the meeting, as the organisation has set"),
    30,
    setting="booking.keep_days",
    clock="booking.data",
)


class MeetingType(Row, Made):
    """What can be booked, and by which rules. All lengths in minutes."""

    PLACES = ("video", "place", "phone")
    ASSIGNMENTS = ("single", "collective", "round_robin")
    SHARINGS = ("priority", "load", "fair")
    ALIGNMENTS = ("ceil_local_grid", "max_count_then_round")

    not_personal = (
        "slug", "words", "place", "duration", "step", "grid", "alignment", "buffer_before", "buffer_after",
        "notice", "horizon", "max_per_day", "max_per_week", "capacity", "waiting_places", "times", "change_notice",
        "assignment", "sharing", "fair_days", "published", "position", "revision", "intake",
        "answer_within", "keep_days", "follow_up", "follow_up_words",
        "price", "deposit", "pay_within", "kept_percent", "needs", "adds", "for_polls", "made",
    )  # fmt: skip

    slug = models.SlugField(max_length=60)
    words = models.JSONField(help_text="Language → {title, summary, place}.")
    place = models.CharField(max_length=8, choices=[(p, p) for p in PLACES])
    duration = models.PositiveIntegerField()
    step = models.PositiveIntegerField()
    grid = models.PositiveIntegerField(default=15)
    alignment = models.CharField(max_length=24, choices=[(a, a) for a in ALIGNMENTS], default=ALIGNMENTS[0])
    buffer_before = models.PositiveIntegerField(default=0)
    buffer_after = models.PositiveIntegerField(default=0)
    notice = models.PositiveIntegerField(default=0)
    horizon = models.PositiveIntegerField(default=60 * 24 * 60)
    max_per_day = models.PositiveIntegerField(null=True, blank=True)
    max_per_week = models.PositiveIntegerField(null=True, blank=True)
    capacity = models.PositiveIntegerField(default=1)
    waiting_places = models.PositiveIntegerField(default=0, help_text="So many may wait for a seat in a full session.")
    times = models.PositiveSmallIntegerField(default=1, help_text="Booked so many weeks in a row, all or none.")
    change_notice = models.PositiveIntegerField(
        default=0, help_text="Either side moves until so long before, and cancels without its counting as late."
    )
    assignment = models.CharField(max_length=12, choices=[(a, a) for a in ASSIGNMENTS], default="single")
    sharing = models.CharField(
        max_length=8,
        choices=[(s, s) for s in SHARINGS],
        default=SHARINGS[0],
        help_text="Round robin: the first in order, the one with the fewest meetings to come, or the fair one.",
    )
    fair_days = models.PositiveSmallIntegerField(default=30, help_text="Fair: over so many days back and all to come.")
    published = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    revision = models.IntegerField(
        default=0, editable=False, help_text="Another one after each change of type, hosts or schedules (offers.sql)."
    )

    intake = models.PositiveIntegerField(
        default=0, editable=False, help_text="Version of the questions asked; 0: none."
    )
    answer_within = models.PositiveIntegerField(
        null=True, blank=True, help_text="A host confirms each booking within so many minutes; none: it stands at once."
    )
    keep_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Days after the meeting until booking data goes; none: as the organisation says.",
    )
    follow_up = models.PositiveIntegerField(
        null=True, blank=True, help_text="Minutes after the meeting until its guest is written to; none: never."
    )
    follow_up_words = models.JSONField(default=dict, blank=True, help_text="Language → what is written then.")
    price = models.BigIntegerField(
        null=True, blank=True, help_text="Minor units of the organisation's currency; none: it costs nothing."
    )
    deposit = models.BigIntegerField(
        null=True, blank=True, help_text="Paid when booking, the rest on site; none: all of it is paid when booking."
    )
    pay_within = models.PositiveIntegerField(default=30, help_text="Minutes in which it is paid, or the time is free.")
    kept_percent = models.PositiveSmallIntegerField(
        default=0, help_text="Of what was paid, when the guest cancels late or does not come."
    )
    needs = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="From how many pools a meeting takes a resource (resources.sql)."
    )
    adds = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="How many other types can be had in the same visit (visits.sql)."
    )

    for_polls = models.BooleanField(
        default=False, editable=False, help_text="Meetings that a poll has found stand under it; it is no offer."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="meeting_type_slug_once"),
            models.CheckConstraint(
                condition=(Q(answer_within=None) | Q(answer_within__range=(30, 14 * 24 * 60)))
                & (Q(keep_days=None) | Q(keep_days__range=(1, 730)))
                & (Q(follow_up=None) | Q(follow_up__range=(0, 60 * 24 * 60))),
                name="meeting_type_afterwards",
            ),
            models.CheckConstraint(
                condition=Q(duration__gte=1, step__gte=1, grid__gte=1, capacity__gte=1, duration__lte=7 * 24 * 60),
                name="meeting_type_lengths",
            ),
            models.CheckConstraint(
                condition=(Q(price=None, deposit=None) | Q(price__gt=0, times=1))
                & (Q(deposit=None) | Q(deposit__gt=0, deposit__lt=F("price")))
                & Q(pay_within__range=(5, 2880), kept_percent__lte=100),
                name="meeting_type_price",
            ),
            models.CheckConstraint(
                condition=Q(times__gte=1, times__lte=26, waiting_places__lte=500), name="meeting_type_groups"
            ),
            models.CheckConstraint(condition=Q(fair_days__range=(1, 365)), name="meeting_type_fair_days"),
        ]

    class Visible:
        see = [where("published"), staff("administrator", "host"), office("guest")]
        add = [staff("administrator")]
        change = [staff("administrator")]
        remove = [staff("administrator")]
        definer = ["SELECT", "INSERT", "UPDATE (revision, needs, adds)"]

    further: ClassVar[Any] = ()  # the types that are had in the same visit, on one that stands for the whole of it
    resources: ClassVar[Any] = ()  # what is taken beside the host, on one that stands for what is booked
    only: ClassVar[Any] = None  # set on one that somebody's answers have led to one of its hosts

    def word(self, key: str, language: str) -> str:
        """The type's title, summary or place in a language, else in the first one it has. Of a visit, the titles of all
        that it is made of; of what is booked, the place with its room."""
        texts: dict[str, str] = self.words.get(language) or next(iter(self.words.values()), {})
        said = str(texts.get(key, ""))
        if key == "title" and self.further:
            return " + ".join([said, *(one.word(key, language) for one in self.further)])
        if key == "place" and self.resources:
            return formats.join_words([*(one.name(language) for one in self.resources), said], language)
        return said


class TypeHost(Row):
    """A host who takes meetings of a type. Lower `priority` is asked first.

    stands_in: only while somebody is away who takes it in their own right; sql/away.sql writes these rows.
    share, joined: what of it is theirs where meetings are shared fairly, and since when (sql/sharing.sql).
    """

    not_personal = ("priority", "stands_in", "share", "joined")

    meeting_type = models.ForeignKey(MeetingType, CASCADE, related_name="type_hosts")
    host = models.ForeignKey(Host, CASCADE, related_name="type_hosts")
    priority = models.PositiveSmallIntegerField(default=0)
    stands_in = models.BooleanField(default=False, editable=False)
    hours = models.ForeignKey(OtherHours, SET_NULL, null=True, related_name="type_hosts", editable=False)
    share = models.PositiveSmallIntegerField(default=100, help_text="100: a whole one, 50: half as many meetings.")
    joined = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting_type", "host"], name="type_host_once"),
            models.CheckConstraint(condition=Q(share__range=(1, 100)), name="type_host_share"),
        ]

    class Visible:
        see = [Block("exists (select 1 from booking_meetingtype t where t.id = meeting_type_id)")]
        add = [staff("administrator")]
        change = [staff("administrator")]
        remove = [staff("administrator")]
        definer = ["SELECT", "INSERT", "UPDATE (hours_id)", "DELETE"]


class Meeting(Row, Made):
    """Something that happens at one time. `span` is the time guests see; host times carry the buffers."""

    not_personal = ("span", "capacity", "resources", "further", "cancelled", "made")

    meeting_type = models.ForeignKey(MeetingType, PROTECT, related_name="meetings")
    span = DateTimeRangeField()
    capacity = models.PositiveIntegerField()
    resources = models.PositiveSmallIntegerField(default=0, help_text="How many resources it takes.")
    further = models.PositiveSmallIntegerField(default=0, help_text="How many services beside its type it has.")
    cancelled = models.DateTimeField(null=True)
    waiting: ClassVar[int] = 0  # how many wait for a seat, set by queries that show a host theirs
    poll: ClassVar[Any] = None  # of which it came, likewise

    class Visible:
        see = [hosted("id"), any_of("id", "booking.attended()")]
        definer = ["SELECT", "INSERT", "UPDATE (cancelled)"]

    @cached_property
    def visit(self) -> MeetingType:
        """What happens at it: its type, with what is had in the same visit and the resources that it takes."""
        return visit_of(self)


class HostTime(Row):
    """A host's time taken by a meeting, buffers included. No two live ones of a host overlap."""

    called = _("your time with those who booked you")
    not_personal = ("live",)

    organisation = with_parent()
    meeting = models.ForeignKey(Meeting, CASCADE, related_name="host_times")
    host = models.ForeignKey(Host, CASCADE, related_name="+", db_index=False)  # found by host_never_twice
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    span = personal(
        DateTimeRangeField(), of="person", what=Data.CALENDAR, why=[Purpose.BOOK], keep=BOOKED, erase=Erase.DETACH
    )
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="host_never_twice",
                expressions=[("host", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
                condition=Q(live=True),
            ),
        ]

    class Visible:
        see = [own(), any_of("meeting_id", "booking.attended()", "relation:booked with")]
        definer = ["SELECT", "INSERT", "UPDATE (live)", "DELETE"]


class Booking(Row, Made):
    """One guest's seat in a meeting. The guest is a person; an address that was typed is unverified."""

    STATES = ("confirmed", "cancelled", "waiting", "left")  # the last two: in the line for a seat of a full session

    called = _("your bookings")
    not_personal = (
        "seat", "line", "decline_by", "state", "sequence", "series", "request_key", "cancelled_by", "late", "intake",
        "files", "answer_by", "pay_by", "price", "to_pay", "kept_percent", "made",
    )  # fmt: skip

    organisation = with_parent()
    meeting = models.ForeignKey(Meeting, CASCADE, related_name="bookings")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    seat = models.PositiveIntegerField(null=True)
    line = models.PositiveIntegerField(null=True, help_text="Number in the waiting list; the lowest is next.")
    decline_by = models.DateTimeField(null=True, help_text="Who came up from the list can say no until then.")
    state = models.CharField(max_length=12, default="confirmed")
    sequence = models.PositiveIntegerField(default=0, help_text="Counts moves, for calendars (RFC 5545).")
    series = models.UUIDField(null=True, help_text="Shared by bookings that were made together, week after week.")
    guest: ClassVar[Any] = None  # the person, set by queries that show a host whom they meet
    request_key = models.UUIDField(help_text="Chosen by the form: the same form sent twice books once.")
    note = Sealed(
        models.TextField(blank=True),
        of="person",
        what=Data.COMMUNICATION,
        why=[Purpose.BOOK],
        keep=BOOKED,
        erase=Erase.SHRED,
    )
    cancel_reason = Sealed(
        models.TextField(blank=True),
        of="person",
        what=Data.COMMUNICATION,
        why=[Purpose.BOOK],
        keep=BOOKED,
        erase=Erase.SHRED,
    )
    cancelled_by = models.CharField(max_length=8, blank=True)
    no_show = personal(
        models.DateTimeField(null=True, help_text="When a host said that the guest did not come."),
        of="person",
        what=Data.BOOKING,
        why=[Purpose.BOOK],
        keep=BOOKED,
        erase=Erase.DETACH,
    )
    host_no_show = personal(
        models.DateTimeField(null=True, help_text="When the guest said that nobody received them."),
        of="person",
        what=Data.BOOKING,
        why=[Purpose.BOOK],
        keep=BOOKED,
        erase=Erase.DETACH,
    )
    late = models.BooleanField(default=False, help_text="Cancelled later than the type's rule, by either side.")
    intake = models.PositiveIntegerField(default=0, help_text="Version of the questions that were answered.")
    answers = Sealed(
        models.JSONField(default=dict, blank=True), of="person", what=Data.COMMUNICATION, why=[Purpose.BOOK],
        keep=BOOKED, erase=Erase.SHRED,
    )  # fmt: skip
    files = ArrayField(models.UUIDField(), default=list, help_text="Files among the answers (kernel.uploads).")
    answer_by = models.DateTimeField(null=True, help_text="Until when a host confirms it, or the time is free again.")
    pay_by = models.DateTimeField(null=True, help_text="Until when it is paid, or the time is free again.")
    price = models.BigIntegerField(null=True, help_text="As agreed, in minor units of the organisation's currency.")
    to_pay = models.BigIntegerField(null=True, help_text="Of that, when booking; the rest on site.")
    kept_percent = models.PositiveSmallIntegerField(null=True, help_text="As agreed: kept when the guest is late.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "seat"], condition=Q(state="confirmed"), name="booking_seat_once"
            ),
            models.UniqueConstraint(fields=["organisation", "request_key"], name="booking_request_once"),
            models.CheckConstraint(condition=Q(seat__gte=1), name="booking_seat_real"),
            models.CheckConstraint(
                condition=~Q(state="confirmed", seat=None) & ~Q(state="waiting", line=None), name="booking_seat_or_line"
            ),
            models.UniqueConstraint(fields=["meeting", "line"], condition=Q(state="waiting"), name="booking_line_once"),
        ]
        indexes = [models.Index(fields=["series"], condition=Q(series__isnull=False), name="booking_of_series")]

    class Visible:
        see = [
            own(),
            hosted("meeting_id") & in_use("person_id") & Block("state not in ('waiting', 'left')"),
            subject_id("id", of="guest"),
            any_of("series", "booking.series_by_link()"),
        ]
        definer = ["SELECT", "INSERT", "UPDATE"]

    @property
    def stands(self) -> bool:
        """Is it booked, with nothing to pay first and nobody to say yes first?"""
        return self.state == "confirmed" and self.answer_by is None and self.pay_by is None


class Reminder(Row):
    """The organisation reminds both sides so many minutes before a booking begins."""

    MOST = 5  # of an organisation
    not_personal = ("minutes",)

    minutes = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "minutes"], name="reminder_once"),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=20160), name="reminder_in_two_weeks"),
        ]

    class Visible:
        see = [everyone()]
        add = [staff("administrator")]
        remove = [staff("administrator")]

    def __str__(self) -> str:
        return str(self.minutes)
