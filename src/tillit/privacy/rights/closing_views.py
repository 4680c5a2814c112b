"""An organisation takes everything along and closes: for its administrators."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tillit.identity.doors import needs_role
from tillit.privacy import office
from tillit.privacy.rights import closing, copying

office.section("keeping", gettext_lazy("Leaving"), "office_leaving", only_administrators=True)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role("administrator")
def leaving(request: HttpRequest, slug: str) -> HttpResponse:
    """What leaving means; a posted form exports, closes or takes it back."""
    if request.method == "POST":
        _do(request, request.POST.get("do", ""))
        return redirect("office_leaving", slug=slug)
    context = {
        "copies": copying.mine(_me(request), whole=True),
        "closes": closing.closes(),
        "days": closing.DAYS.days(),
    }
    return render(request, "privacy/office/leaving.html", context)


def _do(request: HttpRequest, do: str) -> None:
    if do == "export":
        try:
            closing.export(get_language() or "en")
            messages.info(request, _("Everything is being put together. This page shows how far it is."))
        except copying.TooMany:
            messages.error(request, _("You have as many copies as we keep at once. The oldest goes by itself."))
    elif do == "close" and request.POST.get("sure"):
        closing.close()
        messages.success(request, _("The organisation is closed. Until the days are over you can take it back here."))
    elif do == "reopen" and closing.reopen():
        messages.success(request, _("The organisation is open again, as before."))


@require_safe
@needs_role("administrator")
def download(request: HttpRequest, slug: str, copy: UUID) -> HttpResponse:
    """The ZIP file, by the administrator who asked for it."""
    found = next((one for one in copying.mine(_me(request), whole=True) if one.pk == copy), None)
    if found is None:
        raise Http404
    return cast(HttpResponse, copying.opened(found, name=f"{slug}-everything.zip"))


def _me(request: HttpRequest) -> UUID:
    person: UUID | None = request.actor.person  # type: ignore[attr-defined]
    if person is None:
        raise Http404
    return person
