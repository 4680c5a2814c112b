"""The host's pages about other calendars."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.booking import links
from tillit.booking.calendars import actions, providers, queries
from tillit.booking.calendars.forms import ChoiceForm, FileForm, LoginForm, ServerForm
from tillit.booking.calendars.problems import WORDS
from tillit.booking.models import Connection, Host
from tillit.booking.queries import my_host, my_schedule
from tillit.identity.queries import roles
from tillit.kernel import clock, mail

KINDS = {
    "ics": gettext_lazy("A calendar file"),
    "caldav": gettext_lazy("A calendar server (CalDAV)"),
    "google": gettext_lazy("Google Calendar"),
    "microsoft": gettext_lazy("Microsoft Outlook"),
}
FORMS: dict[str, type[FileForm]] = {"ics": FileForm, "caldav": ServerForm}


@never_cache
@require_safe
def connections(request: HttpRequest, slug: str) -> HttpResponse:
    """The feed out, what is connected, and what there is to answer."""
    host = _host()
    feed = queries.feed()
    offered, administrator = providers.offered(), "administrator" in roles()
    address = reverse("feed", args=[slug, links.feed_token(feed.pk)]) if feed else ""
    context = {
        "feed": feed,
        "address": mail.link(address) if feed else "",
        "rows": [_shown(one) for one in queries.connections()],
        "questions": queries.questions(),
        "receivers": queries.receivers(),
        "kinds": {kind: KINDS[kind] for kind in FORMS},
        "accounts": {kind: KINDS[kind] for kind in offered},
        "missing": [one for one in providers.configured() if one.kind not in offered] if administrator else [],
        "administrator": administrator,
        "zone": _zone(host),
        "now": clock.now(),
    }
    return render(request, "booking/calendars/list.html", context)


@require_POST
def feed(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    """Make the address, end it, or choose what it says."""
    host = _host()
    if what == "make":
        actions.make_feed(host)
    elif (found := queries.feed()) is None:
        raise Http404
    elif what == "end":
        actions.end_feed(found)
        messages.success(request, _("The address shows nothing any more."))
    elif what == "titles":
        actions.set_titles(found, not found.titles)
    else:
        raise Http404
    return redirect("connections", slug=slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Connect a calendar file or a server."""
    host = _host()
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST or None, receivers=queries.receivers())
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.connect(host, kind=kind, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("address", error)
        else:
            return redirect("connection", slug=slug, one=made.pk)
    context = {"form": form, "kind": kind, "title": KINDS[kind]}
    return render(request, "booking/calendars/new.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def connection(request: HttpRequest, slug: str, one: UUID) -> HttpResponse:
    """One connection: how it does, and which of its calendars are used."""
    host = _host()
    found = queries.connection(one)
    calendars = list(found.calendars.order_by("made"))
    form: forms.Form | None = None
    if found.kind == "caldav" and calendars:
        form = ChoiceForm(request.POST or None, calendars=calendars)
    elif found.kind == "caldav" and found.problem == "login":
        form = LoginForm(request.POST or None)
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            _save(found, form)
            messages.success(request, _("Saved. We ask the server now."))
            return redirect("connection", slug=slug, one=one)
    again = found.problem == "consent" and found.kind in providers.offered()
    context = _shown(found) | {"again": again, "form": form, "login": isinstance(form, LoginForm), "zone": _zone(host)}
    return render(request, "booking/calendars/one.html", context, status=422 if form and form.errors else 200)


@require_POST
def do(request: HttpRequest, slug: str, one: UUID, what: str) -> HttpResponse:
    """Ask it now, or disconnect it."""
    _host()
    found = queries.connection(one)
    if what == "ask":
        actions.ask_now(found)
        messages.success(request, _("We ask it now."))
        return redirect("connection", slug=slug, one=one)
    if what != "end":
        raise Http404
    actions.disconnect(found)
    messages.success(request, _("It is disconnected, and what was read of it is deleted."))
    return redirect("connections", slug=slug)


@require_POST
def question(request: HttpRequest, slug: str, one: UUID, what: str) -> HttpResponse:
    """What the host says of a booking that was changed over there."""
    _host()
    try:
        actions.answer(queries.question(one), what)
    except ValueError:
        raise Http404 from None
    if what == "restore":
        messages.success(request, _("We put it back in a moment."))
    else:
        messages.success(request, _("It stays so. The booking here is as it was."))
    return redirect("connections", slug=slug)


def _save(found: Connection, form: forms.Form) -> None:
    if isinstance(form, LoginForm):
        actions.log_in_again(found, **form.cleaned_data)
        return
    writes = form.cleaned_data["writes"]
    reads = {UUID(key) for key in form.cleaned_data["reads"]}
    actions.choose(found, reads=reads, writes=UUID(writes) if writes else None)


def _shown(one: Connection) -> dict[str, Any]:
    """A connection as pages show it."""
    calendars = list(one.calendars.all())
    return {
        "one": one,
        "kind": KINDS.get(one.kind, one.kind),
        "name": queries.name_of(one.receiver),
        "problem": WORDS.get(one.problem, ""),
        "waiting": one.tried is None,
        "choose": one.kind == "caldav" and bool(calendars) and not any(c.reads or c.writes for c in calendars),
        "read": [c.name for c in calendars if c.reads and c.name],
        "written": next((c.name for c in calendars if c.writes), ""),
    }


def _zone(host: Host) -> str:
    schedule = my_schedule(host)
    return schedule.zone if schedule else "UTC"


def _host() -> Host:
    host = my_host()
    if host is None:
        raise Http404
    return host
