"""Asking as a stranger: the public form, and the page of whoever holds a request's link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tillit.access import as_office
from tillit.identity import throttle
from tillit.privacy import place
from tillit.privacy.desk import actions, kinds, links, queries
from tillit.privacy.desk.forms import StrangerForm
from tillit.privacy.desk.reasons import RECEIVERS, answered
from tillit.privacy.desk.shown import public_facts, timeline
from tillit.privacy.policy.frames import frame

ASKED = throttle.Limit("asked", burst=5, every=timedelta(minutes=10))  # by one network, and for one address


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask about one's data without an account. The answer is the same whether the address is known or not."""
    organisation = place.here(request)
    here = frame(organisation)
    form = StrangerForm(request.POST or None, offered=kinds.offered(here))
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data
        if ASKED.take(throttle.network(request)) and ASKED.take(slug, answer["address"]):
            actions.ask_as_stranger(
                answer["kind"], name=answer["name"], address=answer["address"], words=answer["words"],
                language=get_language() or "en", behalf=answer["behalf"],
            )  # fmt: skip
            return render(request, "privacy/desk/asked.html", {"life": links.PROOF_LIFE.days})
        form.add_error(None, _("That is a lot at once. Go on in a few minutes."))
    context = {
        "form": form,
        "frame": here,
        "answered": [RECEIVERS[one] for one in answered(here)],
    }
    return render(request, "privacy/desk/ask.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """How far a request has come; the button that says that it was oneself who asked; taking it back."""
    wanted, reader = links.request(token)
    with as_office("asker", str(wanted)):
        found = queries.get_request(wanted)
        if request.method == "POST":
            _do(request, found, reader)
            return redirect("request_by_link", slug=slug, token=token)
        context: dict[str, Any] = public_facts(found) | {"happened": timeline(found)}
        return render(request, "privacy/desk/by_link.html", context, status=410 if found.state == "lapsed" else 200)


def _do(request: HttpRequest, found: Any, reader: UUID | None) -> None:
    if request.POST.get("do") == "withdraw":
        if actions.take_back(found):
            messages.success(request, _("You took it back. Nothing more happens."))
        return
    try:
        if actions.answer_by_mail(found, reader):
            messages.success(request, _("Thank you. Now we know that it is you who asks."))
    except actions.TooLate:
        messages.warning(request, _("The two weeks of this link are over. Please ask once more."))
