"""What was decided about one's own things, with reasons and a way to appeal; and what one reported."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tillit.identity.queries import current_organisation
from tillit.moderation import actions, queries, shown
from tillit.moderation.forms import AppealForm
from tillit.moderation.roles import MODERATED
from tillit.privacy import doors
from tillit.privacy.rights import sections

sections.also(gettext_lazy("Decisions and reports"), "moderation:mine", modules=MODERATED)


@require_safe
@doors.person
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """All of it, the latest first."""
    zone = _zone(request)
    decided = [
        {**shown.statement(one, zone), "url": doors.mine(request, "moderation:decision", decision=one.pk)}
        for one in queries.my_decisions()
    ]
    reported = [
        {**shown.told(one, zone), "url": doors.mine(request, "moderation:report", report=one.pk)}
        for one in queries.my_reports()
    ]
    waits = [shown.line(one, zone) for one in queries.my_waiting()]
    context = {"decided": decided, "reported": reported, "waits": waits, **_paused(zone)}
    return render(request, "moderation/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def decision(request: HttpRequest, slug: str, decision: UUID) -> HttpResponse:
    """The statement of reasons of one decision (DSA Art. 17), and the appeal (Art. 20)."""
    found, zone = queries.my_decision(decision), _zone(request)
    context = {
        **shown.statement(found, zone),
        "back": doors.mine(request, "moderation:mine"),
        "can_appeal": queries.can_appeal(found),
        "last": shown.moment(found.made + queries.APPEAL, zone),
        "appeal": queries.my_appeal(decision),
    }
    return _with_appeal(request, context, "moderation/decision.html", decision=decision)


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def report(request: HttpRequest, slug: str, report: UUID) -> HttpResponse:
    """What became of one report; where nothing was done, somebody else can be asked to look again."""
    found = queries.my_report(report)
    context = {
        **shown.told(found, _zone(request)),
        "back": doors.mine(request, "moderation:mine"),
        "can_appeal": found.outcome == "nothing",
        "appeal": queries.appeal_by_report(found) if found.outcome == "nothing" else None,
    }
    return _with_appeal(request, context, "moderation/report.html", report=report)


def _with_appeal(
    request: HttpRequest,
    context: dict[str, Any],
    template: str,
    *,
    decision: UUID | None = None,
    report: UUID | None = None,
) -> HttpResponse:
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.appeal(decision, form.cleaned_data["words"], report=report)
            messages.success(request, _("Somebody else looks at it again, and writes to you."))
        except actions.Refused:
            messages.warning(request, _("That is no longer possible. This is how it stands now."))
        return redirect(request.path)
    appeal = context["appeal"]
    due = shown.moment(appeal.due, _zone(request)) if appeal else ""
    context |= {"form": form, "answer_due": due}
    return render(request, template, context, status=422 if form.errors else 200)


def _paused(zone: str) -> dict[str, Any]:
    found = queries.my_pause()
    if found is None:
        return {}
    return {"paused": True, "paused_until": shown.moment(found.until, zone) if found.until else ""}


def _zone(request: HttpRequest) -> str:
    organisation: Any = current_organisation(request)
    return str(organisation.time_zone)
