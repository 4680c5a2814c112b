"""Finding providers, and the searches and favourites that somebody keeps."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.access import current
from tillit.directory import queries
from tillit.directory.search import question, results, saving
from tillit.identity import throttle
from tillit.identity.queries import current_organisation
from tillit.kernel.ticket import Actor
from tillit.web.api import doors, paging
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Problem
from tillit.web.api.types import At, Field, In, Out, StrictBool, StrictStr

router = Router(tags=["Finding"])
read, write = doors.needs("search:read"), doors.needs("me:write")


class CountedOut(Out):
    """One part of a score (its key in the published formula), its points, and the most that it could give."""

    part: str
    step: str
    points: int
    most: int


class FoundPersonOut(Out):
    """Somebody who is found. code: of their profile. why: the sentence that the page says."""

    code: str
    name: str
    why: str
    score: int
    counted: list[CountedOut]


class FoundsOut(Out):
    items: list[FoundPersonOut]
    next: str | None


class SavedOut(Out):
    """A kept search. question: the query of its address."""

    id: UUID
    name: str
    question: str
    alerts: bool
    made: At


class SavedsOut(Out):
    items: list[SavedOut]
    next: str | None


class SavedIn(In):
    """A search to keep. question: a query as `find` takes it, without cursor."""

    name: Annotated[StrictStr, Field(min_length=1, max_length=80)]
    question: Annotated[StrictStr, Field(max_length=2000)]
    alerts: StrictBool = False


class FavouriteOut(Out):
    """A profile that one likes."""

    code: str
    name: str


class FavouritesOut(Out):
    items: list[FavouriteOut]
    next: str | None


@router.get("o/{slug:slug}/find", response=FoundsOut, auth=None)
def find(request: HttpRequest, slug: str, cursor: Cursor) -> Any:
    """What the page finds: the same words in the address (service, place, km, day, since, until, price, speaks, age,
    q, w_…), the best first."""
    organisation = current_organisation(request)
    actor = current() or Actor()
    if organisation is None or "directory" not in organisation.modules or not (organisation.published or actor.person):
        raise Http404
    if not throttle.SEARCH.take(str(actor.person or throttle.network(request))):
        raise Problem(429, _("That is a lot at once. Go on in a few minutes."), kind="too-many")
    asked = question.read(request.GET, zone=organisation.time_zone, weights=saving.weights())
    page = results.results(asked, slug=slug, cursor=cursor or "")
    return {"items": [_found(one) for one in page.lines], "next": page.following or None}


@router.get("o/{slug:slug}/find/saved", response=SavedsOut, auth=read)
def saved(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """The searches that the owner keeps."""
    doors.me()
    return paging.cut(saving.kept(), cursor, limit, lambda one: one.pk, _saved)


@router.post("o/{slug:slug}/find/saved", response={201: SavedOut}, auth=write)
def keep(request: HttpRequest, slug: str, body: SavedIn) -> Any:
    """Keep a search."""
    doors.me()
    organisation = current_organisation(request)
    assert organisation is not None
    asked = question.read(QueryDict(body.question), zone=organisation.time_zone)
    try:
        return Status(201, _saved(saving.keep(asked, body.name, alerts=body.alerts)))
    except saving.TooMany:
        raise Problem(409, _("You keep as many searches as one can. Take one away first."), kind="too-many") from None


@router.delete("o/{slug:slug}/find/saved/{uuid:search}", response={204: None}, auth=write)
def take_away(request: HttpRequest, slug: str, search: UUID) -> Any:
    """Keep it no more."""
    doors.me()
    saving.take_away(saving.get(search))
    return Status(204, None)


@router.get("o/{slug:slug}/find/favourites", response=FavouritesOut, auth=read)
def favourites(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """The profiles that the owner likes; nobody else learns of it."""
    doors.me()
    return paging.cut(saving.liked(), cursor, limit, lambda one: one.id, lambda o: {"code": o.slug, "name": o.name})


@router.put("o/{slug:slug}/find/favourites/{slug:code}", response={204: None}, auth=write)
def like(request: HttpRequest, slug: str, code: str) -> Any:
    """Like a profile. Again is no error."""
    doors.me()
    try:
        saving.like(queries.profile(code).id)
    except saving.TooMany:
        raise Problem(409, _("You have as many favourites as one can. Take one away first."), kind="too-many") from None
    return Status(204, None)


@router.delete("o/{slug:slug}/find/favourites/{slug:code}", response={204: None}, auth=write)
def like_no_more(request: HttpRequest, slug: str, code: str) -> Any:
    """Like it no more. Again is no error."""
    doors.me()
    saving.like_no_more(queries.profile(code).id)
    return Status(204, None)


def _saved(one: Any) -> dict[str, Any]:
    return {"id": one.pk, "name": one.name, "question": one.question, "alerts": one.alerts, "made": one.made}


def _found(one: results.Result) -> dict[str, Any]:
    counted = [{"part": c.key, "step": c.step, "points": c.points, "most": c.most} for c in one.counted]
    return {
        "code": one.profile.slug, "name": one.head["name"], "why": one.why, "score": one.score, "counted": counted,
    }  # fmt: skip
