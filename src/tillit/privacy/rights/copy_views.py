"""Getting a copy of everything, and downloading it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tillit.identity.queries import current_organisation
from tillit.kernel import clock, formats
from tillit.privacy import doors
from tillit.privacy.rights import copying, parts


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def copy(request: HttpRequest, slug: str) -> HttpResponse:
    """The copies there are; a posted form makes one."""
    person = doors.whose(request)
    if request.method == "POST":
        try:
            made = copying.make(person, language=getattr(request, "LANGUAGE_CODE", None))
        except copying.TooMany:
            messages.error(request, _("You have as many copies as we keep at once. The oldest goes by itself."))
        else:
            if made.state == "ready":
                messages.success(request, _("Your copy is ready."))
            else:
                messages.info(
                    request, _("It is a lot, so it is made in the background. This page shows how far it is.")
                )
        return redirect(doors.mine(request, "copy"))
    context = {"copies": copying.mine(person), "refers": parts.refers(person), "now": clock.now()}
    return render(request, "privacy/rights/copies.html", context)


@require_safe
@doors.person
def download(request: HttpRequest, slug: str, copy: UUID) -> HttpResponse:
    """The ZIP file of a copy of the person's own."""
    found = next((one for one in copying.mine(doors.whose(request)) if one.pk == copy), None)
    organisation = current_organisation(request)
    if found is None or organisation is None:
        raise Http404
    day = formats.local(found.made, organisation.time_zone).date()
    return cast(HttpResponse, copying.opened(found, name=f"{slug}-{day:%Y-%m-%d}.zip"))
