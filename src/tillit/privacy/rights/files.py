"""The files of people's copies: sealed with their own key, in a folder of their own under $TILLIT_VAR."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.db import connection

from tillit.kernel import config, keys, uploads
from tillit.privacy.models import Copy

_ORPHAN_AGE = 24 * 3600  # seconds


def place(copy: UUID) -> Path:
    """Where the file of a copy lies."""
    return Path(config.var()) / "copies" / copy.hex[-2:] / str(copy)


def spool(copy: UUID) -> Path:
    """Where the parts of a large copy wait for each other."""
    return place(copy).parent / f"{copy}.parts"


def write(path: Path, copy: Copy, pieces: Iterable[bytes]) -> None:
    """Seal a file of the copy. One that is there already, from an interrupted try, gives way."""
    path.unlink(missing_ok=True)
    key = keys.sealing(copy.organisation_id, copy.person_id, "erasable")
    uploads.write_sealed(path, pieces, key, _bound(copy, path))


def read(path: Path, copy: Copy) -> io.RawIOBase:
    """A file of the copy. Raises Http404 where it, or its key, is gone."""
    return uploads.open_sealed(path, keys.ring(copy.organisation_id, copy.person_id, "erasable"), _bound(copy, path))


def remove(copy: UUID) -> None:
    """Take the files of a copy away."""
    place(copy).unlink(missing_ok=True)
    remove_parts(copy)


def remove_parts(copy: UUID) -> None:
    """Take the parts away that a large copy was put together from."""
    shutil.rmtree(spool(copy), ignore_errors=True)


def remove_orphans(*, age: float = _ORPHAN_AGE) -> int:
    """Delete files older than `age` seconds whose copy is gone. The caller acts as the sweeper. Returns how many."""
    old = {UUID(path.name) for path in uploads.stale("copies", age)}
    if not old:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("select * from privacy.known_copies(%s::uuid[])", [list(old)])
        gone = old - {row[0] for row in cursor.fetchall()}
    for copy in gone:
        remove(copy)
    return len(gone)


def _bound(copy: Copy, path: Path) -> bytes:
    return b"privacy_copy\0" + copy.organisation_id.bytes + copy.pk.bytes + path.name.encode()
