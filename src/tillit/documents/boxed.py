"""Asking the process apart (apart.py) about one file, and bearing whatever becomes of it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, NamedTuple

_SCRIPT = Path(__file__).with_name("apart.py")
PATIENCE = 60  # seconds by the wall: a busy machine is slow; apart.SECONDS counts the processor's
AT_ONCE = 4  # in this process of ours: each takes memory
_places = threading.BoundedSemaphore(AT_ONCE)


class Failed(Exception):
    """The file could not be read within the limits. `why`: a word of intake.WHY."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Cleaned(NamedTuple):
    """A PDF written anew, how many pages it has and the text on them."""

    content: bytes
    pages: int
    text: str


def clean(content: bytes) -> Cleaned:
    """The PDF without anything that acts, leads away or is hidden. Raises Failed."""
    line, new = _ask(content, "clean")
    told: dict[str, Any] = json.loads(line)
    if why := told.get("no"):
        raise Failed(why)
    return Cleaned(new, told["pages"], told["text"])


def draw(content: bytes, number: int, width: int) -> tuple[tuple[int, int], bytes]:
    """A page (from 1) of a cleaned PDF, so many points wide: its size and its points (RGB). Raises Failed."""
    line, points = _ask(content, "draw", str(number), str(width))
    wide, high = map(int, line.split())
    if len(points) != wide * high * 3:
        raise Failed("broken")
    return (wide, high), points


def _ask(content: bytes, *arguments: str) -> tuple[str, bytes]:
    command = [sys.executable, "-I", str(_SCRIPT), *arguments]
    with _places:
        try:
            done = subprocess.run(  # noqa: S603 (our own script, no word of it from outside)
                command, input=content, capture_output=True, timeout=PATIENCE, check=False, env={}, cwd="/",
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise Failed("heavy") from None
    line, found, rest = done.stdout.partition(b"\n")
    if done.returncode or not found:
        raise Failed("heavy" if done.returncode < 0 else "broken")
    return line.decode(), rest
