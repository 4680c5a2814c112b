"""Writing to somebody whom one found: whoever sees a visible profile may begin a thread about it; the platform's own
messages are the only way in, and no address is given out (promise `first-contact-inside`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tillit.directory import queries as directory
from tillit.directory import slots
from tillit.identity.doors import signed_in
from tillit.kernel import uploads
from tillit.kernel.ids import new_id
from tillit.messaging import actions, guard, queries
from tillit.messaging import slots as thread_slots
from tillit.messaging.doors import here
from tillit.messaging.shown import REFUSED
from tillit.messaging.writing import MessageForm

ABOUT = "directory.profile"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def write(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The first message to whoever's profile it is; where there is a thread, it is opened instead."""
    organisation, person = here(request)
    if "directory" not in organisation.modules:
        raise Http404
    profile = directory.profile(code)
    if profile.person == person.pk:
        raise Http404
    about = (ABOUT, profile.id)
    if known := queries.between(profile.person, about):
        return redirect("thread", slug=slug, thread=known)
    form, asked = MessageForm(initial={"key": new_id()}), None
    if request.method == "POST":
        form = MessageForm(request.POST, request.FILES)
        if form.is_valid():
            words, do = form.cleaned_data["words"].strip(), request.POST.get("do", "send")
            kind = do.partition(":")[2]
            if kind in guard.OF:
                left = guard.without(words, kind)
                form = MessageForm(initial={"words": left, "key": form.cleaned_data["key"] or new_id()})
            elif do != "anyway" and (
                asked := guard.asked("\n".join([words, *form.names()]), profile.person, person.pk)
            ):
                pass  # they are asked first
            elif thread := _begin(form, profile, words):
                return redirect("thread", slug=slug, thread=thread)
    context = {"profile": profile, "name": profile.short, "form": form, "asked": asked, "first": True}
    return render(request, "messaging/begin.html", context, status=422 if form.errors or asked else 200)


def _begin(form: MessageForm, profile: directory.Shown, words: str) -> UUID | None:
    files = [(one, one.name) for one in form.cleaned_data["files"]]
    key = form.cleaned_data["key"]
    try:
        return actions.begin(to=profile.person, about=(ABOUT, profile.id), words=words, files=files, key=key)
    except actions.Refused as refused:
        form.add_error("words", REFUSED[refused.why])
        if refused.why == "key":
            form.anew()
    except uploads.Refused as refused:
        form.add_error("files", str(refused))
    return None


def _write_to(request: Any, profile: directory.Shown) -> slots.Part | None:
    """The way to the first message, on a profile; also for visitors, who log in first."""
    if getattr(request.actor, "person", None) == profile.person:
        return None
    url = reverse("write", args=[request.resolver_match.kwargs["slug"], profile.slug])
    return slots.Part("messaging/_write_to.html", {"url": url, "short": profile.short})


def _about(request: Any, talk: queries.Talk) -> Iterable[thread_slots.Part]:
    """Whose profile the thread is about, while it shows."""
    if talk.about_kind == ABOUT and (profile := directory.profiles([talk.about]).get(talk.about)):
        url = reverse("profile", args=[request.resolver_match.kwargs["slug"], profile.slug])
        mine = getattr(request.actor, "person", None) == profile.person
        yield thread_slots.Part("messaging/_about.html", {"url": url, "name": profile.name, "mine": mine})


def ready() -> None:
    """Put it into its places."""
    slots.add("actions", _write_to)
    thread_slots.add("about", _about)


__all__ = ["ABOUT", "ready", "write"]
