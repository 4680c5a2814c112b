"""The Python side of the ticket: every statement is in a transaction and carries the ticket of whoever acts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from tests.conftest import connected_to
from tillit import access
from tillit.kernel import clock, ticket
from tillit.kernel.db import base
from tillit.kernel.db.base import Unticketed
from tillit.kernel.ids import new_id

ANNA = ticket.Actor(office="member", person=new_id(), organisation=new_id())
BO = ticket.Actor(office="member", person=new_id(), organisation=new_id())


@pytest.fixture(scope="module")
def database(make_clone: Callable[[], str]) -> str:
    return make_clone()


@pytest.fixture(autouse=True)
def connected(server: Any, database: str) -> Iterator[None]:
    with connected_to(server.dsn("tillit_app", "test", database)):
        yield


def person() -> object:
    """Whom the database believes to act now."""
    with connection.cursor() as cursor:
        cursor.execute("select access.person()")
        return cursor.fetchone()[0]


def copying(cursor: Any) -> None:
    with cursor.copy("copy (select 1) to stdout") as copy:
        list(copy)


WAYS: dict[str, Callable[[Any], object]] = {
    "execute": lambda cursor: cursor.execute("select 1"),
    "executemany": lambda cursor: cursor.executemany("select %s", [[1], [2]]),
    "callproc": lambda cursor: cursor.callproc("now"),
    "copy": copying,
    "stream": lambda cursor: list(cursor.stream("select 1")),
}


@pytest.mark.parametrize("way", WAYS)
def test_outside_a_transaction_nothing_is_said(way: str) -> None:
    with ticket.acting(ANNA), connection.cursor() as cursor, pytest.raises(Unticketed, match="outside"):
        WAYS[way](cursor)


@pytest.mark.parametrize("way", WAYS)
def test_with_nobody_acting_nothing_is_said(way: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor, pytest.raises(Unticketed, match="Nobody acts"):
        WAYS[way](cursor)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_speaking_presents_the_ticket(way: str) -> None:
    with ticket.acting(ANNA), transaction.atomic():
        assert person() == ANNA.person
        with ticket.acting(BO), connection.cursor() as cursor:
            WAYS[way](cursor)
            carried = connection.connection.execute("select access.person()").fetchone()
            assert carried == (BO.person,)


def test_a_debug_cursor_presents_it_too_and_does_not_write_it_down() -> None:
    connection.force_debug_cursor = True
    try:
        with ticket.acting(ANNA), transaction.atomic():
            assert person() == ANNA.person
        said = " ".join(query["sql"] for query in connection.queries)
        assert "access.person" in said
        assert "tillit.ticket" not in said
    finally:
        connection.force_debug_cursor = False
        connection.queries_log.clear()


def test_the_model_layer_asks_like_everybody() -> None:
    from tillit.identity.models import Organisation

    with pytest.raises(Unticketed):
        Organisation.objects.exists()
    with ticket.acting(access.PUBLIC), transaction.atomic():
        assert not Organisation.objects.exists()


def test_actors_nest_and_come_back() -> None:
    with ticket.acting(ANNA), transaction.atomic():
        assert person() == ANNA.person
        with ticket.acting(BO):
            assert person() == BO.person
            with ticket.acting(ANNA):
                assert person() == ANNA.person
            assert person() == BO.person
        assert person() == ANNA.person
        with pytest.raises(ZeroDivisionError), ticket.acting(BO):
            assert person() == BO.person
            raise ZeroDivisionError
        assert person() == ANNA.person


def test_an_office_keeps_the_person_and_ends() -> None:
    def office() -> object:
        with connection.cursor() as cursor:
            cursor.execute("select access.office(), access.subject(), access.person()")
            return cursor.fetchone()

    with ticket.acting(ANNA), transaction.atomic():
        with access.as_office("login", "someone"):
            assert office() == ("login", "someone", ANNA.person)
        assert office() == ("member", None, ANNA.person)
    with transaction.atomic(), access.as_office("sweeper"):
        assert office() == ("sweeper", None, None)


def test_a_savepoint_that_goes_back_leaves_the_right_ticket() -> None:
    with ticket.acting(ANNA), transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic(), ticket.acting(BO):
            assert person() == BO.person
            raise ZeroDivisionError
        assert person() == ANNA.person
        with ticket.acting(BO):
            with pytest.raises(Exception, match="division by zero"), transaction.atomic():
                connection.cursor().execute("select 1/0")
            assert person() == BO.person
        with transaction.atomic(), ticket.acting(BO):
            assert person() == BO.person  # and the savepoint is kept
        assert person() == ANNA.person


def test_a_savepoint_before_anybody_spoke() -> None:
    with ticket.acting(ANNA), transaction.atomic():
        with transaction.atomic():
            assert person() == ANNA.person
            transaction.set_rollback(True)
        assert person() == ANNA.person


def test_what_a_transaction_remembers_goes_with_it() -> None:
    """An opened key whose row went back with a savepoint would seal values that never open again."""
    with ticket.acting(ANNA):
        with transaction.atomic():
            connection.transaction_cache["kept"] = 1
            with transaction.atomic():
                connection.transaction_cache["more"] = 1
            assert connection.transaction_cache == {"kept": 1, "more": 1}
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                connection.transaction_cache["new"] = 1
                raise ZeroDivisionError
            assert connection.transaction_cache == {}
            connection.transaction_cache["late"] = 1
        assert connection.transaction_cache == {}


def test_each_transaction_begins_anew() -> None:
    for actor in (ANNA, BO, ANNA):
        with ticket.acting(actor):
            with transaction.atomic():
                assert person() == actor.person
            with pytest.raises(Unticketed):
                person()
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                assert person() == actor.person
                raise ZeroDivisionError
            with transaction.atomic():
                assert person() == actor.person


def test_a_lost_connection_takes_its_ticket_with_it() -> None:
    with ticket.acting(ANNA):
        with transaction.atomic():
            person()
        connection.close()
        with transaction.atomic():
            assert person() == ANNA.person


def test_the_ticket_is_presented_once_per_actor_and_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    signed: list[ticket.Actor] = []
    sign = ticket.sign
    monkeypatch.setattr(ticket, "sign", lambda actor: (signed.append(actor), sign(actor))[1])
    with ticket.acting(ANNA):
        with transaction.atomic():
            assert signed == []  # not before somebody speaks
            for _ in range(5):
                person()
            with transaction.atomic():
                person()
        with transaction.atomic():
            pass
    assert signed == [ANNA]


def test_the_ticket_is_renewed_before_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [1000.0]
    monkeypatch.setattr(base.time, "monotonic", lambda: moment[0])
    with ticket.acting(ANNA), transaction.atomic():
        person()
        ends = connection.connection.execute("select (access.claims())[8]::bigint").fetchone()[0]
        moment[0] += ticket.LIFE_SECONDS / 2 + 1
        monkeypatch.setattr(ticket.time, "time", lambda: ends)
        person()
        assert connection.connection.execute("select (access.claims())[8]::bigint").fetchone()[0] > ends


def test_the_database_reads_our_clock_also_when_it_moves_within_a_transaction() -> None:
    def now() -> object:
        with connection.cursor() as cursor:
            cursor.execute("select access.now()")
            return cursor.fetchone()[0]

    early, late = datetime(2030, 3, 31, 0, 30, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
    with ticket.acting(ANNA), transaction.atomic():
        with clock.at(early):
            assert now() == early
            with clock.at(late):
                assert now() == late
            assert now() == early
        assert early != now() != late


# -- cursors in the server ---------------------------------------------------------------------------------------


def chunked() -> Any:
    return connection.chunked_cursor()


def test_a_cursor_in_the_server_is_read_by_whoever_opened_it() -> None:
    with ticket.acting(ANNA), transaction.atomic(), chunked() as cursor:
        cursor.execute("select access.person() from generate_series(1, 9)")
        assert cursor.fetchone() == (ANNA.person,)
        for name in ("fetchone", "fetchmany", "fetchall"):
            with ticket.acting(BO), pytest.raises(Unticketed, match="whoever opened it"):
                getattr(cursor, name)()
        with ticket.acting(BO), pytest.raises(Unticketed, match="whoever opened it"):
            next(iter(cursor))
        assert cursor.fetchone() == (ANNA.person,)


def test_rows_come_in_portions_for_one_actor() -> None:
    from tillit.identity.models import Organisation

    with ticket.acting(ANNA), transaction.atomic():
        assert list(Organisation.objects.iterator(chunk_size=2)) == []
        late = Organisation.objects.iterator(chunk_size=2)
    with pytest.raises(Unticketed):  # a lazy body, after its transaction
        list(late)


# -- hooks and threads -------------------------------------------------------------------------------------------


def test_a_hook_after_the_commit_opens_its_own_transaction() -> None:
    heard: list[object] = []

    def bare() -> None:
        with pytest.raises(Unticketed, match="outside"):
            person()
        heard.append("refused")

    def proper() -> None:
        with transaction.atomic():
            heard.append(person())

    with ticket.acting(ANNA), transaction.atomic():
        transaction.on_commit(bare)
        transaction.on_commit(proper)
    assert heard == ["refused", ANNA.person]


def test_another_thread_acts_for_nobody() -> None:
    heard: list[object] = []

    def work() -> None:
        try:
            with transaction.atomic():
                person()
        except Unticketed as error:
            heard.append(str(error))
        finally:
            connection.close()

    with ticket.acting(ANNA), transaction.atomic():
        person()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert "Nobody acts" in str(heard[0])


# -- roles and broken transactions -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["tillit_super", "tillit_backup", "tillit_owner"])
def test_a_role_that_row_security_does_not_hold_is_refused(server: Any, database: str, role: str) -> None:
    """An installation that gives the web process an administrator's address would show everything to everybody."""
    dsn = server.admin_dsn(database) if role == "tillit_super" else server.dsn(role, "test", database)
    with connected_to(dsn), ticket.acting(ANNA):
        with pytest.raises(Unticketed, match="Row security does not hold"), transaction.atomic():
            person()
        connection.close()


def test_the_owner_works_without_a_ticket_and_sees_nothing(server: Any, database: str) -> None:
    with connected_to(server.dsn("tillit_owner", "test", database)):
        connection.ticketless = True
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select count(*) from identity_organisation")
                assert cursor.fetchone() == (0,)
        finally:
            connection.ticketless = False


def test_a_broken_transaction_says_so() -> None:
    with ticket.acting(ANNA), transaction.atomic():
        with pytest.raises(Exception, match="division by zero"), transaction.atomic():
            person()
            connection.cursor().execute("select 1/0")
        with pytest.raises(ZeroDivisionError), transaction.atomic(savepoint=False):
            raise ZeroDivisionError
        with ticket.acting(BO), pytest.raises(TransactionManagementError):
            person()
        transaction.set_rollback(True)
