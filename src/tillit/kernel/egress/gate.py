"""The gate: once it is shut, Python opens no connection in this process except from within egress, and starts no
program that could.

A library that calls home, a forgotten `urlopen`, a debugger's hook: the interpreter asks the gate (PEP 578) before
it connects, sends a datagram, looks a name up or starts a program, and the gate says no. The database's driver is C
(libpq) and does not pass here; it reaches the one server of TILLIT_DSN (and TILLIT_DIRECT), whose name may be
looked up. Whoever runs native code of their own is not held back: the operating system's rules are for that
(docs/decisions/0014-egress.md).
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tillit.kernel import config
from tillit.kernel.db import address

_ASKED = frozenset(
    {
        "socket.connect",
        "socket.sendto",
        "socket.sendmsg",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
    }
)
_pass = threading.local()
_known: frozenset[str] | None = None  # names that may be looked up; None while the gate is open


class Shut(PermissionError):
    """Something tried to leave this process past egress."""


def shut() -> None:
    """Shut the gate of this process, for good: the interpreter never forgets a hook. Web and worker do it first."""
    global _known
    if _known is None:
        direct = config.text("TILLIT_DIRECT").rpartition(":")[0]
        _known = frozenset([*address.parts(config.text("TILLIT_DSN")).get("host", "").split(","), direct]) - {""}
        sys.addaudithook(_ask)


def is_shut() -> bool:
    """Is it?"""
    return _known is not None


@contextmanager
def opened() -> Iterator[None]:
    """Let this thread through, inside the block. For egress, and for what stays on this machine (kernel/boxes.py,
    kernel/clamd.py); tests/guards/test_sockets.py sees to it."""
    before = getattr(_pass, "held", False)
    _pass.held = True
    try:
        yield
    finally:
        _pass.held = before


def _ask(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _ASKED or getattr(_pass, "held", False):
        return
    if not (event == "socket.getaddrinfo" and arguments[0] in (_known or ())):
        raise Shut(f"{event} outside of tillit.kernel.egress. Outgoing calls go through egress.client(…).")
