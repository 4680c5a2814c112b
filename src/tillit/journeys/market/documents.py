"""Documents between two people who write to each other: asking for one, opening one, noting that an extract was shown;
and what stands of them on profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tillit.access import Actor, current
from tillit.directory import queries as directory
from tillit.directory import slots as on_profile
from tillit.documents import actions, kinds, queries, shown
from tillit.documents import asking as forms
from tillit.documents import naming as owners
from tillit.identity.doors import signed_in
from tillit.identity.queries import current_organisation, organisation_by_id
from tillit.kernel.slots import Part
from tillit.messaging import actions as messaging
from tillit.messaging import cards, naming
from tillit.messaging import queries as threads
from tillit.messaging import slots as on_thread

CARD = "documents.request"


def ready() -> None:
    """Fill the places on profiles and threads."""
    owners.by(directory.public_names)
    on_profile.add("sections", on_page)
    on_thread.add("actions", beside_thread)
    cards.declare(CARD, load=load)


def on_page(request: HttpRequest, profile: Any) -> list[Any]:
    """Titles of documents on a profile, as far as their owner wants it: with last day and who checked what."""
    organisation = current_organisation(request)
    if organisation is None or "documents" not in organisation.modules:
        return []
    zone = organisation.time_zone
    titles = [
        {"title": one, **shown.ending(one, zone), "checked": shown.title_checked(one, zone)}
        for one in queries.titles(profile.person)
    ]
    extract = [{"by_us": one.by_us, "day": shown.day(one.on)} for one in queries.shown(profile.person)]
    if not titles and not extract:
        return []
    return [on_profile.Part("journeys/market/titles.html", _both({"titles": titles, "extract": extract}))]


def beside_thread(request: HttpRequest, talk: Any) -> list[Part]:
    """Where to ask for, or open, a document in a thread."""
    organisation = current_organisation(request)
    if organisation is None or "documents" not in organisation.modules or talk.other is None or talk.blocked:
        return []
    context = {"slug": organisation.slug, "thread": talk.id, "asks": directory.profile_of(talk.other) is not None}
    return [Part("journeys/market/documents_of_thread.html", _both({**context, "has": bool(queries.mine())}))]


def load(ids: list[UUID], viewer: UUID) -> Mapping[UUID, Part]:
    """Requests as cards in a thread."""
    here: Any = (current() or Actor()).organisation
    slug = organisation_by_id(here).slug
    found = {}
    open_now = {one.pk: until for one, until in queries.open_to_me()}
    for request, one in queries.requests_by_id(ids).items():
        context = {
            "row": one,
            "what": one.document.title if one.document else kinds.ASKED_FOR[one.kind],
            "mine": one.person_id == viewer,
            "state": kinds.STATES[one.state],
            "open": one.document_id in open_now,
            "slug": slug,
        }
        found[request] = Part("journeys/market/request_card.html", _both(context))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def of_thread(request: Any, slug: str, thread: UUID) -> HttpResponse:
    """Ask whom one writes with for a document, or open one of one's own to them."""
    organisation = current_organisation(request)
    if organisation is None or "documents" not in organisation.modules:
        raise Http404
    talk = threads.talk(thread)
    if talk.other is None:
        raise Http404
    titles = queries.titles(talk.other)
    asks = directory.profile_of(talk.other) is not None
    do = request.POST.get("do", "")
    choices = [(one.id, one.kind, _("%(title)s (%(kind)s)") % {"title": one.title, "kind": one.kind_label})
               for one in titles]  # fmt: skip
    own = [(one.pk, one.title) for one in queries.mine()]
    ask_form = forms.AskForm(request.POST if do == "ask" else None, titles=choices) if asks else None
    open_form = forms.ApproveForm(request.POST if do == "open" else None, documents=own) if own else None
    agreed = any(one.kind == kinds.CRIMINAL and one.state == "approved" for one in queries.asked_by_me(talk.other))
    shown_form = forms.ShownForm(request.POST if do == "shown" else None) if agreed else None
    done = {"ask": (ask_form, _ask), "open": (open_form, _open), "shown": (shown_form, _note)}.get(do)
    status = 200
    if request.method == "POST":
        status = 422
        if done and done[0] and done[0].is_valid() and done[1](request, talk, done[0]):  # type: ignore[operator]
            return redirect("thread", slug, thread)
    context = {"talk": talk, "ask_form": ask_form, "open_form": open_form, "shown_form": shown_form}
    return render(request, "journeys/market/documents.html", context, status=status)


def _ask(request: Any, talk: Any, form: forms.AskForm) -> bool:
    try:
        made = actions.ask(
            talk.other, name=naming.called(request.actor.person), reaches=threads.reaches(talk.id), **form.wish
        )
    except actions.Refused as why:
        form.add_error(None, str(_WHY_NOT.get(why.why, _("That is not possible."))))
        return False
    messaging.post_card(talk.id, CARD, made)
    messages.success(request, _("You asked. You are told when there is an answer."))
    return True


def _open(request: Any, talk: Any, form: forms.ApproveForm) -> bool:
    given = form.cleaned_data
    try:
        grant = actions.approve(
            UUID(given["document"]), talk.other, hours=given["hours"], download=given["download"], name=talk.called
        )
    except actions.Refused:
        form.add_error(None, _("That is no longer possible."))
        return False
    if (made := queries.request_of(grant)) is not None:
        messaging.post_card(talk.id, CARD, made.pk)
    messages.success(request, _("It is open now, and closes by itself. You can take it back at any moment."))
    return True


def _note(request: Any, talk: Any, form: forms.ShownForm) -> bool:
    try:
        actions.note_shown(talk.other, form.cleaned_data["on"])
    except actions.Refused:
        form.add_error("on", _("It cannot have been shown to you on that day."))
        return False
    messages.success(request, _("It is noted that it was shown, and nothing else."))
    return True


def _both(context: dict[str, Any]) -> dict[str, Any]:
    return {**context, "it": context}


_WHY_NOT = {
    "again": gettext_lazy("You have asked for that already. There is no answer yet."),
    "many": gettext_lazy("You wait for many answers already. Ask again when some have come."),
}
