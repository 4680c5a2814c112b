"""Pages of training and of the ethical code."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tillit.directory.models import Training
from tillit.directory.slots import Part
from tillit.directory.upkeep import actions, queries
from tillit.directory.upkeep.forms import CodeForm, CourseForm, TrainingForm, WishForm
from tillit.documents import queries as documents
from tillit.identity.doors import needs_role
from tillit.identity.queries import current_organisation, roles
from tillit.kernel import formats


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role("provider", "administrator")
def training(request: Any, slug: str) -> HttpResponse:
    """One's courses, the points of the year, what is suggested; noting a course."""
    _here(request)
    proofs = [(one.pk, one.title) for one in documents.mine()]
    form = TrainingForm(request.POST or None, documents=proofs)
    if request.method == "POST" and form.is_valid():
        actions.record(form.taken)
        messages.success(request, _("It is noted."))
        return redirect("training", slug=slug)
    standing, language = queries.standing(queries.today()), get_language() or "en"
    titles = dict(proofs)
    context = {
        "form": form,
        "rows": [_line(one, titles, language) for one in queries.mine()],
        "standing": standing,
        "points": _tenths(standing.tenths, language),
        "wished": formats.format_number(standing.wished, language),
        "left": _tenths(standing.left, language) if standing.left else "",
        "share": min(100, round(100 * standing.tenths / (10 * standing.wished))) if standing.wished else 100,
        "year": formats.digits(str(standing.year), language),
        "suggested": queries.suggested(),
        "administers": "administrator" in roles(),
    }
    return render(request, "directory/upkeep/training.html", context, status=422 if form.errors else 200)


@require_POST
@needs_role("provider", "administrator")
def remove(request: Any, slug: str, training: UUID) -> HttpResponse:
    """Take a course out again."""
    actions.remove(training)
    messages.success(request, _("It is taken out."))
    return redirect("training", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role("administrator")
def setup(request: Any, slug: str) -> HttpResponse:
    """What training is wished for, and the courses that are suggested."""
    _here(request)
    do = request.POST.get("do", "")
    wish_form = WishForm(request.POST if do == "wish" else None, initial={"points": queries.wished()})
    course_form = CourseForm(request.POST if do == "course" else None)
    if do == "wish" and wish_form.is_valid():
        actions.wish(wish_form.cleaned_data["points"])
        messages.success(request, _("It is kept."))
        return redirect("training_setup", slug=slug)
    if do == "course" and course_form.is_valid():
        actions.suggest(**course_form.cleaned_data)
        messages.success(request, _("It is kept."))
        return redirect("training_setup", slug=slug)
    context = {"wish_form": wish_form, "course_form": course_form, "suggested": queries.suggested()}
    return render(
        request, "directory/upkeep/setup.html", context, status=422 if request.method == "POST" else 200
    )  # fmt: skip


@require_POST
@needs_role("administrator")
def no_longer(request: HttpRequest, slug: str, course: UUID) -> HttpResponse:
    """Suggest a course no more."""
    actions.no_longer(course)
    return redirect("training_setup", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: Any, slug: str) -> HttpResponse:
    """The ethical code, for everybody to read; accepted by those who work under it."""
    organisation = _here(request)
    held, language = queries.code(), get_language() or "en"
    works = "provider" in roles() if request.actor.person else False
    if request.method == "POST":
        if not works:
            raise Http404
        try:
            actions.accept(_number(request.POST.get("number", "")))
            messages.success(request, _("You have accepted the ethical code. It stands on your profile."))
        except actions.Stale:
            messages.error(request, _("The code has changed meanwhile. Read it again first."))
        return redirect("ethical_code", slug=slug)
    mine = queries.my_acceptance() if works else None
    context = {
        "lines": [line for line in held.words.get(language, held.words["en"]).splitlines() if line.strip()],
        "version": held,
        "number": formats.format_number(held.number, language),
        "since": formats.format_date(held.since.date(), language, "medium") if held.since else "",
        "works": works,
        "accepted": mine is not None and mine.number == held.number,
        "when": formats.format_datetime(mine.made, language, zone=organisation.time_zone) if mine else "",
        "before": mine is not None and mine.number < held.number,
        "administers": "administrator" in roles() if request.actor.person else False,
    }
    return render(request, "directory/upkeep/code.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role("administrator")
def write_code(request: Any, slug: str) -> HttpResponse:
    """Write it anew; everybody who accepted the older one is asked again."""
    _here(request)
    form = CodeForm(request.POST or None, initial=queries.code().words)
    if request.method == "POST" and form.is_valid():
        actions.write_code(form.cleaned_data)
        messages.success(request, _("The code has a new version. Those who accepted the older one are asked again."))
        return redirect("ethical_code", slug=slug)
    return render(request, "directory/upkeep/write_code.html", {"form": form}, status=422 if form.errors else 200)


def on_profile(request: HttpRequest, profile: Any) -> list[Part]:
    """Which version of the ethical code somebody has accepted, and when: on their profile."""
    found = queries.accepted([profile.person]).get(profile.person)
    organisation = current_organisation(request)
    if found is None or organisation is None:
        return []
    language = get_language() or "en"
    number, made = found
    context = {
        "slug": organisation.slug,
        "number": formats.format_number(number, language),
        "day": formats.format_date(formats.local(made, organisation.time_zone).date(), language, "medium"),
        "older": number < queries.code().number,
    }
    return [Part("directory/upkeep/on_profile.html", {**context, "it": context})]


def _line(one: Training, titles: dict[UUID, str], language: str) -> dict[str, Any]:
    return {
        "row": one,
        "day": formats.format_date(one.on, language, "medium"),
        "hours": formats.format_duration(one.minutes, language),
        "points": _tenths(one.tenths, language),
        "proof": titles.get(one.document, "") if one.document else "",
    }


def _tenths(tenths: int, language: str) -> str:
    whole, rest = divmod(tenths, 10)
    return formats.format_number(tenths / 10, language, 1) if rest else formats.format_number(whole, language)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _here(request: Any) -> Any:
    organisation = current_organisation(request)
    if organisation is None or "directory" not in organisation.modules:
        raise Http404
    return organisation
