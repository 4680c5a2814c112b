"""The delivery log: what left, by which way, and what became of it; never what it said."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from tillit.identity.queries import roles
from tillit.notify import deliveries, queries
from tillit.notify.said import said_of
from tillit.web.api import doors, paging
from tillit.web.api.office import administrator
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Problem
from tillit.web.api.types import At, DayText, Out, StrictStr

if TYPE_CHECKING:
    from tillit.notify.models import Sending

router = Router(tags=["Sent"])
Way = Literal["mail", "sms", "push", "inside"]
State = Literal["waiting", "sent", "held", "failed", "bounced", "complained"]


class SentOut(Out):
    """A message: to whom ("" for somebody whom the owner does not see otherwise), of which kind, by which way, and what
    became of it."""

    id: UUID
    made: At
    to: str
    kind: str
    says: str
    channel: str
    state: str
    became: str


class SentPage(Out):
    items: list[SentOut]
    next: str | None


@router.get("o/{slug:slug}/messages", response=SentPage, auth=doors.needs("messages:read"))
def listing(
    request: HttpRequest,
    slug: str,
    cursor: Cursor,
    limit: Limit,
    state: Annotated[State | None, Query(None)],
    channel: Annotated[Way | None, Query(None)],
    kind: Annotated[StrictStr | None, Query(None, max_length=60, pattern=r"^[a-z._]+$")],
    since: Annotated[DayText | None, Query(None, description="The first day (UTC).")],
    until: Annotated[DayText | None, Query(None, description="The last day (UTC).")],
) -> Any:
    """What was sent, the latest first."""
    doors.me()
    if not roles() & {"administrator", "privacy"}:
        raise PermissionDenied
    found = queries.deliveries(
        state=state or "", channel=channel or "", kind=kind or "", since=_day(since), until=_day(until),
        before=paging.after_row(cursor), most=limit + 1,
    )  # fmt: skip
    names = queries.named(one.person_id for one in found)
    return paging.page(found, limit, lambda one: one.pk, lambda one: _out(one, names.get(one.person_id, "")))


@router.post("o/{slug:slug}/messages/{uuid:sending}/again", response={204: None}, auth=doors.needs("messages:write"))
def again(request: HttpRequest, slug: str, sending: UUID) -> Any:
    """Try once more to send what nobody took."""
    administrator()
    if not deliveries.again(sending):
        said = _("There is nothing left of it that could be sent: it went, or its time is over.")
        raise Problem(409, said, kind="nothing-left")
    return Status(204, None)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _out(one: Sending, name: str) -> dict[str, Any]:
    line = said_of(one)
    return {
        "id": one.pk, "made": one.made, "to": name, "kind": one.kind, "says": str(line.says), "channel": one.channel,
        "state": one.state, "became": line.became,
    }  # fmt: skip
