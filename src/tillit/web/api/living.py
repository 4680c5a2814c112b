"""Where the token's owner lives, and what others show them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Status

from tillit.identity import living
from tillit.privacy.rights import showing
from tillit.web.api import doors, paging
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.types import At, Field, In, Out, StrictStr

router = Router(tags=["My data"])
read, write = doors.needs("me:read"), doors.needs("me:write")
Line = Annotated[StrictStr, Field(max_length=120)]


class AddressOut(Out):
    """Where the owner lives. directions: how to get in."""

    street: str
    code: str
    place: str
    directions: str


class AddressIn(In):
    """The same, to be kept. Nobody sees it until the owner shows it."""

    street: Annotated[StrictStr, Field(min_length=1, max_length=120, pattern=r"[^\x00-\x20\x7f]")]
    code: Annotated[StrictStr, Field(max_length=20)] = ""
    place: Annotated[StrictStr, Field(min_length=1, max_length=80, pattern=r"[^\x00-\x20\x7f]")]
    directions: Annotated[StrictStr, Field(max_length=200)] = ""


class ShownOut(Out):
    """What somebody shows the owner, until it ends. What is not shown is empty."""

    id: UUID
    name: str
    email: str
    phone: str
    address: list[str]
    why: str
    ends: At


class ShownListOut(Out):
    items: list[ShownOut]
    next: str | None


@router.get("o/{slug:slug}/me/address", response=AddressOut, auth=read)
def address(request: HttpRequest, slug: str) -> Any:
    """Where the owner lives, as they wrote it."""
    doors.me()
    found = living.mine()
    if found is None:
        raise Http404
    return found


@router.put("o/{slug:slug}/me/address", response=AddressOut, auth=write)
def write_address(request: HttpRequest, slug: str, body: AddressIn) -> Any:
    """Write it, anew or for the first time."""
    doors.me()
    living.write(living.Lives(body.street, body.code, body.place, body.directions))
    return living.mine()


@router.delete("o/{slug:slug}/me/address", response={204: None}, auth=write)
def forget_address(request: HttpRequest, slug: str) -> Any:
    """Take it away. Whom it was shown to sees nothing any more."""
    doors.me()
    if not living.forget():
        raise Http404
    return Status(204, None)


@router.get("o/{slug:slug}/me/shown", response=ShownListOut, auth=read)
def shown(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """What others show the owner now; each of them can read that it was looked at."""
    doors.me()
    return paging.cut(showing.to_me(), cursor, limit, lambda one: one.id, _shown)


def _shown(one: showing.Shown) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "phone": one.phone,
        "address": one.lives.lines() if one.lives else [],
        "why": str(one.why),
        "ends": one.ends,
    }
