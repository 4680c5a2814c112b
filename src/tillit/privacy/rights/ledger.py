"""Who was erased, kept outside the database, so that a restored backup does not bring anybody back.

    $TILLIT_VAR/erasures      one line for each: the moment (UTC) and HMAC-SHA-256 of the person's id

The line names nobody: only whoever holds the installation's secret and a dump with the person in it can match them.
A line is written when the erasure is committed, and once more by the nightly sweep if the program died in between.
After a restore `replay` finds the people of the dump who stand in the list, and erases them again.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from tillit.kernel import clock, config, keyring


def place() -> Path:
    """The file."""
    return Path(config.var()) / "erasures"


def mark(person: UUID) -> str:
    """What stands for a person in the list."""
    return hmac.digest(keyring.derived("erasures"), person.bytes, hashlib.sha256).hex()


def remember(people: Iterable[UUID]) -> None:
    """Add people to the list, once each; on the disk when this returns."""
    known = marks()
    lines = [f"{clock.now():%Y-%m-%dT%H:%M:%SZ} {found}\n" for one in people if (found := mark(one)) not in known]
    if not lines:
        return
    handle = os.open(place(), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def marks() -> set[str]:
    """All marks in the list. A line that was torn by a crash is passed over."""
    try:
        lines = place().read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return set()
    return {parts[1] for line in lines if len(parts := line.split()) == 2 and len(parts[1]) == 64}
