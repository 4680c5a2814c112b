"""The search: what the token's owner may find, in one question that is kept nowhere."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router

from tillit.identity import throttle
from tillit.journeys.search import asking, queries
from tillit.kernel import finding
from tillit.web.api import doors
from tillit.web.api.problems import Problem
from tillit.web.api.types import DayText, Field, In, Out, StrictStr

router = Router(tags=["Search"])


class SearchIn(In):
    """What is looked for, and the days between which. It is sent as a body, so that it stands in no log."""

    text: Annotated[StrictStr, Field(min_length=1, max_length=finding.LONGEST)]
    since: DayText | None = None
    until: DayText | None = None


class HitOut(Out):
    """Something that was found: what it is called, the page that shows it, and why it was found."""

    title: str
    path: str
    note: str
    why: str


class GroupOut(Out):
    """What was found of one kind. more: not everything was looked through."""

    key: str
    says: str
    hits: list[HitOut]
    more: bool


class FoundOut(Out):
    groups: list[GroupOut]


@router.post("o/{slug:slug}/search", response=FoundOut, auth=doors.needs("search:read"))
def search(request: HttpRequest, slug: str, body: SearchIn) -> Any:
    """Look for something. Nothing of the question or of what was found is kept."""
    me = doors.me()
    if not throttle.SEARCH.take(str(me)):
        raise Problem(429)
    since, until = (date.fromisoformat(day) if day else None for day in (body.since, body.until))
    question = asking.Question(body.text, since, until)
    groups = queries.search(question, slug=slug, request=None)  # the navigation is the browser's
    return {
        "groups": [
            {
                "key": group.source.key,
                "says": str(group.source.label),
                "hits": [
                    {"title": str(hit.title), "path": hit.url, "note": str(hit.note), "why": str(hit.why.words)}
                    for hit in group.hits
                ],
                "more": group.more,
            }
            for group in groups
        ]
    }
