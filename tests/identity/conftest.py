"""People to log in as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from tests.conftest import privileged
from tillit.access import Actor, acting
from tillit.identity import actions

PASSWORD = "granen vid sjön 7"

# most tests need many passwords and none of their cost (test_login measures with the real one)
COST = {name: getattr(Argon2PasswordHasher, name) for name in ("time_cost", "memory_cost", "parallelism")}
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 1024, 1


@dataclass(frozen=True)
class Somebody:
    """An account, and who it is in the organisation."""

    address: str
    account: UUID
    person: UUID
    organisation: UUID
    slug: str

    def actor(self) -> Actor:
        """As a request of theirs acts."""
        return Actor(office="member", account=self.account, person=self.person, organisation=self.organisation)


@pytest.fixture
def office(db) -> UUID:
    """An organisation."""
    return found("kontoret", "Kontoret")


def found(slug: str, name: str) -> UUID:
    with acting(Actor(office="operator")):
        return actions.found_organisation(
            slug=slug, name=name, number="1", address="a", publisher="p", contact_email="a@b.example"
        ).pk


@pytest.fixture
def somebody(office) -> Callable[..., Somebody]:
    """Makes people: somebody("anna", "administrator")."""

    def make(name: str, *roles: str, organisation: UUID = office, slug: str = "kontoret") -> Somebody:
        address = f"{name}@example.se"
        with acting(Actor(office="operator")):
            account = actions.make_account(email=address, password=PASSWORD, language="en")
            person = actions.add_person(
                organisation=organisation, name=name.title(), account=account, email=f"{name}@work.example", roles=roles
            )
        return Somebody(address, account, person, organisation, slug)

    return make


@pytest.fixture
def anna(somebody) -> Somebody:
    """An administrator."""
    return somebody("anna", "administrator", "host")


@pytest.fixture
def bo(somebody) -> Somebody:
    """A host."""
    return somebody("bo", "host")


def post_login(client: Client, address: str, password: str = PASSWORD, **more):
    return client.post("/account/login/", {"login": address, "password": password}, **more)


def logged_in(who: Somebody, **headers) -> Client:
    """A browser in which somebody is logged in."""
    client = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
    answer = post_login(client, who.address)
    assert answer.status_code == 302, answer.content
    return client


def prove(client: Client) -> None:
    """Is it still you?"""
    assert client.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302


def mails(to: str = "") -> list:
    """Mail written in this test."""
    from tillit.kernel import mail
    from tillit.kernel.tables import Mail

    with privileged():
        found = [mail.read(mail.opened(row.content, row.pk)) for row in Mail.objects.order_by("made", "id")]
    return [m for m in found if not to or to in m["to"]]
