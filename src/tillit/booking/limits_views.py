"""How much a colleague takes on a day and in a week, set by an administrator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tillit.booking.limits import limits_of, set_limits
from tillit.booking.limits_forms import LimitsForm
from tillit.booking.queries import all_hosts, my_schedule
from tillit.booking.setup_views import administrator


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str, host: UUID) -> HttpResponse:
    """How much a colleague takes at most. For administrators; the colleague reads in their evidence that it was so."""
    administrator(request)
    found = next((one for one in all_hosts() if one.pk == host), None)
    if found is None or my_schedule(found) is None:
        raise Http404
    if request.method == "POST":
        form = LimitsForm(request.POST)
        if form.is_valid():
            set_limits(host=found, most=form.limits())
            messages.success(request, _("Saved. Booked meetings stay as they are."))
            return redirect("offers", slug=slug)
    else:
        form = LimitsForm.of(limits_of(found))
    context: dict[str, Any] = {"form": form, "host": found}
    return render(request, "booking/limits.html", context, status=422 if form.errors else 200)
