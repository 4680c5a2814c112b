"""Reads. What of it whoever acts gets to see, the database decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.http import Http404

from tillit.access import Actor, current
from tillit.kernel import contact_words, sealed
from tillit.kernel.tables import Upload
from tillit.messaging.models import Block, Message, Seat, Thread

PAGE = 50
LISTED = 200
JUST_SAID = 10  # messages over which somebody might split a number


@dataclass(frozen=True)
class Talk:
    """A thread as one of the two sees it. other: None once they left. called: "" then. other_read: when the other read
    last, where both tell each other. to_read: looking at it now changes something. seat, other_seat: by which of them
    a message is."""

    id: UUID
    about_kind: str
    about: UUID
    seat: UUID
    other_seat: UUID
    other: UUID | None
    called: str
    words_at: datetime
    unseen: int
    tells: bool
    other_read: datetime | None
    blocked: bool = False
    to_read: bool = False


@dataclass(frozen=True)
class Page:
    """A page of what was said, the newest last. earlier: where the page before it begins; None: there is none."""

    messages: list[Message]
    earlier: str | None
    files: dict[UUID, list[Upload]] = field(default_factory=dict)


def talks() -> list[Talk]:
    """The acting person's threads, what was said last on top; at most LISTED of them."""
    me, _organisation = _me()
    seats = list(Seat.objects.filter(person_id=me, words_at__isnull=False).order_by("-words_at", "-pk")[:LISTED])
    return _talks(seats)


def talk(thread: UUID) -> Talk:
    """One of them. 404 for others."""
    me, _organisation = _me()
    found = _talks(list(Seat.objects.filter(thread_id=thread, person_id=me, words_at__isnull=False)))
    if not found:
        raise Http404
    return found[0]


def between(other: UUID, about: tuple[str, UUID]) -> UUID | None:
    """The thread of the acting person with somebody about a thing, if there is one."""
    me, _organisation = _me()
    rows = Thread.objects.filter(about_kind=about[0], about=about[1]).values_list("pk", flat=True)
    for one in _others(list(rows)):
        if one[3] == other and me:
            return UUID(str(one[0]))
    return None


def unwanted() -> set[UUID]:
    """Whom the acting person wants to hear nothing of."""
    return set(Block.objects.filter(person_id=_me()[0]).values_list("other_id", flat=True))


def with_person(other: UUID) -> list[UUID]:
    """All threads of the acting person with somebody."""
    me, _organisation = _me()
    mine = list(Seat.objects.filter(person_id=me, words_at__isnull=False).values_list("thread_id", flat=True))
    return [one[0] for one in _others(mine) if one[3] == other]


def said(thread: UUID, *, before: str = "") -> Page:
    """A page of a thread of the acting person, the newest where nothing is said of `before`."""
    rows = Message.objects.filter(thread_id=thread)
    if cursor := _cursor(before):
        made, pk = cursor
        rows = rows.filter(Q(made__lt=made) | Q(made=made, pk__lt=pk))
    found = list(rows.order_by("-made", "-pk")[: PAGE + 1])
    more, found = len(found) > PAGE, [_without_taken(one) for one in found[:PAGE][::-1]]
    earlier = f"{found[0].made.isoformat()}_{found[0].pk}" if more else None
    return Page(found, earlier, _files([one.pk for one in found if one.files]))


def latest(threads: Iterable[UUID]) -> dict[UUID, Message]:
    """The newest message of each of these threads."""
    rows = Message.objects.filter(thread_id__in=list(threads)).order_by("thread_id", "-made", "-pk")
    return {one.thread_id: _without_taken(one) for one in rows.distinct("thread_id")}


def message(wanted: UUID) -> Message:
    """One message that the acting person may read. 404 for others."""
    found = Message.objects.filter(pk=wanted).first()
    if found is None:
        raise Http404
    return _without_taken(found)


def just_said(thread: UUID) -> str:
    """The end of what the acting person said last in a thread, the newest last: no more is opened than a contact
    detail could be split over."""
    me, _organisation = _me()
    rows = Message.objects.filter(thread_id=thread, by__person=me, taken=None, card="").order_by("-made", "-pk")
    return "\n".join(one.words[-contact_words.LEAD :] for one in reversed(rows[:JUST_SAID]))


def unseen() -> int:
    """How many of the acting person's threads hold something new."""
    me, _organisation = _me()
    return Seat.objects.filter(person_id=me, unseen__gt=0).count() if me else 0


def file(wanted: UUID, upload: UUID) -> Upload:
    """A file that came with a message. 404 where whoever acts may not see it, or it is gone with its sender."""
    with connection.cursor() as cursor:
        cursor.execute("select * from messaging.file(%s, %s)", [wanted, upload])
        rows = cursor.fetchall()
    if not rows:
        raise Http404
    return _uploads(rows)[0]


def reaches(thread: UUID) -> bool:
    """Does what the acting person does in a thread of theirs reach the other? For what other apps do there: to
    whoever does it, it looks the same."""
    with connection.cursor() as cursor:
        cursor.execute("select messaging.reaches(%s)", [thread])
        return bool(cursor.fetchone()[0])


def work_here(people: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Of these people, those who work for the organisation, with their roles; not those who only offer something."""
    with connection.cursor() as cursor:
        cursor.execute("select person, roles from messaging.work_here(%s::uuid[])", [list(people)])
        return {person: set(roles) for person, roles in cursor.fetchall()}


def receivers(thread: UUID) -> list[tuple[UUID, int]]:
    """For a reaction: the people of a thread who are still here, and how many messages each has not seen."""
    rows = Seat.objects.filter(thread_id=thread, person_id__isnull=False)
    return [(one, unseen) for one, unseen in rows.values_list("person_id", "unseen") if one]


def first_unseen(wanted: UUID) -> bool:
    """Is this the first message of its thread that the acting person has not seen?"""
    one = Message.objects.filter(pk=wanted).first()
    seat = Seat.objects.filter(thread_id=one.thread_id, person_id=_me()[0]).first() if one else None
    if one is None or seat is None or not seat.unseen or one.by_id == seat.pk:
        return False
    later = Q(made__gt=one.made) | Q(made=one.made, pk__gte=one.pk)
    return Message.objects.filter(later, thread_id=one.thread_id).exclude(by_id=seat.pk).count() == seat.unseen


def _talks(seats: list[Seat]) -> list[Talk]:
    _person, organisation = _me()
    ids = [one.thread_id for one in seats]
    threads = Thread.objects.in_bulk(ids)
    rows = {row[0]: row for row in _others(ids)}
    names = sealed.opened_many(
        Seat, "shown_as", [(row[4], row[1], row[3]) for row in rows.values()], organisation=organisation
    )
    called = dict(zip(rows, names, strict=True))
    blocked = unwanted() if rows else set()
    return [
        Talk(
            one.thread_id, threads[one.thread_id].about_kind, threads[one.thread_id].about, one.pk,
            rows[one.thread_id][1], rows[one.thread_id][3], called[one.thread_id] or "", one.words_at, one.unseen,
            one.tells, rows[one.thread_id][5], rows[one.thread_id][3] in blocked, one.to_read,
        )
        for one in seats
        if one.thread_id in threads and one.thread_id in rows and one.words_at
    ]  # fmt: skip


def _others(threads: list[UUID]) -> list[Any]:
    if not threads:
        return []
    with connection.cursor() as cursor:
        cursor.execute("select thread, seat, mine, person, shown_as, read from messaging.others(%s::uuid[])", [threads])
        return list(cursor.fetchall())


def _files(messages: list[UUID]) -> dict[UUID, list[Upload]]:
    if not messages:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("select id, owner, name, kind, size, message from messaging.files(%s::uuid[])", [messages])
        rows = cursor.fetchall()
    found: dict[UUID, list[Upload]] = {}
    for row, upload in zip(rows, _uploads([row[:5] for row in rows]), strict=True):
        found.setdefault(row[5], []).append(upload)
    return found


def _uploads(rows: list[Any]) -> list[Upload]:
    _person, organisation = _me()
    names = sealed.opened_many(Upload, "name", [(row[2], row[0], row[1]) for row in rows], organisation=organisation)
    found = []
    for (upload, owner, _name, kind, size), name in zip(rows, names, strict=True):
        one = Upload(id=upload, organisation_id=organisation, owner_id=owner, kind=kind, size=size)
        one.name = name
        found.append(one)
    return found


def _without_taken(one: Message) -> Message:
    """Taken back, its words are for nobody but whoever looks into a report of them (reporting.show_chosen)."""
    if one.taken:
        one.words = ""
    return one


def _cursor(before: str) -> tuple[datetime, UUID] | None:
    moment, _, pk = before.partition("_")
    try:
        made = datetime.fromisoformat(moment)
        return (made, UUID(pk)) if made.tzinfo else None
    except ValueError:
        return None


def _me() -> tuple[Any, Any]:
    actor = current() or Actor()
    return actor.person, actor.organisation


@dataclass(frozen=True)
class Limits:
    """How many threads one may begin in a day, and to how many people open with the same words in a week."""

    begun: int
    same: int


def limits() -> tuple[Limits, Limits]:
    """What holds for whoever is new here (less than a week), and for everybody else: as the database enforces it."""
    with connection.cursor() as cursor:
        cursor.execute("select (messaging.most(true)).*, (messaging.most(false)).*")
        new_begun, new_same, begun, same = cursor.fetchone()
    return Limits(new_begun, new_same), Limits(begun, same)
