"""The office's answers to objections with reasons: weighed, decided, and told to the person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tillit import evidence
from tillit.kernel import formats
from tillit.privacy import office
from tillit.privacy.models import Objection
from tillit.privacy.rights import actions, objections, queries
from tillit.privacy.rights.forms import AnswerForm

office.section("people", gettext_lazy("Objections"), "office_objections")


@require_safe
@office.staffed
def waiting(request: HttpRequest, slug: str) -> HttpResponse:
    """Objections that wait for an answer, the oldest first; who objected is not named."""
    found = queries.waiting_objections()
    evidence.saw([one.person_id for one in found], "privacy.objection", "objection")
    return render(request, "privacy/office/objections.html", {"waiting": [_told(one) for one in found]})


@require_http_methods(["GET", "HEAD", "POST"])
@office.staffed
def answer(request: HttpRequest, slug: str, objection: UUID) -> HttpResponse:
    """Weigh one: it is upheld, or refused with reasons. 404 for one that needs no answer any more."""
    asked = next((one for one in queries.waiting_objections() if one.pk == objection), None)
    if asked is None:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        upheld = form.cleaned_data["decision"] == "upheld"
        if actions.answer_objection(objection, upheld=upheld, words=form.cleaned_data["words"]):
            messages.success(request, _("The answer is given, and the person is told."))
        return redirect("office_objections", slug=slug)
    evidence.saw([asked.person_id], "privacy.objection", "objection", object=objection)
    context = {"form": form, "one": _told(asked)}
    return render(request, "privacy/office/objection.html", context, status=422 if form.errors else 200)


def _told(one: Objection) -> dict[str, Any]:
    return {"objection": one, "use": objections.use(one.purpose).says}


@office.waiting
def _waits(organisation: Any) -> Iterable[office.Line]:
    """Objections without an answer: the use is paused meanwhile."""
    if count := len(queries.waiting_objections()):
        says = ngettext("%(n)s objection", "%(n)s objections", count) % {
            "n": formats.format_number(count, get_language() or "en")
        }
        yield office.Line(_("To be weighed"), says, reverse("office_objections", args=[organisation.slug]))
