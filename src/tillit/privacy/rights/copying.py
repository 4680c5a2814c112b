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
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property, partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import FileResponse, Http404
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import Actor, acting, current
from tillit.evidence import events
from tillit.identity.queries import people_by_id
from tillit.kernel import clock, ends, tasks, uploads
from tillit.kernel.dpv import Words
from tillit.kernel.ids import new_id
from tillit.kernel.tables import Upload
from tillit.privacy import registry
from tillit.privacy.models import Copy
from tillit.privacy.rights import files, formats, parts

LIFE = timedelta(days=7)
AT_ONCE_ROWS = 20_000
AT_ONCE_BYTES = 20_000_000
MOST = 5  # live copies of one person: the next one waits until one has gone
_PIECE = 64 * 1024

MADE = events.declare("privacy.copy.made", label=_("A copy of what is held of you was made"), keep=events.YEAR)
TAKEN = events.declare("privacy.copy.taken", label=_("Your copy was downloaded"), keep=events.YEAR)


class TooMany(Exception):
    """The person has as many live copies as one may have."""


@dataclass(frozen=True)
class Member:
    """One file in the ZIP. `packed`: worth compressing."""

    name: str
    content: Callable[[], Iterable[bytes]]
    packed: bool = True


@transaction.atomic
def make(person: UUID, *, language: str | None = None) -> Copy:
    """A copy of what is held of the person, ready at once or waiting for the background task.

    language: of the page, else the active one. Raises PermissionError, `TooMany`.
    """
    outer = current() or Actor()
    with _as(person) as me:
        if waiting := Copy.objects.filter(person_id=person, state="waiting").first():
            return waiting
        if Copy.objects.filter(person_id=person).count() >= MOST:
            raise TooMany
        assert me.organisation is not None
        copy = Copy(
            id=new_id(), organisation_id=me.organisation, person_id=person, ends=clock.now() + LIFE,
            language=language or translation.get_language() or "en",
        )  # fmt: skip
        gathered = _Gathered(copy)
        large = gathered.is_large()
        if not large:
            copy.size = _write(copy, _members(gathered))
            copy.state = "ready"
        copy.save(force_insert=True)
        ends.set("privacy.copy", object=copy.pk, subject=person, due=copy.ends)
        if large:
            _next.defer(copy=copy.pk)
    with acting(outer):
        evidence.record(MADE.name, subject=person, object=copy.pk)
    return copy


def mine(person: UUID) -> list[Copy]:
    """The acting person's copies, the newest first."""
    return list(Copy.objects.filter(person_id=person).order_by("-made"))


def elsewhere(person: UUID) -> list[parts.Refer]:
    """Records of the acting person that are not in a copy, as they have a route of their own."""
    return [one for part in parts.every() for one in part.refers(person)]


def opened(copy: Copy, *, name: str) -> FileResponse:
    """The download of a ready copy; recorded. Raises Http404 where it is not ready, over, or can no longer be read."""
    if copy.state != "ready" or copy.ends <= clock.now():
        raise Http404
    content = files.read(files.place(copy.pk), copy)
    copy.opened = clock.now()
    copy.save(update_fields=["opened"])
    evidence.record(TAKEN.name, subject=copy.person_id, object=copy.pk)
    return uploads.download(content, name=name, kind="application/zip", size=copy.size)


# -- what is in it ----------------------------------------------------------------------------------------------------


def _members(gathered: _Gathered) -> list[Member]:
    """Everything in the ZIP, in its order. Contents are worked out when they are written."""
    named = [Member("index.html", gathered.page), Member("data.json", gathered.data)]
    named.append(Member("schema.json", lambda: [formats.schema()]))
    named += [Member(f"csv/{label}.csv", partial(gathered.csv, label)) for label in gathered.labels()]
    named += [Member(file.name, _bytes(file.content)) for file in gathered.files]
    return named + [
        Member(f"documents/{name}", _document(row), packed=False) for name, row in _named(gathered.documents)
    ]


class _Gathered:
    """What several members of one copy are made of, read once and when it is needed."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy

    def is_large(self) -> bool:
        """Too much to be made while somebody waits? What was read to find out is not read again."""
        if sum(row.size for row in self.documents) > AT_ONCE_BYTES:
            return True
        read, rows = [], 0
        for table in registry.tables(self.copy.person_id):
            read.append(table)
            rows += len(table.rows)
            if rows > AT_ONCE_ROWS:
                return True
        self.tables = [table for table in read if table.rows]
        return False

    @cached_property
    def person(self) -> Any:
        """Whose copy it is."""
        return people_by_id([self.copy.person_id])[self.copy.person_id]

    @cached_property
    def tables(self) -> list[registry.Table]:
        """All that is held, of tables that hold something."""
        return [table for table in registry.tables(self.copy.person_id) if table.rows]

    @cached_property
    def files(self) -> list[parts.File]:
        """The contact card, and what apps add."""
        with translation.override(self.copy.language):
            return [self._card(), *(one for part in parts.every() for one in part.files(self.copy.person_id))]

    @cached_property
    def refers(self) -> list[parts.Refer]:
        """What is asked for elsewhere."""
        return elsewhere(self.copy.person_id)

    @cached_property
    def documents(self) -> list[Upload]:
        """The person's own files."""
        return list(Upload.objects.filter(owner_id=self.copy.person_id).order_by("pk"))

    def labels(self) -> list[str]:
        """Tables that get a file: those that hold something, as far as that is known without reading them."""
        return [table.label for table in self.tables] if "tables" in vars(self) else registry.labels()

    @cached_property
    def plain(self) -> list[formats.Plain]:
        """The tables in the form that files are made of."""
        return [formats.Plain(table) for table in self.tables]

    def csv(self, label: str) -> list[bytes]:
        """One table's file; empty for a table that holds nothing."""
        if "plain" in vars(self):
            return [one.csv() for one in self.plain if one.table.label == label]
        return [formats.Plain(one).csv() for one in registry.tables(self.copy.person_id, [label]) if one.rows]

    def data(self) -> list[bytes]:
        """data.json"""
        place = self.person.organisation
        head = {
            "made": clock.now(),
            "organisation": {
                "name": place.name, "number": place.number, "address": place.address, "contact": place.contact_email,
            },
            "person": self.copy.person_id,
            "language": self.copy.language,
            "files": [{"name": name, "says": str(says)} for name, says in self._listed()],
        }  # fmt: skip
        with translation.override(self.copy.language):
            return [formats.data(self.plain, head, self.refers)]

    def page(self) -> list[bytes]:
        """index.html"""
        with translation.override(self.copy.language):
            return [
                formats.page(
                    self.tables,
                    organisation=self.person.organisation,
                    language=self.copy.language,
                    zone=self.person.time_zone or self.person.organisation.time_zone,
                    made=clock.now(),
                    refers=self.refers,
                    files=self._listed(),
                )
            ]

    def _listed(self) -> list[tuple[str, Words]]:
        return [
            *((file.name, file.says) for file in self.files),
            *((f"documents/{name}", "") for name, _row in _named(self.documents)),
        ]

    def _card(self) -> parts.File:
        one = self.person
        content = formats.card(
            name=one.display_name, email=one.email, phone=one.phone, language=one.language, zone=one.time_zone
        )
        return parts.File("contact.vcf", _("you as a contact, for an address book"), content)


def _bytes(content: bytes) -> Callable[[], list[bytes]]:
    return lambda: [content]


def _document(row: Upload) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        try:
            kept = uploads.read(row)
        except Http404:  # the row is there and its file is not: the copy says so by an empty one
            return
        with kept:
            while piece := kept.read(_PIECE):
                yield piece

    return pieces


def _named(documents: Iterable[Upload]) -> Iterator[tuple[str, Upload]]:
    """Documents with names that do not collide."""
    seen: dict[str, int] = {}
    for row in documents:
        count = seen[row.name] = seen.get(row.name, 0) + 1
        stem, dot, ending = row.name.rpartition(".")
        yield (row.name if count == 1 else f"{stem} ({count}){dot}{ending}"), row


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
    members = _members(_Gathered(row))
    row.total = len(members)
    if row.done < len(members):
        member = members[row.done]
        path = files.spool(copy) / f"{row.done}"
        files.write(path, row, member.content())
        row.done += 1
    else:
        spooled = [
            replace(member, content=partial(_spooled, row, at))
            for at, member in enumerate(members)
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
        while piece := kept.read(_PIECE):
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

