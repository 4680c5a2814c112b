"""Work that strangers' files are given to: a process of its own for one file, without our environment, keys or
database, that is stopped when it takes too long. Its script sets its own limits of memory and processor, and refuses
every way out as the gate does here."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from tillit.kernel.egress import gate

PATIENCE = 60  # seconds by the wall: a busy machine is slow
AT_ONCE = 4  # in this process of ours: each takes memory
_places = threading.BoundedSemaphore(AT_ONCE)


class Stopped(Exception):
    """It answered nothing. killed: a limit stopped it; else it failed by itself."""

    def __init__(self, *, killed: bool) -> None:
        super().__init__("killed" if killed else "failed")
        self.killed = killed


def ask(script: Path, content: bytes, *arguments: str) -> bytes:
    """What a script of ours answers about `content`. Raises Stopped."""
    command = [sys.executable, "-I", str(script), *arguments]
    with _places, gate.opened():  # it starts a program of ours, which lets nothing out either
        try:
            done = subprocess.run(  # noqa: S603 (our own script, no word of it from outside)
                command, input=content, capture_output=True, timeout=PATIENCE, check=False, env={}, cwd="/",
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise Stopped(killed=True) from None
    if done.returncode:
        raise Stopped(killed=done.returncode < 0)
    return done.stdout
