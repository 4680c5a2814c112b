"""For administrators: who is booked when, and the statistics, as their pages show them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from tillit.booking import team
from tillit.booking.numbers import Row, numbers
from tillit.kernel import clock
from tillit.web.api import doors
from tillit.web.api.calendar import Begin
from tillit.web.api.office import administrator
from tillit.web.api.types import At, DayText, Out, instant

router = Router(tags=["Offers"])
read = doors.needs("offers:read")
Days = Annotated[int, Query(7, ge=1, le=62, description="For how many days.")]
Until = Annotated[DayText | None, Query(None, description="A day of the twelve weeks; else today.")]


class SpanOut(Out):
    """From when to when a host is booked; with whom and what for stays between host and guest."""

    start: At
    end: At


class HostTimesOut(Out):
    """A host's booked times."""

    host: str
    booked: list[SpanOut]


class TeamOut(Out):
    """Who is booked when, between `begin` and `end`."""

    begin: At
    end: At
    items: list[HostTimesOut]


class WeekOut(Out):
    """Bookings of the week that begins on this Monday; none where the number stays hidden."""

    monday: date
    bookings: int | None


class CountOut(Out):
    """An offer, a host, or several put together. A number below five is none; fill: percent of the open hours."""

    name: str
    bookings: int
    days_ahead: float
    cancelled: int | None
    no_shows: int | None
    host_no_shows: int | None
    hours: float
    fill: int | None


class StatisticsOut(Out):
    """Twelve weeks. The last row of each table is for all of them."""

    first: date
    last: date
    weeks: list[WeekOut]
    offers: list[CountOut]
    hosts: list[CountOut]


@router.get("o/{slug:slug}/office/team", response=TeamOut, auth=read)
def times(request: HttpRequest, slug: str, begin: Begin, days: Days) -> Any:
    """When everybody who can be booked is booked. Each host can read that it was looked at."""
    administrator()
    first: datetime = instant(begin) if begin else clock.now()
    last = first + timedelta(days=days)
    items = []
    for host, spans in team.times(first, last):
        doors.concerns(request, host.person_id)
        items.append({"host": host.name, "booked": [{"start": start, "end": end} for start, end in spans]})
    return {"begin": first, "end": last, "items": items}


@router.get("o/{slug:slug}/office/statistics", response=StatisticsOut, auth=read)
def statistics(request: HttpRequest, slug: str, until: Until) -> Any:
    """How much is booked, how early, how full the hours are, and how often somebody did not come."""
    administrator()
    found = numbers(until or "", doors.here(request).time_zone)
    return {
        "first": found.first,
        "last": found.last,
        "weeks": [{"monday": monday, "bookings": count} for monday, count in found.weeks],
        "offers": [_count(row) for row in found.types],
        "hosts": [_count(row) for row in found.hosts],
    }


def _count(row: Row) -> dict[str, Any]:
    counts = row.counts
    return {
        "name": row.name, "bookings": counts.bookings, "days_ahead": round(counts.lead_days, 1),
        "cancelled": row.cancelled, "no_shows": row.no_shows, "host_no_shows": row.host_no_shows,
        "hours": round(counts.hours, 1), "fill": counts.fill,
    }  # fmt: skip
