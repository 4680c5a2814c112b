"""Answering an advertisement: a provider's offer begins a thread with whoever wrote it, and nothing else of either is
given out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tillit.directory import queries as directory
from tillit.directory.adverts import actions as adverts
from tillit.directory.adverts import queries, shown
from tillit.identity.doors import signed_in
from tillit.kernel import uploads
from tillit.kernel.dpv import Words
from tillit.kernel.ids import new_id
from tillit.messaging import actions, guard
from tillit.messaging import queries as messages
from tillit.messaging import slots as thread_slots
from tillit.messaging.actions import File
from tillit.messaging.doors import here
from tillit.messaging.shown import REFUSED
from tillit.messaging.writing import MessageForm

ABOUT = "directory.advert"
NOT_TAKEN: dict[str, Words] = {
    "again": _("You have answered this advertisement before."),
    "many": _("You have answered ten advertisements since yesterday. Go on tomorrow."),
    "profile": _("Whoever offers to help has a profile that others see."),
    "nobody": _("It is not there any more."),
}


@transaction.atomic
def apply(advert: UUID, words: str, *, key: UUID | None = None, files: Sequence[File] = ()) -> UUID:
    """The acting provider offers to do what an advertisement asks, in a thread with whoever wrote it. Returns the
    thread's id. Raises adverts.Refused, messaging's Refused, uploads.Refused; nothing is kept then. Http404 for one
    that they do not see, or their own."""
    row = queries.get(advert)
    thread = actions.begin(to=row.person_id, about=(ABOUT, row.pk), words=words, key=key, files=files)
    adverts.apply(row, thread=thread, heard=messages.reaches(thread))
    return thread


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def answer(request: HttpRequest, slug: str, advert: UUID) -> HttpResponse:
    """The page on which a provider answers; where they did, the thread."""
    organisation, person = here(request)
    row = queries.get(advert)
    if "directory" not in organisation.modules or row.person_id == person.pk or row.state != "open":
        raise Http404
    if mine := queries.my_offer(row):
        return redirect("thread", slug=slug, thread=mine.thread)
    form, asked = MessageForm(initial={"key": new_id()}), None
    if request.method == "POST":
        form = MessageForm(request.POST, request.FILES)
        if form.is_valid():
            words, do = form.cleaned_data["words"].strip(), request.POST.get("do", "send")
            kind = do.partition(":")[2]
            if kind in guard.OF:
                left = guard.without(words, kind)
                form = MessageForm(initial={"words": left, "key": form.cleaned_data["key"] or new_id()})
            elif do != "anyway" and (asked := guard.asked("\n".join([words, *form.names()]), row.person_id, person.pk)):
                pass  # they are asked first
            elif thread := _apply(form, advert, words):
                return redirect("thread", slug=slug, thread=thread)
    context = {"one": shown.line(row), "form": form, "asked": asked, "first": True, "name": _("whoever advertises"),
               "profile": directory.profile_of(person.pk)}  # fmt: skip
    status = 422 if form.errors or asked else 200
    return render(request, "directory/adverts/answer.html", context, status=status)


def _apply(form: MessageForm, advert: UUID, words: str) -> UUID | None:
    files = [(one, one.name) for one in form.cleaned_data["files"]]
    try:
        return apply(advert, words, key=form.cleaned_data["key"], files=files)
    except adverts.Refused as refused:
        form.add_error("words", NOT_TAKEN[refused.why])
    except actions.Refused as refused:
        form.add_error("words", REFUSED[refused.why])
        if refused.why == "key":
            form.anew()
    except uploads.Refused as refused:
        form.add_error("files", str(refused))
    return None


def _about(request: Any, talk: Any) -> Iterable[thread_slots.Part]:
    """Which advertisement the thread is about, while they see it."""
    if talk.about_kind == ABOUT and (row := queries.seen([talk.about]).get(talk.about)):
        url = reverse("advert", args=[request.resolver_match.kwargs["slug"], row.pk])
        yield thread_slots.Part("directory/adverts/_about.html", {"url": url, "one": shown.line(row)})


def ready() -> None:
    """Put it into its place."""
    thread_slots.add("about", _about)


__all__ = ["ABOUT", "answer", "apply", "ready"]
