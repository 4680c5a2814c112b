"""For those who moderate: noting how a document that stands on a profile was checked, and that an extract was shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tillit import evidence
from tillit.documents import actions, naming, queries
from tillit.documents.asking import ShownForm
from tillit.documents.forms import CheckForm
from tillit.documents.shown import ending, title_checked
from tillit.documents.views import member
from tillit.identity.doors import needs_role


@require_safe
@needs_role("moderator", "administrator")
@member
def to_check(request: Any, slug: str) -> HttpResponse:
    """Whose documents stand on profiles, and how they were checked."""
    people = queries.to_check()
    titles, called = queries.titles_of(people), naming.called(people)
    evidence.saw(people, "documents.title", "moderates")
    rows = []
    for person in people:
        papers = [
            {"title": one, **ending(one, request.zone),
             "checked": title_checked(one, request.zone)}
            for one in titles.get(person, [])
        ]  # fmt: skip
        rows.append(
            {"person": person, "name": called.get(person, ""), "papers": papers, "shown": queries.shown(person)}
        )
    context = {"rows": rows, "check_form": CheckForm(), "shown_form": ShownForm()}
    return render(request, "documents/to_check.html", context)


@require_POST
@needs_role("moderator", "administrator")
@member
def check(request: Any, slug: str, document: UUID) -> HttpResponse:
    """Note how one was checked."""
    form = CheckForm(request.POST)
    try:
        if form.is_valid():
            actions.check(document, form.cleaned_data["how"])
            messages.success(request, _("It is noted, and stands on the profile."))
    except actions.Refused:
        raise Http404 from None
    return redirect("documents_to_check", slug=slug)


@require_POST
@member
def note_shown(request: Any, slug: str, person: UUID) -> HttpResponse:
    """Note that an extract from the criminal record was shown in person, and on what day."""
    form = ShownForm(request.POST)
    try:
        if form.is_valid():
            actions.note_shown(person, form.cleaned_data["on"])
            messages.success(request, _("It is noted that it was shown, and nothing else."))
        else:
            messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))  # type: ignore[misc]
    except actions.Refused:
        raise Http404 from None
    return redirect("documents", slug=slug)
