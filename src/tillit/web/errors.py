"""Error pages: a sentence that says what happened and what to do, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400: what was sent cannot be read."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: known to be there, but not for this person."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: not there, or not to be known of."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; nothing of the request was kept."""
    return render(request, "500.html", status=500)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token: the page was open too long, or another site sent it."""
    return render(request, "403.html", {"form_expired": True}, status=403)
