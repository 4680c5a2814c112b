"""Reporting from outside: a form that needs no login, and the file that tells researchers of it (RFC 9116)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tillit.identity import throttle
from tillit.identity.queries import published_organisations
from tillit.kernel import clock, mail
from tillit.privacy import place
from tillit.privacy.incidents import actions
from tillit.privacy.incidents.forms import OutsideForm

REPORTS = throttle.Limit("incident-report", burst=5, every=timedelta(minutes=20))
VALID = timedelta(days=180)
"""How long security.txt may be relied on; RFC 9116 asks for less than a year. It is written anew at each request."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: Any, slug: str) -> HttpResponse:
    """Tell an organisation of something that is wrong with people's data. Nothing is read back."""
    place.here(request)
    form = OutsideForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and REPORTS.take(throttle.network(request)):
            actions.open_incident(form.cleaned_data["what"], source="outside", contact=form.cleaned_data["contact"])
            return render(request, "privacy/incidents/reported.html")
        if form.is_valid():
            status = 429
            form.add_error(None, _("That is a lot of reports from one place. Please go on in some minutes, or write."))
    return render(request, "privacy/incidents/report.html", {"form": form}, status=status)


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell: every organisation that shows itself here has a form of its own."""
    return render(request, "privacy/incidents/security.html", {"organisations": published_organisations()})


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """/.well-known/security.txt (RFC 9116): whom to tell of a weakness, until when this may be relied on."""
    lines = [
        f"Contact: {mail.link(reverse('security'))}",
        f"Expires: {(clock.now() + VALID).strftime('%Y-%m-%dT00:00:00Z')}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {mail.link(reverse('security_txt'))}",
        f"Policy: {mail.link(reverse('security'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
