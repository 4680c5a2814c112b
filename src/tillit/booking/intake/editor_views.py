"""Where administrators make, try and publish the questions of a meeting type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.booking.intake import actions, links, routing
from tillit.booking.intake.asking import AskingForm, Intake
from tillit.booking.intake.forms import KIND_WORDS, QuestionForm, RouteForm
from tillit.booking.intake.queries import shown
from tillit.booking.intake.questions import Question, read
from tillit.booking.queries import all_meeting_types
from tillit.identity.queries import current_organisation, roles

if TYPE_CHECKING:
    from tillit.booking.models import MeetingType


@never_cache
@require_safe
def questions(request: HttpRequest, slug: str, kind: UUID) -> HttpResponse:
    """The draft's questions, and what can be done with them. For administrators."""
    meeting_type = _kind(kind)
    draft = actions.draft_of(meeting_type)
    language = get_language() or "en"
    rows = [
        {"question": one, "label": one.word("label", language), "kind": KIND_WORDS[one.kind], "when": bool(one.when)}
        for one in read(draft.questions)
    ]
    context = {
        "kind": meeting_type, "title": meeting_type.word("title", language), "rows": rows,
        "draft": not draft._state.adding,
    }  # fmt: skip
    return render(request, "booking/intake/questions.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, slug: str, kind: UUID, key: str = "") -> HttpResponse:
    """Make a question, or change one. For administrators."""
    meeting_type, organisation = _kind(kind), current_organisation(request)
    assert organisation is not None
    every = read(actions.draft_of(meeting_type).questions)
    at = next((n for n, one in enumerate(every) if one.key == key), len(every))
    if key and at == len(every):
        raise Http404
    old = every[at] if key else None
    form = QuestionForm(
        request.POST if request.method == "POST" else None,
        before=every[:at], others=[one for one in every if one is not old], languages=organisation.languages,
        question=old,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        every[at : at + 1] = [form.cleaned_data["question"]]
        try:
            actions.save_draft(kind=meeting_type, questions=every)
        except actions.Unfit as unfit:
            form.add_error(None, _unfit(unfit, every))
        else:
            messages.success(request, _("Kept in the draft. Guests see it when it is published."))
            return redirect("questions", slug=slug, kind=kind)
    context = {"form": form, "kind": meeting_type, "old": old}
    return render(request, "booking/intake/question.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def routes(request: HttpRequest, slug: str, kind: UUID) -> HttpResponse:
    """Where answers lead: the rules of the draft, the first that fits wins. For administrators."""
    meeting_type, language = _kind(kind), get_language() or "en"
    draft = actions.draft_of(meeting_type)
    every, rules, kinds = read(draft.questions), routing.read_routes(draft.routes), all_meeting_types()
    form = RouteForm(request.POST if "add" in request.POST else None, questions=every, kinds=kinds, language=language)
    if request.method == "POST":
        away = request.POST.get("remove", "")
        if away.isdigit() and int(away) < len(rules):
            rules.pop(int(away))
        elif form.is_valid() and len(rules) < routing.MOST:
            rules.append(form.cleaned_data["route"])
        if not form.errors:
            actions.save_draft(kind=meeting_type, questions=every, routes=[one.stored() for one in rules])
            return redirect("questions_routes", slug=slug, kind=kind)
    context = {
        "kind": meeting_type, "title": meeting_type.word("title", language), "form": form,
        "rules": [_in_words(rule, form) for rule in rules], "any": bool(dict(form.fields["when"].choices)),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "booking/intake/routes.html", context, status=422 if form.errors else 200)


def _in_words(rule: routing.Route, form: RouteForm) -> dict[str, str]:
    """A rule as the page shows it; "" where its question or its type is no longer there."""
    host = f"={rule.host}" if rule.host else ""
    when, to = (dict(form.fields[name].choices) for name in ("when", "to"))  # type: ignore[attr-defined]
    return {"when": str(when.get("=".join(rule.when), "")), "to": str(to.get(f"{rule.type}{host}", ""))}


@require_POST
def arrange(request: HttpRequest, slug: str, kind: UUID) -> HttpResponse:
    """Move a question up or down, take one away, publish the draft or throw it away. For administrators."""
    meeting_type = _kind(kind)
    every = read(actions.draft_of(meeting_type).questions)
    do, _dot, key = request.POST.get("do", "").partition(":")
    try:
        if do == "publish":
            version = actions.publish(kind=meeting_type)
            said = _("Published: guests are asked this from now on.") if version else _("Nothing is asked any more.")
            messages.success(request, said)
        elif do == "throw-away":
            actions.throw_away(kind=meeting_type)
        elif (at := next((n for n, one in enumerate(every) if one.key == key), None)) is not None:
            actions.save_draft(kind=meeting_type, questions=_arranged(every, at, do))
    except actions.Unfit as unfit:
        messages.warning(request, _unfit(unfit, every))
    return redirect("questions", slug=slug, kind=kind)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, slug: str, kind: UUID) -> HttpResponse:
    """The draft as guests will see it, to be tried: nothing of it is kept. For administrators."""
    meeting_type = _kind(kind)
    draft = actions.draft_of(meeting_type)
    intake = Intake(1, read(draft.questions), meeting_type.pk, routing.read_routes(draft.routes))
    language = get_language() or "en"
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AskingForm(*sent, intake=intake, trying=True)
    answers: dict[str, Any] = form.cleaned_data["answers"] if sent and form.is_valid() else {}
    context = {
        "kind": meeting_type,
        "title": meeting_type.word("title", language),
        "form": form,
        "tried": bool(answers),
        "answered": [
            shown(one, answers[one.key], language)
            for one in intake.questions
            if one.key in answers and one.kind != "file"
        ],
        "leads": _leads(intake, answers, language),
        "link": _link(request, slug, meeting_type, intake, answers),
    }
    return render(request, "booking/intake/preview.html", context, status=422 if form.errors else 200)


def _leads(intake: Intake, answers: dict[str, Any], language: str) -> str:
    """Where these answers would lead; "" for nowhere else."""
    route = routing.way(intake.questions, intake.routes, answers) if answers else None
    if route is None:
        return ""
    form = RouteForm(questions=intake.questions, kinds=all_meeting_types(), language=language)
    return _in_words(route, form)["to"]


def _link(request: HttpRequest, slug: str, kind: MeetingType, intake: Intake, answers: dict[str, Any]) -> str:
    """The address that brings these answers along; signed where the question takes nothing else."""
    brought = {
        one.name: links.sign(answers[one.key], one.key, kind.pk) if one.signed else answers[one.key]
        for one in intake.questions
        if one.key in answers and one.kind not in {"file", "consent"}
    }
    if not brought:
        return ""
    return request.build_absolute_uri(f"{reverse('book', args=[slug, kind.slug])}?{urlencode(brought)}")


def _arranged(every: list[Question], at: int, do: str) -> list[Question]:
    one = every.pop(at)
    if do == "up":
        every.insert(max(0, at - 1), one)
    elif do == "down":
        every.insert(at + 1, one)
    elif do != "remove":
        every.insert(at, one)
    return every


def _unfit(unfit: actions.Unfit, every: list[Question]) -> str:
    label = next((one.word("label", get_language() or "en") for one in every if one.key == unfit.key), unfit.key)
    if unfit.why == "when":
        return _(
            "“%(question)s” hangs on an answer to an earlier question, which would not be there. Change that first."
        ) % {"question": label}
    return _("“%(question)s” does not fit in here.") % {"question": label}


def _kind(kind: UUID) -> MeetingType:
    """The type, for an administrator of the organisation; else 404."""
    if "administrator" not in roles():
        raise Http404
    found = next((one for one in all_meeting_types() if one.pk == kind), None)
    if found is None:
        raise Http404
    return found
