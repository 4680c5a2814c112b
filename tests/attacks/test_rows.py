"""With raw SQL, nothing of another person or organisation is read, changed, inserted, removed or guessed."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from tests.attacks.conftest import Town, attacking, refused
from tillit.kernel import signing
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import sign_text

pytestmark = pytest.mark.attack

# Tables that everybody with a ticket may read whole, and why.
PUBLIC: dict[str, str] = {
    "directory_listing": "what everybody may see of a profile, to be searched: nothing that the profile does not show",
    "directory_offer": "the same, service by service",
    "directory_step": "which steps of the published formula somewhere are met: nothing about anybody",
    "directory_wish": "what the organisation wishes of training, for everybody to read",
    "directory_rules": "what profiles have to say here, for everybody to read",
    "directory_code": "the ethical code in versions, for everybody to read",
    "directory_category": "which services there are here, for everybody to read",
    "directory_course": "courses that the organisation suggests, for everybody to read",
    "sales_plan": "memberships that are on offer, with their prices",
    "directory_word": "words that some profile has, for typing errors",
    "privacy_proberesult": "answers of the probes, as the trust page shows them to everybody",
    "privacy_processor": "who processes data for the organisation, as its public list says",
    "privacy_attestation": "what a named person attests on the trust page",
    "privacy_policysettings": "which laws and which age limit hold, as the notice tells everybody",
    "privacy_notice": "published versions of the notice, for everybody to read",
    "booking_reminder": "when guests and hosts are reminded: a rule of the organisation, nothing about anybody",
    "desk_rules": "what the organisation promises whoever asks, as its contact page says",
    "identity_embedsite": "sites that may show the organisation's pages, as those pages tell everybody",
    "identity_organisation": "what an organisation says of itself on its public page",
    "evidence_tile": "hashes of salted commitments, behind the wall: anybody may verify the log",
    "evidence_checkpoint": "the log's signed size and root, behind the wall: anybody may verify the log",
}


def seen(connection, table: str, column: str = "id") -> set[object]:
    return {value for (value,) in connection.execute(f"select {column} from {table}")}


# -- reading -----------------------------------------------------------------------------------------------------

READERS = {
    # who: the people they see, by name
    "anna": {"anna", "bo"},
    "bo": {"bo", "carl"},  # Carl shows Bo how to reach him; what the guest showed has ended
    "carl": {"carl"},
    "guest": {"guest"},
    "dina": {"dina"},
    "emil": {"emil", "dina"},
    "anna@south": {"anna@south"},
}


@pytest.mark.parametrize("name", READERS)
def test_people_see_whom_they_may(town, name):
    with attacking(town.app_dsn, town.actor(name)) as raw:
        assert seen(raw, "identity_person") == {town.person[other] for other in READERS[name]}
        account = town.actor(name).account
        assert seen(raw, "identity_account") == ({account} if account else set())
        assert seen(raw, "identity_session", "account_id") == ({account} if account else set())
        me = town.person[name]
        members = {"anna": {"anna", "bo"}, "bo": {"bo"}, "dina": {"dina"}}.get(name, set())
        assert seen(raw, "identity_membership", "person_id") == {town.person[other] for other in members}
        for subject, grantee in raw.execute("select subject_id, grantee_id from access_grant"):
            assert me in (subject, grantee)


@pytest.mark.parametrize("organisation", ["north", "south", None])
def test_a_stranger_sees_no_person(town, organisation):
    with attacking(town.app_dsn, town.stranger(organisation)) as raw:
        for table in (
            "identity_person", "identity_account", "identity_session", "identity_membership", "access_grant",
        ):  # fmt: skip
            assert seen(raw, table) == set(), table


def test_an_office_opens_nothing_by_its_name_alone(town):
    for office in ("login", "join", "operator", "member", "administrator", "guest", "mail", "system"):
        with attacking(town.app_dsn, town.stranger().with_office(office)) as raw:
            for table in ("identity_person", "identity_account", "identity_session", "access_grant"):
                assert seen(raw, table) == set(), (office, table)


def test_a_ticket_of_one_organisation_with_the_person_of_another(town):
    """The wall and the person are two tests; a mistake in the application that mixes them shows nothing."""
    mixed = town.actor("anna", organisation=town.organisation["south"])
    with attacking(town.app_dsn, mixed) as raw:
        for table in ("identity_person", "identity_membership", "access_grant"):
            assert seen(raw, table) == set(), table
        assert raw.execute("select access.roles(), access.colleagues()").fetchone() == ([], [])


# -- changing ----------------------------------------------------------------------------------------------------


def test_nobody_changes_what_belongs_to_others(town):
    with attacking(town.app_dsn, town.actor("bo")) as raw:
        assert raw.execute("update identity_person set language = 'x'").rowcount == 1
        assert raw.execute("update identity_account set language = 'fa'").rowcount == 1
        assert raw.execute("delete from identity_session").rowcount == 1
        assert raw.execute("update identity_organisation set name = 'x'").rowcount == 0  # not an administrator
    with attacking(town.app_dsn, town.actor("anna")) as raw:
        changed = raw.execute("update identity_organisation set name = 'x' returning id").fetchall()
        assert changed == [(town.organisation["north"],)]
        refused(raw, "update identity_organisation set id = %s", [new_id()])


def test_a_person_does_not_become_another(town):
    with attacking(town.app_dsn, town.actor("carl")) as raw:
        for column, value in (
            ("id", town.person["anna"]),
            ("organisation_id", town.organisation["south"]),
            ("account_id", town.account["anna"]),
            ("verified", True),
            ("made", "now"),
        ):
            refused(raw, f"update identity_person set {column} = %s", [value])
        refused(raw, "update identity_account set id = %s", [new_id()])


@pytest.mark.parametrize("name", ["anna", "carl"])
def test_memberships_grants_people_and_sessions_are_not_written_by_hand(town, name):
    """Not even an administrator's ticket: only through functions that check."""
    with attacking(town.app_dsn, town.actor(name)) as raw:
        home = town.organisation["north"]
        for statement, values in (
            (
                "insert into identity_membership (id, organisation_id, person_id, role, made) "
                "values (%s, %s, %s, 'administrator', now())",
                [new_id(), home, town.person[name]],
            ),
            (
                "insert into identity_membership (id, organisation_id, person_id, role, made) "
                "values (%s, %s, %s, 'administrator', now())",
                [new_id(), town.organisation["south"], town.person["anna@south"]],
            ),
            (
                "insert into access_grant (id, organisation_id, subject_id, grantee_id, scope, relation, reason, "
                "starts, ends, made) values (%s, %s, %s, %s, 'contact', 'x', 'x', now(), 'infinity', now())",
                [new_id(), home, town.person["guest"], town.person[name]],
            ),
            (
                "insert into identity_person (id, organisation_id, display_name, email, phone, language, "
                "time_zone, verified, made) values (%s, %s, 'x', '', '', 'sv', 'UTC', true, now())",
                [new_id(), home],
            ),
            (
                "insert into identity_session (id, key_hash, account_id, data, device, started, seen, expires) "
                "values (%s, '', %s, '', '', now(), now(), 'infinity')",
                [new_id(), town.account["anna"]],
            ),
        ):
            refused(raw, statement, values)
        for table in ("identity_membership", "access_grant"):
            refused(raw, f"update {table} set id = id")
            refused(raw, f"delete from {table}")
            refused(raw, f"merge into {table} t using (select 1) s on true when matched then delete")
        refused(raw, "update identity_session set account_id = %s", [town.account["anna"]])


def test_a_grant_is_taken_back_by_its_subject_only_and_by_no_order_of_ones_own(town):
    grant = town.grant["live"]
    for name, done in (("bo", 0), ("anna", 0), ("emil", 0), ("anna@south", 0), ("carl", 1)):
        actor = town.actor(name)
        who = {"organisation": str(actor.organisation), "person": str(actor.person), "office": actor.office}
        body = signing.canonical({"grant": str(grant)} | who)
        with attacking(town.app_dsn, actor) as raw:
            refused(raw, "select access.take_back(%s, %s)", [body, "00" * 32], state="28000")
            found = raw.execute("select * from access.take_back(%s, %s)", [body, sign_text("takeback", body)])
            assert found.rowcount == done, name


# -- guessing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "select 1 / (length(email) - length(email)) from identity_person",
        "select id from identity_person where 1 / (length(email) - length(email)) > 0",
        "select id from identity_person where email::int > 0",
        "select id from identity_person where (case when email like 'anna%' then email::int end) = 0",
        "select id from identity_person where jsonb_populate_record(null::identity_person, language::jsonb) is null",
        "select id from identity_person p where (select email::int from identity_person q where q.id <> p.id) = 1",
        "select ts_stat('select email::int::text::tsvector from identity_person')",
        "select query_to_xml('select email::int from identity_person', true, true, '')",
        "select a.id from identity_account a join identity_person p on p.language::uuid = a.id",
    ],
)
def test_errors_tell_nothing_of_hidden_rows(town, statement):
    """A cast or a division that would fail on a hidden row is not tried there: the visitor sees no row at all."""
    with attacking(town.app_dsn, town.stranger()) as raw:
        raw.execute(statement).fetchall()


def test_functions_that_speak_cannot_be_made(town):
    """The classic leak through a cheap function in WHERE needs CREATE FUNCTION somewhere."""
    with attacking(town.app_dsn, town.stranger()) as raw:
        for schema in ("public", "access", "pg_temp", "identity", "kernel"):
            refused(
                raw,
                f"create function {schema}.speak(text) returns bool cost 0.0000001 language sql as 'select true'",
                state="3F000" if not _has_schema(raw, schema) else "42501",
            )


def _has_schema(connection, name: str) -> bool:
    return name == "pg_temp" or bool(
        connection.execute("select 1 from pg_namespace where nspname = %s", [name]).fetchone()
    )


def test_a_unique_value_that_is_taken_shows_no_value(town):
    """Knowing an index already, one can learn that it is taken (decision record); the answer adds nothing."""
    with attacking(town.app_dsn, town.actor("carl")) as raw:
        index = "anna".ljust(64, "0")
        refused(raw, "update identity_account set email_index = %s", [index])
        assert raw.execute("select identity.move_account(%s, ''::bytea)", [index]).fetchone() == (False,)


def test_statistics_tell_no_values(town):
    with psycopg.connect(town.admin_dsn, autocommit=True) as admin:
        admin.execute("analyze identity_person, identity_account, identity_session, access_grant")
    with attacking(town.app_dsn, town.actor("carl")) as raw:
        for view in ("pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"):
            assert raw.execute(f"select * from {view} where schemaname = 'public'").fetchall() == []
        refused(raw, "select * from pg_statistic")


# -- every table, also those that come later ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def full(server, make_clone) -> Iterator[tuple[Town, dict[str, bool]]]:
    """A database in which every table holds rows of both organisations that point to nobody we know.

    Checks and foreign keys are off, so that no table needs a recipe. Yields table → does an organisation own it.
    """
    name = make_clone()
    town = Town(name, server.dsn("tillit_app", "test", name), server.admin_dsn(name))
    tables: dict[str, bool] = {}
    with psycopg.connect(town.admin_dsn) as admin:
        admin.execute("set session_replication_role = replica")
        for slug in ("north", "south"):
            town.organisation[slug] = new_id()
        for table, columns in _tables(admin):
            tables[table] = "organisation_id" in columns
            _fill(admin, table, columns, town)
    yield town, tables


def _tables(admin) -> list[tuple[str, dict[str, tuple[str, bool]]]]:
    rows = admin.execute(
        "select c.relname, a.attname, a.atttypid::regtype::text, a.attnotnull, "
        "  exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any(i.indkey)) "
        "from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
        "where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1, a.attnum"
    ).fetchall()
    tables: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, column, kind, needed, key in rows:
        if needed and not key:
            admin.execute(
                sql.SQL("alter table {} alter {} drop not null").format(sql.Identifier(table), sql.Identifier(column))
            )
        tables.setdefault(table, {})[column] = (kind, key)
    for table, name in admin.execute(
        "select conrelid::regclass::text, conname from pg_constraint "
        "where contype in ('c', 'x', 'u') and connamespace = 'public'::regnamespace and conrelid <> 0"
    ).fetchall():
        admin.execute(sql.SQL("alter table {} drop constraint {} cascade").format(sql.SQL(table), sql.Identifier(name)))
    return list(tables.items())


def _fill(admin, table: str, columns: dict[str, tuple[str, bool]], town: Town) -> None:
    for number, organisation in enumerate(town.organisation.values(), start=1000):
        row: dict[str, object] = {}
        for column, (kind, key) in columns.items():
            if column == "organisation_id":
                row[column] = organisation
            elif kind == "uuid":
                row[column] = new_id()
            elif key:
                row[column] = number if "int" in kind else f"key {number}"
        admin.execute(
            sql.SQL("insert into {} ({}) values ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, row)),
                sql.SQL(", ").join(map(sql.Placeholder, row)),
            ),
            row,
        )


def _readable(raw, table: str, right: str) -> bool:
    return raw.execute("select has_any_column_privilege(%s, %s)", [table, right]).fetchone()[0]


def test_no_row_of_another_organisation_is_reached_in_any_table(full):
    town, tables = full
    town.home["eve"] = "south"
    town.person["eve"] = new_id()
    owned = [table for table, is_owned in tables.items() if is_owned]
    assert {"identity_person", "identity_membership", "access_grant"} <= set(owned)
    north = town.organisation["north"]
    for actor in (town.actor("eve", account=new_id()), town.stranger("south"), town.stranger(None)):
        with attacking(town.app_dsn, actor) as raw:
            for table in owned:
                where = sql.SQL("from {} where organisation_id = %s").format(sql.Identifier(table))
                if _readable(raw, table, "select"):
                    rows = raw.execute(sql.SQL("select count(*) {}").format(where), [north]).fetchone()
                    assert rows == (0,), f"{table} shows rows of another organisation"
                _no_write(raw, table, north)


def _no_write(raw, table: str, organisation: object) -> None:
    """Neither is a row of this organisation added, nor one taken over, changed or removed."""
    name = sql.Identifier(table)
    add = sql.SQL("insert into {} (id, organisation_id) values (%s, %s)").format(name).as_string(raw)
    refused(raw, add, [new_id(), organisation])
    for statement in ("update {} set organisation_id = %s", "delete from {} where organisation_id = %s"):
        try:
            with raw.transaction():
                done = raw.execute(sql.SQL(statement).format(name), [organisation])
                assert done.rowcount == 0, f"{table}: {statement}"
        except psycopg.errors.InsufficientPrivilege:
            continue


def test_rows_that_point_to_nobody_are_seen_by_nobody(full):
    """A policy that forgets to ask whose row it is would show them; published tables are listed above."""
    town, tables = full
    town.home["mallory"] = "north"
    town.person["mallory"] = new_id()
    for actor in (town.actor("mallory", account=new_id()), town.stranger("north")):
        with attacking(town.app_dsn, actor) as raw:
            for table in set(tables) - PUBLIC.keys():
                if _readable(raw, table, "select"):
                    count = raw.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone()
                    assert count == (0,), f"{table} shows rows of nobody to {actor.office}: is it PUBLIC?"
