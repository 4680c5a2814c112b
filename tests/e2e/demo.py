"""The demo as a person starts it: `tillit demo` with a folder of its own, and Chromium looking at it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Demo:
    """A running demo: its address, and where it prints (who can log in)."""

    url: str
    log: Path

    def find(self, pattern: str) -> str:
        """The first match in what it printed, waited for."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if found := re.search(pattern, self.log.read_text()):
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"The demo did not print {pattern}:\n" + self.log.read_text()[-4000:])


@contextmanager
def running_demo(var: Path) -> Iterator[Demo]:
    """Start `tillit demo` in `var` and stop it at the end."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TILLIT_", "DJANGO_", "PG", "DATABASE_"))}
    log = var / "demo.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tillit.ops.cli", "demo"],
            env=kept | {"TILLIT_VAR": str(var / "var")},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _started(process, log)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _started(process: subprocess.Popen[Any], log: Path) -> Demo:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        said = log.read_text()
        found = re.search(r"http://localhost:\d+", said)
        if found:
            return Demo(found[0], log)
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError("The demo did not start:\n" + log.read_text()[-4000:])


class Watched:
    """A page that remembers what it asked other hosts for, and what the console complained of."""

    def __init__(self, page: Any, home: str) -> None:
        self.page = page
        self.strangers: list[str] = []
        self.complaints: list[str] = []
        here = urlsplit(home).netloc

        def asked(request: Any) -> None:
            parts = urlsplit(request.url)
            if parts.scheme in {"http", "https"} and parts.netloc != here:
                self.strangers.append(request.url)

        page.on("request", asked)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
