"""Row security: what a declaration is compiled into, and that the database then keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, migrations, models, transaction
from django.test.utils import isolate_apps

from tests.conftest import connected_to
from tests.kernel.samples import Note, Thread, security
from tillit.access.visible import colleague, shown, staff
from tillit.kernel import rls, ticket
from tillit.kernel.ids import new_id
from tillit.kernel.models import CASCADE, Record

# -- compiling ---------------------------------------------------------------------------------------------------


def test_what_a_declaration_becomes():
    wall = "organisation_id = (select access.organisation())"
    own = "person_id = (select access.person())"
    see = f"({own}) or (open) or (id = (select access.subject_id_as('guest')))"
    parents = (
        'exists (select 1 from "sample_thread" parent where parent.id = thread_id) and '
        '(kept_with_id is null or exists (select 1 from "sample_thread" parent where parent.id = kept_with_id))'
    )
    compiled = security(Note)
    assert compiled.rights == ("SELECT", "INSERT", "UPDATE (text, thread_id)")
    assert compiled.definer == ("SELECT", "UPDATE (open)")
    assert compiled.policies == (
        ("wall", "restrictive", "all", wall, wall),
        ("see", "permissive", "SELECT", see, ""),
        ("add", "permissive", "INSERT", "", own),
        ("add_parents", "restrictive", "INSERT", "", parents),
        (
            "change", "permissive", "UPDATE", f"({own}) and ((select access.office()) in ('member', 'editor'))",
            f"({own})",
        ),
        ("change_parents", "restrictive", "UPDATE", "true", parents),
    )  # fmt: skip


def test_the_statements():
    statements = security(Thread).statements("sample_thread")
    assert statements[:2] == [
        'alter table "sample_thread" enable row level security, force row level security',
        'revoke all on "sample_thread" from public, tillit_app, tillit_definer',
    ]
    assert [s for s in statements if s.startswith("grant")] == [
        f'grant {right} on "sample_thread" to tillit_app' for right in ("SELECT", "INSERT", "DELETE")
    ]
    own = "person_id = (select access.person())"
    assert f'create policy remove on "sample_thread" as permissive for DELETE to tillit_app using ({own})' in statements
    assert not [s for s in statements if "tillit_definer using" in s]
    definer = 'create policy definer on "sample_note" to tillit_definer using (true) with check (true)'
    assert definer in security(Note).statements("sample_note")


BLOCKS = {
    "(select access.office()) is not null": rls.everyone(),
    "published": rls.where("published"),
    "person_id = (select access.person())": rls.own(),
    "id = (select access.account())": rls.own_account("id"),
    "(select access.office()) = 'a'": rls.office("a"),
    "(select access.office()) in ('a', 'b')": rls.office("a", "b"),
    "(select access.office()) = 'it''s'": rls.office("it's"),
    "x = (select access.subject_as('l'))": rls.subject("x", of="l"),
    "x = (select access.subject_id_as('l'))": rls.subject_id("x", of="l"),
    "x = any((select f())::uuid[])": rls.any_of("x", "f()"),
    "(a) and (b)": rls.where("a") & rls.where("b"),
    "((a) and (b)) and (c)": rls.where("a") & rls.where("b") & rls.where("c"),
    "(select access.roles() && array['a', 'b'])": staff("a", "b"),
    "id = any((select access.colleagues())::uuid[])": colleague("id"),
    "id = any((select access.shown('contact'))::uuid[])": shown("id", "contact"),
}


@pytest.mark.parametrize("sql", BLOCKS)
def test_blocks(sql):
    assert BLOCKS[sql].sql == sql


def test_an_and_inside_an_or_keeps_its_brackets():
    """Blocks of a list are OR-ed; without brackets an AND would take its neighbour in."""

    class Both:
        Visible = type("Visible", (), {"see": [rls.where("a") & rls.where("b"), rls.where("c")]})
        _meta = Thread._meta

    assert rls.compile_visible(Both)["policies"][0][3] == "((a) and (b)) or (c)"


def test_an_unknown_word_is_refused():
    class Wrong:
        Visible = type("Visible", (), {"se": [rls.everyone()], "change": []})
        __name__ = "Wrong"
        _meta = Thread._meta

    with pytest.raises(ImproperlyConfigured, match=r"Visible does not know se\."):
        rls.compile_visible(Wrong)


def test_a_model_without_anything_declared_gives_no_right():
    with isolate_apps("tillit.kernel"):

        class Closed(Record):
            class Meta:
                app_label = "kernel"

            class Visible:
                pass

    assert security(Closed).rights == security(Closed).policies == ()
    assert len(security(Closed).statements("x")) == 2


def test_the_autodetector_sees_a_changed_declaration():
    """The same text is equal and another is not, in both directions, so that makemigrations writes what changed."""
    live, stored = Note._meta.constraints[-1], security(Note)
    assert live == stored
    assert stored == live
    assert hash(live) == hash(stored)
    assert stored != rls.RowSecurity(**{**stored.deconstruct()[2], "rights": ("SELECT",)})
    assert stored != models.CheckConstraint(condition=models.Q(open=True), name=stored.name)
    assert stored.clone().deconstruct() == stored.deconstruct()
    assert migrations.AddConstraint("note", stored).deconstruct()[2]["constraint"] == live


# -- and the database --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def notes(server: Any, make_clone: Callable[[], str]) -> Iterator[tuple[str, str]]:
    """A database with the sample tables, made through Django's schema editor as a migration makes them."""
    name = make_clone()
    with connected_to(server.dsn("tillit_owner", "test", name)):
        connection.ticketless = True
        try:
            with transaction.atomic(), connection.schema_editor(atomic=False) as editor:
                editor.create_model(Thread)
                editor.create_model(Note)
        finally:
            connection.ticketless = False
    yield server.dsn("tillit_app", "test", name), name


@pytest.fixture
def raw(notes) -> Iterator[Any]:
    with psycopg.connect(notes[0]) as connected:
        yield connected
        connected.rollback()


HOME = new_id()
ANNA = ticket.Actor(office="member", person=new_id(), organisation=HOME)
BO = ticket.Actor(office="member", person=new_id(), organisation=HOME)


def act(raw, actor: ticket.Actor) -> None:
    raw.execute("select set_config('tillit.ticket', %s, true)", [ticket.sign(actor)])


def add_thread(raw, actor: ticket.Actor) -> Any:
    made = new_id()
    act(raw, actor)
    raw.execute("insert into sample_thread values (%s, %s, %s)", [made, actor.organisation, actor.person])
    return made


def add_note(raw, actor: ticket.Actor, thread: Any, **more: Any) -> Any:
    row = {
        "id": new_id(), "organisation_id": actor.organisation, "thread_id": thread, "person_id": actor.person,
        "text": "x", "open": False, **more,
    }  # fmt: skip
    act(raw, actor)
    names, values = ", ".join(row), ", ".join(f"%({name})s" for name in row)
    with raw.transaction():
        raw.execute(f"insert into sample_note ({names}) values ({values})", row)
    return row["id"]


def test_a_row_points_to_visible_rows_only(raw):
    """Foreign keys look past row security: without the check a note on a hidden thread would be accepted."""
    mine, hidden = add_thread(raw, ANNA), add_thread(raw, BO)
    note = add_note(raw, ANNA, mine)
    for wrong in ({"thread": hidden}, {"thread": mine, "kept_with_id": hidden}):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            add_note(raw, ANNA, **wrong)
    act(raw, ANNA)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), raw.transaction():
        raw.execute("update sample_note set thread_id = %s where id = %s", [hidden, note])
    # a hidden row and one that is not there answer alike
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        add_note(raw, ANNA, new_id())
    raw.execute("update sample_note set thread_id = %s where id = %s", [mine, note])


def test_a_row_is_made_in_ones_own_name_and_organisation(raw):
    mine = add_thread(raw, ANNA)
    for wrong in ({"person_id": BO.person}, {"organisation_id": new_id()}):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            add_note(raw, ANNA, mine, **wrong)


def test_columns_that_are_not_to_be_changed_are_not(raw):
    note = add_note(raw, ANNA, add_thread(raw, ANNA))
    for column, value in (("open", True), ("person_id", BO.person), ("organisation_id", new_id()), ("id", new_id())):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), raw.transaction():
            raw.execute(f"update sample_note set {column} = %s where id = %s", [value, note])
    assert raw.execute("update sample_note set text = 'y'").rowcount == 1
    act(raw, ANNA.with_office("public"))
    assert raw.execute("update sample_note set text = 'z'").rowcount == 0  # the office is not one of the two
    with pytest.raises(psycopg.errors.InsufficientPrivilege), raw.transaction():
        raw.execute("delete from sample_note")


def test_who_sees_a_row(raw):
    note = add_note(raw, ANNA, add_thread(raw, ANNA))
    shut = "select count(*) from sample_note"
    for actor, count in (
        (ANNA, 1),
        (BO, 0),
        (ticket.Actor(office="guest", subject=str(note), organisation=HOME), 1),
        (ticket.Actor(office="guest", subject="nonsense", organisation=HOME), 0),
        (ticket.Actor(office="public", subject=str(note), organisation=HOME), 0),
        (ticket.Actor(office="guest", subject=str(note), organisation=new_id()), 0),
        (ticket.Actor(office="guest", subject=str(note)), 0),
    ):
        act(raw, actor)
        assert raw.execute(shut).fetchone() == (count,), actor
    add_note(raw, ANNA, add_thread(raw, ANNA), open=True)
    act(raw, BO)
    assert raw.execute(shut).fetchone() == (1,)
    act(raw, ticket.Actor(office="public", organisation=new_id()))
    assert raw.execute(shut).fetchone() == (0,)  # the wall stands before what is open


def test_children_follow_in_the_database(raw):
    """Also those that the actor does not see: Django's collector would have missed them."""
    thread, other = add_thread(raw, ANNA), add_thread(raw, ANNA)
    note = add_note(raw, ANNA, thread)
    answer = add_note(raw, ANNA, other, answer_to_id=note)
    act(raw, BO)
    assert raw.execute("delete from sample_thread").rowcount == 0
    act(raw, ANNA)
    raw.execute("delete from sample_thread where id = %s", [thread])
    assert raw.execute("select id, answer_to_id from sample_note").fetchall() == [(answer, None)]
    add_note(raw, ANNA, other, kept_with_id=(kept := add_thread(raw, ANNA)))
    with pytest.raises(psycopg.errors.RestrictViolation), raw.transaction():
        raw.execute("delete from sample_thread where id = %s", [kept])


def test_the_clauses_in_the_catalogue(raw):
    rows = raw.execute(
        "select a.attname, c.confdeltype from pg_constraint c join pg_attribute a "
        "on a.attrelid = c.conrelid and a.attnum = c.conkey[1] "
        "where c.conrelid = 'sample_note'::regclass and c.contype = 'f'"
    ).fetchall()
    assert dict(rows) == {"thread_id": "c", "answer_to_id": "n", "kept_with_id": "r"}


def test_a_column_added_later_carries_its_clause(server, notes):
    with isolate_apps("tillit.kernel"):
        late = models.ForeignKey(Thread, CASCADE, null=True, related_name="+")
    late.set_attributes_from_name("late")
    late.model = Note
    with connected_to(server.dsn("tillit_owner", "test", notes[1])):
        connection.ticketless = True
        try:
            with transaction.atomic(), connection.schema_editor(atomic=False) as editor:
                editor.add_field(Note, late)
            with connection.cursor() as cursor:
                cursor.execute(
                    "select confdeltype from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid "
                    "and a.attnum = c.conkey[1] where conrelid = 'sample_note'::regclass and attname = 'late_id'"
                )
                assert cursor.fetchall() == [("c",)]
            with transaction.atomic(), connection.schema_editor(atomic=False) as editor:
                editor.remove_field(Note, late)
        finally:
            connection.ticketless = False


def test_changing_and_taking_away_a_declaration(server, notes):
    """From one text to another in one migration; without any, the table shows nothing rather than everything."""
    old = security(Note)
    narrow = rls.RowSecurity(
        name=old.name, rights=("SELECT",), policies=(("narrow", "permissive", "SELECT", rls.own().sql, ""),)
    )

    def policies(cursor: Any) -> set[str]:
        cursor.execute("select polname::text from pg_policy where polrelid = 'sample_note'::regclass")
        return {name for (name,) in cursor.fetchall()}

    def rights(cursor: Any) -> set[str]:
        cursor.execute(
            "select privilege_type from pg_class, aclexplode(relacl) "
            "where relname = 'sample_note' and grantee = 'tillit_app'::regrole union "
            "select privilege_type from pg_attribute, aclexplode(attacl) "
            "where attrelid = 'sample_note'::regclass and grantee = 'tillit_app'::regrole"
        )
        return {name for (name,) in cursor.fetchall()}

    with connected_to(server.dsn("tillit_owner", "test", notes[1])):
        connection.ticketless = True
        try:
            with transaction.atomic(), connection.schema_editor(atomic=False) as editor, connection.cursor() as cursor:
                assert policies(cursor) == {p[0] for p in old.policies} | {"definer"}
                assert rights(cursor) == {"SELECT", "INSERT", "UPDATE"}
                editor.remove_constraint(Note, old)
                assert policies(cursor) == set()
                cursor.execute("select relrowsecurity, relforcerowsecurity from pg_class where relname = 'sample_note'")
                assert cursor.fetchone() == (True, True)
                editor.add_constraint(Note, narrow)
                assert policies(cursor) == {"narrow"}
                assert rights(cursor) == {"SELECT"}
                editor.remove_constraint(Note, narrow)
                editor.add_constraint(Note, old)
                assert policies(cursor) == {p[0] for p in old.policies} | {"definer"}
        finally:
            connection.ticketless = False


def test_a_library_table_is_protected_by_an_operation(server, notes):
    everything = ("see", "permissive", "SELECT", "true", "")
    operation = rls.ProtectTable(
        "django_content_type", rls.RowSecurity(name="x", rights=("SELECT",), policies=(everything,))
    )
    assert "django_content_type" in operation.describe()
    with connected_to(server.dsn("tillit_owner", "test", notes[1])):
        connection.ticketless = True
        try:
            with transaction.atomic(), connection.schema_editor(atomic=False) as editor, connection.cursor() as cursor:
                operation.database_forwards("x", editor, None, None)
                cursor.execute(
                    "select relrowsecurity and relforcerowsecurity from pg_class where relname = 'django_content_type'"
                )
                assert cursor.fetchone() == (True,)
                operation.database_backwards("x", editor, None, None)
                cursor.execute("select count(*) from pg_policy where polrelid = 'django_content_type'::regclass")
                assert cursor.fetchone() == (0,)
                transaction.set_rollback(True)
        finally:
            connection.ticketless = False
