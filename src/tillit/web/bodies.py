"""How much a request may carry, and how long it may take: told before anything of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from tillit.kernel import config

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Event, Receive, Send], Awaitable[None]]

BESIDE_FILE = 1_000_000  # bytes of a form around its file
PATIENCE = 30.0  # seconds between two parts of a body
TOO_LARGE = "tillit.too_large"  # in the scope: the page says so (web.middleware.readable)


def limited(application: Application, *, most: int | None = None, patience: float = PATIENCE) -> Application:
    """The application, with bodies of at most `most` bytes, by default the largest file and a form around it.

    A body that is announced as larger is not read. One that grows larger (413) or stops coming (408) is cut off.
    """
    largest = config.number("TILLIT_UPLOAD_MB") * 2**20 + BESIDE_FILE if most is None else most

    async def guarded(scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        if _announced(scope) > largest:
            scope[TOO_LARGE] = True
        size, whole = 0, scope.get(TOO_LARGE, False)

        async def counted() -> Event:
            nonlocal size, whole
            if scope.pop("tillit.unread", False):
                return {"type": "http.request", "body": b"", "more_body": False}
            if whole:
                return await _after(receive)
            try:
                event = await asyncio.wait_for(receive(), patience)
            except TimeoutError:
                return await end(408)
            size += len(event.get("body", b""))
            whole = not event.get("more_body", False)
            return await end(413) if size > largest else event

        async def end(status: int) -> Event:
            await send({"type": "http.response.start", "status": status, "headers": [(b"connection", b"close")]})
            await send({"type": "http.response.body"})
            return {"type": "http.disconnect"}

        if whole:
            scope["tillit.unread"] = True
        await application(scope, counted, send)

    return guarded


async def _after(receive: Receive) -> Event:
    """What comes after the body; what is left of one that nobody reads is let go."""
    while (event := await receive())["type"] == "http.request":
        pass
    return event


def _announced(scope: Event) -> int:
    """The length that the request says it has."""
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(told) if told.isdigit() and len(told) < 20 else 0
