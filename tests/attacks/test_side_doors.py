"""Ways around row security that PostgreSQL knows: roles, settings, files, catalogue, code, other channels."""

from __future__ import annotations

import psycopg
import pytest

from tests.attacks.conftest import attacking, refused
from tests.conftest import PASSWORDS, alone
from tillit.ops import bootstrap

pytestmark = pytest.mark.attack

DENIED = "42501"
REFUSED = {
    # another role
    "set role tillit_owner": DENIED,
    "set role tillit_definer": DENIED,
    "set role tillit_worker": DENIED,
    "set role tillit_backup": DENIED,
    "set local role tillit_super": DENIED,
    "set session authorization tillit_owner": DENIED,
    "select set_config('role', 'tillit_owner', true)": DENIED,
    "create role mallory": DENIED,
    "grant tillit_owner to tillit_app": DENIED,
    "grant tillit_app to tillit_app": DENIED,
    "alter role tillit_app bypassrls": DENIED,
    "alter role tillit_app superuser": DENIED,
    "alter role tillit_worker password 'x'": DENIED,
    "alter role tillit_worker set search_path = x": DENIED,
    "reassign owned by tillit_owner to tillit_app": DENIED,
    "drop owned by tillit_owner": DENIED,
    # settings that only an administrator has
    "set session_replication_role = replica": DENIED,
    "set log_statement = 'all'": DENIED,
    "set log_min_messages = debug5": DENIED,
    "set lo_compat_privileges = on": DENIED,
    "set allow_system_table_mods = on": DENIED,
    "show data_directory": DENIED,
    "show hba_file": DENIED,
    "alter database template1 set search_path = x": DENIED,
    # the server's files and programs
    "copy identity_account to program 'cat'": DENIED,
    "copy (select 1) to program 'cat'": DENIED,
    "copy (select 1) to '/tmp/x'": DENIED,
    "copy identity_person from '/etc/passwd'": DENIED,
    "select pg_read_file('PG_VERSION')": DENIED,
    "select pg_read_binary_file('PG_VERSION')": DENIED,
    "select pg_stat_file('PG_VERSION')": DENIED,
    "select pg_ls_dir('.')": DENIED,
    "select pg_ls_waldir()": DENIED,
    "select pg_ls_tmpdir()": DENIED,
    "load 'auto_explain'": DENIED,
    "create extension dblink": DENIED,
    "create extension file_fdw": DENIED,
    "create foreign data wrapper mallory": DENIED,
    # row security and copying
    "truncate identity_session": DENIED,
    "truncate identity_person cascade": DENIED,
    "alter table identity_person disable row level security": DENIED,
    "alter table identity_person no force row level security": DENIED,
    "alter table identity_person owner to tillit_app": DENIED,
    "alter policy wall on identity_person using (true)": DENIED,
    "drop policy wall on identity_person": DENIED,
    "create policy mine on identity_person using (true)": DENIED,
    # code of one's own
    "create table mine ()": DENIED,
    "create temp table mine ()": DENIED,
    "create temp view mine as select 1": DENIED,
    "select 1 into temp mine": DENIED,
    "create schema mine": DENIED,
    "create view mine as select * from identity_person": DENIED,
    "create rule mine as on select to identity_person do instead select 1": DENIED,
    "create trigger mine after update on identity_person execute function suppress_redundant_updates_trigger()": DENIED,
    "create event trigger mine on ddl_command_start execute function mine()": DENIED,
    "create function pg_temp.mine() returns int language sql as 'select 1'": DENIED,
    "create function public.now() returns int language sql as 'select 1'": DENIED,
    "create operator public.= (leftarg = uuid, rightarg = uuid, function = uuid_eq)": DENIED,
    "create cast (uuid as int) with inout": DENIED,
    "create type public.mine as (a int)": DENIED,
    "create domain public.mine as text": DENIED,
    "create sequence mine": DENIED,
    "create index on identity_person (email)": DENIED,
    "create statistics mine on email, phone from identity_person": DENIED,
    "create publication mine for all tables": DENIED,
    "do $$ begin end $$": DENIED,
    "create language plperlu": "0A000",
    # the queue of jobs, past the function that signs for the actor
    "insert into procrastinate.procrastinate_jobs (queue_name, task_name, args) values ('default', 'x', '{}')": DENIED,
    "select * from procrastinate.procrastinate_jobs": DENIED,
    "update procrastinate.procrastinate_jobs set status = 'todo'": DENIED,
    "select procrastinate.procrastinate_fetch_job_v2(null, array['default'])": DENIED,
    "select kernel.take_events(10)": DENIED,
    "select kernel.pass_on('{}', '[]', '{}')": DENIED,
    "select kernel.sweep('0')": DENIED,
    # beside the tables
    "select lo_create(0)": DENIED,
    "select lo_from_bytea(0, 'x')": DENIED,
    "select lo_get(1)": DENIED,
    "select lo_import('/etc/passwd')": DENIED,
    "select * from pg_largeobject": DENIED,
    "select * from pg_authid": DENIED,
    "select * from pg_shadow": DENIED,
    "select * from pg_statistic": DENIED,
    "select * from pg_hba_file_rules": DENIED,
    "select * from pg_backend_memory_contexts": DENIED,
    "select pg_create_logical_replication_slot('mine', 'test_decoding')": DENIED,
    "select pg_create_physical_replication_slot('mine')": DENIED,
    "select pg_replication_origin_create('mine')": DENIED,
    "select pg_switch_wal()": DENIED,
    "select pg_reload_conf()": DENIED,
    "select pg_stat_reset()": DENIED,
    "lock table identity_person in access exclusive mode": DENIED,
    "lock table identity_membership": DENIED,
    "lock table access_grant in share mode": DENIED,
    "prepare transaction 'mine'": "0A000",
}


def test_every_side_door_is_locked(town):
    """As the person with the most rights: an organisation's administrator."""
    with attacking(town.app_dsn, town.actor("anna")) as raw:
        for statement, state in REFUSED.items():
            if state == "0A000":
                with pytest.raises(psycopg.Error), raw.transaction():
                    raw.execute(statement)
            else:
                refused(raw, statement, state=state)


def test_granting_what_one_does_not_own_has_no_effect(town):
    with attacking(town.app_dsn, town.actor("anna")) as raw:
        before = raw.execute("select relacl from pg_class where relname = 'identity_membership'").fetchone()
        raw.execute("grant all on identity_membership to public")
        raw.execute("grant all on schema public to tillit_app")
        refused(raw, "grant all on all tables in schema public to public")
        assert raw.execute("select relacl from pg_class where relname = 'identity_membership'").fetchone() == before
        refused(raw, "create table public.mine ()")


def test_row_security_off_raises_and_shows_nothing(town):
    with attacking(town.app_dsn, town.actor("carl")) as raw:
        raw.execute("set local row_security = off")
        for table in ("identity_person", "identity_session", "access_grant", "identity_organisation"):
            refused(raw, f"select * from {table}")
        refused(raw, "update identity_person set language = 'x'")


def test_copying_out_shows_what_selecting_shows(town):
    with attacking(town.app_dsn, town.actor("carl")) as raw:
        for what in ("identity_person (display_name)", "(select display_name from identity_person)"):
            with raw.cursor().copy(f"copy {what} to stdout") as copy:
                assert b"".join(bytes(part) for part in copy) == b"\\\\x" + b"Secret carl".hex().encode() + b"\n"
        with (
            pytest.raises(psycopg.errors.Error),
            raw.transaction(),
            raw.cursor().copy("copy identity_membership (id) from stdin") as copy,
        ):
            copy.write(f"{town.person['carl']}\n")


@pytest.mark.parametrize(
    "path", ["pg_temp, access, public", "access, public, pg_catalog", "''", "procrastinate, kernel, identity, public"]
)
def test_another_search_path_changes_no_answer(town, path):
    """Functions and policies name what they mean; nothing of one's own can be put in front of it."""
    with attacking(town.app_dsn, town.actor("carl")) as raw:
        raw.execute(f"set local search_path = {path}")
        rows = raw.execute("select p.display_name from public.identity_person p").fetchall()
        assert rows == [(b"Secret carl",)]
        assert raw.execute("select access.roles(), access.shown('contact')").fetchone() == ([], [])


@pytest.mark.parametrize("setting", ["session_preload_libraries", "shared_preload_libraries", "jit_provider"])
def test_no_library_is_loaded_through_a_setting(town, setting):
    with attacking(town.app_dsn) as raw, pytest.raises(psycopg.Error):
        raw.execute(f"set {setting} = 'auto_explain'")


def test_other_databases_are_closed(server, town):
    for database in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(server.dsn("tillit_app", "test", database))


def test_a_listener_hears_ids_at_most(town):
    """Channels have no rights; so whatever is sent through one has to be opaque. The worker's wake-up names a job's
    number, that of open pages a keyed hash, and nothing else in the schema sends anything."""
    with psycopg.connect(town.admin_dsn) as admin:
        senders = admin.execute(
            "select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
            "where n.nspname !~ '^(pg_|information_schema)' and p.prosrc ~* 'pg_notify|\\mnotify\\s+[a-z_]+\\s*[,;]'"
        ).fetchall()
    known = ("procrastinate.", "kernel.pass_on(", "kernel.publish_live(")
    assert [name for (name,) in senders if not name.startswith(known)] == []


def test_a_role_may_still_change_its_own_defaults(server, real_db):
    """PostgreSQL lets every role do that. It is a nuisance and no leak (decision record): tickets are asked for all
    the same, nobody else's role is touched, and preparing the roles, which every start does, takes it back."""
    dsn = server.dsn("tillit_app", "test", real_db)
    mine = f'alter role tillit_app in database "{real_db}" set'
    with psycopg.connect(dsn) as raw:
        refused(raw, "alter role tillit_owner set row_security = off")
        refused(raw, f'alter role tillit_worker in database "{real_db}" set row_security = off')
        raw.execute(f"{mine} search_path = access")
        raw.execute(f"{mine} default_transaction_read_only = on")
    with psycopg.connect(dsn) as raw:
        assert raw.execute("show search_path").fetchone() == ("access",)
        refused(raw, "select access.roles()", state="28000")
    with alone("roles"):
        bootstrap.create_roles(server.admin_dsn(), passwords=PASSWORDS)
    with psycopg.connect(dsn) as raw:
        assert raw.execute("show search_path").fetchone() == ('"$user", public',)
        assert raw.execute("show transaction_read_only").fetchone() == ("off",)
        assert raw.execute("show statement_timeout").fetchone() == ("30s",)
