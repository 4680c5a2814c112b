"""Brings database and static files to what this code needs; costs a few milliseconds when nothing changed.

    upgrade.run(admin_dsn, owner_dsn, var=…)   # migrate, ticket key, static files: only what is due

What was done is remembered where it was done: as the database's comment, and as a file beside the static
files. The work runs in a child process, the only one that ever logs in as tillit_owner.
"""

import hashlib
import importlib.metadata
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg import sql

from tillit.ops import environment, paths, secrets
from tillit.ops.errors import OperationError

_PACKAGE = Path(__file__).resolve().parents[1]
_LIBRARIES = ("django", "django-allauth", "procrastinate")
_STATIC = {".css", ".js", ".svg", ".png", ".woff2", ".ico", ".webp", ".jpg", ".txt", ".json", ".map"}


def code_fingerprint(var: str | os.PathLike[str] | None = None) -> str:
    """Changes whenever code, SQL, a library with tables of its own or the ticket key changes."""
    digest = _digest(path for path in _PACKAGE.rglob("*") if path.suffix in {".py", ".sql"})
    for library in _LIBRARIES:
        digest.update(f"{library} {importlib.metadata.version(library)}\n".encode())
    digest.update(secrets.read(var, "ticket.key").encode())
    return digest.hexdigest()


def static_fingerprint() -> str:
    """Changes whenever a static file of the product changes."""
    files = (path for path in _PACKAGE.glob("*/static/**/*") if path.suffix in _STATIC)
    return _digest(files).hexdigest()


def run(
    admin_dsn: str,
    owner_dsn: str,
    *,
    var: str | os.PathLike[str] | None = None,
    mode: str | None = None,
    static: bool = True,
) -> bool:
    """Do what is due; True if the database was touched. Raises OperationError if a step fails."""
    code = code_fingerprint(var)
    due = [] if _remembered(admin_dsn, owner_dsn) == code else ["database"]
    stamp = paths.var_dir(var) / "static" / ".fingerprint"
    files = static_fingerprint() if static else ""
    if static and (not stamp.is_file() or stamp.read_text() != files):
        due.append("static")
    if due:
        done = subprocess.run(
            [sys.executable, "-m", "tillit.ops.upgrade", *due],
            env=environment.for_process(owner_dsn, var=var, mode=mode),
            cwd=paths.checkout(),
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            what = " and ".join({"database": "the database", "static": "the static files"}[part] for part in due)
            raise OperationError(f"Bringing {what} up to date failed:\n{done.stderr.strip()}")
    if "database" in due:
        _remember(owner_dsn, code)
    if "static" in due:
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(files)
    return "database" in due


def _remembered(admin_dsn: str, owner_dsn: str) -> str | None:
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        row = connection.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = %s",
            [_database(owner_dsn)],
        ).fetchone()
    return row[0] if row else None


def _remember(owner_dsn: str, fingerprint: str) -> None:
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute(
            sql.SQL("comment on database {} is {}").format(
                sql.Identifier(_database(owner_dsn)), sql.Literal(fingerprint)
            )
        )


def _database(dsn: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])


def _digest(files: Iterable[Path]) -> "hashlib._Hash":
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(_PACKAGE)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest


def _steps(due: list[str]) -> None:
    """The child's part: Django's commands, one after the other."""
    import django
    from django.core.management import call_command

    django.setup()
    if "database" in due:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("install_ticket_key", verbosity=0)
        call_command("install_keys", verbosity=0)
        call_command("install_erasure", verbosity=0)
    if "static" in due:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)


if __name__ == "__main__":
    _steps(sys.argv[1:])
