"""The page on which an administrator says what something costs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tillit.booking.actions import set_afterwards
from tillit.booking.price_forms import PriceForm
from tillit.booking.queries import all_meeting_types
from tillit.identity.queries import current_organisation, roles
from tillit.wallet.queries import accepting


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def price(request: HttpRequest, slug: str, kind: UUID) -> HttpResponse:
    """Price, deposit and what is kept. For administrators; what is booked stays as it was agreed."""
    organisation = current_organisation(request)
    found = next((one for one in all_meeting_types() if one.pk == kind), None) if "administrator" in roles() else None
    if found is None or organisation is None:
        raise Http404
    given: dict[str, Any] = {"currency": organisation.currency, "accepting": accepting() is not None}
    if request.method == "POST":
        form = PriceForm(request.POST, kind=found, **given)
        if form.is_valid():
            set_afterwards(kind=found, **form.cleaned_data["fields"])
            messages.success(request, _("Saved."))
            return redirect("offer", slug=slug, kind=kind)
    else:
        form = PriceForm.filled(found, **given)
    context = {"form": form, "kind": found, "title": found.word("title", get_language() or "en")}
    return render(request, "booking/price.html", context, status=422 if form.errors else 200)
