"""Showing something to the other of a thread, and taking it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tillit.access.actions import Refused
from tillit.identity.doors import signed_in
from tillit.journeys.market.sharing import form_for
from tillit.messaging import queries
from tillit.privacy.rights import showing
from tillit.privacy.rights.show_form import take_back


@require_POST
@signed_in
def share(request: HttpRequest, slug: str, thread: UUID) -> HttpResponse:
    """Show the other of a thread what was chosen. 404 for a thread of others."""
    talk = queries.talk(thread)
    form = form_for(request, talk)
    if talk.other is None or form.data.get("to") != str(talk.other) or not form.is_valid():
        wrong = [str(said) for errors in form.errors.values() for said in errors]
        messages.warning(request, " ".join(wrong) or _("That is not possible. Nothing is shown."))
        return redirect("thread", slug=slug, thread=thread)
    try:
        form.show()
        messages.success(request, _("It is shown, and closes by itself. You can take it back here at any time."))
    except Refused:
        messages.warning(request, _("That is not possible. Nothing is shown."))
    return redirect("thread", slug=slug, thread=thread)


@require_POST
@signed_in
def end(request: HttpRequest, slug: str, thread: UUID) -> HttpResponse:
    """Take one back, at once. What is shown to somebody else is not ended from here."""
    talk = queries.talk(thread)
    wanted = request.POST.get("grant", "")
    for one in showing.of_me(talk.other) if talk.other else []:
        if str(one.id) == wanted and one.closable and take_back(one.id):
            messages.success(request, _("It is closed. From now on it is not shown."))
            break
    else:
        messages.warning(request, _("That is no longer possible. This is how it stands now."))
    return redirect("thread", slug=slug, thread=thread)
