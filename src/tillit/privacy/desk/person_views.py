"""A person's own requests, and what was handed out about them: behind either door (privacy/doors.py)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tillit.identity.queries import current_organisation
from tillit.privacy import doors
from tillit.privacy.desk import actions, kinds, queries
from tillit.privacy.desk.forms import AskForm
from tillit.privacy.desk.reasons import DISCLOSURES, RECEIVERS
from tillit.privacy.desk.shown import left_words, public_facts, state_words, timeline
from tillit.privacy.policy.frames import frame


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def requests(request: HttpRequest, slug: str) -> HttpResponse:
    """What was asked and how far it has come; asking something more."""
    organisation = current_organisation(request)
    assert organisation is not None
    form = AskForm(request.POST or None, offered=kinds.offered(frame(organisation)))
    if request.method == "POST" and form.is_valid():
        made, new = actions.ask(
            form.cleaned_data["kind"],
            words=form.cleaned_data["words"],
            language=get_language() or "en",
            by_link=request.mine.by_link,  # type: ignore[attr-defined]
        )
        if not new:
            messages.info(request, _("You have asked this already, and the answer is on its way."))
        return redirect(doors.mine(request, "request", wanted=made.pk))
    me = doors.whose(request)
    rows = [
        {"asked": one, "kind": kinds.WORDS[one.kind], "state": state_words(one), "left": left_words(one)}
        for one in queries.my_requests(me)
    ]
    handed = [
        {"row": one, "why": DISCLOSURES[one.kind], "to": RECEIVERS.get(one.receiver_kind, "")}
        for one in queries.disclosed_of_me(me)
    ]
    context = {"form": form, "rows": rows, "handed": handed}
    return render(request, "privacy/desk/my_requests.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def one(request: HttpRequest, slug: str, wanted: UUID) -> HttpResponse:
    """One request: what happened, how long is left, the answer; taking it back."""
    found = queries.my_request(doors.whose(request), wanted)
    if request.method == "POST":
        if actions.take_back(found):
            messages.success(request, _("You took it back. Nothing more happens."))
        return redirect(doors.mine(request, "request", wanted=wanted))
    return render(request, "privacy/desk/my_request.html", public_facts(found) | {"happened": timeline(found)})
