"""What administrators set of rooms, cars and equipment. What is booked stays as it was booked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tillit.booking.facts import parse_schedule
from tillit.booking.models import MeetingType, Resource, ResourceBusy, TypeResource
from tillit.kernel import zones


@transaction.atomic
def set_resource(
    *,
    organisation: UUID,
    resource: Resource | None = None,
    names: Mapping[str, str],
    pool: str,
    zone: str,
    weekly: Mapping[str, Any] | None = None,
    bookable: bool = True,
) -> Resource:
    """Make or change a resource. names: by language; pool: what it is one of, in a word, capitals alike; weekly: as a
    schedule's, None: always open. Raises ValueError (with UnknownZone) for hours that are none."""
    zones.zone(zone)
    if weekly is not None:
        parse_schedule(zone, json.dumps(weekly), "{}", "[]", "[]")
    same = (one for one in pools() if one.casefold() == pool.casefold())
    one = resource or Resource(organisation_id=organisation, position=Resource.objects.count())
    one.words = {language: {"name": name} for language, name in names.items() if name}
    one.pool, one.zone, one.weekly, one.bookable = next(same, pool), zone, weekly, bookable
    one.save(force_insert=resource is None)
    return one


def pools() -> list[str]:
    """The words by which the organisation's resources are told apart, such as "room"."""
    return list(Resource.objects.order_by("pool").values_list("pool", flat=True).distinct())


@transaction.atomic
def set_needs(*, kind: MeetingType, resources: Sequence[Resource]) -> None:
    """Say which resources serve for meetings of a type: of those of one pool each meeting takes one."""
    TypeResource.objects.filter(meeting_type=kind.pk).exclude(resource__in=[one.pk for one in resources]).delete()
    known = set(TypeResource.objects.filter(meeting_type=kind.pk).values_list("resource", flat=True))
    for one in resources:
        if one.pk not in known:
            TypeResource(organisation_id=kind.organisation_id, meeting_type=kind, resource=one).save(force_insert=True)


@transaction.atomic
def block(*, resource: Resource, start: datetime, end: datetime) -> ResourceBusy:
    """A resource cannot be had from `start` to `end` (aware). Raises ValueError for an empty span."""
    if end <= start:
        raise ValueError("A span ends after it begins.")
    busy = ResourceBusy(organisation_id=resource.organisation_id, resource=resource, span=DateTimeTZRange(start, end))
    busy.save(force_insert=True)
    return busy


@transaction.atomic
def unblock(*, resource: Resource, busy: UUID) -> bool:
    """It can be had again. False when there was no such block."""
    return bool(ResourceBusy.objects.filter(pk=busy, resource=resource).delete()[0])
