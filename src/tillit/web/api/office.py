"""For administrators: people and roles, and requests about data."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.identity import actions as identity
from tillit.identity import queries
from tillit.identity.queries import roles
from tillit.identity.roles import roles_for
from tillit.privacy.desk import queries as desk
from tillit.web.api import doors, paging
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Problem
from tillit.web.api.types import At, Email, Field, In, Language, Out, StrictStr

router = Router(tags=["Office"])
Role = Literal[
    "administrator", "host", "staff", "provider", "seeker", "moderator", "seller", "finance", "specialist", "customer",
    "quality", "therapist", "supervisor", "leader", "privacy",
]  # fmt: skip
"""Roles that an invitation may give: all but the operator's."""


class MembershipOut(Out):
    id: UUID
    role: str


class ColleagueOut(Out):
    """Somebody who works here."""

    id: UUID
    display_name: str
    email: str
    memberships: list[MembershipOut]


class PeopleOut(Out):
    items: list[ColleagueOut]
    next: str | None


class InvitationOut(Out):
    """Somebody who was asked and has not answered."""

    id: UUID
    email: str
    name: str
    roles: list[str]
    expires: At


class InvitationsOut(Out):
    items: list[InvitationOut]
    next: str | None


class InviteIn(In):
    """Whom to ask, for which roles, in which language."""

    email: Email
    name: Annotated[StrictStr, Field(max_length=200)] = ""
    roles: Annotated[list[Role], Field(min_length=1, max_length=5)]
    language: Language


class InvitedOut(Out):
    id: UUID
    expires: At


class RequestOut(Out):
    """A request that somebody made about their data: that it is there, and until when it is answered."""

    id: UUID
    reference: str
    kind: str
    state: str
    due: At | None


class RequestsOut(Out):
    items: list[RequestOut]
    next: str | None


def administrator() -> None:
    """An administrator of the organisation of the address; 404 for strangers, 403 for those who work here."""
    doors.me()
    if "administrator" not in roles():
        raise PermissionDenied


@router.get("o/{slug:slug}/people", response=PeopleOut, auth=doors.needs("people:read"))
def people(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """Who works here, as what."""
    administrator()
    return paging.cut(queries.colleagues(), cursor, limit, lambda one: one.pk, _colleague)


def _colleague(one: Any) -> dict[str, Any]:
    held = [{"id": m.pk, "role": m.role} for m in one.memberships_now]
    return {"id": one.pk, "display_name": one.display_name, "email": one.email, "memberships": held}


@router.delete("o/{slug:slug}/people/roles/{uuid:membership}", response={204: None}, auth=doors.needs("people:write"))
def end_role(request: HttpRequest, slug: str, membership: UUID) -> Any:
    """End one role of one person."""
    administrator()
    answer = identity.end_membership(membership=membership)
    if answer == "last":
        said = _("An organisation keeps one administrator. Give the role to somebody else first.")
        raise Problem(409, said, kind="last-administrator")
    if answer != "ended":
        raise Http404
    return Status(204, None)


@router.get("o/{slug:slug}/people/invitations", response=InvitationsOut, auth=doors.needs("people:read"))
def invitations(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """Who was asked and has not answered."""
    administrator()
    return paging.cut(queries.open_invitations(), cursor, limit, lambda one: one.id, lambda one: one)


@router.post("o/{slug:slug}/people/invitations", response={201: InvitedOut}, auth=doors.needs("people:write"))
def invite(request: HttpRequest, slug: str, body: InviteIn) -> Any:
    """Ask somebody to join, by mail. The answer is the same whether the address has an account."""
    administrator()
    here = doors.here(request)
    if body.language not in here.languages or set(body.roles) - set(roles_for(here.modules)):
        raise Problem(409, _("This organisation has no such role or language."), kind="not-here")
    try:
        made = identity.invite(
            organisation=here.pk, email=body.email, roles=body.roles, name=body.name, language=body.language
        )
    except identity.TooOften:
        raise Problem(429, _("That is a lot of mail at once. Go on in a few minutes.")) from None
    return Status(201, {"id": made.id, "expires": made.expires})


@router.delete(
    "o/{slug:slug}/people/invitations/{uuid:invitation}", response={204: None}, auth=doors.needs("people:write")
)
def withdraw(request: HttpRequest, slug: str, invitation: UUID) -> Any:
    """Take an invitation back."""
    administrator()
    if not identity.withdraw_invitation(invitation=invitation):
        raise Http404
    return Status(204, None)


@router.get("o/{slug:slug}/requests", response=RequestsOut, auth=doors.needs("requests:read"))
def requests(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """Requests about data that wait for an answer, by their clocks."""
    doors.me()
    if not roles() & {"administrator", "privacy"}:
        raise PermissionDenied
    return paging.cut(desk.requests(), cursor, limit, lambda one: one.pk, lambda one: one)
