"""The moderation desk: queues, and one case with what it shows, what was decided before, and what can be decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import ProgrammingError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tillit import evidence
from tillit.identity.doors import needs_role
from tillit.identity.queries import current_organisation
from tillit.moderation import kinds, queries, shown, working
from tillit.moderation.actions import Refused
from tillit.moderation.forms import AnswerForm, DecideForm
from tillit.moderation.models import Case
from tillit.moderation.roles import MODERATES

staffed = needs_role(*MODERATES)
WHY = "moderating"


@require_safe
@staffed
def queue(request: HttpRequest, slug: str, queue: str = "look") -> HttpResponse:
    """What waits, what is due first on top. Nothing of what it is about shows before somebody takes it."""
    if queue not in queries.QUEUES:
        raise Http404
    organisation: Any = current_organisation(request)
    found = queries.waiting(queue)
    evidence.saw([one.subject_id for one in found], "moderation.case", WHY)
    rows = []
    for one in found:
        row = shown.line(one, organisation.time_zone)
        mine, other = queries.in_hand(one), queries.taken_by_other(one)
        rows.append({**row, "mine": mine, "other": other})
    return render(request, "moderation/queue.html", {"tabs": _tabs(request, slug, queue), "queue": queue, "rows": rows})


@require_safe
@staffed
def one(request: HttpRequest, slug: str, case: UUID) -> HttpResponse:
    """One case. What it shows opens when it is taken, and closes with the decision."""
    return _shown(request, case, {})


def _shown(request: HttpRequest, wanted: UUID, forms: dict[str, Any]) -> HttpResponse:
    case = queries.get_case(wanted)
    zone = case.organisation.time_zone
    in_hand, appeal = queries.in_hand(case), queries.appeal_of(case)
    reports = queries.reports_of(case)
    evidence.saw([case.subject_id], "moderation.case", WHY, object=case.pk)
    if in_hand:
        evidence.saw([one.person_id for one in reports], "moderation.report", WHY, object=case.pk)
        if appeal:
            evidence.saw([appeal.person_id], "moderation.report", WHY, object=case.pk)
    decided = [shown.statement(one, zone) for one in queries.decisions_of(case)]
    context = {
        **shown.line(case, zone),
        "tabs": _tabs(request, case.organisation.slug, ""),
        "in_hand": in_hand,
        "other": queries.taken_by_other(case),
        "until": shown.moment(case.taken_until, zone) if in_hand else "",
        "part": _part(request, case, reports) if in_hand else "",
        "questions": kinds.get(case.kind).questions,
        "reports": [shown.told(one, zone) for one in reports] if in_hand else [],
        "decisions": decided,
        "before": [shown.statement(one, zone) for one in queries.before(case)] if in_hand else [],
        "appeal": appeal,
        "open": case.state == "waiting",
        "decide_form": DecideForm(case=case) if case.state == "waiting" else None,
        "answer_form": AnswerForm(),
    } | forms
    return render(request, "moderation/case.html", context, status=422 if forms else 200)


def _part(request: HttpRequest, case: Case, reports: list[Any]) -> str:
    """What another app shows of it; "" for what is gone."""
    kind = kinds.get(case.kind)
    chosen = list(dict.fromkeys(part for one in reports for part in one.chosen))
    try:
        if kind.show_chosen and chosen:
            part = kind.show_chosen(case.object_id, chosen, case.subject_id)
        else:
            part = kind.show(case.object_id)
    except Http404:
        return ""
    return render_to_string(part.template, {**part.context, "it": part.context}, request) if part else ""


@require_POST
@staffed
def do(request: HttpRequest, slug: str, case: UUID, what: str) -> HttpResponse:
    """Carry out one thing, and go on."""
    found = queries.get_case(case)
    if what not in _DOES:
        raise Http404
    try:
        with transaction.atomic():
            again = _DOES[what](request, found)
    except working.Overtaken:
        messages.warning(request, _("It was changed since you read it. Read it once more; nothing is decided yet."))
        again = None
    except (Refused, ProgrammingError):
        messages.warning(request, _("That is no longer possible. This is how it stands now."))
        again = None
    if again:
        return _shown(request, case, again)
    if what in ("decide", "answer"):
        return redirect("moderation_queue", slug=slug, queue="appeal" if what == "answer" else found.queue)
    return redirect("moderation_case", slug=slug, case=case)


def _take(request: HttpRequest, case: Case) -> None:
    working.take(case)


def _give_back(request: HttpRequest, case: Case) -> None:
    if working.give_back(case):
        messages.success(request, _("It waits for somebody else now."))


def _decide(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    form = DecideForm(request.POST, case=case)
    if not form.is_valid():
        return {"decide_form": form}
    given = form.cleaned_data
    case.version = given["version"]
    working.decide(
        case, given["outcome"], reason=given["reason"], words=given["words"], unfounded=given.get("unfounded", False)
    )
    messages.success(request, _("It is decided, and they are told."))
    return None


def _answer(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    form, appeal = AnswerForm(request.POST), queries.appeal_of(case)
    if appeal is None:
        raise Refused("gone")
    if not form.is_valid():
        return {"answer_form": form}
    given = form.cleaned_data
    working.answer(appeal, case, appeal.decision, lift=given["lift"] == "yes", words=given["words"])
    messages.success(request, _("It is decided, and they are told."))
    return None


_DOES: dict[str, Callable[[HttpRequest, Case], dict[str, Any] | None]] = {
    "take": _take, "give-back": _give_back, "decide": _decide, "answer": _answer,
}  # fmt: skip


def _tabs(request: HttpRequest, slug: str, here: str) -> list[dict[str, Any]]:
    counts = queries.counts()
    found = []
    for one in queries.QUEUES:
        label = str(shown.QUEUES[one])
        if counts.get(one):
            label = _("%(label)s: %(count)s") % {"label": label, "count": shown.number(counts[one])}
        url = reverse("moderation_queue", args=[slug, one])
        found.append({"label": label, "url": url, "current": one == here})
    return found
