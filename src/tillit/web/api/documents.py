"""One's own documents and training: what stands of them, who asks, opening one to somebody, closing it. Never a
content: that is looked at as pictures, by a person."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from tillit.directory.upkeep import queries as upkeep
from tillit.documents import actions, queries
from tillit.identity.queries import current_organisation
from tillit.web.api import doors
from tillit.web.api.problems import Problem
from tillit.web.api.types import At, Field, In, Out, StrictBool

router = Router(tags=["Documents"])
read, write = doors.needs("me:read"), doors.needs("me:write")


class OwnDocumentOut(Out):
    """One of the owner's documents. expires: its last day. listed: what strangers may know of it: "" nothing, title,
    issuer."""

    id: UUID
    kind: str
    title: str
    issuer: str
    issued: date | None
    expires: date | None
    listed: str
    pages: int


class OwnDocumentsOut(Out):
    items: list[OwnDocumentOut]


class DocumentRequestOut(Out):
    """Somebody (`asker`, called `name`) would like to see a document: that one, or one of a kind."""

    id: UUID
    kind: str
    document: UUID | None
    asker: UUID
    name: str
    words: str
    state: str
    made: At


class DocumentRequestsOut(Out):
    items: list[DocumentRequestOut]


class OpenIn(In):
    """By which request, for how many hours, and whether the file itself too."""

    request: UUID
    hours: Annotated[Literal[1, 24, 48, 168, 720], Field(description="For how many hours.")] = 48
    download: StrictBool = False


class DocumentGrantOut(Out):
    """By which grant it is open."""

    grant: UUID


class TrainingOut(Out):
    """A course that the owner has taken. tenths: points, in tenths."""

    id: UUID
    course: str
    place: str
    on: date
    minutes: int
    tenths: int
    emergencies: bool


class TrainingsOut(Out):
    items: list[TrainingOut]


@router.get("o/{slug:slug}/own-documents", response=OwnDocumentsOut, auth=read)
def own(request: HttpRequest, slug: str) -> Any:
    """The owner's documents, without their content."""
    _here(request)
    names = list(OwnDocumentOut.model_fields)
    return {"items": [{name: getattr(one, name) for name in names} for one in queries.mine()]}


@router.get("o/{slug:slug}/document-requests", response=DocumentRequestsOut, auth=read)
def asked(request: HttpRequest, slug: str) -> Any:
    """What waits for the owner's answer."""
    _here(request)
    return {
        "items": [
            {"id": one.pk, "kind": one.kind, "document": one.document_id, "asker": one.asker_id, "name": one.name,
             "words": one.words, "state": one.state, "made": one.made}
            for one in queries.asked_of_me()
        ]
    }  # fmt: skip


@router.post("o/{slug:slug}/own-documents/{uuid:document}/open", response=DocumentGrantOut, auth=write)
def open_it(request: HttpRequest, slug: str, document: UUID, body: OpenIn) -> Any:
    """Open it to whoever asked. Twice opens it once; it closes by itself."""
    _here(request)
    asker = queries.request(body.request).asker_id
    try:
        grant = actions.approve(document, asker, hours=body.hours, request=body.request, download=body.download)
    except actions.Refused:
        raise Problem(409, _("That is no longer possible."), kind="gone") from None
    return {"grant": grant}


@router.post("o/{slug:slug}/document-requests/{uuid:wanted}/refuse", response={204: None}, auth=write)
def refuse(request: HttpRequest, slug: str, wanted: UUID) -> Any:
    """Say no to a request."""
    _here(request)
    queries.request(wanted)
    try:
        actions.answer(wanted, "refused")
    except actions.Refused:
        raise Problem(409, _("That is no longer possible."), kind="gone") from None
    return 204, None


@router.post("o/{slug:slug}/document-grants/{uuid:grant}/end", response={204: None}, auth=write)
def end(request: HttpRequest, slug: str, grant: UUID) -> Any:
    """Close what is open, at once."""
    _here(request)
    if not actions.take_back(grant):
        raise Http404
    return 204, None


@router.get("o/{slug:slug}/training", response=TrainingsOut, auth=read)
def training(request: HttpRequest, slug: str) -> Any:
    """The owner's training record, the latest first."""
    _here(request)
    return {
        "items": [
            {"id": one.pk, "course": one.course, "place": one.place, "on": one.on, "minutes": one.minutes,
             "tenths": one.tenths, "emergencies": one.emergencies}
            for one in upkeep.mine()
        ]
    }  # fmt: skip


def _here(request: HttpRequest) -> None:
    doors.me()
    organisation = current_organisation(request)
    if organisation is None or not {"documents", "directory"} & set(organisation.modules):
        raise Http404
