"""Roles, memberships and rights as the installation's servers get them."""

from collections.abc import Iterator

import psycopg
import pytest

from tillit.ops import bootstrap, embedded, secrets
from tillit.ops.errors import OperationError

PASSWORDS = {role: f"{role} secret" for role in secrets.LOGIN_ROLES}
APP = "tillit_app"


@pytest.fixture(scope="module")
def server() -> Iterator[embedded.Server]:
    with embedded.temporary() as server:
        for _ in range(2):  # the second run has to be harmless
            bootstrap.prepare(server.admin_dsn(), passwords=PASSWORDS)
        yield server


def rows(server: embedded.Server, statement: str, role: str | None = None, database: str = "tillit") -> list[tuple]:
    address = server.dsn(role, PASSWORDS[role], database) if role else server.admin_dsn(database)
    with psycopg.connect(address, autocommit=True) as connection:
        done = connection.execute(statement.encode())
        return done.fetchall() if done.description else []


def test_attributes(server: embedded.Server) -> None:
    found = rows(
        server,
        "select rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
        " from pg_roles where rolname ~ '^tillit_' and rolname <> 'tillit_super' order by 1",
    )
    assert found == [
        ("tillit_app", True, False, False, False, False, False),
        ("tillit_backup", True, False, True, False, False, False),
        ("tillit_definer", False, False, False, False, False, False),
        ("tillit_owner", True, False, False, False, False, False),
        ("tillit_worker", True, False, False, False, False, False),
    ]


def test_memberships(server: embedded.Server) -> None:
    found = rows(
        server,
        "select m.rolname, r.rolname, inherit_option, set_option, admin_option from pg_auth_members"
        " join pg_roles m on m.oid = member join pg_roles r on r.oid = roleid"
        " where m.rolname ~ '^tillit_' order by 1",
    )
    assert found == [
        ("tillit_backup", "pg_read_all_data", True, True, False),
        ("tillit_owner", "tillit_definer", False, True, False),
        ("tillit_worker", "tillit_app", True, False, False),
    ]


def test_widened_roles_are_narrowed_again(server: embedded.Server) -> None:
    rows(server, "alter role tillit_app bypassrls createrole")
    rows(server, "grant tillit_owner to tillit_app")
    bootstrap.create_roles(server.admin_dsn(), passwords=PASSWORDS)
    test_attributes(server)
    test_memberships(server)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from pg_stat_activity",
        "select pg_stat_get_activity(null)",
        "select pg_stat_get_backend_activity(1)",
        "select * from pg_stat_progress_vacuum",
        "select lo_create(0)",
        "select lo_from_bytea(0, 'x')",
        "select pg_terminate_backend(1)",
        "create temp table x (y int)",
        "create table public.x (y int)",
        "create schema x",
        "do 'begin end'",
        "create function pg_temp.x() returns int language sql as 'select 1'",
        "create function public.x() returns int language sql as 'select 1'",
        "set role tillit_owner",
        "set role tillit_definer",
        "set session authorization tillit_owner",
        "copy (select 1) to program 'true'",
        "select pg_read_file('PG_VERSION')",
        "create database x",
        "alter role tillit_app bypassrls",
    ],
)
@pytest.mark.parametrize("role", [APP, "tillit_worker", "tillit_backup"])
def test_refused_to_every_process_of_the_product(server: embedded.Server, statement: str, role: str) -> None:
    refusals = psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction
    with pytest.raises(refusals):
        rows(server, statement, role)


def test_processes_cannot_read_password_verifiers(server: embedded.Server) -> None:
    for role in (APP, "tillit_worker"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            rows(server, "select rolpassword from pg_authid", role)


def test_processes_cannot_reach_the_servers_own_databases(server: embedded.Server) -> None:
    for database in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            rows(server, "select 1", APP, database)


def test_wrong_password_is_refused(server: embedded.Server) -> None:
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(server.dsn(APP, "guess", "tillit"))


def test_owner_makes_schemas_and_hands_functions_to_the_definer(server: embedded.Server) -> None:
    address = server.dsn("tillit_owner", PASSWORDS["tillit_owner"], "tillit")
    with psycopg.connect(address) as connection:
        connection.execute("create schema probe")
        connection.execute("grant create on schema probe to tillit_definer")
        connection.execute("create function probe.who() returns text language sql security definer return current_user")
        connection.execute("alter function probe.who() owner to tillit_definer")
        connection.execute("grant usage on schema probe to tillit_app")
        connection.commit()
    assert rows(server, "select probe.who()", APP) == [("tillit_definer",)]
    rows(server, "drop schema probe cascade")


def test_backup_reads_past_row_security_and_writes_nothing(server: embedded.Server) -> None:
    rows(server, "create table guarded as select 1 as x")
    rows(server, "alter table guarded enable row level security")
    assert rows(server, "select x from guarded", "tillit_backup") == [(1,)]
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        rows(server, "insert into guarded values (2)", "tillit_backup")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(server, "begin read write; insert into guarded values (2)", "tillit_backup")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(server, "select x from guarded", APP)
    rows(server, "drop table guarded")


def test_limits_and_extensions(server: embedded.Server) -> None:
    assert rows(server, "show statement_timeout", APP) == [("30s",)]
    assert rows(server, "show idle_in_transaction_session_timeout", APP) == [("1min",)]
    found = {name for (name,) in rows(server, "select extname from pg_extension")}
    assert {"btree_gist", "pg_trgm", "unaccent", "citext"} <= found


def test_clone_has_rows_and_rights(server: embedded.Server) -> None:
    admin = server.admin_dsn()
    bootstrap.create_database(admin, name="model")
    rows(server, "create table seen as select 5 as x", database="model")
    rows(server, "grant select on seen to tillit_app", database="model")
    bootstrap.create_database(admin, name="clone", template="model")
    assert rows(server, "select x from seen", APP, "clone") == [(5,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(server, "create temp table x (y int)", APP, "clone")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(server, "select * from pg_stat_activity", APP, "clone")
    bootstrap.drop_database(admin, name="clone")
    bootstrap.drop_database(admin, name="model")


def test_old_server_is_refused(server: embedded.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", 99)
    with pytest.raises(OperationError, match="needs 99 or newer"):
        bootstrap.create_roles(server.admin_dsn(), passwords={})


def test_managed_administrator_without_superuser(server: embedded.Server) -> None:
    rows(server, "create role manager login createrole createdb bypassrls password 'm'")
    admin = server.dsn("manager", "m", "postgres")
    rows(server, "grant connect on database postgres to manager")
    with pytest.raises(OperationError, match=r"docs/operations/database\.md"):
        bootstrap.create_roles(admin, passwords=PASSWORDS, own_server=False)
    rows(server, "drop owned by manager", database="postgres")
    rows(server, "drop role manager")


def test_addresses_on_an_external_server(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    var = str(tmp_path)
    secrets.ensure(var)
    monkeypatch.setenv("DATABASE_URL", "postgresql://boss:top@db.example.org:6543/postgres?sslmode=verify-full")
    found = psycopg.conninfo.conninfo_to_dict(bootstrap.dsn(APP, var))
    assert found == {
        "host": "db.example.org",
        "port": "6543",
        "sslmode": "verify-full",
        "user": APP,
        "password": secrets.password(var, APP),
        "dbname": "tillit",
    }
    monkeypatch.setenv("DATABASE_URL", "mysql://x")
    with pytest.raises(OperationError, match="DATABASE_URL"):
        bootstrap.dsn(APP, var)
