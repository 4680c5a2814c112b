"""Which types can be had in one visit, and of which services a meeting consists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

from tillit.access.visible import staff
from tillit.booking.resources.models import ResourceTime
from tillit.booking.visits.together import as_booked
from tillit.kernel.models import CASCADE, PROTECT, Row, with_parent
from tillit.kernel.rls import Block, any_of

if TYPE_CHECKING:
    from tillit.booking.models import Meeting, MeetingType


class Addition(Row):
    """A type that guests can add when they book another one."""

    not_personal = ("position",)

    meeting_type = models.ForeignKey("booking.MeetingType", CASCADE, related_name="additions")
    added = models.ForeignKey("booking.MeetingType", CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting_type", "added"], name="addition_once"),
            models.CheckConstraint(condition=~models.Q(meeting_type=models.F("added")), name="addition_is_another"),
        ]

    class Visible:
        see = [Block("exists (select 1 from booking_meetingtype t where t.id = meeting_type_id)")]
        add = [staff("administrator")]
        remove = [staff("administrator")]
        definer = ["SELECT"]


class FurtherService(Row):
    """A service of a meeting beside the one that it is booked as, in the order in which they are had."""

    not_personal = ("position",)

    organisation = with_parent()
    meeting = models.ForeignKey("booking.Meeting", CASCADE, related_name="further_services")
    meeting_type = models.ForeignKey("booking.MeetingType", PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "meeting_type"], name="further_service_once")]

    class Visible:
        see = [any_of("meeting_id", "booking.hosted()"), any_of("meeting_id", "booking.attended()")]
        definer = ["SELECT", "INSERT"]


def visit_of(meeting: Meeting) -> MeetingType:
    """What happens at a meeting: its type where that is all, which asks nothing of the database."""
    read_visits([meeting])
    return meeting.visit


def read_visits(meetings: Iterable[Meeting]) -> None:
    """Set what happens at each of these meetings, with two questions for all of them at the most."""
    resources: dict[UUID, list[Any]] = defaultdict(list)
    further: dict[UUID, list[MeetingType]] = defaultdict(list)
    wanted = list(meetings)
    if taking := [one.pk for one in wanted if one.resources]:
        for row in ResourceTime.objects.filter(meeting__in=taking).select_related("resource"):
            resources[row.meeting_id].append(row.resource)
    if longer := [one.pk for one in wanted if one.further]:
        rows = FurtherService.objects.filter(meeting__in=longer).select_related("meeting_type").order_by("position")
        for service in rows:
            further[service.meeting_id].append(service.meeting_type)
    for one in wanted:
        kind = one.meeting_type
        if one.resources or one.further:
            taken = sorted(resources[one.pk], key=lambda each: (each.pool, each.position, str(each.pk)))
            kind = as_booked(kind, further[one.pk], taken, one.span)
        one.__dict__["visit"] = kind
