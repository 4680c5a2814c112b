"""A person's copy: one ZIP file with data.json and its schema, a CSV file for each table, a contact card, calendar and
other files that apps add, the person's documents, and a page to read.

    copy = copying.make(person)         # ready at once; a large one is made part by part in the background
    copying.opened(copy)                # the download, by the person only

As the acting person, or in the office "rights" narrowed to that person. The file lies sealed with the person's key and
goes after a week. What is also somebody else's is in it only as far as a declaration says that it is the person's.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import FileResponse, Http404
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import Actor, acting, current
from tillit.evidence import events
from tillit.kernel import clock, ends, tasks, uploads
from tillit.kernel.ids import new_id
from tillit.privacy.models import Copy
from tillit.privacy.rights import everything, files
from tillit.privacy.rights.contents import PIECE, Gathered, Member, members

LIFE = timedelta(days=7)
MOST = 5  # live copies of one person: the next one waits until one has gone

MADE = events.declare("privacy.copy.made", label=_("A copy of what is held of you was made"), keep=events.YEAR)
TAKEN = events.declare("privacy.copy.taken", label=_("Your copy was downloaded"), keep=events.YEAR)


class TooMany(Exception):
    """The person has as many live copies as one may have."""


@transaction.atomic
def make(person: UUID, *, language: str | None = None) -> Copy:
    """A copy of what is held of the person, ready at once or waiting for the background task.

    language: of the page, else the active one. Raises PermissionError, `TooMany`.
    """
    outer = current() or Actor()
    with _as(person) as me:
        if waiting := Copy.objects.filter(person_id=person, state="waiting", whole=False).first():
            return waiting
        copy = _new(me, person, language)
        gathered = Gathered(copy)
        large = gathered.is_large()
        if not large:
            copy.size = _write(copy, members(gathered))
            copy.state = "ready"
        copy.save(force_insert=True)
        ends.set("privacy.copy", object=copy.pk, subject=person, due=copy.ends)
        if large:
            _next.defer(copy=copy.pk)
    with acting(outer):
        evidence.record(MADE.name, subject=person, object=copy.pk)
    return copy


def make_whole(person: UUID, language: str) -> Copy:
    """A copy of everything that the organisation holds, for the administrator who acts; always in the background. It
    lies sealed with their key. Raises `TooMany`."""
    actor = current() or Actor()
    if waiting := Copy.objects.filter(person_id=person, state="waiting", whole=True).first():
        return waiting
    copy = _new(actor, person, language)
    copy.whole = True
    copy.save(force_insert=True)
    ends.set("privacy.copy", object=copy.pk, subject=person, due=copy.ends)
    _next.defer(copy=copy.pk)
    return copy


def mine(person: UUID, *, whole: bool = False) -> list[Copy]:
    """The acting person's copies, the newest first; or those of the whole organisation."""
    return list(Copy.objects.filter(person_id=person, whole=whole).order_by("-made", "-pk"))


def _new(actor: Actor, person: UUID, language: str | None) -> Copy:
    if Copy.objects.filter(person_id=person).count() >= MOST:
        raise TooMany
    assert actor.organisation is not None
    return Copy(
        id=new_id(), organisation_id=actor.organisation, person_id=person, ends=clock.now() + LIFE,
        language=language or translation.get_language() or "en",
    )  # fmt: skip


def opened(copy: Copy, *, name: str) -> FileResponse:
    """The download of a ready copy; recorded. Raises Http404 where it is not ready, over, or can no longer be read."""
    if copy.state != "ready" or copy.ends <= clock.now():
        raise Http404
    content = files.read(files.place(copy.pk), copy)
    copy.opened = clock.now()
    copy.save(update_fields=["opened"])
    evidence.record(TAKEN.name, subject=copy.person_id, object=copy.pk)
    return uploads.download(content, name=name, kind="application/zip", size=copy.size)


# -- writing it -------------------------------------------------------------------------------------------------------


def _write(copy: Copy, members: Iterable[Member]) -> int:
    """The ZIP file, sealed as it is written. Returns its size in bytes."""
    size = 0

    def pieces() -> Iterator[bytes]:
        nonlocal size
        for piece in _zipped(members):
            size += len(piece)
            yield piece

    files.write(files.place(copy.pk), copy, pieces())
    return size


def _zipped(members: Iterable[Member]) -> Iterator[bytes]:
    """The ZIP file, piece by piece."""
    pipe = _Pipe()
    moment = clock.now().timetuple()[:6]
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member in members:
            info = zipfile.ZipInfo(member.name, moment)
            info.compress_type = zipfile.ZIP_DEFLATED if member.packed else zipfile.ZIP_STORED
            info.external_attr = 0o600 << 16
            with archive.open(info, "w", force_zip64=True) as file:
                for piece in member.content():
                    file.write(piece)
                    yield pipe.take()
            yield pipe.take()
    yield pipe.take()


class _Pipe(io.RawIOBase):
    """What zipfile writes, taken away as it comes."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._waiting += piece
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken


# -- in the background ------------------------------------------------------------------------------------------------


def _give_up(*, copy: UUID, attempts: int, reason: str) -> None:
    """The person is not left waiting for what will not come."""
    Copy.objects.filter(pk=copy).update(state="failed")
    files.remove(copy)


@tasks.task("privacy.copy.next", give_up=_give_up)
def _next(*, copy: UUID) -> None:
    """One more part of a large copy, sealed apart and committed; after the last one, the ZIP file of all of them. A
    worker that dies loses the part it was at, and nothing else."""
    row = Copy.objects.select_for_update().filter(pk=copy, state="waiting").first()
    if row is None:
        return
    inside = everything.members(row) if row.whole else members(Gathered(row))
    row.total = len(inside)
    if row.done < len(inside):
        member = inside[row.done]
        path = files.spool(copy) / f"{row.done}"
        files.write(path, row, member.content())
        row.done += 1
    else:
        spooled = [
            replace(member, content=partial(_spooled, row, at))
            for at, member in enumerate(inside)
            if any(_spooled(row, at))
        ]
        row.size = _write(row, spooled)
        row.state = "ready"
        transaction.on_commit(lambda: files.remove_parts(copy))
    row.save(update_fields=["done", "total", "size", "state"])
    if row.state == "waiting":
        _next.defer(copy=copy)


def _spooled(copy: Copy, at: int) -> Iterator[bytes]:
    with files.read(files.spool(copy.pk) / f"{at}", copy) as kept:
        while piece := kept.read(PIECE):
            yield piece


@contextmanager
def _as(person: UUID) -> Iterator[Actor]:
    """Act as the person whose data it is. Raises PermissionError for whoever may not."""
    actor = current() or Actor()
    if actor.person == person:
        yield actor
        return
    if actor.office != "rights" or actor.subject != str(person):
        raise PermissionError("A copy is made by the person, or by the desk on that person's request.")
    with acting(replace(actor, office="member", person=person, account=None, subject=None)) as me:
        yield me
