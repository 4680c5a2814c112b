"""What an organisation holds of the token's owner, who has seen it, copies, choices and what is shown of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal, get_args
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.access import actions as access
from tillit.identity.queries import acting_person, my_organisations
from tillit.kernel import clock, formats
from tillit.kernel.dpv import Data
from tillit.privacy import registry
from tillit.privacy.rights import (
    actions,
    consents,
    copying,
    erasing,
    history,
    objections,
    queries,
    show_form,
    showing,
    values,
)
from tillit.privacy.rights.my_data import SHOWN_ELSEWHERE
from tillit.web.api import doors, paging
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Problem
from tillit.web.api.types import At, Field, In, Out, StrictBool, StrictStr, Whole

router = Router(tags=["My data"])
read, write, erase_scope = doors.needs("me:read"), doors.needs("me:write"), doors.needs("me:erase")
Scope = Literal["contact.phone", "contact.email", "contact", "contact.address"]
assert get_args(Scope) == showing.CHOOSABLE


class PlaceOut(Out):
    """An organisation that the owner belongs to."""

    slug: str
    name: str
    display_name: str
    roles: list[str]


class PlacesOut(Out):
    items: list[PlaceOut]
    next: str | None


class HeldOut(Out):
    """One value. value: in words, null for what one logs in with. until: null where it goes with an event (`kept`)."""

    field: str
    row: str
    what: str
    value: str | None
    purposes: list[str]
    bases: list[str]
    since: At | None
    until: At | None
    kept: str


class HeldPage(Out):
    items: list[HeldOut]
    next: str | None


class EventOut(Out):
    """Something that happened to the owner's data."""

    id: UUID
    at: At
    what: str
    by: str
    why: str


class EventsOut(Out):
    items: list[EventOut]
    next: str | None


class CopyOut(Out):
    """A copy of everything, as a ZIP file; it goes by itself."""

    id: UUID
    state: str
    made: At
    ends: At
    size: int | None


class CopiesOut(Out):
    items: list[CopyOut]
    next: str | None


class ChoiceOut(Out):
    """A choice: something agreed to (`consent`) or objected to (`objection`), and whether it holds."""

    key: str
    kind: Literal["consent", "objection"]
    says: str
    holds: bool
    needs_reasons: bool


class ChoicesOut(Out):
    items: list[ChoiceOut]
    next: str | None


class ChoiceIn(In):
    """Whether it shall hold. reasons: for an objection that needs them."""

    holds: StrictBool
    reasons: Annotated[StrictStr, Field(max_length=2000)] = ""


class GrantOut(Out):
    """Something that is shown of the owner to somebody, until it ends."""

    id: UUID
    to: str
    what: str
    why: str
    ends: At


class GrantsOut(Out):
    items: list[GrantOut]
    next: str | None


class GrantIn(In):
    """Show something of the owner to somebody whom they know here, for so many hours."""

    scope: Scope
    to: UUID
    hours: Annotated[int, Field(ge=1, le=720), Whole]


class ErasureIn(In):
    """That it is meant: nobody can undo it."""

    sure: Literal["erase me"]


class ErasureOut(Out):
    """The receipt of an erasure."""

    receipt: UUID


@router.get("me/organisations", response=PlacesOut, auth=read)
def places(request: HttpRequest, cursor: Cursor, limit: Limit) -> Any:
    """Where the owner belongs."""
    return paging.cut(my_organisations(), cursor, limit, lambda one: one.slug, lambda one: one)


@router.get("o/{slug:slug}/me/held", response=HeldPage, auth=read)
def held(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """Everything that is held of the owner here: what, what for, since and until when."""
    person, organisation = acting_person(request), doors.here(request)
    if person is None:
        raise Http404
    zone = person.time_zone or organisation.time_zone
    found = registry.held(person, but=SHOWN_ELSEWHERE)
    return paging.cut(found, cursor, limit, lambda one: f"{one.label}:{one.row}", lambda one: held_out(one, zone))


def held_out(one: registry.Held, zone: str) -> dict[str, Any]:
    """A value as `held` shows it. zone: IANA, of whoever reads."""
    language = get_language() or "en"
    secret = one.what is Data.AUTHENTICATION
    return {
        "field": one.label,
        "row": str(one.row),
        "what": str(one.what.label),
        "value": None if secret else values.of(one.label, one.what, one.value, language=language, zone=zone),
        "purposes": [str(purpose.says) for purpose in one.purposes],
        "bases": [str(basis.label) for basis in one.bases],
        "since": one.since,
        "until": one.until,
        "kept": str(one.kept),
    }


@router.get("o/{slug:slug}/me/events", response=EventsOut, auth=read)
def events(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """Who has seen and changed what of the owner, the newest first."""
    doors.me()
    found = history.events(before=paging.after_row(cursor), most=limit + 1)
    return paging.page(found, limit, lambda one: one.event.id, _event)


def _event(one: history.Moment) -> dict[str, Any]:
    said = {"what": str(one.what), "by": str(one.by), "why": str(one.why)}
    return {"id": one.event.id, "at": one.event.made} | said


@router.get("o/{slug:slug}/me/copies", response=CopiesOut, auth=read)
def copies(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """Copies of everything that there are."""
    return paging.cut(copying.mine(doors.me()), cursor, limit, lambda one: one.pk, lambda one: one)


@router.post("o/{slug:slug}/me/copies", response={201: CopyOut}, auth=write)
def copy(request: HttpRequest, slug: str) -> Any:
    """Make one: ready at once, or `waiting` while it is made in the background."""
    try:
        made = copying.make(doors.me())
    except copying.TooMany:
        said = _("You have as many copies as we keep at once. The oldest goes by itself.")
        raise Problem(409, said, kind="too-many-copies") from None
    return Status(201, made)


@router.get("o/{slug:slug}/me/copies/{uuid:made}/file", auth=write, openapi_extra={
    "responses": {200: {"description": "The ZIP file", "content": {"application/zip": {}}}}
})  # fmt: skip
def copy_file(request: HttpRequest, slug: str, made: UUID) -> HttpResponse:
    """Its file. That it was fetched is recorded, so it needs me:write."""
    found = next((one for one in copying.mine(doors.me()) if one.pk == made), None)
    if found is None:
        raise Http404
    day = formats.local(found.made, doors.here(request).time_zone).date()
    return copying.opened(found, name=f"{slug}-{day:%Y-%m-%d}.zip")  # type: ignore[return-value]


@router.get("o/{slug:slug}/me/choices", response=ChoicesOut, auth=read)
def choices(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """What can be agreed and objected to, and what holds."""
    doors.me()
    return paging.cut(_choices(), cursor, limit, lambda one: f"{one['kind']}:{one['key']}", lambda one: one)


@router.put("o/{slug:slug}/me/choices/consent/{str:key}", response=ChoiceOut, auth=write)
def consent(request: HttpRequest, slug: str, key: str, body: ChoiceIn) -> Any:
    """Agree, or take it back. Again is no error."""
    doors.me()
    if key not in consents.every:
        raise Http404
    (actions.agree if body.holds else actions.take_back)(key)
    return _choice("consent", key)


@router.put("o/{slug:slug}/me/choices/objection/{str:key}", response=ChoiceOut, auth=write)
def objection(request: HttpRequest, slug: str, key: str, body: ChoiceIn) -> Any:
    """Object, or allow it again. Again is no error."""
    doors.me()
    asked = next((use for use in objections.every() if use.key == key), None)
    if asked is None:
        raise Http404
    if body.holds and not asked.at_once and not body.reasons.strip():
        raise Problem(409, _("This needs reasons: say them."), kind="reasons-needed")
    if body.holds:
        actions.object_to(key, body.reasons)
    else:
        actions.allow_again(key)
    return _choice("objection", key)


def _choices() -> list[dict[str, Any]]:
    given, made = queries.my_consents(), queries.my_objections()

    def agreed(asked: Any) -> bool:
        return asked.key in given and given[asked.key].version == asked.version

    return [
        {"key": one.key, "kind": "consent", "says": str(one.asks), "holds": agreed(one), "needs_reasons": False}
        for one in consents.every.values()
    ] + [
        {"key": use.key, "kind": "objection", "says": str(use.says), "holds": use.key in made,
         "needs_reasons": not use.at_once}
        for use in objections.every()
    ]  # fmt: skip


def _choice(kind: str, key: str) -> dict[str, Any]:
    return next(one for one in _choices() if (one["kind"], one["key"]) == (kind, key))


@router.get("o/{slug:slug}/me/grants", response=GrantsOut, auth=read)
def grants(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """What is shown of the owner now, to whom, why and until when."""
    doors.me()
    return paging.cut(showing.of_me(), cursor, limit, lambda one: one.id, _grant)


@router.post("o/{slug:slug}/me/grants", response={201: GrantOut}, auth=write)
def grant(request: HttpRequest, slug: str, body: GrantIn) -> Any:
    """Show something of the owner to somebody, for a while."""
    me = doors.me()
    if body.to not in {who for who, _name in showing.may_know(me)}:
        raise Http404
    try:
        made = show_form.show(body.scope, body.to, clock.now() + timedelta(hours=body.hours))
    except access.Refused:
        raise Http404 from None
    doors.concerns(request, body.to)
    return Status(201, _grant(next(one for one in showing.of_me() if one.id == made)))


@router.delete("o/{slug:slug}/me/grants/{uuid:grant}", response={204: None}, auth=write)
def end_grant(request: HttpRequest, slug: str, grant: UUID) -> Any:
    """End one of them, at once."""
    doors.me()
    if not show_form.take_back(grant):
        raise Http404
    return Status(204, None)


def _grant(one: showing.Shown) -> dict[str, Any]:
    return {"id": one.id, "to": one.name, "what": str(one.what), "why": str(one.why), "ends": one.ends}


@router.post("o/{slug:slug}/me/erasure", response=ErasureOut, auth=erase_scope)
def erase(request: Any, slug: str, body: ErasureIn) -> Any:
    """Erase the owner here, for good. What a law keeps stays, and nothing else."""
    person = doors.me()
    try:
        receipt = erasing.erase(person, request_key=uuid4())
    except erasing.Refused as refused:
        raise Problem(409, refused.why, kind="not-erased") from None
    return {"receipt": receipt.id}
