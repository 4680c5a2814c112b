"""What a release found out about itself: the results of the tests that stand for build promises (release.json).

A release is named by the program it was made of: `identity` hashes the sources. Results of another state of the
program are shown with their date and said to be older; they make nothing red by themselves, for a program changes
more often than its attackers sleep. `make release` runs the tests and writes the file anew.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("release.json")
SOURCES = Path(__file__).resolve().parent.parent
PROGRAM = {".py", ".sql", ".html", ".txt"}
_LENGTH = 16  # characters of the hash that name it


@dataclass(frozen=True)
class Result:
    """What the tests of one promise found, when, and whether the program has changed since."""

    ok: bool
    detail: str
    checked_at: datetime
    older: bool


def identity(sources: Path = SOURCES) -> str:
    """The name of the program as it stands: a hash over its files (code, SQL, templates), by path and content."""
    digest = hashlib.sha256()
    for path in sorted(sources.rglob("*")):
        if path.suffix in PROGRAM and path.is_file():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(sources).as_posix()} {content}\n".encode())
    return digest.hexdigest()[:_LENGTH]


_mine = cache(identity)


def result(promise: str, file: Path | None = None) -> Result | None:
    """What the shipped file says of a promise; None when it says nothing."""
    file = file or FILE
    shipped: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    found = shipped.get("results", {}).get(promise)
    if found is None:
        return None
    return Result(
        found["ok"], found["detail"], datetime.fromisoformat(found["checked_at"]), shipped["program"] != _mine()
    )
