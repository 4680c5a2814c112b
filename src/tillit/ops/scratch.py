"""Migrated scratch databases for measurements: never the demo's, gone afterwards.

    with scratch.database() as db:
        db.enter("tillit_app")           # this process becomes a configured Django program on it
        db.dsn("tillit_worker")          # or only the address, for psycopg and child processes
        with db.clone() as another: ...  # a fresh copy of the migrated, empty database (about 0.1 s)

The server is a throw-away one with the installation's settings (`durable=True`, the default: fsync on), or
the fast kind for tests. Secrets are made for it alone.
"""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tillit.ops import bootstrap, embedded, environment, secrets, upgrade

_TEMPLATE = "tillit_template"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Database:
    """One scratch database: its server, its name and the data folder with its secrets."""

    server: embedded.Server
    name: str
    var: Path
    mode: str

    def dsn(self, role: str) -> str:
        """libpq connection string of `role` (tillit_owner, tillit_app, tillit_worker, tillit_backup)."""
        return self.server.dsn(role, secrets.password(self.var, role), self.name)

    def admin_dsn(self) -> str:
        """libpq connection string of the superuser on this database."""
        return self.server.admin_dsn(self.name)

    def environment(self, role: str) -> dict[str, str]:
        """Environment for a child process that is `role` here."""
        return environment.for_process(self.dsn(role), var=self.var) | {"TILLIT_MODE": self.mode}

    def enter(self, role: str) -> None:
        """Make this process `role` here and set Django up; once per process, before it is imported."""
        os.environ.pop("DATABASE_URL", None)
        os.environ.update(self.environment(role))
        import django

        django.setup()

    @contextmanager
    def clone(self) -> Iterator["Database"]:
        """A fresh copy of the migrated, empty database, dropped at the end."""
        name = f"scratch_{os.getpid()}_{next(_numbers)}"
        bootstrap.create_database(self.server.admin_dsn(), name=name, template=_TEMPLATE)
        try:
            yield Database(self.server, name, self.var, self.mode)
        finally:
            bootstrap.drop_database(self.server.admin_dsn(), name=name)


@contextmanager
def database(*, durable: bool = True, mode: str = "test") -> Iterator[Database]:
    """A scratch database on a throw-away server of its own; `mode` is what TILLIT_MODE says there."""
    var = Path(tempfile.mkdtemp(prefix="tillit-scratch-"))
    try:
        secrets.ensure(var)
        with embedded.temporary(var, fast=not durable) as server:
            bootstrap.prepare(server.admin_dsn(), passwords=secrets.passwords(var), name=_TEMPLATE)
            template = Database(server, _TEMPLATE, var, mode)
            upgrade.run(server.admin_dsn(), template.dsn("tillit_owner"), var=var, mode=mode, static=mode != "test")
            with template.clone() as first:
                yield first
    finally:
        shutil.rmtree(var, ignore_errors=True)
