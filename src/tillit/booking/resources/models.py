"""What a meeting needs beside its hosts. Nothing of it says anything about a person.

A *resource* is one room, car or device of a *pool* ("room"). A meeting type needs one resource of each pool of which it
names some (`TypeResource`). `ResourceTime` is the span that a meeting takes of a resource, buffers included, which the
database never lets overlap; the definer functions in sql/resources.sql write it.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q

from tillit.access.visible import staff
from tillit.kernel.models import CASCADE, PROTECT, Made, Row, with_parent
from tillit.kernel.rls import any_of

ADMINISTRATORS = [staff("administrator")]


class Resource(Row, Made):
    """One room, car or device.

    weekly: when it can be used, as a host's schedule has it, on the clock of `zone`; none: always.
    """

    not_personal = ("words", "pool", "bookable", "position", "zone", "weekly", "made")

    words = models.JSONField(help_text="Language → {name}.")
    pool = models.CharField(max_length=60, help_text="What it is one of, in a word: one is as good as another.")
    bookable = models.BooleanField(default=True, help_text="False: out of use.")
    position = models.PositiveSmallIntegerField(default=0, help_text="The lowest of those that are free is taken.")
    zone = models.CharField(max_length=64)
    weekly = models.JSONField(null=True, blank=True)

    class Visible:
        see = [staff("administrator", "host"), any_of("id", "booking.resources_of_mine()")]
        add = ADMINISTRATORS
        change = ADMINISTRATORS
        definer = ["SELECT"]

    def name(self, language: str) -> str:
        """What it is called in a language, else in the first one it has."""
        texts: dict[str, str] = self.words.get(language) or next(iter(self.words.values()), {})
        return str(texts.get("name", ""))


class TypeResource(Row):
    """A resource that serves for meetings of a type; of those of one pool a meeting takes one."""

    not_personal: tuple[str, ...] = ()

    meeting_type = models.ForeignKey("booking.MeetingType", CASCADE, related_name="type_resources")
    resource = models.ForeignKey(Resource, CASCADE, related_name="type_resources")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting_type", "resource"], name="type_resource_once")]

    class Visible:
        see = [staff("administrator", "host")]
        add = ADMINISTRATORS
        remove = ADMINISTRATORS
        definer = ["SELECT"]


class ResourceTime(Row):
    """A resource's time taken by a meeting, buffers included. No two live ones of a resource overlap."""

    not_personal = ("span", "live")

    organisation = with_parent()
    meeting = models.ForeignKey("booking.Meeting", CASCADE, related_name="resource_times")
    resource = models.ForeignKey(Resource, PROTECT, related_name="+", db_index=False)  # found by resource_never_twice
    span = DateTimeRangeField()
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="resource_never_twice",
                expressions=[("resource", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
                condition=Q(live=True),
            ),
        ]

    class Visible:
        see = [any_of("meeting_id", "booking.hosted()"), any_of("meeting_id", "booking.attended()")]
        definer = ["SELECT", "INSERT", "UPDATE (live)"]


class ResourceBusy(Row, Made):
    """A span in which a resource cannot be had: it is repaired, cleaned, lent. Why is not kept."""

    not_personal = ("span", "made")

    resource = models.ForeignKey(Resource, CASCADE, related_name="busy_times")
    span = DateTimeRangeField()

    class Meta:
        indexes = [GistIndex(fields=["resource", "span"], name="busy_of_resource")]
        constraints = [
            models.CheckConstraint(
                condition=Q(span__isempty=False, span__lower_inf=False, span__upper_inf=False),
                name="resource_busy_span_real",
            )
        ]

    class Visible:
        see = ADMINISTRATORS
        add = ADMINISTRATORS
        remove = ADMINISTRATORS
        definer = ["SELECT", "DELETE"]
