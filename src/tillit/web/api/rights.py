"""The rights of the token's owner: correcting, laying at rest, asking."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.identity.queries import acting_person
from tillit.privacy import registry
from tillit.privacy.desk import actions as desk
from tillit.privacy.desk import kinds
from tillit.privacy.desk import queries as asked
from tillit.privacy.desk.clocks import last_day
from tillit.privacy.desk.shown import state_words, timeline
from tillit.privacy.policy.frames import frame
from tillit.privacy.rights import actions, consequences, corrections, queries
from tillit.web.api import doors, paging
from tillit.web.api.mine import HeldOut, held_out
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Fault, Problem
from tillit.web.api.types import At, Field, In, Out, StrictStr

router = Router(tags=["My rights"])
read, write = doors.needs("me:read"), doors.needs("me:write")
Reason = Literal["accuracy", "unlawful", "claims", "objection"]
Kind = Literal[
    "access", "portability", "correct", "erase", "restrict", "object", "withdraw", "opt-out", "question", "complaint"
]
assert set(get_args(Kind)) == set(kinds.WORDS)


class CorrectionIn(In):
    """What it shall be; "" deletes what can be deleted alone."""

    value: Annotated[StrictStr, Field(max_length=4000)]


class RestOut(Out):
    """Whether the owner's data lies at rest, since when, and what cannot be delivered while it does."""

    since: At | None
    stops: list[str]


class RestIn(In):
    """Why: it is not right (accuracy), may not be held (unlawful), is needed for a claim, or an objection is open."""

    reason: Reason


class StepOut(Out):
    """Something that happened to a request."""

    at: str
    what: str
    note: str


class MyRequestOut(Out):
    """A request about the owner's data. last_day: on which it is answered at the latest."""

    id: UUID
    reference: str
    kind: str
    says: str
    state: str
    open: bool
    last_day: date
    happened: list[StepOut]


class MyRequestsOut(Out):
    items: list[MyRequestOut]
    next: str | None


class MyRequestIn(In):
    """What is asked; words for what no other program can know."""

    kind: Kind
    words: Annotated[StrictStr, Field(max_length=2000)] = ""


@router.put("o/{slug:slug}/me/held/{str:field}/{uuid:row}", response=HeldOut, auth=write)
def correct(request: HttpRequest, slug: str, field: str, row: UUID, body: CorrectionIn) -> Any:
    """Correct a value, named as `held` names it. What a mail has to prove is changed on the page."""
    person, here = acting_person(request), doors.here(request)
    way = corrections.find(field)
    if person is None or not isinstance(way, corrections.Correction):
        raise Http404
    if registry.one(person, field, row) is None:
        raise Http404
    if way.proven:
        raise Problem(409, _("A mail to the new address has to prove this: change it on the page."), kind="prove-first")
    corrections.write(way, person.pk, row, "" if way.clears and not body.value else _cleaned(way, body.value))
    written = registry.one(person, field, row)
    if written is None:
        raise Http404
    return held_out(written, person.time_zone or here.time_zone)


@router.get("o/{slug:slug}/me/rest", response=RestOut, auth=read)
def resting(request: HttpRequest, slug: str) -> Any:
    """Does the owner's data lie at rest?"""
    return _rest()


@router.put("o/{slug:slug}/me/rest", response=RestOut, auth=write)
def rest(request: HttpRequest, slug: str, body: RestIn) -> Any:
    """Have it kept and not used. Again is no error."""
    doors.me()
    actions.rest(body.reason)
    return _rest()


@router.delete("o/{slug:slug}/me/rest", response={204: None}, auth=write)
def use_again(request: HttpRequest, slug: str) -> Any:
    """Let it be used again. Again is no error."""
    doors.me()
    actions.use_again()
    return Status(204, None)


@router.get("o/{slug:slug}/me/requests", response=MyRequestsOut, auth=read)
def requests(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """What the owner asked about their data, the latest first."""
    return paging.cut(asked.my_requests(doors.me()), cursor, limit, lambda one: one.pk, _request)


@router.post("o/{slug:slug}/me/requests", response={201: MyRequestOut}, auth=write)
def ask(request: HttpRequest, slug: str, body: MyRequestIn) -> Any:
    """Ask. What stands open already is not asked twice: the answer is then that request."""
    doors.me()
    if body.kind not in kinds.offered(frame(doors.here(request))):
        raise Problem(409, _("The law that holds here knows no such request."), kind="not-offered")
    made, _new = desk.ask(body.kind, words=body.words.strip(), language=get_language() or "en", by_link=False)
    return Status(201, _request(made))


@router.get("o/{slug:slug}/me/requests/{uuid:wanted}", response=MyRequestOut, auth=read)
def one(request: HttpRequest, slug: str, wanted: UUID) -> Any:
    """One of them."""
    return _request(asked.my_request(doors.me(), wanted))


@router.delete("o/{slug:slug}/me/requests/{uuid:wanted}", response={204: None}, auth=write)
def take_back(request: HttpRequest, slug: str, wanted: UUID) -> Any:
    """Take it back. Again is no error."""
    desk.take_back(asked.my_request(doors.me(), wanted))
    return Status(204, None)


def _cleaned(way: corrections.Correction, value: str) -> Any:
    try:
        return way.field().clean(value)
    except ValidationError as error:
        raise Problem(409, faults=[Fault(pointer="/value", detail=one) for one in error.messages]) from None


def _rest() -> dict[str, Any]:
    found = queries.my_restriction() if doors.me() else None
    return {"since": found.made if found else None, "stops": [str(one) for one in consequences.of_resting(doors.me())]}


def _request(one: Any) -> dict[str, Any]:
    happened = [{"at": step["machine"], "what": step["title"], "note": step["note"]} for step in timeline(one)]
    return {
        "id": one.pk,
        "reference": one.reference,
        "kind": one.kind,
        "says": str(kinds.WORDS[one.kind]),
        "state": state_words(one),
        "open": one.state in asked.OPEN,
        "last_day": last_day(one.organisation, one.due),
        "happened": happened,
    }
