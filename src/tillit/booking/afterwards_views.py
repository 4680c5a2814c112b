"""Pages of what a booking needs beside its time: a host's yes, and the rules of what comes afterwards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tillit.booking import confirming
from tillit.booking.actions import NotBooked, set_afterwards
from tillit.booking.afterwards_forms import AfterwardsForm
from tillit.booking.queries import all_meeting_types, get_booking, my_host
from tillit.identity.queries import current_organisation, roles
from tillit.kernel import formats


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def afterwards(request: HttpRequest, slug: str, kind: UUID) -> HttpResponse:
    """Confirmation by hand, how long data is kept, a message after the meeting. For administrators."""
    organisation = current_organisation(request)
    found = next((one for one in all_meeting_types() if one.pk == kind), None) if "administrator" in roles() else None
    if found is None or organisation is None:
        raise Http404
    given: dict[str, Any] = {"languages": organisation.languages, "series": found.times > 1}
    if request.method == "POST":
        form = AfterwardsForm(request.POST, **given)
        if form.is_valid():
            set_afterwards(kind=found, **form.cleaned_data["fields"])
            messages.success(request, _("Saved."))
            return redirect("offer", slug=slug, kind=kind)
    else:
        form = AfterwardsForm.filled(found, **given)
    context = {"form": form, "kind": found, "title": found.word("title", get_language() or "en")}
    return render(request, "booking/afterwards.html", context, status=422 if form.errors else 200)


@require_POST
def host_confirm(request: HttpRequest, slug: str, booking: UUID) -> HttpResponse:
    """A host says yes to a booking of a meeting of their own. Somebody else's is a 404."""
    if my_host() is None:
        raise Http404
    try:
        if confirming.confirm(booking=(found := get_booking(booking))):
            when = formats.format_datetime(
                found.meeting.span.lower, get_language() or "en", "short", zone=found.organisation.time_zone
            )
            messages.success(request, _("The booking on %(when)s stands, and the guest is told.") % {"when": when})
        else:
            messages.info(request, _("This booking was confirmed already."))
    except NotBooked:
        messages.warning(request, _("This booking is off: it was cancelled, or nobody confirmed it in time."))
    return redirect("calendar", slug=slug)
