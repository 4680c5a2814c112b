"""What can be booked: meeting types, who takes them, and when both sides are reminded."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from tillit.access.visible import staff
from tillit.booking.host_models import Host, OtherHours
from tillit.kernel import clock, formats
from tillit.kernel.models import CASCADE, SET_NULL, Made, Row
from tillit.kernel.rls import Block, everyone, office, where


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
