"""For administrators: what can be booked, by whom, and when both sides are reminded."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.booking import actions
from tillit.booking.queries import all_hosts, all_meeting_types, reminder_times
from tillit.identity.queries import colleagues
from tillit.kernel.lines import one_line
from tillit.web.api import doors, paging
from tillit.web.api.office import administrator
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Problem
from tillit.web.api.types import Field, In, Out, Slug, StrictBool, StrictStr, Whole

router = Router(tags=["Offers"])
read, write = doors.needs("offers:read"), doors.needs("offers:write")
WEEK = 7 * 24 * 60  # minutes

Place = Literal["video", "phone", "place"]
Assignment = Literal["single", "collective", "round_robin"]
Alignment = Literal["ceil_local_grid", "max_count_then_round"]
Title = Annotated[StrictStr, Field(min_length=1, max_length=120, pattern=r"[^\x00-\x20\x7f]")]
Summary = Annotated[StrictStr, Field(max_length=300)]
Length = Annotated[int, Field(ge=5, le=WEEK), Whole]
Buffer = Annotated[int, Field(ge=0, le=1440), Whole]
Notice = Annotated[int, Field(ge=0, le=90 * 1440), Whole]
Horizon = Annotated[int, Field(ge=1440, le=730 * 1440), Whole]
Seats = Annotated[int, Field(ge=1, le=500), Whole]
Waiting = Annotated[int, Field(ge=0, le=500), Whole]
Weeks = Annotated[int, Field(ge=1, le=26), Whole]
ChangeNotice = Annotated[int, Field(ge=0, le=30 * 1440), Whole]
ADay = Annotated[int, Field(ge=1, le=200), Whole]
AWeek = Annotated[int, Field(ge=1, le=1000), Whole]
Hosts = Annotated[list[UUID], Field(min_length=1, max_length=50)]
_MAY_BE_NONE = {"max_per_day", "max_per_week"}
_PLAIN = (
    "slug", "place", "duration", "step", "grid", "alignment", "buffer_before", "buffer_after", "notice", "horizon",
    "max_per_day", "max_per_week", "capacity", "waiting_places", "times", "change_notice", "assignment", "published",
)  # fmt: skip


class HostOut(Out):
    """Somebody who can be booked."""

    id: UUID
    slug: str
    name: str


class HostsOut(Out):
    items: list[HostOut]
    next: str | None


class HostIn(In):
    """Which colleague (`people`) can be booked from now on."""

    person: UUID


class FullOfferOut(Out):
    """Everything that can be set of what can be booked. Lengths are minutes; hosts: the preferred one first."""

    id: UUID
    slug: str
    title: str
    summary: str
    place: str
    duration: int
    step: int
    grid: int
    alignment: str
    buffer_before: int
    buffer_after: int
    notice: int
    horizon: int
    max_per_day: int | None
    max_per_week: int | None
    capacity: int
    waiting_places: int
    times: int
    change_notice: int
    assignment: str
    published: bool
    hosts: list[HostOut]


class FullOffersOut(Out):
    items: list[FullOfferOut]
    next: str | None


class OfferPatch(In):
    """What shall be otherwise; the rest stays. Title and summary are those of the language that is asked in."""

    title: Title | None = None
    summary: Summary | None = None
    place: Place | None = None
    duration: Length | None = None
    step: Length | None = None
    grid: Literal[5, 10, 15, 30, 60] | None = None
    alignment: Alignment | None = None
    buffer_before: Buffer | None = None
    buffer_after: Buffer | None = None
    notice: Notice | None = None
    horizon: Horizon | None = None
    max_per_day: ADay | None = None
    max_per_week: AWeek | None = None
    capacity: Seats | None = None
    waiting_places: Waiting | None = None
    times: Weeks | None = None
    change_notice: ChangeNotice | None = None
    assignment: Assignment | None = None
    published: StrictBool | None = None
    hosts: Hosts | None = None


class OfferIn(OfferPatch):
    """Something new that can be booked; what is left out is as on the empty form."""

    slug: Slug
    title: Title
    place: Place
    duration: Length
    hosts: Hosts


class Reminders(In):
    """How many minutes before a booking both sides are reminded."""

    minutes: Annotated[list[Annotated[int, Field(ge=5, le=20160), Whole]], Field(max_length=5)]


class RemindersOut(Out):
    """The same, as it stands."""

    minutes: list[int]


@router.get("o/{slug:slug}/office/hosts", response=HostsOut, auth=read)
def hosts(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """Who can be booked."""
    administrator()
    return paging.cut(all_hosts(), cursor, limit, lambda one: one.pk, lambda one: one)


@router.post("o/{slug:slug}/office/hosts", response={201: HostOut}, auth=write)
def add_host(request: HttpRequest, slug: str, body: HostIn) -> Any:
    """Make a colleague bookable, on weekdays from 9 to 16 until other hours are set."""
    administrator()
    person = next((one for one in colleagues() if one.pk == body.person), None)
    if person is None:
        raise Http404
    if any(one.person_id == person.pk for one in all_hosts()):
        raise Problem(409, _("This colleague can be booked already."), kind="host-already")
    here, name = doors.here(request), person.display_name
    made = actions.add_host(
        organisation=here.pk, person=person.pk, slug=slugify(name) or str(person.pk), name=name, zone=here.time_zone
    )
    doors.concerns(request, person.pk)
    return Status(201, made)


@router.get("o/{slug:slug}/office/offers", response=FullOffersOut, auth=read)
def offers(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """Everything that can be booked, shown or not."""
    administrator()
    return paging.cut(all_meeting_types(), cursor, limit, lambda one: one.pk, _offer)


@router.post("o/{slug:slug}/office/offers", response={201: FullOfferOut}, auth=write)
def add_offer(request: HttpRequest, slug: str, body: OfferIn) -> Any:
    """Offer something more to book."""
    administrator()
    fields = {"step": body.duration, "notice": 240, "horizon": 60 * 1440, "words": {}} | _fields(body, {})
    with _allowed():
        made = actions.add_meeting_type(organisation=doors.here(request).pk, hosts=_hosts(body, fields), **fields)
    return Status(201, _answered(request, made))


@router.patch("o/{slug:slug}/office/offers/{uuid:offer}", response=FullOfferOut, auth=write)
def change_offer(request: HttpRequest, slug: str, offer: UUID, body: OfferPatch) -> Any:
    """Change it. What is booked stays as it was booked."""
    administrator()
    kind = next((one for one in all_meeting_types() if one.pk == offer), None)
    if kind is None:
        raise Http404
    fields = _fields(body, kind.words)
    held = [one.host for one in kind.type_hosts.filter(stands_in=False).order_by("priority").select_related("host")]
    chosen = _hosts(body, {"assignment": kind.assignment} | fields, held)
    with _allowed():
        actions.change_meeting_type(kind=kind, hosts=chosen, **fields)
    return _answered(request, kind)


@router.get("o/{slug:slug}/office/reminders", response=RemindersOut, auth=read)
def reminders(request: HttpRequest, slug: str) -> Any:
    """How long before a booking both sides are reminded."""
    administrator()
    return {"minutes": sorted(int(before.total_seconds()) // 60 for before in reminder_times())}


@router.put("o/{slug:slug}/office/reminders", response=RemindersOut, auth=write)
def set_reminders(request: HttpRequest, slug: str, body: Reminders) -> Any:
    """Set it; what is booked already follows."""
    administrator()
    actions.set_reminders(organisation=doors.here(request).pk, minutes=sorted(set(body.minutes)))
    return {"minutes": sorted(set(body.minutes))}


class _allowed:  # noqa: N801 (reads as a word)
    """What the database or the model does not allow together is a 409, and leaves nothing."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.atomic.__exit__(kind, error, trace)
        if isinstance(error, IntegrityError | ValidationError):
            raise Problem(409, kind="not-together") from None


def _fields(body: OfferPatch, words: dict[str, Any]) -> dict[str, Any]:
    given = body.dict(exclude_unset=True, exclude={"hosts"})
    fields = {name: value for name, value in given.items() if value is not None or name in _MAY_BE_NONE}
    spoken = {name: one_line(fields.pop(name)) for name in ("title", "summary") if name in fields}
    if spoken.get("title") == "":
        raise Problem(422)
    if spoken:
        language = get_language() or "en"
        fields["words"] = words | {language: words.get(language, {}) | spoken}
    return fields


def _hosts(body: OfferPatch, fields: dict[str, Any], held: list[Any] | None = None) -> list[Any]:
    known = {host.pk: host for host in all_hosts()}
    if body.hosts is None:
        chosen = held or []
    elif set(body.hosts) - known.keys():
        raise Problem(409, _("There is no such host."), kind="no-such-host")
    else:
        chosen = [known[one] for one in dict.fromkeys(body.hosts)]
    if fields.get("assignment", "single") == "single" and len(chosen) > 1:
        raise Problem(409, _("One host takes it: choose one, or let several share it."), kind="not-together")
    return chosen


def _offer(kind: Any) -> dict[str, Any]:
    language = get_language() or "en"
    said = {name: kind.word(name, language) for name in ("title", "summary")}
    hosts = [one.host for one in kind.type_hosts.filter(stands_in=False).order_by("priority").select_related("host")]
    return {name: getattr(kind, name) for name in _PLAIN} | said | {"id": kind.pk, "hosts": hosts}


def _answered(request: HttpRequest, kind: Any) -> dict[str, Any]:
    said = _offer(kind)
    for host in said["hosts"]:
        doors.concerns(request, host.person_id)
    return said
