"""Before and around a request of a program: who asks, how often, and that a repeated request is done once."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tillit.access import Actor
from tillit.identity import sessions, throttle
from tillit.identity.programs import once, tokens
from tillit.web.api import problems
from tillit.web.api.problems import Problem

BELOW = "/api/"
KEY_HEADER = "Idempotency-Key"
LONGEST_KEY = 255
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
JSON = "application/json"
NOT_KEPT = ("/api/v1/token",)
"""Answers that are given once: secrets. Asked for by a form."""

READABLE = {problems.MEDIA_TYPE, JSON}
"""Errors that are left as they are: the second is that of the token's address (RFC 6749, 5.2)."""

KEPT_NOWHERE = "/search"
"""How addresses end whose questions and answers are not kept, also not for being repeated: they change nothing."""

Handler = Callable[[HttpRequest], HttpResponse]


def is_ours(request: HttpRequest) -> bool:
    """Does a program ask?"""
    return request.path_info.startswith(BELOW)


def slug_of(path: str) -> str | None:
    """The organisation named by an address below /api/v1/o/."""
    parts = path.split("/", 5)
    return parts[4] if len(parts) > 4 and parts[3] == "o" else None


def arrive(request: Any) -> tuple[Actor, HttpResponse | None]:
    """Who asks with the request's token, and the refusal of whoever asks too often. Under the public ticket."""
    request.session = sessions.SessionStore(None)
    request.session._session_cache = {}
    request.asking, actor = tokens.resolve(_bearer(request), slug_of(request.path_info))
    if request.asking:
        standing = throttle.API.spend(str(request.asking.id))
    else:
        standing = throttle.API_NETWORK.spend(throttle.network(request))
    if standing.allowed and request.path_info in NOT_KEPT:  # here, where a wrong secret counts: it keeps nothing else
        standing = throttle.EXCHANGE.spend(throttle.network(request))
    request.standing = standing
    return actor, None if standing.allowed else problems.answer(request, Problem(429))


def outermost(get_response: Handler) -> Handler:
    """Middleware: no cookie comes in or goes out, whoever is slowed down reads why, and every error is a problem."""

    def middleware(request: Any) -> HttpResponse:
        if not is_ours(request):
            return get_response(request)
        request.COOKIES = {}
        response = get_response(request)
        response.cookies.clear()
        if response.status_code >= 400 and response.headers["Content-Type"] not in READABLE:
            response = _as_problem(request, response)
        if standing := getattr(request, "standing", None):
            _tell_limits(response, standing)
        if response.status_code == 204:
            del response.headers["Content-Type"]  # of nothing
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def innermost(get_response: Handler) -> Handler:
    """Middleware, inside the transaction: a request with an idempotency key is done once and answered as before."""

    def middleware(request: Any) -> HttpResponse:
        key = request.headers.get(KEY_HEADER)
        if not is_ours(request) or request.method not in WRITES or request.path_info in NOT_KEPT:
            return _failed_if_so(request, get_response(request))
        if request.content_type != JSON and request.body:
            return problems.answer(request, Problem(415))
        if key is None or request.path_info.endswith(KEPT_NOWHERE):
            return _failed_if_so(request, get_response(request))
        if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
            return problems.answer(request, Problem(422, _("A key has 1 to 255 characters that can be read.")))
        sent = b"\n".join((request.method.encode(), request.get_full_path().encode(), request.body))
        try:
            use = once.Once(key, sender=_sender(request), request=sent)
        except once.Other:
            said = _("This key was used for another request. Take a new one.")
            return problems.answer(request, Problem(422, said, kind="key-used"))
        if use.answered is not None:
            return _again(use.answered)
        response = _failed_if_so(request, get_response(request))
        if response.status_code < 400 and not response.streaming:
            content = response.content.decode()
            answer = {"status": response.status_code, "content": content, "type": response.headers["Content-Type"]}
            use.keep(answer, about=getattr(request, "concerned", ()))
        return response

    return middleware


def _bearer(request: HttpRequest) -> str | None:
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def _sender(request: Any) -> str:
    return f"token {request.asking.id}" if request.asking else f"network {throttle.network(request)}"


def _failed_if_so(request: Any, response: HttpResponse) -> HttpResponse:
    """An error keeps nothing, also one that the API answered itself."""
    if is_ours(request) and response.status_code >= 400:
        request.failed = True
    return response


def _again(kept: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(kept["content"], status=kept["status"], content_type=kept["type"])
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    told = problems.answer(request, Problem(response.status_code))
    for name in ("Allow", "Retry-After"):
        if name in response.headers:
            told.headers[name] = response.headers[name]
    told._has_been_logged = True  # type: ignore[attr-defined]
    return told


def _tell_limits(response: HttpResponse, standing: throttle.Standing) -> None:
    """RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers), and Retry-After (RFC 9110)."""
    limit = standing.limit
    window = math.ceil(limit.burst * limit.every.total_seconds())
    response.headers["RateLimit-Policy"] = f'"{limit.name}";q={limit.burst};w={window}'
    response.headers["RateLimit"] = f'"{limit.name}";r={standing.left};t={math.ceil(standing.all_free)}'
    if response.status_code == 429:
        response.headers.setdefault("Retry-After", str(max(1, math.ceil(standing.next_free))))


__all__ = ["arrive", "innermost", "is_ours", "outermost"]
