"""A pooled connection goes from one request to the next. Whatever injected SQL leaves on it is gone by then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.utils import Error

from tillit.kernel import ticket
from tillit.kernel.db.base import DatabaseWrapper

pytestmark = pytest.mark.attack


@pytest.fixture
def pool(town) -> Iterator[None]:
    """Django on a pool of one connection, as in production: every borrower gets the last one's."""
    settings = dict(connections["default"].settings_dict)
    dsn = dict(part.split("=", 1) for part in town.app_dsn.split())
    settings |= {"NAME": town.database, "USER": "tillit_app", "PASSWORD": "test"}
    settings |= {"HOST": dsn["host"], "PORT": dsn["port"]}
    # the server's default zone is another one, as on a server that is not ours
    settings["OPTIONS"] = {
        **settings["OPTIONS"],
        "pool": {"min_size": 1, "max_size": 1, "timeout": 5},
        "options": "-c TimeZone=Asia/Tehran",
    }
    before = connections["default"]
    connections["default"] = DatabaseWrapper(settings, "default")
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()
        connections["default"] = before


@contextmanager
def request(actor: ticket.Actor) -> Iterator[Any]:
    """What a request does: borrow, one transaction, give back."""
    try:
        with ticket.acting(actor), transaction.atomic(), connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def test_the_next_request_really_has_the_same_connection(pool, town):
    pids = set()
    for name in ("carl", "anna", "carl"):
        with request(town.actor(name)) as cursor:
            cursor.execute("select pg_backend_pid(), access.person()")
            pid, person = cursor.fetchone()
            pids.add(pid)
            assert person == town.person[name]
    assert len(pids) == 1


LEAVINGS = {
    "search_path": "set search_path = access",
    "statement_timeout": "set statement_timeout = 1",
    "row_security": "set row_security = off",
    "default_transaction_read_only": "set default_transaction_read_only = on",
    "standard_conforming_strings": "set standard_conforming_strings = off",
    "client_encoding": "set client_encoding = sjis",
    "datestyle": "set datestyle = 'SQL, DMY'",
    "TimeZone": "set timezone = 'Pacific/Auckland'",
    "transform_null_equals": "set transform_null_equals = on",
    "plan_cache_mode": "set plan_cache_mode = force_generic_plan",
    "tillit.ticket": "select set_config('tillit.ticket', 'mine', false)",
    "tillit.note": "select set_config('tillit.note', 'for later', false)",
}


@pytest.mark.parametrize("setting", LEAVINGS)
def test_settings_do_not_wait_for_the_next(pool, town, setting):
    def now() -> Any:
        with request(town.actor("anna")) as cursor:
            cursor.execute("select current_setting(%s, true)", [setting])
            return cursor.fetchone()[0]

    before = now()
    with request(town.actor("carl")) as cursor:
        cursor.execute(f"commit; {LEAVINGS[setting]}; begin")  # without parameters: several statements at once
    if setting == "tillit.ticket":
        before = now()  # its own
        assert str(town.person["anna"]) in before
    elif setting == "tillit.note":
        assert now() in (None, "")
    else:
        assert now() == before


def test_the_zone_is_ours_whatever_the_servers(pool, town):
    for _ in range(2):
        with request(town.actor("anna")) as cursor:
            cursor.execute("show timezone")
            assert cursor.fetchone() == ("UTC",)


def test_a_ticket_left_for_the_session_is_gone(pool, town):
    """The application presents its own anyway; whoever speaks to the connection without it finds none."""
    with request(town.actor("anna")) as cursor:
        cursor.execute("select set_config('tillit.ticket', current_setting('tillit.ticket'), false)")
    connection.ensure_connection()
    raw = connection.connection
    assert raw.execute("select nullif(current_setting('tillit.ticket', true), '')").fetchone() == (None,)
    raw.rollback()


def test_a_prepared_statement_does_not_wait_for_a_victim(pool, town):
    """Nor one under the driver's own name, which the next request would run with its own ticket."""
    with request(town.actor("carl")) as cursor:
        for name in ("_pg3_0", "_pg3_1", "mine"):
            cursor.execute(f"prepare {name} as select 'poison'")
    for _ in range(10):
        with request(town.actor("anna")) as cursor:
            for _ in range(10):
                cursor.execute("select display_name from identity_person where id = %s", [town.person["anna"]])
                assert cursor.fetchone() == (b"Secret anna",)
            cursor.execute("select statement from pg_prepared_statements")  # the driver's own are there
            assert not any("poison" in statement for (statement,) in cursor.fetchall())


def test_a_held_cursor_is_closed(pool, town):
    with request(town.actor("anna")) as cursor:
        cursor.execute("declare mine cursor with hold for select display_name from identity_person")
    with request(town.actor("carl")) as cursor:
        cursor.execute("select count(*) from pg_cursors")
        assert cursor.fetchone() == (0,)
        with pytest.raises(Error, match="does not exist"):
            cursor.execute("fetch all from mine")


def test_locks_and_channels_are_let_go(pool, town):
    with request(town.actor("carl")) as cursor:
        cursor.execute("select pg_advisory_lock(4711)")
        cursor.execute("listen mine")
    with request(town.actor("anna")) as cursor:
        cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)
        cursor.execute("select count(*) from pg_listening_channels()")
        assert cursor.fetchone() == (0,)


def test_a_transaction_ended_by_injected_sql_goes_on_without_a_ticket(pool, town):
    """The rest of the request raises; nothing is written or shown without knowing for whom."""
    with pytest.raises(Error, match="no ticket"), request(town.actor("anna")) as cursor:
        cursor.execute("rollback")
        cursor.execute("select * from identity_person")
    with request(town.actor("carl")) as cursor:
        cursor.execute("select display_name from identity_person")
        assert cursor.fetchall() == [(b"Secret carl",)]


def test_a_connection_that_cannot_be_cleaned_is_thrown_away(pool, town, monkeypatch):
    def fail(*_: Any) -> None:
        raise RuntimeError("no")

    with request(town.actor("carl")) as cursor:
        cursor.execute("select pg_backend_pid()")
        first = cursor.fetchone()[0]
        monkeypatch.setattr(connection.connection, "execute", fail)
    with request(town.actor("anna")) as cursor:
        cursor.execute("select pg_backend_pid(), access.person()")
        pid, person = cursor.fetchone()
        assert pid != first
        assert person == town.person["anna"]


def test_without_the_cleaning_a_victim_runs_the_attackers_statement(pool, town):
    """Why it is done: the same attack with the cleaning taken out succeeds."""
    connection.settings_dict["OPTIONS"]["pool"].pop("reset")
    with request(town.actor("anna")) as cursor:
        cursor.execute("prepare mine as select display_name from identity_person order by 1")
        cursor.execute("declare kept cursor with hold for select display_name from identity_person order by 1")
    with request(town.actor("carl")) as cursor:
        cursor.execute("fetch 1 from kept")
        assert cursor.fetchone() == (b"Secret anna",)
        cursor.execute("select count(*) from pg_prepared_statements where name = 'mine'")
        assert cursor.fetchone() == (1,)
