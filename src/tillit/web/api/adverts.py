"""Advertisements, and offers to do what they ask."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.directory import facts, places
from tillit.directory.adverts import actions, queries
from tillit.directory.adverts.queries import Wanted
from tillit.directory.search import hours, saving
from tillit.directory.typed import contact_in, tidy
from tillit.identity.queries import current_organisation, roles
from tillit.journeys.market import adverts as answering
from tillit.moderation import queries as moderation
from tillit.web.api import doors, paging, talking
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Problem
from tillit.web.api.types import At, Field, In, Out, StrictStr

router = Router(tags=["Advertisements"])
read, write = doors.needs("search:read"), doors.needs("me:write")


class AdvertOut(Out):
    """An advertisement. place: the number of a place in our table."""

    id: UUID
    service: UUID
    place: int
    place_name: str
    when: str
    day: date | None
    ages: list[str]
    words: str
    state: str
    ends: At


class AdvertsOut(Out):
    items: list[AdvertOut]
    next: str | None


class AdvertIn(In):
    """What somebody asks for. place: the name of a town or village. No contact details in the texts."""

    service: UUID
    place: Annotated[StrictStr, Field(min_length=1, max_length=80)]
    when: Annotated[StrictStr, Field(min_length=1, max_length=120)]
    words: Annotated[StrictStr, Field(min_length=1, max_length=2000)]
    day: date | None = None
    ages: Annotated[list[StrictStr], Field(max_length=6)] = []


class AdvertOfferOut(Out):
    """Somebody's offer, with the thread in which they wrote."""

    id: UUID
    advert: UUID
    thread: UUID
    state: str
    made: At


class AdvertOffersOut(Out):
    items: list[AdvertOfferOut]
    next: str | None


class AdvertAnswerIn(In):
    answer: Literal["choose", "decline", "withdraw"]


@router.get("o/{slug:slug}/adverts", response=AdvertsOut, auth=read)
def open_ones(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit, place: int | None = None,
              km: int = 25, q: str = "") -> Any:  # fmt: skip
    """What a provider may answer, the latest first."""
    _here(request)
    if "provider" not in roles():
        raise Http404
    wanted = Wanted(place=places.get(place), km=km, text=q[:200])
    return paging.cut(queries.open_ones(wanted), cursor, limit, lambda one: one.pk, _said)


@router.get("o/{slug:slug}/own-adverts", response=AdvertsOut, auth=read)
def mine(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """What the owner advertised."""
    _here(request)
    return paging.cut(queries.mine(), cursor, limit, lambda one: one.pk, _said)


@router.post("o/{slug:slug}/own-adverts", response={201: AdvertOut}, auth=write)
def advertise(request: HttpRequest, slug: str, body: AdvertIn) -> Any:
    """Ask for help: a moderator looks at it before anybody sees it."""
    organisation = _here(request)
    if moderation.paused():
        raise Problem(409, _("Your account is paused. The reasons are among your messages."), kind="paused")
    place = next(iter(places.find(body.place, most=1)), None)
    when, words = " ".join(tidy(body.when).split()), tidy(body.words)
    if place is None or not set(body.ages) <= set(facts.AGES) or not when or not words:
        raise Problem(422, _("We know no such place. Name the town or the village."), kind="not-valid")
    if what := contact_in(f"{when}\n{words}"):
        said = _("Here is %(what)s. Leave it out: everybody reads this. You show it later to those you choose.")
        raise Problem(422, said % {"what": what}, kind="contact")
    today = hours.today(organisation.time_zone)
    if body.day and not 0 <= (body.day - today).days <= 365:
        raise Problem(422, _("Choose a day from today on, within a year."), kind="not-valid")
    try:
        row = actions.advertise(
            actions.Asked(body.service, place.id, when, words, body.day, tuple(dict.fromkeys(body.ages)))
        )
    except saving.TooMany:
        said = _("You have as many advertisements as one can. Close one first.")
        raise Problem(409, said, kind="too-many") from None
    return Status(201, _said(row))


@router.get("o/{slug:slug}/adverts/{uuid:advert}", response=AdvertOut, auth=read)
def advert(request: HttpRequest, slug: str, advert: UUID) -> Any:
    """One that is the owner's, or that they may answer."""
    _here(request)
    return _said(queries.get(advert))


@router.post("o/{slug:slug}/adverts/{uuid:advert}/close", response={204: None}, auth=write)
def close(request: HttpRequest, slug: str, advert: UUID) -> Any:
    """Nobody sees it any more; whoever waits for an answer gets one."""
    _here(request)
    actions.close(queries.get(advert))
    return Status(204, None)


@router.post("o/{slug:slug}/adverts/{uuid:advert}/renew", response=AdvertOut, auth=write)
def renew(request: HttpRequest, slug: str, advert: UUID) -> Any:
    """Another 30 days, not beyond its day."""
    _here(request)
    actions.renew(queries.get(advert))
    return _said(queries.get(advert))


@router.get("o/{slug:slug}/adverts/{uuid:advert}/offers", response=AdvertOffersOut, auth=read)
def offers(request: HttpRequest, slug: str, advert: UUID, cursor: Cursor, limit: Limit) -> Any:
    """Who offers to do it: for whoever advertised all, for a provider their own."""
    _here(request)
    return paging.cut(queries.offers(queries.get(advert)), cursor, limit, lambda one: one.pk, _offer)


@router.post("o/{slug:slug}/adverts/{uuid:advert}/offers", response={201: AdvertOfferOut}, auth=write)
def offer(request: HttpRequest, slug: str, advert: UUID, body: talking.WriteIn) -> Any:
    """Offer to do it; the words begin a thread. A contact detail is refused once, or sent `anyway`."""
    _here(request)
    talking.asked(body, queries.get(advert).person_id, doors.me(), None)
    try:
        with talking.refusals():
            answering.apply(advert, body.words)
    except actions.Refused as refused:
        raise Problem(409, str(answering.NOT_TAKEN[refused.why]), kind=refused.why) from None
    return Status(201, _offer(queries.my_offer(queries.get(advert))))


@router.post("o/{slug:slug}/adverts/offers/{uuid:application}", response={204: None}, auth=write)
def answer(request: HttpRequest, slug: str, application: UUID, body: AdvertAnswerIn) -> Any:
    """Say yes or no to an offer, or take one's own back. 409 where it was answered before."""
    _here(request)
    if body.answer == "withdraw":
        done = actions.withdraw(application)
    else:
        done = actions.decide(application, chosen=body.answer == "choose")
    if not done:
        raise Problem(409, _("It was answered already."), kind="answered")
    return Status(204, None)


def _here(request: HttpRequest) -> Any:
    doors.me()
    found = current_organisation(request)
    if found is None or "directory" not in found.modules:
        raise Http404
    return found


def _said(one: Any) -> dict[str, Any]:
    place = places.get(one.place)
    return {
        "id": one.pk, "service": one.category, "place": one.place, "place_name": place.shown if place else "",
        "when": one.when, "day": one.day, "ages": one.ages, "words": one.words, "state": one.state, "ends": one.ends,
    }  # fmt: skip


def _offer(one: Any) -> dict[str, Any]:
    return {"id": one.pk, "advert": one.advert_id, "thread": one.thread, "state": one.state, "made": one.made}
