"""Row visibility, declared on the model and compiled into migrations.

A model says who may see, add, change and remove its rows:

    class Visible:
        see = [Own("person"), Staff("administrator")]
        change = [Own("person")]

Each entry is a predicate in SQL over the row's columns. The declaration becomes one `RowSecurity` in the
model's constraints, so Django's own autodetector writes and alters the migrations. What is compiled:

- row security enabled and forced, rights for the application's role only for what is declared;
- for a table that an organisation owns, one restrictive wall;
- one permissive policy for each command;
- restrictive checks that every parent of a new row is visible (foreign keys bypass row security);
- for the definer functions, the rights and the pass that the model grants them, and what erasure needs of what the
  fields declare (kernel/erasure.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.migrations.operations.base import Operation

APP = "tillit_app"
DEFINER = "tillit_definer"

ORGANISATION = "(select access.organisation())"
PERSON = "(select access.person())"
ACCOUNT = "(select access.account())"
OFFICE = "(select access.office())"
NOW = "(select access.now())"

_COMMANDS = {"see": "SELECT", "add": "INSERT", "change": "UPDATE", "remove": "DELETE"}


_NARROWER = ("", "everybody", "colleague", "role", "relation", "scope", "me")


@dataclass(frozen=True)
class Block:
    """One way to be allowed: a predicate over the row's columns, true where the actor may.

    who: whom it lets in, for the person who asks who sees their data: "me", "everybody", "role:<a>,<b>",
    "colleague:<a>" (such a role, where the row is a colleague's), "scope:<scope>" (whoever holds such a grant),
    "relation:<relation>"; empty: no person (an office of the program).
    """

    sql: str
    who: str = field(default="", compare=False)

    def __and__(self, other: Block) -> Block:
        """Both have to hold; of whom they let in, the narrower is told."""
        who = max(self.who, other.who, key=lambda one: _NARROWER.index(one.partition(":")[0]))
        return Block(f"({self.sql}) and ({other.sql})", who)


def quoted(word: str) -> str:
    """A word as SQL text."""
    return "'" + word.replace("'", "''") + "'"


def everyone() -> Block:
    """Anybody who holds a ticket, the anonymous visitor included; without one it raises, as everything does."""
    return Block(f"{OFFICE} is not null", "everybody")


def where(column: str) -> Block:
    """Rows whose boolean column is true."""
    return Block(column, "everybody")


def own(column: str = "person_id") -> Block:
    """Rows of the acting person."""
    return Block(f"{column} = {PERSON}", "me")


def own_account(column: str = "account_id") -> Block:
    """Rows of the acting account."""
    return Block(f"{column} = {ACCOUNT}", "me")


def office(*names: str) -> Block:
    """Whatever acts in one of these offices."""
    listed = ", ".join(quoted(name) for name in names)
    return Block(f"{OFFICE} = {listed}" if len(names) == 1 else f"{OFFICE} in ({listed})")


def subject(column: str, *, of: str) -> Block:
    """The one row that an office narrowed to a subject may reach: `column` as text equals the subject."""
    return Block(f"{column} = (select access.subject_as({quoted(of)}))")


def subject_id(column: str, *, of: str) -> Block:
    """As `subject`, for a column that is a UUID. A subject of another form is nobody."""
    return Block(f"{column} = (select access.subject_id_as({quoted(of)}))")


def any_of(column: str, function: str, who: str = "") -> Block:
    """Rows whose id in `column` is in the array that a definer function returns, called once for the whole query."""
    return Block(f"{column} = any((select {function})::uuid[])", who)


class RowSecurity(models.BaseConstraint):
    """The compiled form, kept in migrations as plain text."""

    def __init__(
        self,
        *,
        name: str,
        rights: Sequence[str] = (),
        definer: Sequence[str] = (),
        policies: Sequence[Sequence[str]] = (),
    ) -> None:
        super().__init__(name=name)
        self.rights = tuple(rights)
        self.definer = tuple(definer)
        self.policies = tuple(tuple(p) for p in policies)

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        return (
            "tillit.kernel.rls.RowSecurity",
            (),
            {"name": self.name, "rights": self.rights, "definer": self.definer, "policies": self.policies},
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowSecurity) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    def statements(self, table: str) -> list[str]:
        """SQL that brings a table from bare to protected. Each policy is (name, kind, command, using, check)."""
        sql = [
            f'alter table "{table}" enable row level security, force row level security',
            f'revoke all on "{table}" from public, {APP}, {DEFINER}',
        ]
        sql += [f'grant {right} on "{table}" to {APP}' for right in self.rights]
        sql += [f'grant {right} on "{table}" to {DEFINER}' for right in self.definer]
        if self.definer:
            sql.append(f'create policy definer on "{table}" to {DEFINER} using (true) with check (true)')
        for name, kind, command, using, check in self.policies:
            text = f'create policy {name} on "{table}" as {kind} for {command} to {APP}'
            text += f" using ({using})" if using else ""
            text += f" with check ({check})" if check else ""
            sql.append(text)
        return sql

    def undo(self, table: str) -> list[str]:
        """SQL that takes the policies away again. The table then shows nothing to anybody."""
        names = [p[0] for p in self.policies] + (["definer"] if self.definer else [])
        return [f'drop policy if exists {name} on "{table}"' for name in names]

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        return ";\n".join(self.statements(model._meta.db_table))

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return ";\n".join(self.undo(model._meta.db_table)) or "select 1"

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        # after everything else of the migration: parents and functions exist by then
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to tell a form: the database decides."""


class Declared(RowSecurity):
    """The live form on a model class; it compiles itself when somebody asks."""

    def __init__(self, model: type[models.Model]) -> None:
        models.BaseConstraint.__init__(self, name=f"{model._meta.db_table}_rows"[:63])
        self.model = model

    def __getattr__(self, attribute: str) -> Any:
        if attribute in {"rights", "definer", "policies"}:
            self.__dict__.update(compile_visible(self.model))
            return self.__dict__[attribute]
        raise AttributeError(attribute)

    def clone(self) -> Any:
        return RowSecurity(**self.deconstruct()[2])


def compile_visible(model: type[Any]) -> dict[str, Any]:
    """Rights and policies from a model's `Visible`. Raises ImproperlyConfigured when it says something unknown."""
    from tillit.kernel import erasure  # it reads the declarations, which need all models

    visible = model.Visible
    known = {*_COMMANDS, "definer", "check_add", "check_change", "fields_to_change", "trust_parents"}
    if unknown := {n for n in vars(visible) if not n.startswith("_")} - known:
        raise ImproperlyConfigured(f"{model.__name__}.Visible does not know {', '.join(sorted(unknown))}.")
    rights: list[str] = []
    policies: list[tuple[str, str, str, str, str]] = []
    if hasattr(model, "organisation_id"):
        wall = f"organisation_id = {ORGANISATION}"
        policies.append(("wall", "restrictive", "all", wall, wall))
    parents = _parents_seen(model)
    for word, command in _COMMANDS.items():
        blocks: Sequence[Block] = getattr(visible, word, ())
        if not blocks:
            continue
        predicate = " or ".join(f"({b.sql})" if len(blocks) > 1 else b.sql for b in blocks)
        columns = getattr(visible, "fields_to_change", None) if word == "change" else None
        rights.append(f"{command} ({', '.join(columns)})" if columns else command)
        check: Sequence[Block] | None = getattr(visible, f"check_{word}", None)
        stated = " or ".join(f"({b.sql})" for b in check) if check else predicate
        using = "" if command == "INSERT" else predicate
        policies.append((word, "permissive", command, using, stated if command in {"INSERT", "UPDATE"} else ""))
        if parents and command in {"INSERT", "UPDATE"}:
            using = "true" if command == "UPDATE" else ""
            policies.append((f"{word}_parents", "restrictive", command, using, parents))
    definer = erasure.merged([*getattr(visible, "definer", ()), *erasure.rights(model)])
    return {"rights": tuple(rights), "definer": tuple(definer), "policies": tuple(policies)}


def _parents_seen(model: type[Any]) -> str:
    """A predicate that is true when every row this one points to is visible to the actor."""
    trusted = set(getattr(model.Visible, "trust_parents", ())) | {"organisation"}
    tests = []
    for key in model._meta.local_concrete_fields:
        if not key.is_relation or key.name in trusted:
            continue
        parent = key.remote_field.model._meta
        test = f'exists (select 1 from "{parent.db_table}" parent where parent.{parent.pk.column} = {key.column})'  # noqa: S608 (ours)
        tests.append(f"({key.column} is null or {test})" if key.null else test)
    return " and ".join(tests)


class ProtectTable(Operation):
    """Row security for a table whose model is not ours (a library's)."""

    reversible = True

    def __init__(self, table: str, security: RowSecurity) -> None:
        self.table = table
        self.security = security

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The library's models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.security.statements(self.table):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.security.undo(self.table):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Protect the rows of {self.table}"
