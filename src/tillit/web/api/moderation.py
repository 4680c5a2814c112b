"""What moderators decided about the owner's own, appeals, reports, and the published figures."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.moderation import actions, queries, report_views, shown
from tillit.moderation.reasons import REASONS
from tillit.moderation.roles import MODERATED
from tillit.web.api import doors, paging
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Problem
from tillit.web.api.types import At, Field, In, Out, StrictStr

router = Router(tags=["Moderation"])
read, write = doors.needs("me:read"), doors.needs("me:write")
Words = Annotated[StrictStr, Field(min_length=1, max_length=actions.LONGEST, pattern=r"[^\x00-\x20\x7f]")]


class RulingOut(Out):
    """The statement of reasons of one decision. outcome: a stable word; says, reason, rule: in words; ground: law or
    terms. A person decides, always. appeal: "" for none, waiting, upheld, lifted."""

    id: UUID
    kind: str
    outcome: str
    says: str
    reason: str
    ground: str
    rule: str
    words: str
    made: At
    lifted: At | None
    appeal: str
    answer: str


class RulingsOut(Out):
    items: list[RulingOut]
    next: str | None


class AppealIn(In):
    """Why somebody else shall look again."""

    words: Words


class ReportIn(In):
    """What is wrong with what a page of the organisation shows. where: its address; reason: a stable word."""

    where: Annotated[StrictStr, Field(max_length=300)]
    reason: Literal[*REASONS]  # type: ignore[valid-type]  # the list that the pages offer is the one source
    words: Words


class ReportOut(Out):
    """A report of the owner's, and what became of it: "" while it waits, nothing, done."""

    id: UUID
    kind: str
    reason: str
    words: str
    made: At
    outcome: str
    says: str


class ReportsOut(Out):
    items: list[ReportOut]
    next: str | None


class DecidedOut(Out):
    """How often something was decided in a year. null: from one to four."""

    kind: str
    queue: str
    reason: str
    outcome: str
    decided: int | None
    hours: int | None
    appealed: int | None
    lifted: int | None


class DecidedListOut(Out):
    items: list[DecidedOut]
    next: str | None


@router.get("o/{slug:slug}/me/decisions", response=RulingsOut, auth=read)
def decisions(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """What was decided about something of the owner's, the latest first."""
    doors.me()
    return paging.cut(queries.my_decisions(), cursor, limit, lambda one: one.pk, _ruling)


@router.post("o/{slug:slug}/me/decisions/{uuid:decision}/appeal", response={201: RulingOut}, auth=write)
def appeal(request: HttpRequest, slug: str, decision: UUID, body: AppealIn) -> Any:
    """Have somebody else look at it again: once, within six months."""
    doors.me()
    found = queries.my_decision(decision)
    try:
        actions.appeal(decision, body.words)
    except actions.Refused as refused:
        raise Problem(409, _("It was appealed against already, or its time is over."), kind=refused.why) from None
    return Status(201, _ruling(found))


@router.get("o/{slug:slug}/me/reports", response=ReportsOut, auth=read)
def reports(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """What the owner reported, the latest first."""
    doors.me()
    return paging.cut(queries.my_reports(), cursor, limit, lambda one: one.pk, _report)


@router.post("o/{slug:slug}/me/reports", response={201: ReportOut}, auth=write)
def report(request: HttpRequest, slug: str, body: ReportIn) -> Any:
    """Report what a page shows. Whom it is about never learns who did."""
    doors.me()
    found = report_views.at(body.where, slug)
    if found is None:
        raise Http404
    kind, object, whose = found
    try:
        made = actions.report(kind=kind.name, object=object, of=whose, reason=body.reason, words=body.words)
    except actions.Refused as refused:
        raise Problem(409, report_views.refused_words(refused.why), kind=refused.why) from None
    return Status(201, _report(queries.my_report(made)))


@router.get("o/{slug:slug}/moderation/figures/{int:year}", response=DecidedListOut, auth=None)
def figures(request: HttpRequest, slug: str, year: int, cursor: Cursor, limit: Limit) -> Any:
    """How often what was decided in a year."""
    if not MODERATED & set(doors.here(request).modules) or not 2000 <= year < 3000:
        raise Http404
    found = queries.figures(date(year, 1, 1), date(year + 1, 1, 1))
    return paging.cut(found, cursor, limit, lambda one: f"{one.queue}-{one.kind}-{one.outcome}-{one.reason}", _figure)


def _ruling(one: Any) -> dict[str, Any]:
    told, mine = shown.statement(one, "UTC"), queries.my_appeal(one.pk)
    return {
        "id": one.pk,
        "kind": one.case.kind,
        "outcome": one.outcome,
        "says": str(told["outcome"]),
        "reason": str(told["reason"]),
        "ground": one.ground,
        "rule": str(told["rule"]),
        "words": one.words,
        "made": one.made,
        "lifted": one.lifted,
        "appeal": "" if mine is None else mine.outcome or "waiting",
        "answer": mine.answer if mine else "",
    }


def _report(one: Any) -> dict[str, Any]:
    said = str(shown.TOLD[one.outcome])
    return {
        "id": one.pk, "kind": one.kind, "reason": one.reason, "words": one.words, "made": one.made,
        "outcome": one.outcome, "says": said,
    }  # fmt: skip


def _figure(one: queries.Figure) -> dict[str, Any]:
    return {
        "kind": one.kind, "queue": one.queue, "reason": one.reason, "outcome": one.outcome, "decided": one.decided,
        "hours": one.hours, "appealed": one.appealed, "lifted": one.lifted,
    }  # fmt: skip
