"""Pages that belong to no trade."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive. Says nothing else and touches no database."""
    return HttpResponse("ok\n", content_type="text/plain")
