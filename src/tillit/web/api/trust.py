"""Public: what an organisation promises, whether it holds, and what it publishes about people's data."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router

from tillit.kernel import mail
from tillit.privacy import place
from tillit.privacy.policy import versions
from tillit.privacy.queries import standings
from tillit.web.api import paging
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.types import At, Out

router = Router(tags=["Public"])


class PromiseOut(Out):
    """A promise: in words, what keeps it, and how its last probe ended (kept, attested, broken, waiting)."""

    id: str
    group: str
    says: str
    by: str
    state: str
    checked: At | None


class PromisesOut(Out):
    items: list[PromiseOut]
    next: str | None


class VersionOut(Out):
    """A version of a published document. digest: SHA-256, as the log carries it; file: the whole of it as JSON."""

    document: str
    number: int
    made: At
    applies: At
    digest: str
    file: str


class VersionsOut(Out):
    items: list[VersionOut]
    next: str | None


@router.get("o/{slug:slug}/promises", response=PromisesOut, auth=None)
def promises(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """What the trust page shows."""
    found = standings(place.here(request))
    return paging.cut(found, cursor, limit, lambda one: one.promise.id, _promise)


@router.get("o/{slug:slug}/documents", response=VersionsOut, auth=None)
def documents(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """The privacy notice and what else is published, every version, the newest of each first."""
    here = place.here(request)
    found = [row for kind in versions.Document for row in versions.history(here, kind)]
    return paging.cut(found, cursor, limit, lambda one: one.pk, lambda one: _version(one, slug))


def _promise(one: Any) -> dict[str, Any]:
    told = {"id": one.promise.id, "group": str(one.promise.group.title), "says": str(one.promise.says)}
    return told | {"by": str(one.promise.by), "state": one.state, "checked": one.result.made if one.result else None}


def _version(row: Any, slug: str) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("document", "number", "made", "applies", "digest")}
    return plain | {"file": mail.link(reverse("policy:file", args=[slug, row.document, row.number]))}
