"""Asking the process apart (apart.py) about one file, and bearing whatever becomes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from tillit.kernel import boxes

_SCRIPT = Path(__file__).with_name("apart.py")


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
    try:
        answer = boxes.ask(_SCRIPT, content, *arguments)
    except boxes.Stopped as stopped:
        raise Failed("heavy" if stopped.killed else "broken") from None
    line, found, rest = answer.partition(b"\n")
    if not found:
        raise Failed("broken")
    return line.decode(), rest
