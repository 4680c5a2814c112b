"""How one wants to be told, with or without a login; what was told; browsers that may be reached."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.access import Actor, acting
from tillit.identity.queries import current_organisation, people_by_id
from tillit.kernel import webpush
from tillit.notify import actions, kinds, links, queries
from tillit.notify.forms import SettingsForm, clock_time
from tillit.notify.models import Note
from tillit.notify.said import said_of
from tillit.privacy import doors

View = Callable[..., HttpResponse]


def by_link(view: View) -> View:
    """Whoever has the link under a message: acts as its first reader, for how they are told and nothing else."""

    @never_cache
    @wraps(view)
    def opened(request: Any, slug: str, token: str, **more: Any) -> HttpResponse:
        person = links.person(token)
        with acting(Actor(office="guest", person=person, organisation=request.actor.organisation)):
            if not people_by_id([person]):  # nobody of this organisation
                raise Http404
            return view(request, slug=slug, token=token, person=person, **more)

    return opened


@require_http_methods(["GET", "HEAD", "POST"])
@doors.person
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """How the person wants to be told, of what, and when not."""
    return _settings(request, doors.whose(request), "notify/settings.html")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def settings_by_link(request: HttpRequest, slug: str, token: str, person: Any) -> HttpResponse:
    """The same, by the link under a message."""
    return _settings(request, person, "notify/settings_by_link.html")


def _settings(request: HttpRequest, person: Any, template: str) -> HttpResponse:
    hours = queries.quiet_hours(person)
    initial = {"starts": clock_time(hours[0]), "ends": clock_time(hours[1])} if hours else {}
    form = SettingsForm(queries.settings_of(person), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        for kind, channel, how in form.chosen():
            actions.choose(kind, channel, how)
        if form.quiet() != hours:
            actions.choose_quiet(form.quiet())
        messages.success(request, _("That is how we will tell you from now on."))
        return redirect(request.path)
    context = {
        "form": form,
        "devices": queries.devices(person),
        "stops": queries.stops(person),
        "push_key": webpush.public_key() if queries.has_push() else "",
    }
    return render(request, template, context, status=422 if form.errors else 200)


@csrf_exempt  # a mail program posts here (RFC 8058); the signed link is what says who asks
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def unsubscribe(request: HttpRequest, slug: str, token: str, kind: str, person: Any) -> HttpResponse:
    """End one kind of message: with one POST and no question."""
    found = kinds.known(kind)
    if found is None or found.must:
        raise Http404
    if request.method == "POST":
        actions.unsubscribe(found)
    context = {"kind": found, "done": request.method == "POST", "organisation": current_organisation(request)}
    return render(request, "notify/unsubscribe.html", context)


@require_safe
@doors.person
def notes(request: HttpRequest, slug: str) -> HttpResponse:
    """What the person was told in the product. Reading is seeing."""
    found = queries.my_notes()
    context = {"notes": found, "sendings": [said_of(one) for one in queries.my_sendings()]}
    answer = render(request, "notify/notes.html", context)
    actions.mark_seen(note.pk for note in found if note.seen is None)
    return answer


@never_cache
@require_safe
def letter(request: Any, slug: str, token: str) -> HttpResponse:
    """One letter, by the link in a mail that says nothing else. 404 for a forged link, and a letter that is gone."""
    wanted = links.letter(token)
    with acting(Actor(office="letter", subject=str(wanted), organisation=request.actor.organisation)):
        note = get_object_or_404(Note, pk=wanted)
        context = {"title": note.words, "text": note.letter, "made": note.made}
        if not note.letter:
            raise Http404
    return render(request, "notify/letter.html", context)


@never_cache
@require_safe
def go(request: HttpRequest, told: str) -> HttpResponse:
    """The page behind a hidden address."""
    return redirect(links.hidden_path(told))


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The program that shows pushed messages; at the root, since a service worker reaches what lies below it."""
    found = finders.find("notify/sw.js")
    assert isinstance(found, str)
    answer = HttpResponse(Path(found).read_bytes(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_POST
@doors.person
def add_device(request: HttpRequest, slug: str) -> HttpResponse:
    """A browser's own subscription, as JSON."""
    try:
        actions.add_device(json.loads(request.body))
    except (ValueError, RecursionError):
        said = {"type": "about:blank", "title": _("This browser cannot be reached."), "status": 422}
        return JsonResponse(said, status=422, content_type="application/problem+json")
    return HttpResponse(status=204)


@require_POST
@doors.person
def forget_devices(request: HttpRequest, slug: str) -> HttpResponse:
    """No browser is reached any more."""
    actions.forget_devices()
    messages.success(request, _("No device is notified any more."))
    return redirect(doors.mine(request, "notify:told"))
