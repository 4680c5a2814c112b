"""Global Privacy Control (W3C): a browser that sends `Sec-GPC: 1` objects to being sold, advertised to and counted.

For whoever is logged in, or comes by a link (doors), it becomes an objection of the person, so that it holds on their
other devices too. About a visitor whom nobody knows nothing is sold, sent or counted anyhow, and nothing is written
down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tillit.privacy.rights import actions, objections

HEARD = "gpc"
SINCE = date(2026, 11, 22)
"""Since when these pages do as the signal says (the `lastUpdate` of gpc.json)."""

Handler = Callable[[Any], HttpResponse]


def heeded(get_response: Handler) -> Handler:
    """Middleware, inside the request's transaction: the signal of a member's browser is written down once."""

    def middleware(request: Any) -> HttpResponse:
        actor = getattr(request, "actor", None)
        if objections.signalled(request) and actor is not None and actor.account and actor.person:
            heard = request.session.get(HEARD, [])
            if str(actor.organisation) not in heard:
                actions.heed_signal(request)
                request.session[HEARD] = [*heard, str(actor.organisation)]
        return get_response(request)

    return middleware


@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """/.well-known/gpc.json: that the signal is heeded here, as the specification has it said."""
    return JsonResponse({"gpc": True, "lastUpdate": SINCE.isoformat()})
