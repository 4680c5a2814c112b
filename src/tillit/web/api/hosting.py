"""What a host does by hand: moves what is booked, says who did not come, is away, has other hours, books for whoever
calls. Guests say by their link that nobody received them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.booking import other_hours
from tillit.booking.attendance import TooLate, note_no_show
from tillit.booking.away import actions as away
from tillit.booking.queries import all_hosts, get_booking, get_meeting_type, my_schedule
from tillit.journeys import book as journey
from tillit.journeys import typed
from tillit.journeys.booking_page import instant_text
from tillit.journeys.hosting import book_for
from tillit.journeys.sentences import refusal_sentence
from tillit.kernel import zones
from tillit.kernel.lines import one_line
from tillit.web.api import doors, paging
from tillit.web.api.bookings import MoveIn, SeriesIn, held
from tillit.web.api.calendar import Week, own_host, read_week, written_week
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Fault, Problem
from tillit.web.api.types import At, DayText, Email, Field, In, InstantText, Out, Slug, StrictBool, StrictStr, instant

if TYPE_CHECKING:
    from tillit.booking.models import Host

router = Router(tags=["Calendar"])
read, write = doors.needs("calendar:read"), doors.needs("calendar:write")
Name = Annotated[StrictStr, Field(min_length=1, max_length=60, pattern=r"[^\x00-\x20\x7f]")]


class NoShowIn(In):
    """Who did not come: the other side. undo: take back what was said."""

    undo: StrictBool = False


class WhoCalls(In):
    """Somebody who calls: reached by mail, by telephone or both."""

    name: Annotated[StrictStr, Field(min_length=1, max_length=200, pattern=r"[^\x00-\x20\x7f]")]
    email: Email | None = None
    phone: Annotated[StrictStr, Field(max_length=40)] = ""


class CallerIn(In):
    """What is booked for whoever calls, and when. Everything of it is theirs."""

    offer: Slug
    start: InstantText
    guest: WhoCalls


class AwayIn(In):
    """From which day until which, both included, on the host's clock. stand_in: a host (`office/hosts`), or nobody."""

    first: DayText
    last: DayText
    stand_in: UUID | None = None


class AwayOut(Out):
    """Days on which the owner is away, and what is booked then: meetings that can be given over to who stands in."""

    id: UUID
    start: At
    end: At
    stand_in: str
    meetings: list[UUID]


class AwaysOut(Out):
    items: list[AwayOut]
    next: str | None


class OtherHoursIn(In):
    """Hours that differ from the ordinary ones, and what goes by them (offers of the owner's)."""

    name: Name
    week: Week
    offers: Annotated[list[Slug], Field(max_length=100)] = []


class OtherHoursOut(Out):
    """The same, as they stand."""

    id: UUID
    name: str
    week: dict[str, list[list[str]]]
    offers: list[str]


class OtherHoursListOut(Out):
    items: list[OtherHoursOut]
    next: str | None


@router.post("o/{slug:slug}/calendar/bookings", response={204: None}, auth=write)
def by_phone(request: HttpRequest, slug: str, body: CallerIn) -> Any:
    """Book for somebody who calls; they are told, with who wrote it down."""
    own_host()
    kind, organisation = get_meeting_type(body.offer), doors.here(request)
    values, wrong = typed.caller(
        {"key": uuid4(), "start": instant_text(instant(body.start)), **{k: v or "" for k, v in body.guest}}
    )
    if wrong:
        faults = [Fault(pointer=f"/guest/{k.strip('_')}", detail=one) for k, v in wrong.items() for one in v]
        raise Problem(409, faults=faults)
    try:
        book_for(kind, values, organisation, organisation.time_zone)
    except journey.NotBooked as refused:
        raise Problem(409, refusal_sentence(refused.refusal), kind="not-free") from None
    return Status(204, None)


@router.post("o/{slug:slug}/calendar/bookings/{uuid:booking}/move", response={204: None}, auth=write)
def move(request: HttpRequest, slug: str, booking: UUID, body: MoveIn) -> Any:
    """Move a booking, also to outside the owner's hours; the guest is told."""
    own_host()
    get_booking(booking)
    try:
        journey.move_as_host(booking_id=booking, minute=zones.minute_down(instant(body.start)))
    except journey.NotBooked as refused:
        raise Problem(409, refusal_sentence(refused.refusal), kind="not-free") from None
    return Status(204, None)


@router.post("o/{slug:slug}/calendar/bookings/{uuid:booking}/series/move", response={204: None}, auth=write)
def move_series(request: HttpRequest, slug: str, booking: UUID, body: SeriesIn) -> Any:
    """Move all of a series that is still to come, or nothing of it; the guest is told."""
    own_host()
    get_booking(booking)
    try:
        minutes = [zones.minute_down(instant(one)) for one in body.dates]
        journey.move_series_as_host(booking_id=booking, minutes=minutes)
    except journey.NotBooked as refused:
        raise Problem(409, refusal_sentence(refused.refusal), kind="not-free") from None
    return Status(204, None)


@router.post("o/{slug:slug}/calendar/bookings/{uuid:booking}/no-show", response={204: None}, auth=write)
def no_show(request: HttpRequest, slug: str, booking: UUID, body: NoShowIn) -> Any:
    """Say that the guest did not come, or take it back; they are told. Again is no error."""
    own_host()
    return _note(get_booking(booking).pk, body)


@router.post("o/{slug:slug}/booked/{str:link}/no-show", response={204: None}, auth=None)
def no_show_by_link(request: HttpRequest, slug: str, link: str, body: NoShowIn) -> Any:
    """As the guest of a link, say that nobody received you, or take it back. Again is no error."""
    with held(request, link) as booking:
        return _note(booking.pk, body)


@router.get("o/{slug:slug}/calendar/away", response=AwaysOut, auth=read)
def aways(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """The owner's days away that are not over."""
    own_host()
    return paging.cut(away.absences(), cursor, limit, lambda one: one.pk, _away)


@router.post("o/{slug:slug}/calendar/away", response={201: AwayOut}, auth=write)
def go_away(request: HttpRequest, slug: str, body: AwayIn) -> Any:
    """Be away; whoever stands in is told."""
    host = own_host()
    first, last = date.fromisoformat(body.first), date.fromisoformat(body.last)
    if last < first:
        said = _("The last day comes before the first.")
        raise Problem(409, said, kind="empty-time", faults=[Fault(pointer="/last", detail=said)])
    others = {one.pk: one for one in all_hosts() if one.pk != host.pk and one.bookable and one.here}
    stand_in = others.get(body.stand_in) if body.stand_in else None
    if body.stand_in and stand_in is None:
        raise Problem(409, _("There is no such host."), kind="no-such-host")
    start, end = _midnight(host, first), _midnight(host, last + timedelta(days=1))
    return Status(201, _away(away.go_away(host=host, start=start, end=end, stand_in=stand_in)))


@router.delete("o/{slug:slug}/calendar/away/{uuid:absence}", response={204: None}, auth=write)
def come_back(request: HttpRequest, slug: str, absence: UUID) -> Any:
    """Be there after all. What was given over stays there."""
    own_host()
    if not away.come_back(absence):
        raise Http404
    return Status(204, None)


@router.post("o/{slug:slug}/calendar/meetings/{uuid:meeting}/hand-over", response={204: None}, auth=write)
def hand_over(request: HttpRequest, slug: str, meeting: UUID) -> Any:
    """Give a meeting to who stands in then; they and the guests are told."""
    try:
        away.hand_over(meeting, own_host())
    except away.NotHandedOver as why:
        if str(why) == "gone":
            raise Http404 from None
        raise Problem(409, why.says, kind="not-given") from None
    return Status(204, None)


@router.get("o/{slug:slug}/calendar/other-hours", response=OtherHoursListOut, auth=read)
def others(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """Hours that differ from the ordinary ones for some of what the owner takes."""
    return paging.cut(other_hours.mine(own_host()), cursor, limit, lambda one: one.pk, _other)


@router.post("o/{slug:slug}/calendar/other-hours", response={201: OtherHoursOut}, auth=write)
def add_other(request: HttpRequest, slug: str, body: OtherHoursIn) -> Any:
    """Have other hours for some of what one takes."""
    host = own_host()
    if len(other_hours.mine(host)) >= other_hours.MOST:
        raise Problem(409, _("There are as many as there may be already."), kind="too-many")
    return Status(201, _write_other(host, None, body))


@router.put("o/{slug:slug}/calendar/other-hours/{uuid:one}", response=OtherHoursOut, auth=write)
def set_other(request: HttpRequest, slug: str, one: UUID, body: OtherHoursIn) -> Any:
    """Set them. Booked meetings stay as they are."""
    host = own_host()
    return _write_other(host, _known(host, one), body)


@router.delete("o/{slug:slug}/calendar/other-hours/{uuid:one}", response={204: None}, auth=write)
def remove_other(request: HttpRequest, slug: str, one: UUID) -> Any:
    """What went by them goes by the ordinary hours again."""
    other_hours.take_away(_known(own_host(), one))
    return Status(204, None)


def _note(booking: UUID, body: NoShowIn) -> Any:
    try:
        note_no_show(booking, undo=body.undo)
    except TooLate:
        said = _("It can be said for a week after the meeting, and taken back for a day. That time is over.")
        raise Problem(409, said, kind="not-now") from None
    return Status(204, None)


def _midnight(host: Host, day: date) -> datetime:
    schedule = my_schedule(host)
    wall = datetime.combine(day, datetime.min.time())
    return zones.local_to_utc(wall, zones.zone(schedule.zone if schedule else "UTC"))


def _away(one: Any) -> dict[str, Any]:
    span = one.busy.span
    stand_in = one.stand_in.name if one.stand_in else ""
    meetings = [meeting.pk for meeting in away.meetings_in(one)]
    return {"id": one.pk, "start": span.lower, "end": span.upper, "stand_in": stand_in, "meetings": meetings}


def _known(host: Host, one: UUID) -> Any:
    found = next((row for row in other_hours.mine(host) if row.pk == one), None)
    if found is None:
        raise Http404
    return found


def _write_other(host: Host, one: Any, body: OtherHoursIn) -> dict[str, Any]:
    mine = {kind.slug: kind.pk for kind in other_hours.taken_by(host)}
    if set(body.offers) - mine.keys():
        raise Problem(409, _("You do not take all of these."), kind="no-such-offer")
    try:
        kinds = [mine[slug] for slug in dict.fromkeys(body.offers)]
        return _other(other_hours.write(host, one, one_line(body.name), read_week(body.week), kinds))
    except ValueError:
        raise Problem(409, _("These hours or journeys overlap."), kind="hours-overlap") from None


def _other(one: Any) -> dict[str, Any]:
    offers = sorted(one.type_hosts.values_list("meeting_type__slug", flat=True))
    return {"id": one.pk, "name": one.name, "week": written_week(one.weekly), "offers": offers}
