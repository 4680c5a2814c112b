"""The host's own calendar: meetings with their guests, blocked time, hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from tillit.booking import actions
from tillit.booking.agreed import guest_name
from tillit.booking.queries import busy_times, get_booking, hosted_meeting, hosted_meetings, my_host, my_schedule
from tillit.journeys import book as journey
from tillit.journeys import typed
from tillit.journeys.sentences import not_cancelled_sentence
from tillit.kernel import clock
from tillit.web.api import doors
from tillit.web.api.bookings import CancelIn
from tillit.web.api.problems import Fault, Problem
from tillit.web.api.types import (
    Annotated,
    At,
    ClockText,
    DayText,
    Field,
    In,
    InstantText,
    Out,
    StrictStr,
    Zone,
    instant,
)

if TYPE_CHECKING:
    from tillit.booking.models import Host

router = Router(tags=["Calendar"])
read, write = doors.needs("calendar:read"), doors.needs("calendar:write")
Begin = Annotated[InstantText | None, Query(None, description="From when; else from now on.")]
Days = Annotated[int, Query(7, ge=1, le=62, description="For how many days.")]


class SeatOut(Out):
    """One guest of a meeting; the name is empty when the time in which the host may know them is over."""

    booking: UUID
    name: str


class MeetingOut(Out):
    """A meeting that the owner hosts."""

    id: UUID
    title: str
    start: At
    end: At
    place: str
    guests: list[SeatOut]


class BusyOut(Out):
    """A time in which the owner is not free."""

    id: UUID
    start: At
    end: At


class CalendarOut(Out):
    """What is in the calendar between `begin` and `end`."""

    begin: At
    end: At
    meetings: list[MeetingOut]
    busy: list[BusyOut]


class BusyIn(In):
    """From when to when the owner is not free."""

    start: InstantText
    end: InstantText


Spans = Annotated[list[tuple[ClockText, ClockText]], Field(max_length=12)]


class Week(In):
    """The hours of each weekday; an end at or before its start is in the next night."""

    monday: Spans = []
    tuesday: Spans = []
    wednesday: Spans = []
    thursday: Spans = []
    friday: Spans = []
    saturday: Spans = []
    sunday: Spans = []


class OtherDay(In):
    """A day whose hours replace the week's."""

    day: DayText
    hours: Spans


class Journey(In):
    """Days on which the host's clock is another one. last: None while it is not known."""

    first: DayText
    last: DayText | None = None
    zone: Zone


class Hours(In):
    """When the owner works; the zone is that of the clock. other_days and travel stay as they are where left out."""

    zone: Zone
    week: Week
    days_off: Annotated[list[DayText], Field(max_length=400)] = []
    other_days: Annotated[list[OtherDay], Field(max_length=400)] | None = None
    travel: Annotated[list[Journey], Field(max_length=50)] | None = None


class OtherDayOut(Out):
    """A day whose hours replace the week's."""

    day: str
    hours: list[list[str]]


class JourneyOut(Out):
    """Days on which the host's clock is another one."""

    first: str
    last: str | None
    zone: str


class HoursOut(Out):
    """The same, as it stands."""

    zone: str
    week: dict[str, list[list[str]]]
    days_off: list[str]
    other_days: list[OtherDayOut]
    travel: list[JourneyOut]


@router.get("o/{slug:slug}/calendar", response=CalendarOut, auth=read)
def calendar(request: HttpRequest, slug: str, begin: Begin, days: Days) -> Any:
    """Meetings and blocked time. That the guests' names were read is recorded, and they can see it."""
    host = own_host()
    first, last = _span(begin, days)
    return {
        "begin": first,
        "end": last,
        "meetings": [_meeting(one) for one in hosted_meetings(first, last)],
        "busy": [_busy(one) for one in busy_times(host, first, last)],
    }


@router.post("o/{slug:slug}/calendar/busy", response={201: BusyOut}, auth=write)
def block(request: HttpRequest, slug: str, body: BusyIn) -> Any:
    """Block a time."""
    host = own_host()
    start, end = instant(body.start), instant(body.end)
    if not start < end <= start + timedelta(days=400):
        said = _("A time ends after it begins, and within a year.")
        raise Problem(409, said, kind="empty-time", faults=[Fault(pointer="/end", detail=said)])
    return Status(201, _busy(actions.block_time(host=host, start=start, end=end)))


@router.delete("o/{slug:slug}/calendar/busy/{uuid:busy}", response={204: None}, auth=write)
def free(request: HttpRequest, slug: str, busy: UUID) -> Any:
    """Be free again."""
    own_host()
    if not actions.free_time(busy=busy):
        raise Http404
    return Status(204, None)


@router.post("o/{slug:slug}/calendar/meetings/{uuid:meeting}/cancel", response={204: None}, auth=write)
def call_off(request: HttpRequest, slug: str, meeting: UUID, body: CancelIn) -> Any:
    """Call a whole meeting off: everybody who has a seat or waits for one is told."""
    found = hosted_meeting(meeting)
    if found is None:
        raise Http404
    reason, wrong = typed.reason(body.reason)
    if wrong:
        raise Problem(422, faults=[Fault(pointer="/reason", detail=one) for one in wrong["reason"]])
    try:
        journey.call_off(meeting=found, reason=reason)
    except journey.NotBooked as refused:
        raise Problem(409, not_cancelled_sentence(refused.refusal), kind="not-cancelled") from None
    return Status(204, None)


@router.post("o/{slug:slug}/calendar/bookings/{uuid:booking}/cancel", response={204: None}, auth=write)
def cancel(request: HttpRequest, slug: str, booking: UUID, body: CancelIn) -> Any:
    """Cancel a booking of a meeting of the owner's; the guest gets a mail about it. Again is no error."""
    own_host()
    get_booking(booking)
    reason, wrong = typed.reason(body.reason)
    if wrong:
        raise Problem(422, faults=[Fault(pointer="/reason", detail=one) for one in wrong["reason"]])
    try:
        journey.cancel(booking_id=booking, reason=reason)
    except journey.NotBooked as refused:
        raise Problem(409, not_cancelled_sentence(refused.refusal), kind="not-cancelled") from None
    return Status(204, None)


@router.get("o/{slug:slug}/calendar/hours", response=HoursOut, auth=read)
def hours(request: HttpRequest, slug: str) -> Any:
    """When the owner works."""
    return _hours(own_host())


@router.put("o/{slug:slug}/calendar/hours", response=HoursOut, auth=write)
def set_hours(request: HttpRequest, slug: str, body: Hours) -> Any:
    """Set it. Booked meetings stay as they are."""
    host = own_host()
    stood = my_schedule(host)
    overrides, travel = (stood.overrides, stood.travel) if stood else ({}, [])
    if body.other_days is not None:
        overrides = {one.day: [list(span) for span in one.hours] for one in body.other_days}
    if body.travel is not None:
        travel = [[one.first, one.last, one.zone] for one in body.travel]
    try:
        actions.set_schedule(
            host=host,
            zone=body.zone,
            weekly=read_week(body.week),
            days_off=sorted(set(body.days_off)),
            overrides=overrides,
            travel=travel,
        )
    except ValueError:
        raise Problem(409, _("These hours or journeys overlap."), kind="hours-overlap") from None
    return _hours(host)


def own_host() -> Host:
    """The host whose token it is, or 404."""
    host = my_host()
    if host is None:
        raise Http404
    return host


def read_week(week: Week) -> dict[str, list[list[str]]]:
    """A week as the database has it."""
    return {str(n): [list(span) for span in spans] for n, spans in enumerate(week.dict().values(), 1) if spans}


def written_week(weekly: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """A stored week, by the names of its days."""
    return {name: weekly.get(str(n), []) for n, name in enumerate(Week.model_fields, 1)}


def _span(begin: StrictStr | None, days: int) -> tuple[datetime, datetime]:
    first = instant(begin) if begin else clock.now()
    return first, first + timedelta(days=days)


def _hours(host: Host) -> dict[str, Any]:
    schedule = my_schedule(host)
    if schedule is None:
        raise Http404
    other = [{"day": day, "hours": spans} for day, spans in sorted(schedule.overrides.items())]
    travel = [dict(zip(("first", "last", "zone"), one, strict=True)) for one in schedule.travel]
    plain = {"zone": schedule.zone, "week": written_week(schedule.weekly), "days_off": schedule.days_off}
    return plain | {"other_days": other, "travel": travel}


def _meeting(one: Any) -> dict[str, Any]:
    guests = [{"booking": booking.pk, "name": guest_name(booking)} for booking in one.bookings.all()]
    language = get_language() or "en"
    title = (one.poll and one.poll.title) or one.visit.word("title", language)
    return {
        "id": one.pk,
        "title": title,
        "start": one.span.lower,
        "end": one.span.upper,
        "place": one.visit.word("place", language),
        "guests": guests,
    }


def _busy(one: Any) -> dict[str, Any]:
    return {"id": one.pk, "start": one.span.lower, "end": one.span.upper}
