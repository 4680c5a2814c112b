"""Before a member goes on: what holds now and was not accepted yet is read and accepted first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from tillit.identity.queries import current_organisation, roles
from tillit.privacy.policy import acceptance

Handler = Callable[[Any], HttpResponse]

OPEN = ("privacy/", "me/", "my/", "trust/", "log/")
"""Pages below /o/<slug>/ that need no acceptance: whoever disagrees reads, takes a copy and leaves."""


def acceptance_first(get_response: Handler) -> Handler:
    """Middleware: a member's page is shown, and a form of it taken, after acceptance. `request.policy_coming`: changes
    announced to them."""

    def middleware(request: Any) -> HttpResponse:
        request.policy_coming = ()
        if _is_a_page(request):
            asked = acceptance.asked(request.actor.organisation, request.actor.person)
            request.policy_coming = asked.coming
            if asked.due and roles():  # whoever has left, or only books here, undertakes nothing
                return _first(request)
        return get_response(request)

    return middleware


def _first(request: Any) -> HttpResponse:
    """To what has to be accepted, and from a page back to it; a part of a page goes as a whole."""
    organisation = current_organisation(request)
    assert organisation is not None
    to = reverse("policy:accept", args=[organisation.slug])
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    if request.method in ("GET", "HEAD"):
        to = f"{to}?{urlencode({'next': request.get_full_path()})}"
    return redirect(to)


def _is_a_page(request: Any) -> bool:
    """A member asks for something of their organisation that is not always open."""
    actor = getattr(request, "actor", None)
    if actor is None or not (actor.account and actor.person and actor.organisation):
        return False
    below = request.path_info.split("/", 3)  # "", "o", slug, the rest
    return len(below) == 4 and below[1] == "o" and not below[3].startswith(OPEN)
