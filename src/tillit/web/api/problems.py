"""Errors as programs read them: problem details (RFC 9457), in the caller's language."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from ninja import Schema
from ninja.errors import ValidationError

from tillit.kernel.dpv import Words

MEDIA_TYPE = "application/problem+json"
PREFIX = "urn:tillit:problem:"

TITLES: dict[int, tuple[str, Words]] = {
    400: ("unreadable", gettext_lazy("What was sent cannot be read.")),
    401: ("no-token", gettext_lazy("This needs a token that is still good.")),
    403: ("not-allowed", gettext_lazy("This may not be done.")),
    404: ("not-found", gettext_lazy("There is nothing here that you may see.")),
    405: ("no-such-method", gettext_lazy("This address is used in another way.")),
    409: ("conflict", gettext_lazy("It cannot be done as things stand.")),
    413: ("too-large", gettext_lazy("What was sent is too large.")),
    415: ("wrong-media-type", gettext_lazy("What was sent is not JSON.")),
    422: ("invalid", gettext_lazy("Something in what was sent is not right.")),
    429: ("too-many", gettext_lazy("That was too often. Wait a moment.")),
    500: ("our-fault", gettext_lazy("Something went wrong here. Nothing of the request was kept.")),
}
"""Status → the last part of the problem's type, and its title."""


class Fault(Schema):
    """One thing that is not right: where (a JSON pointer or a parameter's name) and what."""

    pointer: str
    detail: str


class ProblemOut(Schema):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


class Problem(Exception):
    """An answer with an error. kind: the last part of its type, where it is another than the status's own."""

    def __init__(self, status: int, detail: Words = "", *, kind: str = "", faults: list[Fault] | None = None) -> None:
        super().__init__(kind or status)
        self.status, self.detail, self.kind, self.faults = status, detail, kind, faults or []


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The response of a problem. Nothing of the request is kept."""
    request.failed = True  # type: ignore[attr-defined]
    kind, title = TITLES.get(problem.status, TITLES[400 if problem.status < 500 else 500])
    said = {
        "type": PREFIX + (problem.kind or kind),
        "title": str(title),
        "status": problem.status,
        "detail": str(problem.detail or title),
        "errors": [fault.dict() for fault in problem.faults],
    }
    response = HttpResponse(json.dumps(said, ensure_ascii=False), status=problem.status, content_type=MEDIA_TYPE)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="api"'
    return response


def invalid(error: ValidationError) -> Problem:
    """What a request got wrong, as problems say it."""
    unreadable = any(one["type"] == "json_invalid" for one in error.errors)
    return Problem(400 if unreadable else 422, faults=[_fault(one) for one in error.errors])


def _fault(one: dict[str, Any]) -> Fault:
    source, *place = one["loc"]
    if source == "body":
        parts = place[1:] if len(place) > 1 else []  # the first is our own name of the body
        pointer = "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    else:
        pointer = ".".join(str(part) for part in place)
    return Fault(pointer=pointer, detail=_says(one))


def _says(one: dict[str, Any]) -> str:
    kind, context = one["type"], one.get("ctx", {})
    if kind == "missing":
        return _("This is needed.")
    if kind == "extra_forbidden":
        return _("This is not known here.")
    if kind == "string_too_long":
        most = context["max_length"]
        return ngettext("At most %(n)d character.", "At most %(n)d characters.", most) % {"n": most}
    if kind in {"string_pattern_mismatch", "uuid_parsing", "uuid_type"}:
        return _("This is not written as it has to be.")
    if kind in {"literal_error", "enum"}:
        return _("This is none of the values that there are.")
    return _("This value cannot be used.")
