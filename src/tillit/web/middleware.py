"""What surrounds every request: headers, language, and one transaction for the view and its rendering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent
from django.db import transaction as database
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from tillit import evidence
from tillit.access import PUBLIC, acting
from tillit.identity import sessions
from tillit.web import errors
from tillit.web.api import arriving
from tillit.web.bodies import TOO_LARGE

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
NOBODY = "'none'"
WITHOUT_DATABASE = ("/static/", "/healthz", "/embed.js")


def security(get_response: Handler) -> Handler:
    """Headers that keep the browser from running, framing or telling what we did not say."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        headers = response.headers
        around = getattr(request, "frame_ancestors", None)  # journeys.embedding: who may stand around the page
        inside = getattr(request, "frame_source", None)  # directory.players: a film that whoever looks turned on
        policy = f"{POLICY}; frame-src {inside}" if inside else POLICY
        headers.setdefault("Content-Security-Policy", f"{policy}; frame-ancestors {around or NOBODY}")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()")
        if around is None:
            headers.setdefault("X-Frame-Options", "DENY")
        if getattr(getattr(request, "actor", None), "account", None):
            headers.setdefault("Cache-Control", "private, no-store")  # what one person was shown is kept by nobody
        if settings.HTTPS:
            headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
        return response

    return middleware


def readable(get_response: Handler) -> Handler:
    """What cannot be read is refused (400) before anything asks the database with it.

    Another host name, control characters in the path, too many parameters, a body that is too large or in another
    encoding than UTF-8.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if getattr(request, "scope", {}).get(TOO_LARGE):
            raise RequestDataTooBig("A body of that size.")
        request.get_host()
        if any(ord(c) < 32 or ord(c) == 127 for c in request.path_info):
            raise BadRequest("Control characters in a path.")
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in {"utf-8", "utf8"}:
            request.encoding = "utf-8"  # the error page reads the address
            raise BadRequest("Not in UTF-8.")
        try:
            len(request.GET)
        except TooManyFieldsSent:
            request.GET = QueryDict()  # the error page reads it too
            raise
        return get_response(request)

    return middleware


def language(get_response: Handler) -> Handler:
    """The reader's language: asked for in the address, else remembered, else the browser's, else the first."""
    known = {code for code, _ in settings.LANGUAGES}

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("language")
        remembered = request.COOKIES.get("language")
        if asked in known:
            code = asked
        elif remembered in known:
            code = remembered
        else:
            code = translation.get_language_from_request(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        if "immutable" not in response.headers.get("Cache-Control", ""):
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if asked in known and asked != remembered:
            response.set_cookie(
                "language", asked, max_age=31536000, samesite="Lax", secure=settings.HTTPS, httponly=True
            )
        return response

    return middleware


def way_on(get_response: Handler) -> Handler:
    """Who opens an address that only a button sends to (405) gets a page with a way on instead of nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or response.streaming or response.content:
            return response
        page = errors.not_allowed(request)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page

    return middleware


class transaction:  # noqa: N801 (reads as a name among functions in MIDDLEWARE)
    """Who asks is found in a short transaction; then one transaction spans the view and its rendering.

    An exception, also one that became an error page, marks it for rollback: a failed request leaves nothing.
    What the page showed of other people is recorded at its end (evidence.saw), in one insert.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.path_info.startswith(WITHOUT_DATABASE):
            return self.get_response(request)
        cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        with acting(PUBLIC), database.atomic():
            if arriving.is_ours(request):
                actor, refusal = arriving.arrive(request)
            else:
                request.session, actor = sessions.resolve(cookie, _slug(request.path_info))
                refusal = None
            request.session.device = request.headers.get("User-Agent", "")
        request.actor = actor
        if refusal:
            return refusal
        request.user = SimpleLazyObject(lambda: get_user(request))
        request.failed = False
        with acting(actor), evidence.gathering(), database.atomic():
            response = self.get_response(request)
            if request.failed or response.status_code >= 500:
                database.set_rollback(True)
            else:
                self._keep_session(request, response)
                evidence.flush()
        if cookie and not request.session.session_key:
            response.delete_cookie(settings.SESSION_COOKIE_NAME, samesite="Lax")
        return response

    def process_exception(self, request: Any, exception: Exception) -> None:
        """Django turns it into a page; we make sure that nothing of the request stays."""
        request.failed = True

    @staticmethod
    def _keep_session(request: Any, response: HttpResponse) -> None:
        session = request.session
        if not session.modified or (session.is_empty() and not session.session_key):
            return
        session.save()
        response.set_cookie(
            settings.SESSION_COOKIE_NAME,
            session.session_key,
            max_age=int(sessions.LIFE.total_seconds()),
            samesite="Lax",
            secure=settings.HTTPS,
            httponly=True,
        )


def _slug(path: str) -> str | None:
    """The organisation named by an address below /o/."""
    parts = path.split("/", 3)
    return parts[2] if len(parts) > 2 and parts[1] == "o" else None
