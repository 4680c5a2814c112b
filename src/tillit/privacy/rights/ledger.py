"""Who was erased, kept outside the database, so that a restored backup does not bring anybody back.

    $TILLIT_VAR/erasures      one line for each: the moment (UTC), HMAC-SHA-256 of the person's id, the receipt's id

The line names nobody: only whoever holds the installation's secret and a dump with the person in it can match them.
A line is written when the erasure is committed, and by the nightly sweep if the program died in between. After a
restore `replay` finds the people of the dump who stand in the list, and erases them again under their old receipt.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from tillit.kernel import clock, config, keyring
from tillit.kernel.ticket import Actor, acting

RESTORER = Actor(office="restorer")
_PAGE = 5_000


def place() -> Path:
    """The file."""
    return Path(config.var()) / "erasures"


def mark(person: UUID) -> str:
    """What stands for a person in the list."""
    return hmac.digest(keyring.derived("erasures"), person.bytes, hashlib.sha256).hex()


def remember(erased: Iterable[tuple[UUID, UUID]]) -> None:
    """Add people and their receipts to the list, once each; on the disk when this returns."""
    known = marks()
    new = {mark(person): receipt for person, receipt in erased}
    lines = [f"{clock.now():%Y-%m-%dT%H:%M:%SZ} {found} {new[found]}\n" for found in new.keys() - known.keys()]
    if not lines:
        return
    handle = os.open(place(), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def marks() -> dict[str, UUID]:
    """Mark → receipt. A line that was torn by a crash is passed over."""
    try:
        lines = place().read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return {}
    found = {}
    for _moment, *rest in (line.split() for line in lines if line):
        if len(rest) == 2 and len(rest[0]) == 64 and len(rest[1]) == 36:
            found[rest[0]] = UUID(rest[1])
    return found


def catch_up() -> None:
    """Write what an erasure that was committed did not come to write. As the worker."""
    with acting(RESTORER), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select person, receipt from privacy.everybody_erased()")
        rows = cursor.fetchall()
    remember(rows)


def replay() -> int:
    """After a restore: erase again whoever stands in the list and is in the database. Returns how many."""
    from tillit.privacy.rights import erasing

    listed, after, again = marks(), UUID(int=0), 0
    while listed:
        with acting(RESTORER), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select organisation, person, erased from privacy.everybody(%s, %s)", [after, _PAGE])
            page = cursor.fetchall()
        if not page:
            break
        for organisation, person, erased in page:
            if not erased and (receipt := listed.get(mark(person))):
                with acting(Actor(office="restorer", organisation=organisation)):
                    erasing.replay(person, receipt)
                again += 1
        after = page[-1][1]
    return again
