"""Helpers for migrations: the owner sees rows only where it says so, and never leaves a table open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from tests.conftest import connected_to
from tillit.kernel.ids import new_id
from tillit.kernel.migrate import RunFile, unforced

TABLES = ("identity_organisation", "identity_person")


@pytest.fixture(scope="module")
def database(server: Any, make_clone: Callable[[], str]) -> str:
    name = make_clone()
    with psycopg.connect(server.admin_dsn(name)) as admin:
        add_organisation(admin)
    return name


def add_organisation(speaker: Any) -> Any:
    made = new_id()
    speaker.execute(
        "insert into identity_organisation (id, slug, name, number, address, publisher, contact_email, region, "
        "languages, time_zone, currency, modules, colour, about, published, made) "
        "values (%s, %s, 'n', '1', 'a', 'p', 'o@example.org', 'eu', '{sv}', 'UTC', 'SEK', '{}', 'teal', '{}', true, "
        "now())",
        [made, str(made)],
    )
    return made


def add_person(speaker: Any, organisation: Any) -> None:
    speaker.execute(
        "insert into identity_person (id, organisation_id, display_name, email, email_index, phone, language, "
        "time_zone, verified, made) values (%s, %s, 'n', '', '', '', 'sv', 'UTC', false, now())",
        [new_id(), organisation],
    )


@pytest.fixture(autouse=True)
def owner(server: Any, database: str) -> Iterator[None]:
    with connected_to(server.dsn("tillit_owner", "test", database)):
        connection.ticketless = True
        yield
        connection.ticketless = False
        assert forced() == {True}, "a table was left open"


def forced() -> set[bool]:
    connection.ticketless = True
    with connection.cursor() as cursor:
        cursor.execute("select relforcerowsecurity from pg_class where relname = any(%s)", [list(TABLES)])
        found = {flag for (flag,) in cursor.fetchall()}
    connection.ticketless = False
    return found


def count(table: str = TABLES[0]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        return cursor.fetchone()[0]


def test_rows_are_seen_inside_only():
    with connection.schema_editor() as editor:
        assert count() == 0  # silent emptiness: why this exists
        with unforced(editor, *TABLES):
            assert count() == 1
            assert connection.cursor().execute("update identity_organisation set name = 'm'").rowcount == 1
        assert count() == 0


def test_with_waiting_checks_of_foreign_keys():
    """An ALTER refuses a table whose deferred checks are due."""
    with connection.schema_editor() as editor:
        with unforced(editor, *TABLES), connection.cursor() as cursor:
            add_person(cursor, add_organisation(cursor))
            assert count("identity_person") == 1
        transaction.set_rollback(True)


def test_a_wrong_key_is_found_at_the_end_of_the_block():
    with connection.schema_editor() as editor:
        with pytest.raises(Exception, match="foreign key"), unforced(editor, *TABLES), connection.cursor() as cursor:
            add_person(cursor, new_id())
        assert count("identity_person") == 0
        transaction.set_rollback(True)


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize("statement", [None, "select 1/0"])
def test_an_error_closes_the_tables_again(atomic: bool, statement: str | None):
    """An error of the database or of Python, caught or not, in a migration with or without a transaction."""

    def fail(editor: Any) -> None:
        with unforced(editor, *TABLES):
            connection.cursor().execute("update identity_organisation set name = 'gone'")
            if statement:
                connection.cursor().execute(statement)
            raise ZeroDivisionError("division by zero")

    with connection.schema_editor(atomic=atomic) as editor:
        with pytest.raises(Exception, match="division by zero"):
            fail(editor)
        assert count() == 0
    connection.ticketless = True
    with pytest.raises(Exception, match="division by zero"), connection.schema_editor(atomic=atomic) as editor:
        fail(editor)


@pytest.fixture
def file(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    from django.apps import apps

    (tmp_path / "sql").mkdir()
    monkeypatch.setattr(apps.get_app_config("kernel"), "path", str(tmp_path))
    return tmp_path / "sql" / "x.sql"


def test_a_warning_is_an_error(file: Any):
    """A REVOKE by somebody who is no longer the owner takes nothing away, and PostgreSQL only warns."""
    made = "create function access.x() returns int language sql as 'select 1';"
    revoke, hand_over = (
        "revoke execute on function access.x() from public;",
        ("alter function access.x() owner to tillit_definer;"),
    )
    with connection.schema_editor() as editor:
        file.write_text(f"{made} {revoke} {hand_over}")
        RunFile("x.sql").database_forwards("kernel", editor, None, None)
        with connection.cursor() as cursor:
            cursor.execute("select has_function_privilege('tillit_app', 'access.x()', 'execute')")
            assert cursor.fetchone() == (False,)
            cursor.execute("set local role tillit_definer; drop function access.x(); reset role")
        file.write_text(f"{made} {hand_over} {revoke}")
        with pytest.raises(ProgrammingError, match=r"x\.sql: no privileges could be revoked"):
            RunFile("x.sql").database_forwards("kernel", editor, None, None)
        transaction.set_rollback(True)


def test_a_file_runs_in_its_app(file: Any):
    file.write_text("update identity_organisation set name = 'it''s 100%'; select 1;")
    operation = RunFile("x.sql")
    assert operation.describe() == "Run x.sql"
    with connection.schema_editor() as editor:
        operation.database_forwards("kernel", editor, None, None)
        with pytest.raises(NotImplementedError):
            operation.database_backwards("kernel", editor, None, None)


def test_migrations_that_add_render_what_they_add_alone():
    from django.db import migrations, models
    from django.db.migrations.state import ProjectState

    from tillit.kernel.management.commands.migrate import sparing

    class Silent:
        atomic_migration = False
        connection = connection
        collect_sql = False

        def __getattr__(self, name: str) -> Callable[..., None]:
            return lambda *_: None

    def apply(state: ProjectState, *operations: Any) -> ProjectState:
        migration = migrations.Migration("0001", "sample")
        migration.atomic, migration.operations = False, list(operations)
        with sparing():
            return migration.apply(state, Silent())

    key = ("id", models.AutoField(primary_key=True))
    state = ProjectState()
    assert not state.apps.get_models()  # rendered, as Django does before the first migration
    state = apply(state, migrations.CreateModel("Thing", [key, ("n", models.IntegerField())]))
    thing = state.apps.get_model("sample", "Thing")

    once = models.UniqueConstraint(fields=["n"], name="thing_once")
    never = models.CheckConstraint(condition=models.Q(n=None), name="thing_never")
    part = migrations.CreateModel("Part", [key, ("thing", models.ForeignKey("sample.Thing", models.CASCADE))])
    adding = migrations.AddConstraint("Thing", never), migrations.RemoveConstraint("Thing", "thing_never")
    state = apply(state, part, migrations.AddConstraint("Thing", once), *adding)
    assert state.apps.get_model("sample", "Thing") is thing  # not rendered again
    assert thing._meta.constraints == state.models["sample", "thing"].options["constraints"] == [once]
    assert state.apps.get_model("sample", "Part")._meta.get_field("thing").related_model is thing

    state = apply(state, migrations.AddField("Thing", "m", models.IntegerField(default=0)))
    assert state.apps.get_model("sample", "Thing")._meta.get_field("m")

    # whatever changes or takes something away sees all that is related
    state = apply(state, migrations.AlterField("Thing", "m", models.TextField()))
    thing = state.apps.get_model("sample", "Thing")
    assert [one.related_model._meta.model_name for one in thing._meta.related_objects] == ["part"]
    assert state.apps.get_model("sample", "Part")._meta.get_field("thing").related_model is thing
