"""What was decided about one's own things, with reasons and a way to appeal; and what one reported."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tillit.identity.queries import current_organisation
from tillit.moderation import actions, queries, shown
from tillit.moderation.forms import AppealForm
from tillit.privacy import doors


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
    found = queries.my_decision(decision)
    return _with_appeal(request, decision, {
        **shown.statement(found, _zone(request)),
        "back": doors.mine(request, "moderation:mine"),
        "can_appeal": queries.can_appeal(found),
        "last": shown.moment(found.made + queries.APPEAL, _zone(request)),
    }, "moderation/decision.html", "moderation:decision", {"decision": decision})  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def report(request: HttpRequest, slug: str, report: UUID) -> HttpResponse:
    """What became of one report; where nothing was done, somebody else can be asked to look again."""
    found = queries.my_report(report)
    told = shown.told(found, _zone(request))
    return render(request, "moderation/report.html", {**told, "back": doors.mine(request, "moderation:mine")})


def _with_appeal(
    request: HttpRequest, decision: UUID, context: dict[str, Any], template: str, name: str, kept: dict[str, Any]
) -> HttpResponse:
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.appeal(decision, form.cleaned_data["words"])
            messages.success(request, _("Somebody else looks at it again, and writes to you."))
        except actions.Refused:
            messages.warning(request, _("That is no longer possible. This is how it stands now."))
        return redirect(doors.mine(request, name, **kept))
    appeal = queries.my_appeal(decision)
    zone = _zone(request)
    more = {"form": form, "appeal": appeal, "answer_due": shown.moment(appeal.due, zone) if appeal else ""}
    return render(request, template, {**context, **more}, status=422 if form.errors else 200)


def _paused(zone: str) -> dict[str, Any]:
    found = queries.my_pause()
    if found is None:
        return {}
    return {"paused": True, "paused_until": shown.moment(found.until, zone) if found.until else ""}


def _zone(request: HttpRequest) -> str:
    organisation: Any = current_organisation(request)
    return str(organisation.time_zone)
