"""For administrators: rooms and equipment, what stands in them, and what goes with an offer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.booking.queries import all_meeting_types
from tillit.booking.resources import actions, queries
from tillit.booking.visits.actions import set_additions
from tillit.booking.visits.queries import additions, goes_along
from tillit.web.api import doors, paging
from tillit.web.api.calendar import BusyIn, Week
from tillit.web.api.office import administrator
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Fault, Problem
from tillit.web.api.types import At, Field, In, Out, StrictBool, StrictStr, instant

if TYPE_CHECKING:
    from tillit.booking.models import MeetingType, Resource

router = Router(tags=["Offers"])
read, write = doors.needs("offers:read"), doors.needs("offers:write")
Name = Annotated[StrictStr, Field(min_length=1, max_length=80, pattern=r"[^\W_]")]
Pool = Annotated[StrictStr, Field(min_length=1, max_length=60, pattern=r"[^\W_]")]
ADDRESS = "o/{slug:slug}/office/resources"


class ResourcePatch(In):
    """What shall be otherwise. The name is that of the language that is asked in; week: none is always."""

    name: Name | None = None
    pool: Pool | None = None
    in_use: StrictBool | None = None
    week: Week | None = None


class ResourceIn(ResourcePatch):
    """One room, car or device. pool: what it is one of, in a word."""

    name: Name
    pool: Pool


class ResourceOut(Out):
    """One room, car or device, on whose clock its week is meant."""

    id: UUID
    name: str
    pool: str
    in_use: bool
    zone: str
    week: dict[str, list[list[str]]] | None


class ResourcesOut(Out):
    items: list[ResourceOut]
    next: str | None


class StandingOut(Out):
    """A meeting that takes it; never with whom."""

    start: At
    end: At
    title: str
    hosts: list[str]


class BlockedOut(Out):
    """When else it cannot be had."""

    id: UUID
    start: At
    end: At


class ResourceTimesOut(Out):
    meetings: list[StandingOut]
    blocked: list[BlockedOut]


class BesideIn(In):
    """resources: of those of one pool each meeting takes one. additions: offers that guests can add, in this order."""

    resources: Annotated[list[UUID], Field(max_length=200)] = []
    additions: Annotated[list[UUID], Field(max_length=50)] = []


class BesideOut(Out):
    """The same, as it stands."""

    resources: list[UUID]
    additions: list[UUID]


@router.get(ADDRESS, response=ResourcesOut, auth=read)
def resources(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """Every room and all equipment, in use or not."""
    administrator()
    return paging.cut(queries.resources(), cursor, limit, lambda one: one.pk, _out)


@router.post(ADDRESS, response={201: ResourceOut}, auth=write)
def add_resource(request: HttpRequest, slug: str, body: ResourceIn) -> Any:
    """Add one."""
    administrator()
    return Status(201, _save(request, body, None))


@router.patch(ADDRESS + "/{uuid:resource}", response=ResourceOut, auth=write)
def change_resource(request: HttpRequest, slug: str, resource: UUID, body: ResourcePatch) -> Any:
    """Change it, or take it out of use. What stands in it stays."""
    administrator()
    return _save(request, body, queries.get_resource(resource))


@router.get(ADDRESS + "/{uuid:resource}/times", response=ResourceTimesOut, auth=read)
def resource_times(request: HttpRequest, slug: str, resource: UUID) -> Any:
    """What is to come: meetings, and blocked time. The hosts can see that it was read."""
    administrator()
    found = queries.get_resource(resource)
    language = get_language() or "en"
    standing = queries.coming_in(found)
    for one in standing:
        for host in one.hosts:
            doors.concerns(request, host.person_id)
    meetings = [
        {
            "start": one.start,
            "end": one.end,
            "title": one.kind.word("title", language),
            "hosts": [host.name for host in one.hosts],
        }
        for one in standing
    ]
    return {"meetings": meetings, "blocked": [_busy(one) for one in queries.blocked(found)]}


@router.post(ADDRESS + "/{uuid:resource}/blocked", response={201: BlockedOut}, auth=write)
def block_resource(request: HttpRequest, slug: str, resource: UUID, body: BusyIn) -> Any:
    """It cannot be had for a while."""
    administrator()
    start, end = instant(body.start), instant(body.end)
    if not start < end <= start + timedelta(days=400):
        said = _("A time ends after it begins, and within a year.")
        raise Problem(409, said, kind="empty-time", faults=[Fault(pointer="/end", detail=said)])
    return Status(201, _busy(actions.block(resource=queries.get_resource(resource), start=start, end=end)))


@router.delete(ADDRESS + "/{uuid:resource}/blocked/{uuid:busy}", response={204: None}, auth=write)
def free_resource(request: HttpRequest, slug: str, resource: UUID, busy: UUID) -> Any:
    """It can be had again."""
    administrator()
    if not actions.unblock(resource=queries.get_resource(resource), busy=busy):
        raise Http404
    return Status(204, None)


@router.get("o/{slug:slug}/office/offers/{uuid:offer}/beside", response=BesideOut, auth=read)
def beside(request: HttpRequest, slug: str, offer: UUID) -> Any:
    """What an offer needs beside its hosts, and what can be added to it in the same visit."""
    administrator()
    return _beside(_offer(offer))


@router.put("o/{slug:slug}/office/offers/{uuid:offer}/beside", response=BesideOut, auth=write)
def set_beside(request: HttpRequest, slug: str, offer: UUID, body: BesideIn) -> Any:
    """Set it."""
    administrator()
    kind = _offer(offer)
    known = {one.pk: one for one in queries.resources()}
    along = {one.pk: one for one in all_meeting_types() if one.pk != kind.pk and goes_along(kind, one)}
    if set(body.resources) - known.keys():
        raise Problem(409, _("There is no such room or equipment."), kind="no-such-resource")
    if set(body.additions) - along.keys():
        raise Problem(409, _("These do not go together in one visit."), kind="not-together")
    actions.set_needs(kind=kind, resources=[known[one] for one in dict.fromkeys(body.resources)])
    set_additions(kind=kind, added=[along[one] for one in dict.fromkeys(body.additions)])
    return _beside(_offer(offer))


def _offer(offer: UUID) -> MeetingType:
    found = next((one for one in all_meeting_types() if one.pk == offer), None)
    if found is None:
        raise Http404
    return found


def _beside(kind: MeetingType) -> dict[str, Any]:
    return {
        "resources": [one.pk for one in queries.resources_of(kind)],
        "additions": [one.pk for one in additions(kind)],
    }


def _save(request: HttpRequest, body: ResourcePatch, one: Resource | None) -> dict[str, Any]:
    here, given = doors.here(request), body.dict(exclude_unset=True)
    names = {language: str(words.get("name", "")) for language, words in (one.words if one else {}).items()}
    if given.get("name"):
        names[get_language() or "en"] = " ".join(given["name"].split())
    weekly = one.weekly if one else None
    if "week" in given:
        days = body.week.dict().values() if body.week else ()
        weekly = {str(n): [list(span) for span in spans] for n, spans in enumerate(days, 1) if spans} or None
    in_use = given.get("in_use")
    made = actions.set_resource(
        organisation=here.pk, resource=one, names=names, weekly=weekly, zone=one.zone if one else here.time_zone,
        pool=" ".join((given.get("pool") or (one.pool if one else "")).split()),
        bookable=in_use if in_use is not None else one.bookable if one else True,
    )  # fmt: skip
    return _out(made)


def _out(one: Resource) -> dict[str, Any]:
    week = None
    if one.weekly is not None:
        week = {day: one.weekly.get(str(n), []) for n, day in enumerate(Week.model_fields, 1)}
    return {
        "id": one.pk,
        "name": one.name(get_language() or "en"),
        "pool": one.pool,
        "in_use": one.bookable,
        "zone": one.zone,
        "week": week,
    }


def _busy(one: Any) -> dict[str, Any]:
    return {"id": one.pk, "start": one.span.lower, "end": one.span.upper}
