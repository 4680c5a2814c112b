"""Rules that every source file keeps: one clock, no print, no way out but through the kernel, short files."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

SOURCE = ROOT / "src" / "tillit"
LINES = 450

# Who may read the machine's clock, and why. Durations (monotonic) are no time of day.
CLOCKS: dict[str, str] = {
    "kernel/clock.py": "the clock itself",
    "kernel/ticket.py": "a ticket ends in real time, also while a test or the demo moves the clock",
    "kernel/uploads.py": "the age of files, by the machine's own stamps",
    "kernel/worker.py": "the queue's own time: a wait is real also when the demo's clock is moved",
    "ops/": "runs the machine, and is no app",
}
# Who may print, and why.
PRINTS: dict[str, str] = {
    "kernel/worker.py": "tells the supervisor that it is ready",
    "evidence/receipts.py": "a command, which verifies without Django",
    "ops/": "the `tillit` command",
    "/management/commands/": "commands",
}
TIMES = {
    "datetime.now", "datetime.utcnow", "datetime.today", "datetime.datetime.now", "datetime.datetime.utcnow",
    "datetime.datetime.today", "date.today", "datetime.date.today", "timezone.now", "time.time", "time.time_ns",
    "time.localtime", "time.gmtime", "time.strftime",
}  # fmt: skip
# Modules that reach other machines or processes; import-linter cannot name submodules of the standard library.
WAYS_OUT = {
    "http.client", "urllib.request", "xmlrpc.client", "ftplib", "poplib", "imaplib", "telnetlib", "socketserver",
    "subprocess", "ctypes", "django.core.mail", "socket", "ssl", "smtplib",
}  # fmt: skip
SAYS = {"print", "pprint.pprint", "sys.stdout.write", "sys.stderr.write"}
KERNEL_AND_OPS = ("kernel/", "ops/")
# Long because they are lists; each with a reason.
LONG: dict[str, str] = {
    "ops/embedded.py": "the server's whole life in one place",
    "kernel/sealed.py": "the field, its descriptor and its lookups know one another's insides",
}


def files() -> Iterator[tuple[str, str]]:
    """Every Python file: its path below tillit, and its text."""
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), path.read_text(encoding="utf-8")


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def wrong_in(path: str, text: str) -> list[str]:
    """What one file does that it may not."""
    wrong = []
    tree = ast.parse(text)
    migration = "/migrations/" in path
    names = {alias.asname or alias.name: module for module, alias in _from_names(tree)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute | ast.Name):
            continue
        head, _, rest = _dotted(node).partition(".")
        full = f"{names.get(head, head)}.{rest}".strip(".")
        # by its last two or three words: django.utils.timezone.now, datetime.datetime.now, time.time
        if {".".join(full.split(".")[-count:]) for count in (2, 3)} & TIMES and not path.startswith(tuple(CLOCKS)):
            wrong.append(f"{path}:{node.lineno} reads the machine's clock ({full}); ask kernel.clock")
    may_print = any(part in f"/{path}" for part in ("/ops/", "/management/commands/")) or path in PRINTS
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _dotted(node.func) in SAYS and not may_print:
            wrong.append(f"{path}:{node.lineno} prints")
        if isinstance(node, ast.Call) and _dotted(node.func) in {"eval", "exec", "__import__", "breakpoint"}:
            wrong.append(f"{path}:{node.lineno} {_dotted(node.func)} runs what it is told")
    if not path.startswith(KERNEL_AND_OPS):
        for line, module in _imported(tree):
            if any(module == way or module.startswith(f"{way}.") for way in WAYS_OUT):
                wrong.append(f"{path}:{line} imports {module}: a way out, for kernel and ops only")
    if text.count("\n") > LINES and not migration and path not in LONG:
        wrong.append(f"{path} has more than {LINES} lines")
    return wrong


def _from_names(tree: ast.AST) -> Iterator[tuple[str, ast.alias]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, alias) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", alias) for alias in node.names)


def test_every_file_keeps_the_rules():
    wrong = [sentence for path, text in files() for sentence in wrong_in(path, text)]
    assert not wrong, "\n".join(wrong)


def test_exceptions_are_still_needed():
    lengths = {path: text.count("\n") for path, text in files()}
    assert [path for path in LONG if lengths.get(path, 0) <= LINES] == []
    assert [path for path in {**CLOCKS, **PRINTS} if path.endswith(".py") and path not in lengths] == []


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\ndatetime.now()",
        "from datetime import datetime as dt\ndt.now(UTC)",
        "import datetime\ndatetime.datetime.utcnow()",
        "from datetime import date\ndate.today()",
        "from django.utils import timezone\ntimezone.now()",
        "from django.utils.timezone import now\nmodels.DateTimeField(default=now)",
        "import time\ntime.time()",
        "from time import time\ntime()",
        "import time as t\nt.time_ns()",
        "from datetime import datetime\nclock = datetime.now",
        "print(1)",
        "eval('1')",
        "import http.client",
        "from http import client",
        "from urllib import request",
        "import urllib.request as r",
        "def f():\n    import subprocess",
        "from django.core.mail import send_mail",
        "x = 1\n" * (LINES + 1),
    ],
)
def test_the_guard_sees_what_is_wrong(text):
    assert wrong_in("booking/sample.py", text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("booking/sample.py", "from tillit.kernel import clock\nclock.now()"),
        ("booking/sample.py", "from datetime import datetime\ndatetime(2026, 1, 1)"),
        ("booking/sample.py", "import time\ntime.monotonic()"),
        ("booking/sample.py", "from urllib.parse import urlencode\nfrom http import HTTPStatus"),
        ("kernel/clock.py", "from datetime import datetime\ndatetime.now()"),
        ("kernel/smtp.py", "import smtplib, ssl"),
        ("ops/cli.py", "print(1)\nimport subprocess"),
        ("web/management/commands/x.py", "print(1)"),
        ("booking/migrations/0001_x.py", "x = 1\n" * (LINES + 1)),
    ],
)  # fmt: skip
def test_the_guard_lets_pass_what_is_right(path, text):
    assert wrong_in(path, text) == []
