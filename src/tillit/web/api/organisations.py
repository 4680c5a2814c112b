"""Public: organisations, what can be booked, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from tillit.booking.engine import Start, Window
from tillit.booking.queries import free_times, get_meeting_type, meeting_types
from tillit.booking.visits.queries import additions, with_further
from tillit.identity.queries import published_organisations
from tillit.journeys.offers import offer_words
from tillit.kernel import clock, zones
from tillit.web.api import doors, paging
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Problem
from tillit.web.api.types import At, InstantText, Out, Slug, Zone, instant

router = Router(tags=["Public"])
MOST_DAYS = 62


class OrganisationOut(Out):
    """An organisation, as its public page says it."""

    slug: str
    name: str
    number: str
    address: str
    publisher: str
    contact_email: str
    languages: list[str]
    time_zone: str
    currency: str


class OrganisationsOut(Out):
    items: list[OrganisationOut]
    next: str | None


class OfferOut(Out):
    """Something that can be booked. Lengths are minutes, sums minor units of the organisation's currency.

    additions: offers that can be had in the same visit. price: null where it costs nothing; deposit: of it, paid when
    booking (null: all of it)."""

    slug: str
    title: str
    summary: str
    place: str
    duration: int
    capacity: int
    notice: int
    horizon: int
    price: int | None
    deposit: int | None
    additions: list[str]


class OffersOut(Out):
    items: list[OfferOut]
    next: str | None


class TimeHost(Out):
    """Who may take it."""

    slug: str
    name: str


class TimeOut(Out):
    """A start that can be booked."""

    start: At
    end: At
    seats: int
    hosts: list[TimeHost]


class TimesOut(Out):
    """Free times from `begin` until before `end`."""

    begin: At
    end: At
    zone: str
    items: list[TimeOut]


@router.get("organisations", response=OrganisationsOut, auth=None)
def organisations(request: HttpRequest, cursor: Cursor, limit: Limit) -> Any:
    """The organisations that show themselves."""
    found = sorted(published_organisations(), key=lambda one: one.slug)
    return paging.cut(found, cursor, limit, lambda one: one.slug, lambda one: one)


@router.get("o/{slug:slug}", response=OrganisationOut, auth=None)
def organisation(request: HttpRequest, slug: str) -> Any:
    """One organisation."""
    found = doors.here(request)
    if not found.published:
        raise Http404
    return found


@router.get("o/{slug:slug}/offers", response=OffersOut, auth=None)
def offers(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """What can be booked, in the caller's language."""
    doors.here(request)
    return paging.cut(meeting_types(), cursor, limit, lambda one: one.slug, offer_out)


@router.get("o/{slug:slug}/offers/{slug:offer}", response=OfferOut, auth=None)
def offer(request: HttpRequest, slug: str, offer: str) -> Any:
    """One of them."""
    return offer_out(get_meeting_type(offer))


@router.get("o/{slug:slug}/offers/{slug:offer}/times", response=TimesOut, auth=None)
def times(
    request: HttpRequest,
    slug: str,
    offer: str,
    begin: Annotated[InstantText | None, Query(None, description="From when; else from now on.")],
    days: Annotated[int, Query(14, ge=1, le=MOST_DAYS, description="For how many days.")],
    zone: Annotated[Zone | None, Query(None, description="On whose clock the starts are even (IANA).")],
    further: Annotated[list[Slug], Query([], description="Other offers in the same visit.", max_length=6)],
) -> Any:
    """Starts that can be booked now."""
    kind = with_further(get_meeting_type(offer), further)
    if kind is None:
        raise Problem(409, _("These do not go together in one visit."), kind="not-together")
    on_clock = zone or doors.here(request).time_zone
    first = instant(begin) if begin else clock.now()
    window = Window(zones.minute_down(first), zones.minute_down(first + timedelta(days=days)))
    found = free_times(kind, window, on_clock)

    def out(one: Start) -> dict[str, Any]:
        start = zones.minute_to_utc(one.minute)
        hosts = [found.host(host) for host in one.hosts]
        return {"start": start, "end": start + timedelta(minutes=kind.duration), "seats": one.seats, "hosts": hosts}

    ends = zones.minute_to_utc(window.end)
    return {"begin": first, "end": ends, "zone": on_clock, "items": [out(one) for one in found.starts]}


def offer_out(kind: Any) -> dict[str, Any]:
    """A meeting type as programs read it."""
    words = offer_words(kind)
    plain = {
        name: getattr(kind, name)
        for name in ("slug", "place", "duration", "capacity", "notice", "horizon", "price", "deposit")
    }
    added = [one.slug for one in additions(kind)]
    return plain | {"title": words["title"], "summary": words["summary"], "additions": added}
