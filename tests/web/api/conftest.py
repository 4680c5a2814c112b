"""A small organisation, a second one beside it, and programs with tokens."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.booking.conftest import desk, lay_out  # noqa: F401
from tests.conftest import privileged
from tillit.access import PUBLIC, Actor, acting
from tillit.identity import addresses
from tillit.identity.models import Account, Person
from tillit.identity.programs import tokens
from tillit.identity.programs.scopes import SCOPES
from tillit.kernel import clock

BASE = "/api/v1/"


@dataclass
class Program:
    """Asks the API with a token, as another program would."""

    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer; its JSON is `.said`."""
        sent = dict(self.headers) | {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        content = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(Client(headers=sent), method)(BASE + path, **content)
        kind = answer.headers.get("Content-Type", "")
        answer.said = json.loads(answer.content) if "json" in kind else None
        return answer

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("post", path, {} if body is None else body, **headers)


def token_of(person: Any, *scopes: str, life: timedelta = timedelta(days=30)) -> str:
    """A personal token of a person's account, with these scopes or all."""
    with privileged():
        address = addresses.sealed("somebody@example.org", person.account_id)
        Account.objects.filter(pk=person.account_id).update(email_sealed=address)
    with acting(Actor("member", account=person.account_id)):
        wanted = list(scopes or SCOPES)
        return tokens.make(name="test", scopes=wanted, until=clock.now() + life)[1]


@pytest.fixture
def anybody() -> Program:
    return Program()


@pytest.fixture
def host(desk) -> Program:  # noqa: F811
    return Program(token_of(person_of(desk.h1)))


@pytest.fixture
def administrator(desk) -> Program:  # noqa: F811
    return Program(token_of(desk.administrator))


@pytest.fixture
def elsewhere(desk) -> Any:  # noqa: F811
    """Another organisation, whose administrator's token is `.program`."""
    with acting(PUBLIC), privileged():
        made = lay_out("elsewhere")
    made.program = Program(token_of(made.administrator))
    return made


def person_of(host: Any) -> Any:
    with privileged():
        return Person.objects.get(pk=host.person_id)
