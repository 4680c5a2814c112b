"""From an ASGI request to our synchronous program and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

TURNS = 8  # requests that are worked on at once in a process; more would only push each other out of the caches
Answer = HttpResponse | StreamingHttpResponse
_ORDINARY = {409, 422, 429}  # answers to a form: nothing that a log has to tell


class Staying(StreamingHttpResponse):
    """An answer that goes on after its request is done with: its head is sent as any other's, then the connection is
    that of `stays(receive, send)` (ASGI), while nothing of the request is kept in memory."""

    def __init__(self, stays: Callable[[Any, Any], Awaitable[None]], *, content_type: str) -> None:
        super().__init__((), content_type=content_type)
        self.stays = stays


class _Line:
    """How an answer is sent; of one that stays, only the head."""

    __slots__ = ("send", "stays")

    def __init__(self, send: Any) -> None:
        self.send = send
        self.stays: Callable[[Any, Any], Awaitable[None]] | None = None

    async def __call__(self, message: Any) -> None:
        if self.stays is None or message["type"] == "http.response.start":
            await self.send(message)


class Handler(ASGIHandler):
    """Runs middlewares and view in one of a few lasting threads, entered once, when it is the request's turn.

    Django's own starts a thread for each request, and enters and leaves it wherever a middleware that could be
    asynchronous stands next to one that is not; ours are not, for they query. That took a tenth of a page's time.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """The synchronous chain, called from the event loop as a whole."""
        super().load_middleware(is_async=False)
        self._middleware_chain: Any
        self._middleware_chain = in_turn(self._middleware_chain)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One HTTP request. Raises ValueError for another protocol."""
        if scope["type"] != "http":
            raise ValueError(f"This program speaks HTTP only, not {scope['type']}.")
        line = _Line(send)
        await self.handle(scope, receive, line)
        if line.stays is not None:
            await line.stays(receive, send)

    async def send_response(self, response: Any, send: Any) -> None:
        """Send an answer, or the head of one that stays."""
        if isinstance(response, Staying):
            send.stays = response.stays
        await super().send_response(response, send)


def in_turn(chain: Callable[[HttpRequest], Answer]) -> Callable[[HttpRequest], Awaitable[Answer]]:
    """The chain, called from an event loop and run in one of a few threads."""

    def work(request: HttpRequest) -> Answer:
        try:
            response = chain(request)
            if response.status_code in _ORDINARY:
                response._has_been_logged = True  # type: ignore[union-attr]
            if isinstance(response, StreamingHttpResponse) and not response.is_async:
                response.streaming_content = _sent(cast(Iterator[bytes], response.streaming_content))
            return response
        finally:
            close_old_connections()  # here, where it was borrowed from the pool

    threads = ThreadPoolExecutor(TURNS, thread_name_prefix="request")
    return sync_to_async(work, thread_sensitive=False, executor=threads)


async def _sent(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """A file's parts, each read in a thread when the one before is on its way: Django would read them all first."""
    while (part := await asyncio.to_thread(next, parts, None)) is not None:
        yield part
