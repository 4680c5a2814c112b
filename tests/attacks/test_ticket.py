"""Whoever holds the application's connection can still act only as the ticket says."""

import hashlib
import hmac
import time

import psycopg
import pytest

from tests.attacks.conftest import attacking, refused, show
from tillit.kernel import config, ticket
from tillit.kernel.ids import new_id

pytestmark = pytest.mark.attack

NO_TICKET = "28000"
READS = (
    "select access.person()",
    "select * from identity_organisation",
    "select * from identity_person",
    "select * from identity_session",
    "select * from access_grant",
    "select access.roles()",
    "select access.shown('contact')",
)


def signed(body: str, key: bytes | None = None) -> str:
    return f"{body}~{hmac.digest(key or config.secret('ticket.key'), body.encode(), hashlib.sha256).hex()}"


@pytest.fixture
def raw(town):
    with attacking(town.app_dsn) as connection:
        yield connection


def body(town) -> str:
    return ticket.sign(town.actor("carl")).partition("~")[0]


def with_part(index: int, value: str):
    def forge(town) -> str:
        parts = body(town).split(":")
        parts[index] = value
        return ":".join(parts)

    return forge


def mac_of(town) -> str:
    return ticket.sign(town.actor("carl")).partition("~")[2]


FORGERIES = {
    "nothing": lambda town: "",
    "only a separator": lambda town: "~",
    "no signature": body,
    "an empty signature": lambda town: body(town) + "~",
    "half a signature": lambda town: ticket.sign(town.actor("carl"))[:-32],
    "the signature of another": lambda town: f"{body(town)}~{ticket.sign(town.actor('anna')).partition('~')[2]}",
    "another person": lambda town: with_part(2, str(town.person["anna"]))(town) + "~" + mac_of(town),
    "another organisation": lambda town: with_part(3, str(town.organisation["south"]))(town) + "~" + mac_of(town),
    "an office": lambda town: with_part(4, "operator")(town) + "~" + mac_of(town),
    "a longer life": lambda town: with_part(7, str(int(time.time()) + 10**6))(town) + "~" + mac_of(town),
    "another key": lambda town: ticket.sign(town.actor("carl"), key=b"k" * 32),
    "the pads as key": lambda town: ticket.sign(town.actor("carl"), key=b"6" * 64),
    "words after the signature": lambda town: ticket.sign(town.actor("carl")) + "~anna",
    "a plain hash": lambda town: f"{body(town)}~{hashlib.sha256(body(town).encode()).hexdigest()}",
    "a capital signature": lambda town: f"{body(town)}~{mac_of(town).upper()}",
    # signed with the right key, as an old or careless program would
    "expired": lambda town: ticket.sign(town.actor("carl"), life=-1),
    "without an end": lambda town: signed(with_part(7, "-")(town)),
    "version two": lambda town: signed(with_part(0, "2")(town)),
    "no version": lambda town: signed(with_part(0, "-")(town)),
    "one field more": lambda town: signed(body(town) + ":x"),
    "one field less": lambda town: signed(body(town).rpartition(":")[0]),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_ticket_that_is_not_ours_raises(raw, town, forgery):
    show(raw, FORGERIES[forgery](town))
    for statement in READS:
        refused(raw, statement, state=NO_TICKET)


def test_no_ticket_raises_and_never_shows_an_empty_page(raw):
    for statement in READS:
        refused(raw, statement, state=NO_TICKET)
    refused(raw, "update identity_person set language = 'x'", state=NO_TICKET)
    refused(raw, "delete from identity_session", state=NO_TICKET)


def test_no_readable_table_answers_without_a_ticket(town):
    """Also those of apps that this file has never heard of: every table with a row in it."""
    with psycopg.connect(town.admin_dsn) as admin:
        tables = admin.execute(
            "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where c.relkind in ('r', 'p', 'v', 'm') and n.nspname !~ '^(pg_|information_schema)' "
            "and has_any_column_privilege('tillit_app', c.oid, 'select')"
        ).fetchall()
        filled = [t for (t,) in tables if admin.execute(f"select exists (select from {t})").fetchone()[0]]
    assert {"identity_person", "identity_organisation", "access_grant"} <= set(filled)
    with attacking(town.app_dsn) as raw:
        for table in filled:
            refused(raw, f"select count(*) from {table}", state=NO_TICKET)


def test_signed_ticket_is_believed(raw):
    actor = ticket.Actor(
        office="guest", account=new_id(), person=new_id(), organisation=new_id(), subject=str(new_id())
    )
    show(raw, ticket.sign(actor))
    row = raw.execute(
        "select access.account(), access.person(), access.organisation(), access.office(), access.subject(), "
        "access.subject_id()"
    ).fetchone()
    assert row == (
        actor.account, actor.person, actor.organisation, actor.office, actor.subject, row[5],
    )  # fmt: skip
    assert str(row[5]) == actor.subject


@pytest.mark.parametrize("word", ["a:b", "a~b", "a b", "a\nb", "-", ""])
def test_a_claim_cannot_smuggle_in_another(word):
    with pytest.raises(ValueError, match="one word"):
        ticket.Actor(office=word)
    if word:
        with pytest.raises(ValueError, match="one word"):
            ticket.Actor(subject=word)


def test_a_subject_that_is_no_id_is_nobody_and_breaks_nothing(raw, town):
    """Login by the index of an address: the policy for ids stands beside the one for indexes."""
    show(raw, ticket.sign(ticket.Actor(office="login", subject="bo".ljust(64, "0"))))
    assert raw.execute("select id from identity_account").fetchall() == [(town.account["bo"],)]
    show(raw, ticket.sign(ticket.Actor(office="login", subject=str(town.account["anna"]))))
    assert raw.execute("select id from identity_account").fetchall() == [(town.account["anna"],)]


def test_the_secret_cannot_be_reached(raw, town):
    show(raw, ticket.sign(town.actor("anna")))
    for statement in (
        "select * from access.secret",
        "select count(*) from access.secret",
        "update access.secret set id = true",
        "delete from access.secret",
        "insert into access.secret values (true, '', '')",
        "truncate access.secret",
        "copy access.secret to stdout",
        "lock table access.secret",
        "create or replace function access.claims() returns text[] language sql as 'select null::text[]'",
        "alter function access.claims() security invoker",
        "drop function access.claims() cascade",
    ):
        refused(raw, statement)
    assert raw.execute("select * from pg_stats where schemaname = 'access'").fetchall() == []


# -- what stays behind on a connection ---------------------------------------------------------------------------


def test_a_ticket_ends_with_its_transaction(town):
    with psycopg.connect(town.app_dsn) as raw:
        for end in (raw.commit, raw.rollback):
            show(raw, ticket.sign(town.actor("anna")))
            assert raw.execute("select access.person()").fetchone() == (town.person["anna"],)
            end()
            refused(raw, "select * from identity_person", state=NO_TICKET)
            raw.rollback()


def test_a_ticket_of_a_savepoint_goes_back_with_it(raw, town):
    show(raw, ticket.sign(town.actor("carl")))
    with raw.transaction(force_rollback=True):
        show(raw, ticket.sign(town.actor("anna")))
        assert raw.execute("select access.person()").fetchone() == (town.person["anna"],)
    assert raw.execute("select access.person()").fetchone() == (town.person["carl"],)


def test_a_prepared_statement_follows_the_ticket(raw, town):
    """Also when its plan is kept: rows are those of whoever acts when it runs."""
    raw.execute("set local plan_cache_mode = force_generic_plan")
    raw.execute("prepare peek as select display_name from identity_person order by 1")
    for name, seen in (("carl", 1), ("anna", 2), ("carl", 1), ("emil", 2)):
        show(raw, ticket.sign(town.actor(name)))
        rows = raw.execute("execute peek").fetchall()
        assert len(rows) == seen
        assert (f"Secret {name}".encode(),) in rows


def test_a_cursor_keeps_the_rows_of_whoever_opened_it(raw, town):
    """Not less, but not more: another ticket in the same transaction adds nothing to it once it has begun."""
    show(raw, ticket.sign(town.actor("carl")))
    raw.execute("declare peek scroll cursor for select display_name from identity_person")
    assert raw.execute("fetch 1 from peek").fetchall() == [(b"Secret carl",)]
    show(raw, ticket.sign(town.actor("anna")))
    assert raw.execute("fetch all from peek").fetchall() == []
    raw.execute("move absolute 0 in peek")
    assert raw.execute("fetch all from peek").fetchall() == [(b"Secret carl",)]


def test_the_ticket_of_another_session_cannot_be_read(town):
    """The victim works; the attacker looks for its ticket wherever PostgreSQL shows other sessions."""
    secret = ticket.sign(town.actor("anna"))
    with attacking(town.app_dsn) as victim, attacking(town.app_dsn, town.actor("carl")) as thief:
        victim.execute(f"select set_config('tillit.ticket', '{secret}', true)")  # as text, the worst case
        victim.execute("prepare mine as select 'Secret prepared'")
        victim.execute("declare mine cursor for select 'Secret cursor'")
        for statement in (
            "select * from pg_stat_activity",
            "select pg_stat_get_activity(null)",
            f"select pg_stat_get_backend_activity({victim.info.backend_pid})",
            "select pg_stat_get_backend_idset()",
            "select * from pg_stat_ssl",
            "select * from pg_stat_gssapi",
            "select * from pg_stat_replication",
            "select pg_stat_get_progress_info('VACUUM')",
            f"select pg_log_backend_memory_contexts({victim.info.backend_pid})",
            f"select pg_cancel_backend({victim.info.backend_pid})",
            f"select pg_terminate_backend({victim.info.backend_pid})",
            "select pg_current_logfile()",
            "select pg_ls_logdir()",
            "select pg_read_file('postgresql.auto.conf')",
        ):
            refused(thief, statement)
        for view in ("pg_prepared_statements", "pg_cursors", "pg_settings", "pg_locks", "pg_prepared_xacts"):
            seen = thief.execute(f"select t::text from {view} t").fetchall()
            assert not any(secret in row or "Secret" in row for (row,) in seen), view
