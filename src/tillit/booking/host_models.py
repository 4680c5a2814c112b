"""Hosts, when they work and when they are not free."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tillit.access.visible import in_use, staff
from tillit.booking.calendars.models import Item
from tillit.kernel.declare import personal
from tillit.kernel.dpv import Data, Erase, Keep, Purpose
from tillit.kernel.models import CASCADE, Made, Row
from tillit.kernel.rls import own, where

AT_WORK = Keep("booking.host.over", _("while the host can be booked here"))
BUSY = Keep("booking.busytime.over", _("until the time is over"), clock="booking.sweep")


class Host(Row, Made):
    """A person who can be booked, as the public page shows them.

    here: the person holds a role in the organisation; the database keeps it (sql/hosts.sql).
    """

    called = _("how the public page shows you as somebody who can be booked")
    not_personal = ("bookable", "here", "position", "made")
    open_text: ClassVar[dict[str, str]] = {"about": "the host's own words, published on the booking page"}

    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    slug = personal(
        models.SlugField(max_length=60),
        of="person",
        what=Data.NAME,
        why=[Purpose.WORK],
        keep=AT_WORK,
        erase=Erase.BLANK,
    )
    name = personal(
        models.CharField(max_length=200),
        of="person",
        what=Data.NAME,
        why=[Purpose.WORK],
        keep=AT_WORK,
        erase=Erase.BLANK,
    )
    about = personal(
        models.JSONField(default=dict, blank=True, help_text="Language → one line about the host."),
        of="person",
        what=Data.PROFESSIONAL,
        why=[Purpose.WORK],
        keep=AT_WORK,
        erase=Erase.BLANK,
    )
    bookable = models.BooleanField(default=True)
    here = models.BooleanField(default=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="host_slug_once"),
            models.UniqueConstraint(fields=["organisation", "person"], name="host_once"),
        ]

    class Visible:
        see = [where("bookable") & where("here") & in_use("person_id"), own(), staff("administrator")]
        add = [staff("administrator"), own() & staff("provider", "host")]
        change = [own(), staff("administrator")]
        fields_to_change = ("slug", "name", "about", "bookable", "position")
        definer = ["SELECT", "UPDATE (here)"]


class Schedule(Row):
    """When a host works, on the wall clock of its zone (see booking.engine.Schedule for what each part means)."""

    called = _("your hours")
    not_personal: tuple[str, ...] = ()
    open_text: ClassVar[dict[str, str]] = dict.fromkeys(
        ("weekly", "overrides", "days_off", "travel"),
        "hours, dates and zones, which the free-time engine reads",
    )

    host = models.OneToOneField(Host, CASCADE, related_name="schedule")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    zone = personal(
        models.CharField(max_length=64),
        of="person",
        what=Data.LOCATION,
        why=[Purpose.WORK],
        keep=AT_WORK,
        erase=Erase.DELETE,
    )
    weekly = personal(
        models.JSONField(default=dict, help_text='{"1": [["09:00", "16:00"], …], …}, ISO weekdays'),
        of="person",
        what=Data.PROFESSIONAL,
        why=[Purpose.WORK],
        keep=AT_WORK,
        erase=Erase.DELETE,
    )
    overrides = personal(
        models.JSONField(default=dict, blank=True, help_text='{"2026-12-24": [["09:00", "12:00"]], …}'),
        of="person",
        what=Data.PROFESSIONAL,
        why=[Purpose.WORK],
        keep=AT_WORK,
        erase=Erase.DELETE,
    )
    days_off = personal(
        models.JSONField(default=list, blank=True, help_text='["2026-12-25", …]'),
        of="person",
        what=Data.PROFESSIONAL,
        why=[Purpose.WORK],
        keep=AT_WORK,
        erase=Erase.DELETE,
    )
    holidays = personal(
        models.CharField(max_length=2, blank=True, help_text="The country whose public holidays are days off."),
        of="person",
        what=Data.PROFESSIONAL,
        why=[Purpose.WORK],
        keep=AT_WORK,
        erase=Erase.DELETE,
    )
    travel = personal(
        models.JSONField(default=list, blank=True, help_text='[["2027-01-03", "2027-01-09" or null, "Asia/Tehran"]]'),
        of="person",
        what=Data.LOCATION,
        why=[Purpose.WORK],
        keep=AT_WORK,
        erase=Erase.DELETE,
    )

    minutes_per_day = personal(
        models.PositiveSmallIntegerField(
            null=True,
            blank=True,
            help_text="Minutes with guests on one day at most, over all that can be booked.",
        ),
        of="person",
        what=Data.PROFESSIONAL,
        why=[Purpose.WORK],
        keep=AT_WORK,
        erase=Erase.DELETE,
    )
    meetings_per_day = personal(
        models.PositiveSmallIntegerField(null=True, blank=True, help_text="Meetings that begin on one day at most."),
        of="person",
        what=Data.PROFESSIONAL,
        why=[Purpose.WORK],
        keep=AT_WORK,
        erase=Erase.DELETE,
    )
    meetings_per_week = personal(
        models.PositiveSmallIntegerField(null=True, blank=True, help_text="Meetings that begin in one week at most."),
        of="person",
        what=Data.PROFESSIONAL,
        why=[Purpose.WORK],
        keep=AT_WORK,
        erase=Erase.DELETE,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(minutes_per_day=None) | Q(minutes_per_day__range=(5, 24 * 60)))
                & (Q(meetings_per_day=None) | Q(meetings_per_day__range=(1, 200)))
                & (Q(meetings_per_week=None) | Q(meetings_per_week__range=(1, 1000))),
                name="schedule_limits",
            )
        ]

    class Visible:
        see = [own(), staff("administrator")]
        add = [own(), staff("administrator")]
        change = [own(), staff("administrator")]
        definer = ["SELECT"]


class OtherHours(Row):
    """Hours of a host that differ from the schedule's, for some of what they take (`TypeHost.hours`). Zone, days off,
    holidays, single days and travel stay those of the schedule."""

    called = _("other hours of yours, for some of what is booked")
    not_personal: tuple[str, ...] = ()
    open_text: ClassVar[dict[str, str]] = {"weekly": "hours, which the free-time engine reads"}

    host = models.ForeignKey(Host, CASCADE, related_name="other_hours")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    name = personal(
        models.CharField(max_length=60),
        of="person",
        what=Data.PROFESSIONAL,
        why=[Purpose.WORK],
        keep=AT_WORK,
        erase=Erase.DELETE,
    )
    weekly = personal(
        models.JSONField(default=dict, help_text="As the schedule's."),
        of="person",
        what=Data.PROFESSIONAL,
        why=[Purpose.WORK],
        keep=AT_WORK,
        erase=Erase.DELETE,
    )

    class Visible:
        see = [own(), staff("administrator")]
        add = [own()]
        change = [own()]
        remove = [own()]
        definer = ["SELECT"]


class BusyTime(Row, Made):
    """A span in which a host is not free. What it is for is nobody's business and is not kept.

    item: where it was read in a connected calendar; none for what the host blocked here. poll: for which it is kept
    free, and with which it goes.
    """

    called = _("times that you blocked")
    not_personal = ("made",)

    host = models.ForeignKey(Host, CASCADE, related_name="busy_times")
    person = models.ForeignKey("identity.Person", CASCADE, related_name="+")
    item = models.ForeignKey(Item, CASCADE, null=True, related_name="busy_times")
    poll = models.ForeignKey("booking.Poll", CASCADE, null=True, related_name="+", db_index=False, editable=False)
    span = personal(
        DateTimeRangeField(),
        of="person",
        what=Data.CALENDAR,
        why=[Purpose.WORK],
        keep=BUSY,
        erase=Erase.DELETE,
    )

    class Meta:
        indexes = [
            GistIndex(fields=["host", "span"], name="busy_of_host"),
            models.Index(fields=["host", "span"], name="busy_in_order"),  # read by booking.facts without sorting
            models.Index(fields=["poll"], condition=Q(poll__isnull=False), name="busy_of_poll"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(span__isempty=False, span__lower_inf=False, span__upper_inf=False), name="busy_span_real"
            )
        ]

    class Visible:
        see = [own()]
        add = [own()]
        remove = [own()]
        definer = ["SELECT", "INSERT", "DELETE"]
