"""A web process: uvicorn on a listening socket that the supervisor holds (its number is the argument).

The supervisor keeps the socket, so while a process is replaced, callers wait instead of being refused. Several
processes take callers from the same socket, each a few at a time, so that whoever is free takes the next.
"""

import asyncio
import socket
import sys
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

GRACE = 5  # seconds for open requests at shutdown
AT_ONCE = 1  # callers taken before the other processes get their turn
GONE = 60_000  # ms after which a caller that takes nothing of what was sent is gone (RFC 5482)
HEAD_PATIENCE = 10.0  # seconds for a request's head (RFC 9110, 408), counted anew for each
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Listener(socket.socket):
    """The shared socket: how many callers may wait in it is the supervisor's affair."""

    def listen(self, backlog: int = 0, /) -> None:
        """It listens already."""


class Impatient(HttpToolsProtocol):
    """Does not wait for ever for the head of a request; how long a body may take is the application's affair."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A new caller: the head is expected from now on."""
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE)
        super().connection_made(transport)
        self._expect_head()

    def on_message_begin(self) -> None:
        """The first byte of another request on the same connection."""
        super().on_message_begin()
        self._expect_head()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._expect_nothing()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for."""
        self._expect_nothing()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._expect_nothing()
        self._late = self.loop.call_later(HEAD_PATIENCE, self._give_up)

    def _expect_nothing(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._expect_head()  # an earlier request of this connection is still being answered
            return
        self.transport.write(_TOO_SLOW)
        self.transport.close()


def main(descriptor: int) -> None:
    """Serve until SIGTERM."""
    config = uvicorn.Config(
        "tillit.web.asgi:application",
        http=Impatient,
        backlog=AT_ONCE,
        access_log=False,  # it would hold addresses and manage links
        log_level="warning",
        server_header=False,
        proxy_headers=False,  # the kernel decides which proxy it believes (TILLIT_PROXIES)
        timeout_graceful_shutdown=GRACE,
    )
    config.load()  # before the event loop, in which the application's checks of its database cannot wait
    uvicorn.Server(config).run(sockets=[Listener(fileno=descriptor)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
