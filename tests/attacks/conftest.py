"""A small town to break into: two organisations, their people, and everything of them that could leak.

The superuser lays it out; every attack then logs in as the application's real role and sends SQL of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from tillit.kernel import clock, ticket
from tillit.kernel.ids import new_id

Raw = psycopg.Connection[tuple[Any, ...]]


@dataclass
class Town:
    """Ids by name. `person["anna"]` is Anna in the organisation she belongs to; `anna@south` her other self."""

    database: str
    app_dsn: str
    admin_dsn: str
    organisation: dict[str, UUID] = field(default_factory=dict)
    account: dict[str, UUID] = field(default_factory=dict)
    person: dict[str, UUID] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    session: dict[str, bytes] = field(default_factory=dict)
    grant: dict[str, UUID] = field(default_factory=dict)

    def actor(self, name: str, **changes: Any) -> ticket.Actor:
        """Who `name` is when logged in."""
        known = {
            "office": "member",
            "account": self.account.get(name.partition("@")[0]),
            "person": self.person[name],
            "organisation": self.organisation[self.home[name]],
        }
        return ticket.Actor(**{**known, **changes})

    def stranger(self, organisation: str | None = "north") -> ticket.Actor:
        """An anonymous visitor of an organisation's page."""
        return ticket.Actor(organisation=self.organisation[organisation] if organisation else None)


@pytest.fixture(scope="session")
def town(server: Any, make_clone: Callable[[], str]) -> Town:
    """Laid out once; tests roll back what they try."""
    name = make_clone()
    made = Town(name, server.dsn("tillit_app", "test", name), server.admin_dsn(name))
    with psycopg.connect(made.admin_dsn) as admin:
        _settle(made, admin)
    return made


def _settle(town: Town, admin: Raw) -> None:
    def add(table: str, **row: Any) -> UUID:
        row = {"id": new_id(), **row}
        admin.execute(
            sql.SQL("insert into {} ({}) values ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, row)),
                sql.SQL(", ").join(map(sql.Placeholder, row)),
            ),
            row,
        )
        return row["id"]

    now = clock.now()
    for slug in ("north", "south"):
        town.organisation[slug] = add(
            "identity_organisation", slug=slug, name=slug, number="1", address="a", publisher="p",
            contact_email=f"{slug}@example.org", region="eu", languages=["sv"], time_zone="Europe/Stockholm",
            currency="SEK", modules=[], colour="spruce", about="{}", published=True, made=now,
        )  # fmt: skip
    for name in ("anna", "bo", "carl", "dina"):
        town.account[name] = add(
            "identity_account", password=f"hash of {name}", email=f"{name}@account.invalid",
            email_index=name.ljust(64, "0"), email_sealed=name.encode(), language="sv", joined=now, is_active=True,
        )  # fmt: skip
        town.session[name] = name.encode().ljust(32, b"0")
        add(
            "identity_session", key_hash=town.session[name], account_id=town.account[name], data=f"data of {name}",
            device="a browser", started=now, seen=now, expires=now + timedelta(days=1),
        )  # fmt: skip
    people = {
        "anna": ("north", "administrator"), "bo": ("north", "host"), "carl": ("north", None), "guest": ("north", None),
        "dina": ("south", "administrator"), "emil": ("south", None), "anna@south": ("south", None),
    }  # fmt: skip
    for name, (home, role) in people.items():
        town.home[name] = home
        town.person[name] = add(
            "identity_person", organisation_id=town.organisation[home], display_name=f"Secret {name}".encode(),
            account_id=town.account.get(name.partition("@")[0]), email=f"{name}.{home}@example.org".encode(),
            email_index="", phone=b"+46700000000", language="sv", time_zone="Europe/Stockholm", verified=True, made=now,
        )  # fmt: skip
        if role:
            add(
                "identity_membership", organisation_id=town.organisation[home], person_id=town.person[name],
                role=role, made=now,
            )  # fmt: skip
    hour = timedelta(hours=1)
    for label, grantee, subject, starts, ends, revoked in (
        ("live", "bo", "carl", now - hour, now + hour, None),
        ("ended", "bo", "guest", now - 2 * hour, now - hour, None),
        ("revoked", "carl", "guest", now - hour, now + hour, now),
        ("other scope", "carl", "anna", now - hour, now + hour, None),
        ("south", "emil", "dina", now - hour, now + hour, None),
    ):
        town.grant[label] = add(
            "access_grant", organisation_id=town.organisation[town.home[subject]], subject_id=town.person[subject],
            grantee_id=town.person[grantee], scope="diary" if label == "other scope" else "contact",
            relation="booking", reason="booking", starts=starts, ends=ends, revoked=revoked, made=now,
        )  # fmt: skip


Attacker = Callable[..., Any]


@contextmanager
def attacking(dsn: str, actor: ticket.Actor | None = None) -> Iterator[Raw]:
    """A connection as the application's role in an open transaction, with the ticket of `actor`; rolled back."""
    with psycopg.connect(dsn) as connection:
        if actor:
            show(connection, ticket.sign(actor))
        yield connection
        connection.rollback()


def show(connection: Raw, text: str) -> None:
    """Hand the database a ticket, as an attacker can."""
    connection.execute("select set_config('tillit.ticket', %s, true)", [text])


def refused(connection: Raw, statement: str, parameters: Any = None, *, state: str = "42501") -> psycopg.Error:
    """The statement fails with this SQLSTATE (42501: insufficient privilege); the transaction goes on."""
    try:
        with connection.transaction():
            connection.execute(statement, parameters)
    except psycopg.Error as error:
        assert error.sqlstate == state, f"{statement}: {error}"
        return error
    pytest.fail(f"this was accepted: {statement}")
