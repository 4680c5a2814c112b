"""Nothing but kernel.egress opens a way out: read from the sources, and seen in running processes.

`ops` runs the machine (the supervisor asks its own web process whether it lives); it holds nobody's data.
"""

from __future__ import annotations

import ast
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from django.db import transaction

from tests.conftest import ROOT
from tests.guards.listening import LetterWanted
from tests.kernel import support
from tests.kernel.test_smtp import Box
from tillit.kernel import outbox
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor, acting

SOURCE = ROOT / "src" / "tillit"

# Modules with which one can reach another machine, or a program that does.
WAYS_OUT = {
    "_socket", "_ssl", "aiohttp", "asyncio", "asyncore", "ctypes", "django.core.mail.backends.smtp", "ftplib", "http",
    "httpcore", "httpx", "imaplib", "logging.handlers", "multiprocessing", "nntplib", "os.system", "os.popen",
    "paramiko", "poplib", "pty", "requests", "smtplib", "socket", "socketserver", "ssl", "subprocess", "telnetlib",
    "urllib.request", "urllib3", "websockets", "wsgiref", "xmlrpc",
}  # fmt: skip
# Which file may use which of them, and why.
ALLOWED: dict[str, dict[str, str]] = {
    "kernel/boxes.py": {"subprocess": "a script of ours that reads a stranger's file"},
    "kernel/clamd.py": {"socket": "a virus scanner on this machine, by its local socket"},
    "kernel/egress/line.py": {"socket": "the one connection", "ssl": "and its TLS"},
    "kernel/egress/client.py": {"http": "reads answers; the connection is egress's"},
    "kernel/smtp.py": {"smtplib": "speaks over egress's connection, never its own"},
    "web/bodies.py": {"asyncio": "a time limit on what is being received; it opens nothing"},
    "kernel/live/": {"asyncio": "streams that wait; what listens is a connection of the database's driver"},
    "web/live.py": {"asyncio": "a stream that waits; it opens nothing"},
    "kernel/worker.py": {"asyncio": "procrastinate runs in it; what connects is looked for below"},
    "web/handler.py": {"asyncio": "hands parts of a file to a thread; it opens nothing"},
    "ops/serve.py": {"asyncio": "a time limit on a request's head; it opens nothing"},
    "ops/": dict.fromkeys(("subprocess", "socket", "http", "ctypes"), "runs the machine"),
}
# Calls that connect, whatever they are called on.
CONNECTING = {
    "open_connection", "create_connection", "create_datagram_endpoint", "open_unix_connection",
    "create_unix_connection", "sock_connect", "connect_ex", "urlopen", "urlretrieve", "getaddrinfo", "gethostbyname",
    "getfqdn", "posix_spawn", "posix_spawnp", "execv", "execve", "execvp", "spawnv", "popen",
    "create_subprocess_exec", "create_subprocess_shell", "dlopen",
}  # fmt: skip
MAY_CONNECT = {"kernel/egress/line.py": {"getaddrinfo", "connect"}, "ops/": CONNECTING}
# Who may touch the gate: egress opens it for its own connection, two for what stays on this machine; web and worker
# shut theirs.
GATE = {
    "opened": {"kernel/egress/line.py", "kernel/boxes.py", "kernel/clamd.py"},
    "shut": {"web/asgi.py", "kernel/worker.py", "privacy/management/commands/promises.py"},
    "Shut": {"kernel/promises.py"},
}


def allowed(name: str, table: dict[str, Any]) -> set[str]:
    return {entry for prefix, entries in table.items() if name.startswith(prefix) for entry in entries}


def way(module: str) -> str | None:
    """The way out that importing this module opens."""
    parts = module.split(".")
    return next((".".join(parts[:n]) for n in range(1, len(parts) + 1) if ".".join(parts[:n]) in WAYS_OUT), None)


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported, by name, in whatever way; "?" where the name is worked out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) in {
            "import_module",
            "__import__",
            "import_string",
            "spec_from_loader",
        }:
            first = node.args[0] if node.args else None
            yield first.value if isinstance(first, ast.Constant) else "?"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            yield f"os.{node.attr}"


def _called(node: ast.Call) -> str:
    function = node.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


# Names that are worked out: which file, and why no way out is among them.
WORKED_OUT = {
    "kernel/promise.py": "the apps' own rooms called promises",
    "evidence/__init__.py": "its own rooms, from a fixed list",
    "privacy/rows.py": "functions that open what a library keeps sealed, named beside their declarations",
}


def wrong(name: str, text: str) -> list[str]:
    """What a source file does that only egress may."""
    tree = ast.parse(text)
    found = []
    for module in imported(tree):
        if module == "?" and name not in WORKED_OUT:
            found.append(f"{name} imports what it works out")
        elif (out := way(module)) and out not in allowed(name, ALLOWED):
            found.append(f"{name} uses {out}")
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and (call := _called(node)) in CONNECTING
            and call not in allowed(name, MAY_CONNECT)
        ):
            found.append(f"{name} calls {call}")
        if (
            isinstance(node, ast.Attribute)
            and _dotted(node).startswith("gate.")
            and name not in GATE.get(node.attr, {name})
        ):
            found.append(f"{name} touches the gate: {node.attr}")
        if isinstance(node, ast.keyword) and node.arg == "loopback":
            found.append(f"{name} calls this machine, which only tests do")
        targets = {_dotted(target) for target in node.targets} if isinstance(node, ast.Assign) else set()
        if {"line.outside", "outside"} & targets and name != "kernel/egress/line.py":
            found.append(f"{name} puts another outside in place")
    return found


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def test_no_source_opens_a_way_out():
    found = [
        sentence
        for path in sorted(SOURCE.rglob("*.py"))
        for sentence in wrong(path.relative_to(SOURCE).as_posix(), path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_exception_is_used():
    texts = {p.relative_to(SOURCE).as_posix(): p.read_text(encoding="utf-8") for p in SOURCE.rglob("*.py")}
    for prefix, ways in ALLOWED.items():
        used = {way(m) for name, text in texts.items() if name.startswith(prefix) for m in imported(ast.parse(text))}
        assert ways.keys() <= used, f"{prefix} no longer needs {ways.keys() - used}"
    for name in WORKED_OUT:
        assert "?" in imported(ast.parse(texts[name])), f"{name} works nothing out"


SABOTAGE = {
    "a socket": ("booking/actions.py", "import socket"),
    "a socket in the kernel": ("kernel/mail.py", "import socket"),
    "a socket by another name": ("kernel/mail.py", "from socket import create_connection as friend"),
    "the C module": ("kernel/mail.py", "import _socket"),
    "TLS": ("kernel/smtp.py", "import ssl"),
    "HTTP": ("evidence/tasks.py", "from http.client import HTTPSConnection"),
    "HTTP as a part": ("evidence/tasks.py", "from http import client"),
    "urllib": ("identity/actions.py", "from urllib.request import urlopen"),
    "urllib as a part": ("identity/actions.py", "from urllib import request"),
    "a library": ("journeys/book.py", "import httpx"),
    "in a function": ("journeys/book.py", "def f():\n    import requests"),
    "by a string": ("journeys/book.py", "importlib.import_module('socket')"),
    "by a string without a module": ("journeys/book.py", "__import__('smtplib')"),
    "by a string that is worked out": ("journeys/book.py", "import_module('soc' + 'ket')"),
    "a program": ("kernel/uploads.py", "import subprocess"),
    "a program through os": ("kernel/uploads.py", "import os\nos.system('curl x')"),
    "an event loop's connection": ("kernel/worker.py", "asyncio.open_connection('x', 1)"),
    "an event loop's socket": ("kernel/worker.py", "loop.sock_connect(s, 'x')"),
    "a log that travels": ("web/settings.py", "from logging.handlers import SMTPHandler"),
    "Django's own mail": ("web/settings.py", "from django.core.mail.backends.smtp import EmailBackend"),
    "the gate held open": ("kernel/mail.py", "with gate.opened(): pass"),
    "another outside": ("kernel/mail.py", "line.outside = x"),
    "another outside in egress": ("kernel/egress/client.py", "line.outside = x"),
    "this machine": ("kernel/egress/line.py", "Outside(loopback=True)"),
    "an address looked up": ("kernel/smtp.py", "x.getfqdn()"),
}


@pytest.mark.parametrize("what", SABOTAGE)
def test_the_guard_sees_what_is_wrong(what):
    assert wrong(*SABOTAGE[what]) != []


# -- running processes -------------------------------------------------------------------------------------------


class Running:
    """The product's processes on a database of their own, with a mail server on this machine."""

    def __init__(self, server: Any, name: str, port: int) -> None:
        self.server, self.name, self.port = server, name, port
        self.organisation = new_id()
        with psycopg.connect(server.admin_dsn(name)) as admin:
            support.insert_organisation(admin, self.organisation, "nordan")

    def start(self, role: str, *arguments: str) -> subprocess.Popen[str]:
        env = os.environ | {
            "TILLIT_DSN": self.server.dsn(role, "test", self.name),
            "TILLIT_SMTP": f"smtp://127.0.0.1:{self.port}",
        }
        command = [sys.executable, "-m", "tests.guards.listening", *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    @staticmethod
    def heard(process: subprocess.Popen[str]) -> tuple[str, list[list[Any]]]:
        out, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        *said, heard = out.splitlines()
        return " ".join(said), json.loads(heard)


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    box = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def running(server: Any, real_db: str, box: tuple[Box, int]) -> Running:
    return Running(server, real_db, box[1])


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks into /proc")
def test_the_web_process_connects_to_its_database_and_nothing_else(running):
    said, heard = running.heard(running.start("tillit_app", "web", "nordan"))
    assert heard == []
    assert said == "visited 0 open"  # the database's socket is a Unix one


def test_the_worker_connects_through_egress_and_nowhere_else(running, box):
    guest = new_id()
    with acting(Actor(organisation=running.organisation)), transaction.atomic():
        outbox.emit(LetterWanted(guest=guest))
    process = running.start("tillit_worker", "worker")
    kept, port = box
    try:
        for _ in range(600):
            if kept.kept or process.poll() is not None:
                break
            with psycopg.connect(running.server.admin_dsn(running.name)) as admin:
                admin.execute("select pg_sleep(0.05)")
    finally:
        process.send_signal(signal.SIGTERM)
    said, heard = running.heard(process)
    assert said == "worked"
    assert len(kept.kept) == 1
    # a library of the queue asks `file` for the interpreter's width while it is imported, before the gate is shut
    kinds = {(event, target) for event, target, _ in heard if "'file', '-b'" not in target}
    assert {event for event, _ in kinds} <= {"socket.connect", "socket.getaddrinfo", "smtplib.connect"}
    connected = {target for event, target in kinds if event == "socket.connect"}
    assert connected == {f"(('127.0.0.1', {port}),)"}
    assert all(through for event, _, through in heard if event in {"socket.connect", "socket.getaddrinfo"})
    with psycopg.connect(running.server.admin_dsn(running.name)) as admin:
        rows = admin.execute("select subject_id, name, detail from evidence_event").fetchall()
    ((subject, name, detail),) = rows
    assert (subject, name) == (guest, "kernel.egress.departed")
    assert "guest@" not in detail
