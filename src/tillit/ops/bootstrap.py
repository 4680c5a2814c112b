"""Roles and databases of the installation, on the embedded server or on one named by DATABASE_URL.

    bootstrap.prepare(server.admin_dsn(), passwords=secrets.passwords(var))  # roles + database `tillit`
    bootstrap.create_roles(admin_dsn, passwords=…)                           # once per server
    bootstrap.create_database(admin_dsn, name="…", template="…")             # a clone, rights included
    bootstrap.drop_database(admin_dsn, name="…")
    bootstrap.dsn("tillit_app", var)                                         # for TILLIT_DSN

Everything may run again at any time: it adds what is missing and takes back what is too much. The statements
are the SQL files in `ops/sql/`; docs/operations/database.md explains them.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tillit.ops import embedded, secrets
from tillit.ops.errors import OperationError

DATABASE = "tillit"
OLDEST = 16  # major version of an external server
_SQL = Path(__file__).with_name("sql")
# Keys of the administrator's address that belong to the administrator alone.
_PERSONAL = (
    "user",
    "password",
    "dbname",
    "passfile",
    "service",
    "sslcert",
    "sslkey",
    "sslpassword",
    "options",
)


def external_url() -> str | None:
    """DATABASE_URL, or None when the embedded server is meant."""
    return os.environ.get("DATABASE_URL", "").strip() or None


def dsn(role: str, var: str | os.PathLike[str] | None = None, *, database: str = DATABASE) -> str:
    """libpq connection string of `role`: host and port of DATABASE_URL or of the embedded server.

    Raises OperationError if the role's password file is missing.
    """
    password = secrets.password(var, role)
    if url := external_url():
        shared = {key: value for key, value in _parse(url).items() if key not in _PERSONAL}
        return make_conninfo("", **shared, user=role, password=password, dbname=database)
    server = embedded.installation(var)
    server.alive()  # takes over the address of a server that already runs
    return server.dsn(role, password, database)


def prepare(admin_dsn: str, *, passwords: Mapping[str, str], name: str = DATABASE, own_server: bool = True) -> None:
    """Roles and one database, ready for migrations; `own_server` for a server that nobody else uses."""
    create_roles(admin_dsn, passwords=passwords, own_server=own_server)
    create_database(admin_dsn, name=name)


def create_roles(admin_dsn: str, *, passwords: Mapping[str, str], own_server: bool = True) -> None:
    """Create the five roles, set their attributes, memberships and passwords (sent as SCRAM verifiers).

    Raises OperationError for a server older than OLDEST and for an administrator with too few rights.
    """
    with _connect(admin_dsn) as connection:
        superuser = _is_superuser(connection)
        if not superuser:  # a managed server's administrator: may act for the roles it makes (PostgreSQL ≥ 16)
            connection.execute("set createrole_self_grant = 'set, inherit'")
        _run(connection, "10_roles.sql")
        if superuser:
            _run(connection, "11_roles_superuser.sql")
            if own_server:
                _run(connection, "31_other_databases.sql")
        for role, password in passwords.items():
            verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(verifier)))


def create_database(admin_dsn: str, *, name: str = DATABASE, template: str | None = None) -> None:
    """Create database `name` owned by tillit_owner unless it exists, with extensions and rights.

    `template` names a database to clone (nobody may be connected to it); the clone has its tables, rows,
    extensions and functions' rights. The roles have to exist.
    """
    with _connect(admin_dsn) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
        if found is None:
            connection.execute(
                sql.SQL("create database {} owner tillit_owner template {}").format(
                    sql.Identifier(name), sql.Identifier(template or "template0")
                )
            )
    with _connect(make_conninfo(admin_dsn, dbname=name)) as connection, connection.transaction():
        _run(connection, "20_database.sql")
        if _is_superuser(connection):
            _run(connection, "30_harden.sql")


def drop_database(admin_dsn: str, *, name: str) -> None:
    """Drop database `name` if it exists, ending its sessions."""
    with _connect(admin_dsn) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _connect(address: str) -> psycopg.Connection[tuple[object, ...]]:
    """An autocommit connection as administrator, to a server that is new enough."""
    try:
        connection = psycopg.connect(address, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise OperationError(f"The database's administrator cannot log in: {str(error).strip()}") from None
    if connection.info.server_version < OLDEST * 10000:
        version = connection.info.server_version // 10000
        connection.close()
        raise OperationError(
            f"DATABASE_URL names PostgreSQL {version}; Tillit needs {OLDEST} or newer, because older servers "
            "cannot grant a role without its rights being inherited."
        )
    return connection


def _run(connection: psycopg.Connection[tuple[object, ...]], file: str) -> None:
    try:
        connection.execute((_SQL / file).read_text(encoding="utf-8").encode())
    except psycopg.errors.InsufficientPrivilege as error:
        raise OperationError(
            f"The administrator in DATABASE_URL may not do what ops/sql/{file} needs "
            f"({error.diag.message_primary}); docs/operations/database.md lists the rights it has to have."
        ) from None


def _is_superuser(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    return connection.info.parameter_status("is_superuser") == "on"


def _parse(url: str) -> dict[str, str]:
    try:
        return {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.ProgrammingError as error:
        raise OperationError(f"DATABASE_URL is not a PostgreSQL address: {str(error).strip()}") from None
