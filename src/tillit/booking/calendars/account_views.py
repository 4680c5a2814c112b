"""Connecting an account at Google or Microsoft: the page before, and the way back."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tillit.booking.calendars import actions, oauth, providers, queries
from tillit.booking.calendars.problems import WORDS, Problem
from tillit.booking.models import Connection, Host
from tillit.booking.queries import my_host


@never_cache
@require_safe
def account(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """What is asked for over there, and the link that leads there. again=: a connection whose permission ended."""
    host, receiver = _host(), providers.offered().get(kind)
    if receiver is None:
        raise Http404
    provider = providers.PROVIDERS[kind]
    again = _again(request.GET.get("again", ""), kind)
    try:
        url = oauth.begin(request.session, provider, receiver, slug, host.person_id, again.pk if again else None)
    except Problem as problem:
        messages.error(request, str(WORDS[problem.word]))
        return redirect("connections", slug=slug)
    return render(request, "booking/calendars/account.html", {"url": url, "name": provider.name})


@never_cache
@require_safe
def come_back(request: HttpRequest, kind: str) -> HttpResponse:
    """The one address of the installation that a provider knows: on to the organisation that the state names."""
    slug = oauth.slug_of(request.GET.get("state", ""))
    if not slug or kind not in providers.PROVIDERS:
        raise Http404
    said = {name: request.GET[name] for name in ("state", "code", "error") if name in request.GET}
    return redirect(f"{reverse('connection_account_back', args=[slug, kind])}?{urlencode(said)}")


@never_cache
@require_safe
def back(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The answer of the provider, in the organisation: it counts once, and in the session that asked."""
    host = _host()
    try:
        granted = oauth.answered(request.session, request.GET.dict(), kind, host.person_id)
        if granted.connection is None:
            made = actions.connect_account(host, granted)
        else:
            made = queries.connection(granted.connection)
            actions.allow_again(made, granted)
    except PermissionError:
        messages.error(request, _("This answer came too late, or from another window. Please begin again."))
        return redirect("connections", slug=slug)
    except Problem as problem:
        messages.error(request, str(WORDS[problem.word]))
        return redirect("connections", slug=slug)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("connections", slug=slug)
    return redirect("connection", slug=slug, one=made.pk)


def _again(told: str, kind: str) -> Connection | None:
    if not told:
        return None
    try:
        found = queries.connection(UUID(told))
    except ValueError:
        raise Http404 from None
    if found.kind != kind:
        raise Http404
    return found


def _host() -> Host:
    host = my_host()
    if host is None:
        raise Http404
    return host
