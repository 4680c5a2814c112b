"""Backup and restore with pg_dump's custom format, counted row by row.

The dump is made as tillit_backup (BYPASSRLS): as the owner, forced row security would make an empty one
without an error. Rows per table are counted in the dump's own snapshot, in the file, and after a restore.

    backup.write(file, var)                     # → rows per table
    backup.restore(file, var, replace=False)    # → rows per table
"""

import os
import secrets as random
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tillit.ops import bootstrap, embedded, paths, secrets
from tillit.ops.errors import OperationError

Counts = dict[str, int]

PENDING = "erasures.pending"
"""File in the data folder: a dump was put in place, and whoever was erased since it was made is to be erased again."""

_TABLES = """
    select format('%I.%I', n.nspname, c.relname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and c.relpersistence = 'p'
      and n.nspname <> 'information_schema' and n.nspname !~ '^pg_' and c.oid::regclass::text <> 'access.secret'
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by 1
"""


def write(file: Path, var: str | os.PathLike[str] | None = None) -> Counts:
    """Dump the running database into `file` (new, 0600); returns the rows of each table.

    Raises OperationError if the file exists, pg_dump fails, or the file holds other rows than the database.
    """
    if file.exists():
        raise OperationError(f"{file} exists already; name another file.")
    address = bootstrap.dsn("tillit_backup", var)
    fresh = file.with_name(f".{file.name}.{random.token_hex(4)}")
    try:
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with psycopg.connect(address) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            snapshot = connection.execute("select pg_export_snapshot()").fetchone()
            assert snapshot is not None
            counts = _count(connection)
            # whoever holds the ticket's key can act as anybody: it is installed anew after a restore
            _pg(
                "pg_dump", address, "--format=custom", f"--snapshot={snapshot[0]}", f"--file={fresh}",
                "--exclude-table-data=access.secret",
            )  # fmt: skip
        _compare("the database", counts, "the dump", rows_in(fresh))
        fresh.rename(file)
    finally:
        fresh.unlink(missing_ok=True)
    return counts


def restore(file: Path, admin_dsn: str, var: str | os.PathLike[str] | None = None, *, replace: bool = False) -> Counts:
    """Restore `file` into a fresh database, compare its rows, and put it in the old one's place.

    The database that stands there must be missing or empty, unless `replace` allows to drop it. Raises
    OperationError, with the old database untouched, if anything does not fit.
    """
    expected = rows_in(file)
    name = bootstrap.DATABASE
    if not replace and _holds_tables(admin_dsn, name):
        raise OperationError(
            f"The database “{name}” holds data. `tillit restore --replace {file}` puts the dump in its "
            "place; make a backup first."
        )
    passwords = secrets.passwords(var)
    bootstrap.create_roles(admin_dsn, passwords=passwords, own_server=bootstrap.external_url() is None)
    fresh = f"{name}_restored_{random.token_hex(3)}"
    bootstrap.create_database(admin_dsn, name=fresh)
    try:
        _pg("pg_restore", make_conninfo(admin_dsn, dbname=fresh), "--exit-on-error", str(file))
        bootstrap.create_database(admin_dsn, name=fresh)  # the rights of this version, whatever the dump said
        backup_role = make_conninfo(admin_dsn, dbname=fresh, user="tillit_backup", password=passwords["tillit_backup"])
        with psycopg.connect(backup_role) as connection:
            counts = _count(connection)
        _compare("the dump", expected, "the restored database", counts)
        (paths.var_dir(var) / PENDING).touch()
        bootstrap.drop_database(admin_dsn, name=name)
        with psycopg.connect(admin_dsn, autocommit=True) as connection:
            connection.execute(
                sql.SQL("alter database {} rename to {}").format(sql.Identifier(fresh), sql.Identifier(name))
            )
    finally:
        bootstrap.drop_database(admin_dsn, name=fresh)
    return counts


def rows_in(file: Path) -> Counts:
    """Rows of each table in a dump, counted from its data sections."""
    if not file.is_file():
        raise OperationError(f"{file} is not there.")
    counts: Counts = {}
    table: str | None = None
    with subprocess.Popen(
        [_program("pg_restore"), "--data-only", "--file=-", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        for line in process.stdout:
            if table is None:
                if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
                    table = line[5:].split(b" (")[0].decode()
                    counts[table] = 0
            elif line == b"\\.\n":
                table = None
            else:
                counts[table] += 1
        words = process.stderr.read().decode(errors="replace").strip()
    if process.returncode:
        raise OperationError(f"{file} cannot be read as a dump: {words}")
    return counts


def summary(counts: Mapping[str, int]) -> str:
    """The counts in one sentence."""
    filled = sum(1 for number in counts.values() if number)
    return f"{sum(counts.values())} rows in {filled} of {len(counts)} tables"


def _count(connection: psycopg.Connection[tuple[object, ...]]) -> Counts:
    counts: Counts = {}
    for (table,) in connection.execute(_TABLES.encode()).fetchall():
        row = connection.execute(f"select count(*) from {table}".encode()).fetchone()  # noqa: S608 - format(%I)
        counts[str(table)] = int(str(row[0])) if row else 0
    return counts


def _compare(first: str, one: Counts, second: str, other: Counts) -> None:
    different = [
        f"{table}: {one.get(table, 'missing')} in {first}, {other.get(table, 'missing')} in {second}"
        for table in sorted(one.keys() | other.keys())
        if one.get(table) != other.get(table)
    ]
    if different:
        raise OperationError("The numbers of rows differ, so nothing was kept. " + "; ".join(different))


def _holds_tables(admin_dsn: str, name: str) -> bool:
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
    if found is None:
        return False
    with psycopg.connect(make_conninfo(admin_dsn, dbname=name), autocommit=True) as connection:
        return connection.execute(_TABLES.encode()).fetchone() is not None


def _pg(program: str, address: str, *arguments: str) -> None:
    """Run a PostgreSQL program on `address`; the password goes through the environment, not `ps`."""
    parts = {key: str(value) for key, value in conninfo_to_dict(address).items() if value is not None}
    password = parts.pop("password", "")
    done = subprocess.run(
        [_program(program), f"--dbname={make_conninfo('', **parts)}", *arguments],
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "PGPASSWORD": password},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise OperationError(f"{program} failed: {done.stderr.strip()}")


def _program(name: str) -> str:
    """The program from PATH for an external server (it speaks TLS), else the package's."""
    if bootstrap.external_url() and (found := shutil.which(name)):
        return found
    return str(embedded.programs() / name)
