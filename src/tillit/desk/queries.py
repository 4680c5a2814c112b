"""Reads. What of it whoever acts gets to see, the database decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet
from django.http import Http404

from tillit.access import current
from tillit.desk.models import Message, Rating, Thread
from tillit.identity.queries import opened_people
from tillit.kernel import clock, sealed
from tillit.kernel.tables import Upload
from tillit.kernel.ticket import Actor

OPEN = ("new", "ours", "theirs")
PAGE = 50
SINCE = timedelta(days=365)


@dataclass(frozen=True)
class Helper:
    """Somebody who may answer. Address and number stay empty but for a reaction that tells them."""

    person: UUID
    name: str
    email: str
    phone: str
    language: str
    zone: str
    administers: bool


@dataclass(frozen=True)
class Figures:
    """One kind of matter in numbers; None where fewer than five stand behind one."""

    kind: str
    asked: int | None
    answered: int | None
    in_time: int | None
    rated: int | None
    stars: int | None


def inbox(*, state: str = "", kind: str = "", mine: bool = False, page: int = 1) -> tuple[list[Thread], bool]:
    """A page of what the acting person may work on, what is due first on top, and whether there is more. state: one of
    models.STATES, or "" for all that is open."""
    rows = worked_on(state=state, kind=kind, mine=mine)
    rows = rows.order_by("-closed", "-pk") if state == "closed" else rows.order_by(F("due").asc(nulls_last=True), "pk")
    found = list(rows[(page - 1) * PAGE : page * PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def worked_on(*, state: str = "", kind: str = "", mine: bool = False) -> QuerySet[Thread]:
    """What the acting person may work on, never their own, in no order; filtered as `inbox` is."""
    me = _me()
    rows: QuerySet[Thread] = Thread.objects.exclude(person_id=me).exclude(state="unproven")
    rows = rows.filter(state=state) if state else rows.filter(state__in=OPEN)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(assignee_id=me) if mine else rows


def get_thread(thread: UUID) -> Thread:
    """A thread that the acting person works on (not one's own), with its organisation; 404 for others."""
    rows = Thread.objects.select_related("organisation").exclude(state="unproven")
    found = rows.exclude(person_id=_me()).filter(pk=thread).first()
    if found is None:
        raise Http404
    return found


def my_thread(thread: UUID) -> Thread:
    """One of the acting person's own; 404 for others."""
    me = _me()
    found = Thread.objects.select_related("organisation").filter(pk=thread, person_id=me).first()
    if found is None:
        raise Http404
    return found


def my_threads() -> list[Thread]:
    """What the acting person asked, the latest first; what was put together stands once."""
    me = _me()
    return list(Thread.objects.filter(person_id=me, merged_into=None).order_by("-words_at", "-pk")[:100])


def said(thread: Thread, *, notes: bool) -> list[Message]:
    """What was said in it and in what was put together with it, in order; with the notes between colleagues or
    without."""
    return list(_said(thread) if notes else spoken(thread))


def spoken(thread: Thread) -> QuerySet[Message]:
    """The same without the notes, to go on with."""
    return _said(thread).exclude(side="note")


def _said(thread: Thread) -> QuerySet[Message]:
    parts = [thread.pk, *Thread.objects.filter(merged_into=thread).values_list("pk", flat=True)]
    return Message.objects.filter(thread__in=parts).order_by("made", "pk")


def rating(thread: Thread) -> Rating | None:
    """How content whoever asked was, if they said it."""
    return Rating.objects.filter(thread=thread).first()


def helpers(thread: UUID) -> list[Helper]:
    """Who may answer it, by name: never the member whom it is about. The person whose thread it is learns how many."""
    organisation = (current() or Actor()).organisation
    if organisation is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute("select * from desk.helpers(%s)", [thread])
        rows = cursor.fetchall()
    people = opened_people(organisation, [row[:4] for row in rows])
    found = [
        Helper(row[0], name, email, phone, *row[4:])
        for row, (name, email, phone) in zip(rows, people, strict=True)
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.name.casefold())


def names(threads: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Of the threads that the acting person works on: who asked, and who has it ("" for nobody)."""
    organisation = (current() or Actor()).organisation
    wanted = list(threads)
    if organisation is None or not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("select * from desk.names(%s::uuid[])", [wanted])
        rows = cursor.fetchall()
    known = {row[at]: row[at + 1] for row in rows for at in (1, 3) if row[at]}
    opened = opened_people(organisation, [(one, name, b"", b"") for one, name in known.items()])
    called = {one: name for one, (name, _email, _phone) in zip(known, opened, strict=True)}
    return {row[0]: (called.get(row[1], ""), called.get(row[3], "")) for row in rows}


def file(message: UUID) -> Upload:
    """The file that came with something said. 404 where whoever acts may not see it, or it is gone."""
    organisation: Any = (current() or Actor()).organisation
    with connection.cursor() as cursor:
        cursor.execute("select * from desk.file(%s)", [message])
        row = cursor.fetchone()
    if row is None:
        raise Http404
    upload, owner, name, kind, size = row
    plain = sealed.opened(Upload, "name", name, organisation=organisation, row=upload, person=owner)
    found = Upload(id=upload, organisation_id=organisation, owner_id=owner, kind=kind, size=size)
    found.name = plain
    return found


def figures(since: datetime | None = None) -> list[Figures]:
    """By kind, for administrators and quality controllers; of a year where nothing else is said."""
    with connection.cursor() as cursor:
        cursor.execute("select * from desk.figures(%s)", [since or clock.now() - SINCE])
        return [Figures(*row) for row in cursor.fetchall()]


def waiting(states: Iterable[str] = ("new", "ours")) -> int:
    """How many wait for an answer that the acting person may give."""
    me = _me()
    return Thread.objects.exclude(person_id=me).filter(state__in=list(states)).count()


def _me() -> Any:
    return (current() or Actor()).person
