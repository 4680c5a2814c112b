"""Rooms, cars and equipment: which there are, which are free, and what stands in them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.http import Http404

from tillit import evidence
from tillit.booking import engine
from tillit.booking.engine import Refusal
from tillit.booking.facts import rules_of
from tillit.booking.models import Host, MeetingType, Resource, ResourceBusy, TypeResource
from tillit.booking.resources.facts import load_parties
from tillit.kernel import clock, zones

FAR = 9000
"""A year after which nothing stands."""


@dataclass(frozen=True)
class Standing:
    """A meeting that takes a resource, for administrators: when and what, with which hosts, never with whom."""

    start: datetime
    end: datetime
    kind: MeetingType
    hosts: list[Host]


def resources() -> list[Resource]:
    """Every resource of the organisation, pool by pool, for those who work there."""
    return list(Resource.objects.order_by("pool", "position", "pk"))


def get_resource(resource: UUID) -> Resource:
    """One of them, or 404."""
    found = Resource.objects.filter(pk=resource).first()
    if found is None:
        raise Http404
    return found


def resources_of(kind: MeetingType) -> list[Resource]:
    """The resources that serve for meetings of a type."""
    rows = TypeResource.objects.filter(meeting_type=kind.pk).select_related("resource")
    return sorted((row.resource for row in rows), key=lambda one: (one.pool, one.position, str(one.pk)))


def resources_at(kind: MeetingType, minute: int, *, aside: UUID | None = None) -> tuple[Hashable, ...] | None:
    """The resources free at a minute for what a type needs, whoever the host is; None where one is not free."""
    day = zones.DAY_MINUTES
    found: list[Hashable] = []
    for party in load_parties(kind, minute - day, minute + kind.duration + day, aside=aside):
        able = engine.able(rules_of(kind).without_limits(), party, minute, "UTC")
        if isinstance(able, Refusal):
            return None
        found += [one for one, _seats in able]
    return tuple(found)


def meetings_in(resource: Resource, start: datetime, end: datetime) -> list[Standing]:
    """The live meetings that take a resource between two instants, as administrator; recorded for each host as a look
    at their times."""
    with connection.cursor() as cursor:
        cursor.execute("select type, span, hosts from booking.resource_meetings(%s, %s, %s)", [resource.pk, start, end])
        rows = cursor.fetchall()
    kinds = MeetingType.objects.in_bulk({kind for kind, _span, _hosts in rows})
    hosts = Host.objects.in_bulk({host for *_rest, those in rows for host in those})
    evidence.saw([host.person_id for host in hosts.values()], "booking.team", "administrator")
    return [
        Standing(span.lower, span.upper, kinds[kind], [hosts[one] for one in those if one in hosts])
        for kind, span, those in rows
    ]


def coming_in(resource: Resource) -> list[Standing]:
    """Every meeting that takes a resource and is not over."""
    now = clock.now()
    return meetings_in(resource, now, now.replace(year=FAR, month=1, day=1))


def blocked(resource: Resource) -> Sequence[ResourceBusy]:
    """The times, not over yet, in which a resource cannot be had."""
    return list(ResourceBusy.objects.filter(resource=resource, span__endswith__gt=clock.now()).order_by("span"))
