"""What a database server has written to disk about one database: its own folder, the log of all changes, the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg


def files(admin: psycopg.Connection) -> Iterator[Path]:
    """Every file of the server that could hold something of the connected database, after a checkpoint."""
    admin.execute("checkpoint")
    ((folder, oid),) = admin.execute(
        "select current_setting('data_directory'), oid from pg_database where datname = current_database()"
    )
    others = Path(folder, "base")
    for path in Path(folder).rglob("*"):
        if path.is_file() and (others not in path.parents or path.relative_to(others).parts[0] == str(oid)):
            yield path


def holding(paths: Iterator[Path], *marks: bytes) -> dict[bytes, list[Path]]:
    """For each mark the files that hold it."""
    found: dict[bytes, list[Path]] = {mark: [] for mark in marks}
    for path in paths:
        content = path.read_bytes()
        for mark, where in found.items():
            if mark in content:
                where.append(path)
    return found
