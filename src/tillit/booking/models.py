"""Meetings and bookings; and every model of booking by its name: hosts and their schedules stand in host_models,
meeting types in type_models, the rest in the folders of what they are for.

A *meeting* is what happens at one time; a *booking* is one guest's seat in it; *host time* is a host's buffered
span taken by it, which the database never lets overlap. Meetings, host times and bookings are written by the
definer functions in sql/booking.sql only.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import in_use
from tillit.booking.away.models import Absence
from tillit.booking.calendars.models import Calendar, Connection, Feed, Item, Revocation, Written
from tillit.booking.host_models import BusyTime, Host, OtherHours, Schedule
from tillit.booking.intake.models import IntakeForm
from tillit.booking.polls.models import Poll, PollAnswer, PollHost, PollTime
from tillit.booking.resources.models import Resource, ResourceBusy, ResourceTime, TypeResource
from tillit.booking.type_models import MeetingType, Reminder, TypeHost
from tillit.booking.visits.models import Addition, FurtherService, read_visits, visit_of
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, PROTECT, Made, Row, with_parent
from tillit.kernel.rls import Block, any_of, own, subject_id
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
    def between_two(self) -> bool:
        """Did the two agree on it between themselves? No form was filled in then, and no contact is opened by it."""
        return self.request_key == self.pk

    @property
    def fixed(self) -> bool:
        """Is it part of more that the two agreed on, and changed only there?"""
        return self.between_two and self.meeting.meeting_type.for_polls

    @property
    def stands(self) -> bool:
        """Is it booked, with nothing to pay first and nobody to say yes first?"""
        return self.state == "confirmed" and self.answer_by is None and self.pay_by is None
