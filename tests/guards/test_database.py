"""The live database keeps what the models promise. Each guard is tried on a sabotaged copy as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from tests.conftest import ROOT, run_module
from tests.guards import catalogue


@pytest.fixture(scope="module")
def admin(server: Any, make_clone: Callable[[], str]) -> Iterator[catalogue.Admin]:
    with psycopg.connect(server.admin_dsn(make_clone())) as connection:
        yield connection


CHECKS = {
    "row security": catalogue.row_security,
    "rights": catalogue.declared_rights,
    "policies": catalogue.policy_drift,
    "owners": catalogue.ownership,
    "roles": catalogue.roles,
    "functions": catalogue.functions,
    "places": catalogue.places,
    "clauses": catalogue.clauses,
    "oracles": catalogue.oracles,
}


@pytest.mark.parametrize("check", CHECKS)
def test_the_database_is_as_declared(admin, check):
    wrong = CHECKS[check](admin)
    assert not wrong, "\n".join(wrong)


def test_every_trusted_parent_has_a_reason():
    assert catalogue.trusted_parents() == []


def test_migrations_say_what_the_models_say(server):
    """No declaration without its migration. (A process of its own: makemigrations reads all of the code anew.)"""
    assert ROOT.exists()
    dsn = server.dsn("tillit_owner", "test", "postgres")
    run_module("django", "makemigrations", "--check", "--dry-run", "--skip-checks", dsn=dsn)


DEFINER = "security definer set search_path = pg_catalog, pg_temp as 'select access.office()'"
SABOTAGE = {
    "row security": (
        "alter table identity_person no force row level security",
        "alter table identity_person disable row level security",
        "drop policy wall on identity_person",
        "drop policy wall on access_grant; create policy wall on access_grant using (true)",
        "grant select on django_migrations to tillit_app",
        "grant select on django_migrations to public",
        "alter table mfa_authenticator no force row level security",
        "create table extra (organisation_id uuid)",
    ),
    "rights": (
        "grant delete on identity_person to tillit_app",
        "grant update (verified) on identity_person to tillit_app",
        "revoke select on identity_person from tillit_app",
        "grant truncate on identity_session to tillit_app",
        "grant select on identity_person to public",
        "grant delete on identity_membership to tillit_definer",
        "grant trigger on identity_person to tillit_worker",
        "grant select on django_migrations to tillit_app",
    ),
    "policies": (
        "alter policy see on identity_person using (true)",
        "create policy more on identity_person to tillit_app using (true)",
        "drop policy change on identity_person",
        "alter policy see on identity_person to public",
        "drop policy definer on identity_person",
    ),
    "owners": (
        "alter table identity_person owner to tillit_app",
        "create schema mine authorization tillit_worker",
        "alter table identity_person owner to tillit_definer",
    ),
    "roles": (
        "alter role tillit_app bypassrls",
        "alter role tillit_definer createrole",
        "grant tillit_owner to tillit_app",
        "grant tillit_app to tillit_worker with set true",
        "grant tillit_definer to tillit_owner with inherit true",
    ),
    "functions": (
        f"create function access.x() returns text language sql {DEFINER}",
        f"create function access.x() returns text language sql {DEFINER}; "
        "alter function access.x() owner to tillit_definer; alter function access.x() reset search_path",
        f"create function access.x() returns text language sql {DEFINER}; "
        "alter function access.x() owner to tillit_definer; "
        "alter function access.x() set search_path = pg_temp, pg_catalog",
        f"create function access.x() returns text language sql {DEFINER}; "
        "alter function access.x() owner to tillit_definer; alter function access.x() set search_path = public",
        "create function access.x() returns bigint language sql security definer set search_path = pg_catalog, pg_temp "
        "as 'select count(*) from public.identity_person'; alter function access.x() owner to tillit_definer",
        "create function access.x(t text) returns void language plpgsql security definer "
        "set search_path = pg_catalog, pg_temp as 'begin perform access.office(); execute t; end'; "
        "alter function access.x(text) owner to tillit_definer",
        "alter function access.roles() owner to tillit_owner",
        "alter function access.roles() security invoker",
    ),
    "places": (
        "grant create on schema public to public",
        "grant create on schema access to tillit_app",
        "grant usage on language plpgsql to public",
        "create view leak as select * from identity_person",
        "create materialized view leak as select 1 as one",
        "create table part () inherits (identity_person)",
    ),
    "clauses": (
        "alter table identity_person drop constraint {fk}; alter table identity_person add constraint x "
        "foreign key (organisation_id) references identity_organisation (id)",
    ),
    "oracles": (
        "create unique index x on identity_person (email)",
        "drop index identity_organisation_slug_x",
    ),
}


@pytest.mark.parametrize("check", CHECKS)
def test_the_guard_sees_what_is_wrong(admin, check):
    (key,) = admin.execute(
        "select conname from pg_constraint where conrelid = 'identity_person'::regclass and contype = 'f' "
        "and confrelid = 'identity_organisation'::regclass"
    ).fetchone()
    admin.execute("alter table identity_organisation drop constraint if exists identity_organisation_slug_key")
    for statement in SABOTAGE[check]:
        with admin.transaction(force_rollback=True):
            if "slug_x" in statement:
                statement = "select 1"  # the unique slug is gone already: its entry is stale
            admin.execute(statement.format(fk=key))
            assert CHECKS[check](admin) != [], f"{check} did not notice: {statement}"
    admin.rollback()


def test_the_guard_sees_a_temporary_right(admin):
    name = admin.info.dbname
    with admin.transaction(force_rollback=True):
        admin.execute(f'grant temporary on database "{name}" to public')
        assert catalogue.places(admin)
    admin.rollback()
