"""Pages about programs: one's own access tokens, and an organisation's clients."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tillit.identity.doors import needs_role, signed_in
from tillit.identity.entrance import door, proof_wanted
from tillit.identity.programs import tokens
from tillit.identity.programs.forms import ProgramForm
from tillit.identity.programs.scopes import OF_A_CLIENT, SCOPES


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@door
def own(request: HttpRequest) -> HttpResponse:
    """The account's tokens; a posted form makes one, which is shown once."""
    form = ProgramForm(request.POST or None, scopes=SCOPES)
    if request.method == "POST":
        raise_if_reauthentication_required(request, app="allauth.account")
        if form.is_valid():
            data = form.cleaned_data
            _made, token = tokens.make(name=data["name"], scopes=data["scopes"], until=form.until())
            return _once(request, "identity/programs/token.html", token=token, section="programs")
    rows = [{"row": row, "may": [SCOPES[scope] for scope in row.scopes if scope in SCOPES]} for row in tokens.mine()]
    context = {"form": form, "rows": rows, "section": "programs", "prove": proof_wanted(request)}
    return render(request, "identity/programs/own.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def end(request: HttpRequest, token: UUID) -> HttpResponse:
    """End a token of one's own, at once."""
    if tokens.end(token):
        messages.success(request, _("It has ended. Whoever has it can do nothing with it."))
    return redirect("identity:programs")


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role("administrator")
@door
def clients(request: HttpRequest, slug: str) -> HttpResponse:
    """The organisation's clients; a posted form makes one, whose secret is shown once."""
    form = ProgramForm(request.POST or None, scopes=OF_A_CLIENT)
    if request.method == "POST":
        raise_if_reauthentication_required(request, app="allauth.account")
        if form.is_valid():
            data = form.cleaned_data
            client, secret = tokens.add_client(name=data["name"], scopes=data["scopes"], until=form.until())
            return _once(request, "identity/programs/secret.html", client=client, secret=secret)
    rows = [
        {"row": row, "may": [OF_A_CLIENT[scope] for scope in row.scopes if scope in OF_A_CLIENT]}
        for row in tokens.clients()
    ]
    context = {"form": form, "rows": rows, "prove": proof_wanted(request)}
    return render(request, "identity/programs/clients.html", context, status=422 if form.errors else 200)


@require_POST
@needs_role("administrator")
def stop(request: HttpRequest, slug: str, client: UUID) -> HttpResponse:
    """Stop a client and all its tokens, at once."""
    if tokens.stop_client(client):
        messages.success(request, _("It has ended. Whoever has it can do nothing with it."))
    return redirect("people:programs", slug=slug)


def _once(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A page with a secret on it, which nothing keeps."""
    return render(request, template, context, status=201)
