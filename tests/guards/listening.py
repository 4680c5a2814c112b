"""A process of the product that writes down whatever Python connects to, sends to, looks up or starts.

    python -m tests.guards.listening web <slug> | worker

The last line on its output is what it heard, as JSON: [event, target, was it egress].
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

HEARD: list[tuple[str, str, bool]] = []
WATCHED = (
    "socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostby", "socket.bind",
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "ctypes.dlopen",
    "urllib.Request", "http.client.connect", "smtplib.connect", "ftplib.connect",
)  # fmt: skip


def listen(event: str, arguments: tuple[Any, ...]) -> None:
    """The interpreter's report (PEP 578)."""
    asked = arguments[:1] == (None,)  # without a socket: the hourly probe asks whether the gate holds
    if event.startswith(WATCHED) and not asked:
        gate = sys.modules.get("tillit.kernel.egress.gate")
        let_through = bool(gate and getattr(gate._pass, "held", False))
        HEARD.append((event, str(arguments[1:] or arguments), let_through))


if __name__ == "__main__":
    import django

    django.setup()  # imports may load libraries of theirs; what counts is what is done afterwards
    sys.addaudithook(listen)

from tillit.kernel import mail  # noqa: E402 (after the settings)
from tillit.kernel.outbox import Envelope, Event, consumer  # noqa: E402 (after the settings)


@dataclass(frozen=True)
class LetterWanted(Event, name="test.letter.wanted"):
    guest: UUID


@consumer("test.write_letter", LetterWanted)
def write(event: LetterWanted, about: Envelope) -> None:
    mail.send(mail.Message("guest@example.org", "Välkommen", "Hej!\n"), about=[event.guest])


def internet_sockets() -> list[str]:
    """Sockets of this process that are not Unix ones, from the kernel's own tables (also those of C libraries)."""
    mine = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = str(entry.readlink())
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            mine.add(target[8:-1])
    found = []
    for table in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        path = Path("/proc/self/net") / table
        if path.exists():
            rows = [row.split() for row in path.read_text().splitlines()[1:]]
            found += [f"{table} {row[2]}" for row in rows if row[9] in mine]
    return found


def web(slug: str) -> None:
    """Visit pages as the ASGI process would, its gate shut."""
    from importlib import import_module

    from django.test import Client

    import_module("tillit.web.asgi")
    for path in ("/", f"/o/{slug}/", "/account/login/", "/nowhere/"):
        status = Client().get(path).status_code
        assert status in {200, 404}, (path, status)
    print(f"visited {len(internet_sockets())} open")  # noqa: T201 (a program's output)


def worker() -> None:
    """Be the worker until told to stop."""
    from tillit.kernel import worker as kernel_worker

    kernel_worker.main()
    print("worked")  # noqa: T201 (a program's output)


if __name__ == "__main__":
    sys.modules["tests.guards.listening"] = sys.modules["__main__"]
    web(*sys.argv[2:]) if sys.argv[1] == "web" else worker()
    print(json.dumps(HEARD))  # noqa: T201 (a program's output)
