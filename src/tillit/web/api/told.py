"""What the token's owner was told, and how they want to be told."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.notify import actions, kinds, queries
from tillit.notify.kinds import Channel, How
from tillit.web.api import doors, paging
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Problem
from tillit.web.api.types import At, In, Out

router = Router(tags=["Messages"])
read, write = doors.needs("me:read"), doors.needs("me:write")


class NoteOut(Out):
    """Something the owner was told in the product. path: the page that it leads to, "" for none."""

    id: UUID
    kind: str
    words: str
    path: str
    made: At
    seen: At | None


class NotesOut(Out):
    items: list[NoteOut]
    next: str | None


class PreferenceOut(Out):
    """How the owner is told of one kind of thing by one channel."""

    kind: str
    says: str
    channel: str
    how: str


class PreferencesOut(Out):
    items: list[PreferenceOut]
    next: str | None


class PreferenceIn(In):
    """now, daily (gathered), or off."""

    how: Literal["now", "daily", "off"]


@router.get("o/{slug:slug}/me/notes", response=NotesOut, auth=read)
def notes(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """The latest messages in the product, the newest first. Reading them here does not mark them as seen."""
    doors.me()
    return paging.cut(queries.my_notes(paging.MOST), cursor, limit, lambda one: one.pk, lambda one: one)


@router.post("o/{slug:slug}/me/notes/{uuid:note}/seen", response={204: None}, auth=write)
def seen(request: HttpRequest, slug: str, note: UUID) -> Any:
    """Mark one as seen. Again is no error."""
    doors.me()
    if note not in {one.pk for one in queries.my_notes(paging.MOST)}:
        raise Http404
    actions.mark_seen([note])
    return Status(204, None)


@router.get("o/{slug:slug}/me/preferences", response=PreferencesOut, auth=read)
def preferences(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """How the owner is told of what."""
    return paging.cut(_preferences(), cursor, limit, lambda one: f"{one['kind']}:{one['channel']}", lambda one: one)


@router.put("o/{slug:slug}/me/preferences/{str:kind}/{slug:channel}", response=PreferenceOut, auth=write)
def prefer(request: HttpRequest, slug: str, kind: str, channel: Channel, body: PreferenceIn) -> Any:
    """Be told otherwise."""
    found = kinds.known(kind)
    if found is None or channel not in queries.available(found):
        raise Http404
    doors.me()
    try:
        actions.choose(found, channel, How(body.how))
    except ValueError:
        raise Problem(409, _("Only mail can be gathered."), kind="not-offered") from None
    return next(one for one in _preferences() if (one["kind"], one["channel"]) == (kind, channel.value))


def _preferences() -> list[dict[str, Any]]:
    return [
        {"kind": kind.name, "says": str(kind.says), "channel": channel.value, "how": how.value}
        for kind, channels in queries.settings_of(doors.me())
        for channel, how in channels
    ]
