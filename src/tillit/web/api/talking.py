"""Messages between two people: the owner's threads, what is said in them, and writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from tillit.directory import queries as directory
from tillit.journeys.market.messages import ABOUT
from tillit.kernel import clock
from tillit.messaging import actions, guard, queries, watch
from tillit.messaging.shown import REFUSED, name
from tillit.web.api import doors, paging
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Problem
from tillit.web.api.types import At, Field, In, Out, StrictBool, StrictStr

router = Router(tags=["Messages"])
read, write = doors.needs("talks:read"), doors.needs("talks:write")
Words = Annotated[StrictStr, Field(min_length=1, max_length=actions.LONGEST, pattern=r"[^\x00-\x20\x7f]")]


class TalkOut(Out):
    """A thread with one other person. called: what the other is called. gone: they have left. unseen: how many messages
    are new. blocked: the owner wants no more of theirs. tells: each sees when the other has read, if both tell."""

    id: UUID
    called: str
    gone: bool
    unseen: int
    words_at: At
    blocked: bool
    tells: bool


class TalksOut(Out):
    items: list[TalkOut]
    next: str | None


class MessageOut(Out):
    """Something said. mine: by the owner. card: something of another kind than words. warnings: patterns of the page
    "what we look for" that it fits, told to its reader alone."""

    id: UUID
    mine: bool
    words: str
    made: At
    taken_back: bool
    files: int
    card: str
    warnings: list[str]


class MessagesOut(Out):
    items: list[MessageOut]
    next: str | None


class WriteIn(In):
    """words: up to 5,000 characters. anyway: send it although it holds a contact detail."""

    words: Words
    anyway: StrictBool = False


class BeginIn(WriteIn):
    """profile: the last part of the address of the profile whose owner is written to."""

    profile: Annotated[StrictStr, Field(min_length=1, max_length=60)]


class ChoicesIn(In):
    """What the owner wants of a thread; what is left out stays."""

    blocked: StrictBool | None = None
    tells: StrictBool | None = None


class WrittenOut(Out):
    thread: UUID
    message: UUID | None


class TakenOut(Out):
    taken_back: bool


@router.get("o/{slug:slug}/threads", response=TalksOut, auth=read)
def talks(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """The owner's threads, what was said last first."""
    doors.me()
    found = queries.talks()
    for one in found:
        if one.other:
            doors.concerns(request, one.other)
    return paging.cut(found, cursor, limit, lambda one: one.id, _talk)


@router.post("o/{slug:slug}/threads", response=WrittenOut, auth=write)
def begin(request: HttpRequest, slug: str, body: BeginIn) -> Any:
    """Write to the owner of a visible profile; where there is a thread about it, the words go there."""
    me = doors.me()
    profile = directory.profile(body.profile)
    asked(body, profile.person, me, queries.between(profile.person, (ABOUT, profile.id)))
    with refusals():
        thread = actions.begin(to=profile.person, about=(ABOUT, profile.id), words=body.words)
    return {"thread": thread, "message": None}


@router.get("o/{slug:slug}/threads/{uuid:thread}", response=MessagesOut, auth=read)
def said(request: HttpRequest, slug: str, thread: UUID, cursor: Cursor) -> Any:
    """What was said, the newest last, a page at a time backwards. Reading the newest page marks it as seen."""
    doors.me()
    talk = queries.talk(thread)
    if talk.other:
        doors.concerns(request, talk.other)
    page = queries.said(thread, before=paging.after(cursor) or "")
    if not cursor:
        actions.mark_read(thread, clock.now())
    items = [
        {
            "id": one.pk, "mine": one.by_id == talk.seat, "words": one.words, "made": one.made,
            "taken_back": one.taken is not None, "files": len(one.files), "card": one.card,
            "warnings": [] if one.by_id == talk.seat else [pattern.name for pattern in watch.warnings(one.words)],
        }
        for one in page.messages
    ]  # fmt: skip
    return {"items": items, "next": paging.cursor_of(page.earlier) if page.earlier else None}


@router.post("o/{slug:slug}/threads/{uuid:thread}/messages", response=WrittenOut, auth=write)
def send(request: HttpRequest, slug: str, thread: UUID, body: WriteIn) -> Any:
    """Say something in a thread. A contact detail is refused once: share it instead, or send it `anyway`."""
    me = doors.me()
    talk = queries.talk(thread)
    if talk.other:
        asked(body, talk.other, me, thread)
    with refusals():
        return {"thread": thread, "message": actions.send(thread, body.words)}


@router.post("o/{slug:slug}/threads/{uuid:thread}/choices", response=TalkOut, auth=write)
def choose(request: HttpRequest, slug: str, thread: UUID, body: ChoicesIn) -> Any:
    """Block the other, or want their messages again; tell when one has read, or not."""
    doors.me()
    queries.talk(thread)
    if body.blocked is not None:
        (actions.block if body.blocked else actions.unblock)(thread)
    if body.tells is not None:
        actions.tell_read(thread, body.tells)
    return _talk(queries.talk(thread))


@router.post("o/{slug:slug}/messages/{uuid:message}/take-back", response=TakenOut, auth=write)
def take_back(request: HttpRequest, slug: str, message: UUID) -> Any:
    """Take a message of the owner's back, a quarter of an hour at most after it was sent."""
    doors.me()
    queries.message(message)
    return {"taken_back": actions.take_back(message)}


def asked(body: WriteIn, other: UUID, me: UUID, thread: UUID | None) -> None:
    """Refuse words that hold a contact detail, unless they are to go anyway; thread: where they go on writing."""
    if not body.anyway and (found := guard.asked(body.words, other, me, thread)):
        raise Problem(409, str(found.title), kind="contact-details")


@contextmanager
def refusals() -> Iterator[None]:
    """What is not sent, as a problem."""
    try:
        yield
    except actions.Refused as refused:
        raise Problem(409, str(REFUSED[refused.why]), kind=f"not-sent-{refused.why}") from None


def _talk(one: queries.Talk) -> dict[str, Any]:
    return {
        "id": one.id, "called": name(one), "gone": one.other is None, "unseen": one.unseen, "words_at": one.words_at,
        "blocked": one.blocked, "tells": one.tells,
    }  # fmt: skip
