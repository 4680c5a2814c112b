"""The web process: uvicorn on a listening socket that the supervisor holds (its number is the argument).

The supervisor keeps the socket, so while this process is replaced, callers wait instead of being refused.
"""

import socket
import sys

import uvicorn

GRACE = 5  # seconds for open requests at shutdown


def main(descriptor: int) -> None:
    """Serve until SIGTERM."""
    config = uvicorn.Config(
        "tillit.web.asgi:application",
        access_log=False,  # it would hold addresses and manage links
        log_level="warning",
        server_header=False,
        proxy_headers=False,  # the kernel decides which proxy it believes (TILLIT_PROXIES)
        timeout_graceful_shutdown=GRACE,
    )
    config.load()  # before the event loop, in which the application's checks of its database cannot wait
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
