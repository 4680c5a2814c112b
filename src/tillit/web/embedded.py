"""What surrounds the pages that other sites show inside theirs: no cookie, and the script that puts them there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_safe

SCRIPT = "/embed.js"
_EMBEDDED = re.compile(r"/o/[^/]+/embed/")
_STAYS = "|".join(("#", r"\?", "mailto:", "tel:", r"/o/[^/\"]+/embed/"))
_AWAY = re.compile(rf'<a\b(?=[^>]*?\shref="(?!{_STAYS}))(?![^>]*\starget=)'.encode())
_SOURCE = (Path(__file__).parent / "static" / "web" / "embed.js").read_bytes()
_VERSION = f'"{hashlib.sha256(_SOURCE).hexdigest()[:20]}"'


def without_cookies(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: on embedded pages no cookie is read and none is set, so nobody is logged in there.

    Whatever page stands around ours can then do nothing in a member's name, and browsers that keep no cookies for
    frames of other sites show just the same. Links that lead away open a page of their own: in the frame they would
    be refused.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not (_EMBEDDED.match(request.path_info) or request.path_info == SCRIPT):
            return get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.META.pop("HTTP_AUTHORIZATION", None)
        request.COOKIES = {}
        response = get_response(request)
        response.cookies.clear()
        if request.path_info == SCRIPT:
            del response.headers["Vary"]  # it is the same for everybody
        elif response.headers.get("Content-Type", "").startswith("text/html"):
            response.content = _AWAY.sub(b'<a target="_blank"', response.content)
            response.headers["Content-Length"] = str(len(response.content))
        return response

    return middleware


@require_safe
@condition(etag_func=lambda request: _VERSION)
def script(request: HttpRequest) -> HttpResponse:
    """/embed.js: one address for good. Browsers and caches ask once an hour whether it has changed."""
    return HttpResponse(
        _SOURCE,
        content_type="text/javascript; charset=utf-8",
        headers={
            "Cache-Control": "public, max-age=3600, stale-while-revalidate=86400",
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )
