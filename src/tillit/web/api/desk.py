"""The desk: what people ask and complain about, for those who answer; and answering, giving, closing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from tillit import evidence
from tillit.desk import queries, working
from tillit.desk.roles import DESK
from tillit.identity.queries import roles
from tillit.web.api import doors, paging
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Problem
from tillit.web.api.types import At, Field, In, Out, StrictBool, StrictStr

if TYPE_CHECKING:
    from tillit.desk.models import Thread

router = Router(tags=["Desk"])
read, write = doors.needs("desk:read"), doors.needs("desk:write")
Kind = Literal["question", "booking", "complaint", "praise"]
State = Literal["new", "ours", "theirs", "closed", "merged"]


class MatterOut(Out):
    """Something that somebody asked. asker: their name. state: new, ours (it waits for an answer), theirs (it is
    answered), closed, merged (`merged_into` is answered for both). due: until when an answer is promised."""

    id: UUID
    reference: str
    kind: str
    state: str
    asker: str
    assignee: UUID | None
    merged_into: UUID | None
    due: At | None
    words_at: At


class MattersOut(Out):
    items: list[MatterOut]
    next: str | None


class SaidOut(Out):
    """Something said. side: them (whoever asked), us, note (between colleagues). file: did one come with it?"""

    id: UUID
    side: str
    words: str
    made: At
    file: bool


class HelperOut(Out):
    """Somebody who may answer it."""

    id: UUID
    name: str


class WholeMatterOut(MatterOut):
    """The same with all that was said, and who may answer it."""

    said: list[SaidOut]
    helpers: list[HelperOut]


class AnswerIn(In):
    """An answer. seen: the last thing said by them or us when it was read. close: it settles the matter."""

    words: Annotated[StrictStr, Field(min_length=1, max_length=5000, pattern=r"[^\x00-\x20\x7f]")]
    seen: UUID
    close: StrictBool = False


class AssignIn(In):
    """Who shall answer (null: nobody yet), and who had it when it was read."""

    to: UUID | None
    instead_of: UUID | None = None


@router.get("o/{slug:slug}/desk", response=MattersOut, auth=read)
def matters(
    request: HttpRequest,
    slug: str,
    cursor: Cursor,
    limit: Limit,
    state: Annotated[State | None, Query(None, description="Without one: all that is open.")],
    kind: Annotated[Kind | None, Query(None)],
    mine: Annotated[bool, Query(False, description="Only what the owner is to answer.")],
) -> Any:
    """What the owner may work on, the oldest first."""
    _staff()
    wanted = queries.worked_on(state=state or "", kind=kind or "", mine=mine).order_by("pk")
    if mark := paging.after_row(cursor):
        wanted = wanted.filter(pk__gt=mark)
    rows = list(wanted[: limit + 1])
    names = queries.names(one.pk for one in rows[:limit])
    _seen(request, rows[:limit])
    return paging.page(rows, limit, lambda one: one.pk, lambda one: _line(one, names))


@router.get("o/{slug:slug}/desk/{uuid:matter}", response=WholeMatterOut, auth=read)
def one(request: HttpRequest, slug: str, matter: UUID) -> Any:
    """One matter with all that was said."""
    return _whole(request, _get(matter))


@router.post("o/{slug:slug}/desk/{uuid:matter}/answer", response=WholeMatterOut, auth=write)
def answer(request: HttpRequest, slug: str, matter: UUID, body: AnswerIn) -> Any:
    """Answer it; whoever asked is told. A complaint is decided on the page, by somebody who can be named."""
    found = _get(matter)
    with _refusals():
        working.answer(found, body.words, seen=body.seen, close_it=body.close and found.kind != "complaint")
    return _whole(request, _get(matter))


@router.post("o/{slug:slug}/desk/{uuid:matter}/assign", response=WholeMatterOut, auth=write)
def assign(request: HttpRequest, slug: str, matter: UUID, body: AssignIn) -> Any:
    """Say who answers it."""
    with _refusals():
        working.give(_get(matter), body.to, instead_of=body.instead_of)
    return _whole(request, _get(matter))


@router.post("o/{slug:slug}/desk/{uuid:matter}/close", response=WholeMatterOut, auth=write)
def close(request: HttpRequest, slug: str, matter: UUID) -> Any:
    """Close it. Again is no error."""
    found = _get(matter)
    if found.state != "closed":
        with _refusals():
            working.close(found)
    return _whole(request, _get(matter))


@contextmanager
def _refusals() -> Iterator[None]:
    """What the desk refuses, as a problem."""
    try:
        yield
    except working.Overtaken:
        raise Problem(409, _("Somebody else was faster. Read it again first."), kind="overtaken") from None
    except working.NotThem:
        raise Problem(409, _("They cannot answer this."), kind="not-them") from None
    except working.TooLate:
        raise Problem(409, _("That is no longer possible as it stands now."), kind="too-late") from None


def _staff() -> None:
    doors.me()
    if not roles() & set(DESK):
        raise PermissionDenied


def _get(matter: UUID) -> Thread:
    _staff()
    return queries.get_thread(matter)


def _seen(request: HttpRequest, rows: list[Thread]) -> None:
    evidence.saw([one.person_id for one in rows], "desk.thread", "answers")
    for one in rows:
        doors.concerns(request, one.person_id)


def _whole(request: HttpRequest, one: Thread) -> dict[str, Any]:
    _seen(request, [one])
    said = [
        {"id": row.pk, "side": row.side, "words": row.words, "made": row.made, "file": row.file is not None}
        for row in queries.said(one, notes=True)
    ]
    able = queries.helpers(one.pk)
    for helper in able:
        doors.concerns(request, helper.person)
    helpers = [{"id": helper.person, "name": helper.name} for helper in able]
    return _line(one, queries.names([one.pk])) | {"said": said, "helpers": helpers}


def _line(one: Thread, names: dict[UUID, tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": one.pk, "reference": one.reference, "kind": one.kind, "state": one.state,
        "asker": names.get(one.pk, ("", ""))[0], "assignee": one.assignee_id, "merged_into": one.merged_into_id,
        "due": one.due, "words_at": one.words_at,
    }  # fmt: skip
