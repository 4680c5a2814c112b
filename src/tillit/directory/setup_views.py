"""An administrator's page: the services that can be offered, whether anybody may join, what profiles have to say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tillit.directory import actions, queries, telling
from tillit.directory.models import Category
from tillit.directory.setting_forms import CategoryForm, DemandForm
from tillit.identity.doors import needs_role
from tillit.identity.queries import current_organisation

MOST = 60


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role("administrator")
def setup(request: HttpRequest, slug: str, category: UUID | None = None) -> HttpResponse:
    """The services, and a form for a new one or for one of them."""
    organisation = _here(request)
    row = get_object_or_404(Category, pk=category) if category else None
    known = queries.categories(retired=True)
    given = request.POST if request.method == "POST" else None
    form = CategoryForm(given, languages=organisation.languages, held=row.name if row else None)
    if request.method == "POST" and form.is_valid():
        if row:
            row.name = form.said()
            row.retired = request.POST.get("retired") == "yes"
            row.save(update_fields=["name", "retired"])
        elif len(known) < MOST:
            actions.add_category(form.said(), position=len(known))
        messages.success(request, _("It is kept."))
        return redirect("directory_setup", slug=slug)
    held = queries.rules()
    context = {
        "form": form, "changing": row, "open": organisation.open_to_join,
        "rows": [(one, telling.category_words(one)) for one in known],
        "demand": DemandForm(initial={"required": held.required, "to_check": held.to_check}),
    }  # fmt: skip
    return render(request, "directory/setup.html", context, status=422 if form.errors else 200)


@require_POST
@needs_role("administrator")
def demand(request: HttpRequest, slug: str) -> HttpResponse:
    """What a profile has to say, and what is checked before it is let through."""
    _here(request)
    form = DemandForm(request.POST)
    if not form.is_valid():
        raise Http404
    actions.demand(required=form.cleaned_data["required"], to_check=form.cleaned_data["to_check"])
    messages.success(request, _("It is kept."))
    return redirect("directory_setup", slug=slug)


def _here(request: HttpRequest) -> Any:
    organisation = current_organisation(request)
    if organisation is None or "directory" not in organisation.modules:
        raise Http404
    return organisation
