"""Operations and helpers for migrations, which run as the owner and see nothing through forced row security."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import ProgrammingError, transaction
from django.db.migrations.operations.base import Operation


class RunFile(Operation):
    """Run a file of SQL that lies in the app's `sql` folder (functions and triggers; never policies)."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, name: str) -> None:
        self.name = name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """SQL changes no model."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        from django.apps import apps

        path = Path(apps.get_app_config(app_label).path) / "sql" / self.name
        with _loud(schema_editor.connection, self.name):
            schema_editor.execute(path.read_text(encoding="utf-8"), params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        raise NotImplementedError("Functions are replaced by the next file, not taken back.")

    def describe(self) -> str:
        return f"Run {self.name}"


@contextmanager
def _loud(connection: Any, name: str) -> Iterator[None]:
    """A warning inside the block is an error. PostgreSQL only warns when a REVOKE takes nothing away, as after the
    function was handed over to another owner: revoke first, then hand over."""
    warnings: list[str] = []

    def hear(said: Any) -> None:
        if said.severity_nonlocalized == "WARNING":
            warnings.append(said.message_primary)

    connection.ensure_connection()
    connection.connection.add_notice_handler(hear)
    try:
        yield
    finally:
        connection.connection.remove_notice_handler(hear)
    if warnings:
        raise ProgrammingError(f"{name}: {'; '.join(warnings)}")


@contextmanager
def unforced(schema_editor: Any, *tables: str) -> Iterator[None]:
    """Let the owner see the rows of `tables` inside the block, for a data migration; forced again at its end.

    An error inside the block takes everything back to before it, the first ALTER included.
    """

    def alter(clause: str) -> None:
        # a table with pending checks of foreign keys cannot be altered
        schema_editor.execute("set constraints all immediate")
        for table in tables:
            schema_editor.execute(f'alter table "{table}" {clause}')

    with transaction.atomic(using=schema_editor.connection.alias):
        alter("no force row level security")
        yield
        alter("force row level security")
        schema_editor.execute("set constraints all deferred")
