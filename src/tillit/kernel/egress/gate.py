"""The gate: once it is shut, Python opens no connection in this process except from within egress.

A library that calls home, a forgotten `urlopen`, a debugger's hook: the interpreter asks the gate (PEP 578) before
it connects, sends a datagram or looks a name up, and the gate says no. The database's driver is C (libpq) and does
not pass here; it reaches the one server of TILLIT_DSN. Whoever runs native code of their own is not held back:
the operating system's rules are for that (docs/decisions/0014-egress.md).
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ASKED = frozenset(
    {
        "socket.connect",
        "socket.sendto",
        "socket.sendmsg",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
    }
)
_pass = threading.local()
_shut = False


class Shut(PermissionError):
    """Something tried to leave this process past egress."""


def shut() -> None:
    """Shut the gate of this process, for good: the interpreter never forgets a hook."""
    global _shut
    if not _shut:
        _shut = True
        sys.addaudithook(_ask)


@contextmanager
def opened() -> Iterator[None]:
    """Let this thread through, inside the block. For egress only; tests/guards/test_sockets.py sees to it."""
    before = getattr(_pass, "held", False)
    _pass.held = True
    try:
        yield
    finally:
        _pass.held = before


def _ask(event: str, arguments: tuple[object, ...]) -> None:
    if event in _ASKED and not getattr(_pass, "held", False):
        raise Shut(f"{event} outside of tillit.kernel.egress. Outgoing calls go through egress.client(…).")
