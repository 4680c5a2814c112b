"""Reads. What of it whoever acts gets to see, the database decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch
from django.http import Http404

from tillit.access import Actor, current
from tillit.access import queries as access
from tillit.documents import kinds
from tillit.documents.models import Check, Document, Opening, Request, Shown
from tillit.kernel import clock, sealed
from tillit.kernel.tables import Upload


@dataclass(frozen=True)
class Title:
    """What strangers may know of a document: that it exists, and what its owner lets stand on the profile. how,
    checked: by what and when somebody here checked it ("" and None: nobody did). over: its last day has passed."""

    id: UUID
    person: UUID
    kind: str
    title: str
    issuer: str
    expires: date | None
    how: str
    checked: datetime | None

    @property
    def over(self) -> bool:
        """Has its last day passed?"""
        return self.expires is not None and self.expires < clock.now().date()

    @property
    def kind_label(self) -> kinds.Words:
        """Its kind in words."""
        return kinds.KINDS[self.kind]

    @property
    def checked_by(self) -> kinds.Words:
        """How it was checked, in words; "" for not at all."""
        return kinds.HOW.get(self.how, "")


class ShownOn(NamedTuple):
    """An extract from the criminal record was shown in person: to us or to somebody who had asked, last on that day."""

    by_us: bool
    on: date


@dataclass(frozen=True)
class Running:
    """A document of the acting person's that is open to somebody now."""

    grant: UUID
    document: Document
    name: str
    starts: datetime
    ends: datetime
    download: bool

    @property
    def share(self) -> float:
        """What is left of its time, from 1 to 0."""
        return max(0.0, min(1.0, (self.ends - clock.now()) / (self.ends - self.starts)))


def titles(person: UUID) -> list[Title]:
    """What stands on a person's profile; also for strangers."""
    return titles_of([person]).get(person, [])


def titles_of(people: Iterable[UUID]) -> dict[UUID, list[Title]]:
    """The same for many, in one question."""
    organisation = (current() or Actor()).organisation
    found: dict[UUID, list[Title]] = {}
    if organisation is None:
        return found
    for row, person, kind, title, issuer, expires, how, checked in _rows("documents.titles(%s::uuid[])", list(people)):
        plain = [
            sealed.opened(Document, field, blob, organisation=organisation, row=row, person=person) if blob else ""
            for field, blob in (("title", title), ("issuer", issuer))
        ]
        found.setdefault(person, []).append(Title(row, person, kind, *plain, expires, how or "", checked))
    return found


def shown(person: UUID) -> list[ShownOn]:
    """That, and when, an extract from the criminal record was shown in person; also for strangers."""
    return [ShownOn(by_us, on) for _person, by_us, on in _rows("documents.shown_by(%s::uuid[])", [person])]


def mine() -> list[Document]:
    """The acting person's own documents, with `checked` (the latest first)."""
    checks = Prefetch("checks", Check.objects.order_by("-made"), to_attr="checked")
    return list(Document.objects.filter(person_id=_me()).prefetch_related(checks).order_by("kind", "-made"))


def my_document(document: UUID) -> Document:
    """One of them; 404 for others'."""
    found = Document.objects.select_related("organisation").filter(pk=document, person_id=_me()).first()
    if found is None:
        raise Http404
    return found


def open_document(document: UUID) -> Document:
    """One that somebody opened to the acting person; 404 for every other, and for one's own."""
    found = Document.objects.filter(pk=document).exclude(person_id=_me()).first()
    if found is None:
        raise Http404
    return found


def open_to_me() -> list[tuple[Document, datetime]]:
    """What others opened to the acting person, and until when; the soonest end first."""
    grants = {one.object_id: one.ends for one in access.shown_to_me() if one.scope == kinds.SCOPE}
    rows = Document.objects.filter(pk__in=list(grants))
    return sorted(((one, grants[one.pk]) for one in rows), key=lambda pair: pair[1])


def open_until(document: UUID) -> datetime | None:
    """Until when it is open to the acting person."""
    return next((end for one, end in open_to_me() if one.pk == document), None)


def checks(document: UUID) -> list[Check]:
    """How it was checked, the latest first."""
    return list(Check.objects.filter(document=document).order_by("-made"))


def running() -> list[Running]:
    """What of the acting person's is open to whom, the soonest end first."""
    grants = [one for one in access.shown_of_me() if one.scope == kinds.SCOPE]
    documents = Document.objects.in_bulk([one.object_id for one in grants if one.object_id])
    asked = {one.granted: one for one in Request.objects.filter(granted__in=[one.pk for one in grants])}
    return [
        Running(
            one.pk, documents[one.object_id], asked[one.pk].name if one.pk in asked else "", one.starts, one.ends,
            asked[one.pk].download if one.pk in asked else False,
        )
        for one in grants
        if one.object_id in documents
    ]  # fmt: skip


def openings(*, most: int = 50, document: UUID | None = None) -> list[Opening]:
    """Who opened documents of the acting person, the latest first."""
    rows = Opening.objects.select_related("document").filter(person_id=_me()).order_by("-made", "-pk")
    return list((rows.filter(document=document) if document else rows)[:most])


def asked_of_me(*, waiting: bool = True) -> list[Request]:
    """What others ask of the acting person, the oldest first; waiting: only what has no answer yet."""
    rows = Request.objects.select_related("document").filter(person_id=_me()).order_by("made", "pk")
    return list(rows.filter(state="waiting") if waiting else rows)


def asked_by_me(person: UUID | None = None) -> list[Request]:
    """What the acting person asked (of `person`), the latest first."""
    rows = Request.objects.select_related("document").filter(asker_id=_me()).order_by("-made", "-pk")
    return list(rows.filter(person_id=person) if person else rows)


def request(request: UUID) -> Request:
    """A request that the acting person made or is asked; 404 for others."""
    found = Request.objects.select_related("document").filter(pk=request).first()
    if found is None:
        raise Http404
    return found


def requests_between(one: UUID, other: UUID) -> list[Request]:
    """What two people ask of each other (one of them acts), the oldest first."""
    both = [one, other]
    return list(Request.objects.filter(asker_id__in=both, person_id__in=both).order_by("made", "pk"))


def request_of(grant: UUID) -> Request | None:
    """By which request a document of the acting person's is open."""
    return Request.objects.filter(granted=grant).first()


def requests_by_id(ids: Iterable[UUID]) -> dict[UUID, Request]:
    """Those of these requests that the acting person may see."""
    return Request.objects.select_related("document").in_bulk(list(ids))


def file_of(opening: UUID, *, plainly: bool = False) -> tuple[Upload, int]:
    """The file of a document that the acting person has opened and may still see, and how many pages it has. plainly:
    only where its owner lets it be downloaded. Raises Http404."""
    organisation: Any = (current() or Actor()).organisation
    rows = _rows("documents.file(%s, %s)", opening, plainly)
    if not rows:
        raise Http404
    ((upload, owner, name, kind, size, pages),) = rows
    plain = sealed.opened(Upload, "name", name, organisation=organisation, row=upload, person=owner)
    found = Upload(id=upload, organisation_id=organisation, owner_id=owner, kind=kind, size=size)
    found.name = plain
    return found, pages


def own_file(document: Document) -> tuple[Upload, int]:
    """The same for its owner, who acts. Raises Http404."""
    found = Upload.objects.filter(pk=document.file, owner_id=_me()).first()
    if found is None:
        raise Http404
    return found, document.pages


def opening(opening: UUID) -> Opening:
    """An opening of the acting person's own that is not over; 404 for others."""
    found = Opening.objects.filter(pk=opening, viewer_id=_me(), ends__gt=clock.now()).first()
    if found is None:
        raise Http404
    return found


def to_check(*, most: int = 200) -> list[UUID]:
    """Whose documents stand on profiles, the newest first: for those who may check them; others get none."""
    return [row[0] for row in _rows("documents.to_check(%s)", most)]


def my_shown() -> list[Shown]:
    """That an extract was shown: what is noted of the acting person."""
    return list(Shown.objects.filter(person_id=_me()).order_by("-on"))


def by_id(document: UUID) -> Document | None:
    """For reactions: the document with its organisation, or None once it is gone."""
    return Document.objects.select_related("organisation").filter(pk=document).first()


def request_by_id(request: UUID) -> Request | None:
    """The same for a request."""
    return Request.objects.select_related("organisation").filter(pk=request).first()


def _rows(call: str, *arguments: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"select * from {call}", arguments)  # noqa: S608 (our own names)
        return list(cursor.fetchall())


def _me() -> Any:
    return (current() or Actor()).person
