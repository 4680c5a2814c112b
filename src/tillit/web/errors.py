"""Error pages: a sentence that says what happened and what to do, in the reader's language."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tillit.kernel.tasks import describe
from tillit.web.api import arriving, problems

log = logging.getLogger("tillit.web")


def _page(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    # Django may render this in another thread than the request's, where there is no transaction to ask in;
    # an address that leads nowhere has not passed `process_exception`, so it is said here
    request.failed = True  # type: ignore[attr-defined]
    if arriving.is_ours(request):
        return problems.answer(request, problems.Problem(status))
    return render(request, template, context, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400: what was sent cannot be read; a program reads 413 where it was too large."""
    too_large = arriving.is_ours(request) and isinstance(exception, RequestDataTooBig)
    return _page(request, "400.html", 413 if too_large else 400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: known to be there, but not for this person."""
    return _page(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: not there, or not to be known of."""
    return _page(request, "404.html", 404)


def not_allowed(request: HttpRequest) -> HttpResponse:
    """405: an address that a button sends to, opened by itself."""
    return _page(request, "405.html", 405)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; nothing of the request was kept. Operators read where in the code, and no word of anybody's."""
    if error := sys.exception():
        log.error("a page failed: %s", describe(error))
    return _page(request, "500.html", 500)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token: the page was open too long, or another site sent it."""
    return _page(request, "403.html", 403, form_expired=True)
