"""How much hosts take at most, over everything, and how they share the meetings of an offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router

from tillit.booking.engine import Limits
from tillit.booking.limits import A_DAY, A_WEEK, MINUTES, limits_of, set_limits
from tillit.booking.queries import all_hosts, all_meeting_types, my_host
from tillit.booking.sharing import MOST_DAYS, WHOLE, set_sharing, turns
from tillit.web.api import doors
from tillit.web.api.office import administrator
from tillit.web.api.types import Field, In, Out, Whole

if TYPE_CHECKING:
    from tillit.booking.models import Host, MeetingType

router = Router(tags=["Offers"])
read, write = doors.needs("offers:read"), doors.needs("offers:write")
own_read, own_write = doors.needs("calendar:read"), doors.needs("calendar:write")


class LimitsIn(In):
    """What a host takes at most over everything that can be booked; none where left out. minutes: with guests, on one
    day of the host's own."""

    minutes: Annotated[int, Field(ge=MINUTES[0], le=MINUTES[1]), Whole] | None = None
    a_day: Annotated[int, Field(ge=A_DAY[0], le=A_DAY[1]), Whole] | None = None
    a_week: Annotated[int, Field(ge=A_WEEK[0], le=A_WEEK[1]), Whole] | None = None


class LimitsOut(Out):
    """The same, as it stands."""

    minutes: int | None
    a_day: int | None
    a_week: int | None


class ShareIn(In):
    """A host's share in percent; 100 is a whole one."""

    host: UUID
    share: Annotated[int, Field(ge=1, le=WHOLE), Whole]


class SharingIn(In):
    """By what hosts take turns: their order, the fewest meetings to come, or fairly over so many days back and all to
    come. Whoever is left out of `shares` keeps theirs."""

    sharing: Literal["priority", "load", "fair"]
    days: Annotated[int, Field(ge=1, le=MOST_DAYS), Whole] = 30
    shares: Annotated[list[ShareIn], Field(max_length=500)] = []


class TurnOut(Out):
    """What a host has: of this offer in the days that count, how many of these would be theirs, and to come of all."""

    host: UUID
    share: int
    had: int
    due: float
    to_come: int


class SharingOut(Out):
    """The same, as it stands, whose turn it is first."""

    sharing: str
    days: int
    turns: list[TurnOut]


@router.get("o/{slug:slug}/calendar/limits", response=LimitsOut, auth=own_read, tags=["Calendar"])
def own_limits(request: HttpRequest, slug: str) -> Any:
    """What the owner takes at most."""
    return limits_of(_own())._asdict()


@router.put("o/{slug:slug}/calendar/limits", response=LimitsOut, auth=own_write, tags=["Calendar"])
def set_own_limits(request: HttpRequest, slug: str, body: LimitsIn) -> Any:
    """Set it. Booked meetings stay as they are."""
    return _set(_own(), body)


@router.get("o/{slug:slug}/office/hosts/{uuid:host}/limits", response=LimitsOut, auth=read)
def limits(request: HttpRequest, slug: str, host: UUID) -> Any:
    """What a host takes at most."""
    return limits_of(_host(request, host))._asdict()


@router.put("o/{slug:slug}/office/hosts/{uuid:host}/limits", response=LimitsOut, auth=write)
def set_host_limits(request: HttpRequest, slug: str, host: UUID, body: LimitsIn) -> Any:
    """Set it. Booked meetings stay as they are."""
    return _set(_host(request, host), body)


@router.get("o/{slug:slug}/office/offers/{uuid:offer}/sharing", response=SharingOut, auth=read)
def sharing(request: HttpRequest, slug: str, offer: UUID) -> Any:
    """How hosts share an offer, and whose turn it is; only where they take it in turns."""
    return _sharing(request, _offer(offer))


@router.put("o/{slug:slug}/office/offers/{uuid:offer}/sharing", response=SharingOut, auth=write)
def change_sharing(request: HttpRequest, slug: str, offer: UUID, body: SharingIn) -> Any:
    """Set it. Booked meetings stay with their hosts."""
    kind = _offer(offer)
    set_sharing(kind=kind, sharing=body.sharing, days=body.days, shares={one.host: one.share for one in body.shares})
    return _sharing(request, kind)


def _own() -> Host:
    host = my_host()
    if host is None:
        raise Http404
    return host


def _host(request: HttpRequest, wanted: UUID) -> Host:
    administrator()
    host = next((one for one in all_hosts() if one.pk == wanted), None)
    if host is None:
        raise Http404
    doors.concerns(request, host.person_id)
    return host


def _set(host: Host, body: LimitsIn) -> dict[str, Any]:
    if not set_limits(host=host, most=Limits(body.minutes, body.a_day, body.a_week)):
        raise Http404
    return limits_of(host)._asdict()


def _offer(wanted: UUID) -> MeetingType:
    administrator()
    found = (one for one in all_meeting_types() if one.pk == wanted and one.assignment == "round_robin")
    kind = next(found, None)
    if kind is None:
        raise Http404
    return kind


def _sharing(request: HttpRequest, kind: MeetingType) -> dict[str, Any]:
    now = turns(kind)
    for turn in now:
        doors.concerns(request, turn.host.person_id)
    rows = [
        {"host": one.host.pk, "share": one.share, "had": one.had, "due": float(one.due), "to_come": one.to_come}
        for one in now
    ]
    return {"sharing": kind.sharing, "days": kind.fair_days, "turns": rows}
