"""Open pages as Server-Sent Events (WHATWG HTML, 9.2): one stream of ids for a member, one for a booking's link.

The view decides, in the request's transaction, who may listen and from where on. Then the answer waits in the event
loop, without thread or connection (kernel.live.hub). What an event names is read by the page that is loaded after it.
"""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tillit.access import as_office
from tillit.booking import links
from tillit.booking.queries import get_booking, link_ended
from tillit.identity import sessions, throttle
from tillit.kernel.live.hub import Event, Hub, Stream
from tillit.web.handler import Staying

LIFE = 3600  # seconds of a member's stream, which is watched; then the page asks again
LIFE_BY_LINK = 300  # seconds of a stream by link, which is asked for anew instead
RETRY = 1000, 3000  # ms after which a page comes back, drawn for each, so that they do not all come at once
HIGHEST = 2**53  # of a number that a browser can hold


@dataclass(frozen=True, slots=True)
class Pass:
    """What lets a member listen: the session, the organisation, and as what they stand there."""

    cookie: bytes
    organisation: UUID
    standing: str


def check(passes: list[Pass]) -> set[Pass]:
    """Those that still hold: neither logged out nor ended, the same person with the same roles."""
    standing = sessions.standing([(one.cookie, one.organisation) for one in passes])
    return {one for one, now in zip(passes, standing, strict=True) if one.standing == now}


hub = Hub(check)


@require_GET
def member(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What changes for the acting person. 204 for everybody else: their browser does not come back (as HTML says)."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if actor.person is None or actor.organisation is None:
        return HttpResponse(status=204)
    asked = sessions.key_hash(cookie), actor.organisation
    with as_office("live"):
        (standing,) = sessions.standing([asked])
    if standing is None:
        return HttpResponse(status=204)
    return _stream(request, actor.person, Pass(*asked, standing), LIFE)


@require_GET
def by_link(request: HttpRequest, slug: str, token: str) -> HttpResponseBase:
    """What changes about the booking whose link this is. A stranger's token is a 404."""
    booking_id = links.booking_id(token)
    with as_office("guest", str(booking_id)):
        if link_ended(get_booking(booking_id)):
            return HttpResponse(status=204)
    return _stream(request, booking_id, None, LIFE_BY_LINK)


@require_GET
def badge(request: HttpRequest, slug: str) -> HttpResponse:
    """The badge as it is now, for a page that heard of a message. 204 for whoever has none."""
    if request.actor.person is None:  # type: ignore[attr-defined]
        return HttpResponse(status=204)
    return render(request, "web/live_badge.html")


def _stream(request: HttpRequest, channel: UUID, pass_: Pass | None, life: int) -> HttpResponseBase:
    network = throttle.network(request)
    if not hub.room(channel, network):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    stream = Stream(channel, _after(request), network=network, pass_=pass_, life=life)
    response = Staying(partial(_stay, stream), content_type="text/event-stream")
    response.headers["Cache-Control"] = "private, no-store, no-transform"
    response.headers["X-Accel-Buffering"] = "no"  # a proxy of ours passes each part on at once
    return response


def _after(request: HttpRequest) -> int:
    """The last number that the page knows: as the browser says when it comes back, else as the page was made with."""
    told = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    return min(int(told), HIGHEST) if told.isascii() and told.isdigit() and len(told) < 20 else 0


async def _stay(stream: Stream, receive: Any, send: Any) -> None:
    """Send what comes, until the stream is ended or the page is gone."""
    if hub.join(stream):
        gone = asyncio.ensure_future(receive())
        gone.add_done_callback(lambda _: stream.end())
        try:
            await send(_part(b"retry: %d\n\n" % random.randint(*RETRY)))  # noqa: S311 (spreads load, guards nothing)
            while events := await hub.parts(stream):
                await send(_part(b"".join(map(_written, events))))
        except asyncio.CancelledError:
            if not stream.ended:
                raise
            return  # it was not read: the server closes the connection
        finally:
            gone.cancel()
            hub.leave(stream)
    await send({"type": "http.response.body"})


def _part(body: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": True}


def _written(event: Event | None) -> bytes:
    """One event as it is sent; a comment for a sign of life."""
    if event is None:
        return b":\n\n"
    number, kind, object_id = event
    return b"id: %d\ndata: %b\n\n" % (number, json.dumps({"kind": kind, "id": str(object_id)}).encode())
