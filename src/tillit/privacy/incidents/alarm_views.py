"""The office's pages of alarms: what was noticed, with a place to answer, and the rules."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.identity.queries import current_organisation
from tillit.privacy.incidents import alarming, rules
from tillit.privacy.incidents.forms import AnswerForm, RuleForm
from tillit.privacy.models import Alarm, Watched
from tillit.privacy.office import staffed


@require_safe
@staffed
def alarms(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for an answer, and what was answered."""
    return render(request, "privacy/incidents/alarms.html", _page())


@require_POST
@staffed
def answer(request: HttpRequest, slug: str, alarm: UUID) -> HttpResponse:
    """Say what it was; one of the answers makes it an incident."""
    found = get_object_or_404(Alarm, pk=alarm)
    form = AnswerForm(request.POST, auto_id=f"{alarm}_%s")
    if not form.is_valid():
        return render(request, "privacy/incidents/alarms.html", _page(form, alarm), status=422)
    try:
        incident = alarming.answer(found, form.cleaned_data["state"], form.cleaned_data["words"])
    except alarming.Answered:
        messages.error(request, _("It was answered already."))
        return redirect("office_alarms", slug=slug)
    if incident is not None:
        messages.success(request, _("It is an incident now, and its clock is running."))
        return redirect("office_incident", slug=slug, incident=incident.pk)
    messages.success(request, _("It is answered."))
    return redirect("office_alarms", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@staffed
def alarm_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Every rule in words, with its numbers; a posted form sets one."""
    organisation = current_organisation(request)
    assert organisation is not None
    chosen = request.POST.get("rule", "")
    forms = [
        RuleForm(request.POST if key == chosen else None, rule=rules.RULES[key], tuned=tuned)
        for key, tuned in rules.tuned(organisation.time_zone).items()
    ]
    for form in forms:
        if form.is_bound and form.is_valid():
            alarming.tune(organisation.pk, form.rule, form.cleaned_data)
            messages.success(request, _("The rule is set."))
            return redirect("office_alarm_rules", slug=slug)
    context = {"rules": [(form, _sentence(form)) for form in forms]}
    return render(request, "privacy/incidents/rules.html", context, status=422 if any(f.errors for f in forms) else 200)


def _sentence(form: RuleForm) -> str:
    """The rule in words, with its numbers as they are set."""
    return str(form.rule.says) % {"most": form.tuned.most, "minutes": form.tuned.minutes}


def _page(form: AnswerForm | None = None, alarm: UUID | None = None) -> dict[str, Any]:
    waiting = [
        (one, form if form and one.alarm.pk == alarm else AnswerForm(auto_id=f"{one.alarm.pk}_%s"))
        for one in alarming.noticed(waiting=True)
    ]
    answered = alarming.noticed(waiting=False)
    return {"waiting": waiting, "answered": answered, "watched": Watched.objects.first(), "answers": alarming.ANSWERS}
