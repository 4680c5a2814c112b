"""A marketplace whose people write to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel import support
from tests.marketplace import Market, lay_out
from tillit.access import PUBLIC, acting
from tillit.kernel import clock, sweeper, tasks
from tillit.kernel.ids import new_id
from tillit.messaging import actions
from tillit.messaging.models import Message

HELLO = "Hej Petra! Vi söker någon till lördag mellan 9 och 12. Barnen är två och fem år."


@dataclass
class Talking:
    """What tests of messages start from."""

    market: Market
    about: tuple[str, UUID]

    def as_(self, first: str) -> acting:
        return acting(self.market.as_(first))

    def id(self, first: str) -> UUID:
        return UUID(str(self.market.person(first).pk))

    def begin(self, first: str = "Sara", to: str = "Petra", words: str = HELLO, **more: Any) -> UUID:
        with self.as_(first):
            return actions.begin(to=self.id(to), about=more.pop("about", self.about), words=words, **more)

    def send(self, thread: UUID, first: str, words: str, **more: Any) -> UUID:
        with self.as_(first):
            return actions.send(thread, words, **more)

    def seen_by(self, first: str, thread: UUID) -> list[str]:
        from tillit.messaging import queries

        with self.as_(first):
            return [one.words for one in queries.said(thread).messages]

    def browser(self, first: str = "") -> Client:
        with acting(PUBLIC):
            return log_in(self.id(first)) if first else Client()

    def url(self, path: str = "") -> str:
        return f"/o/{self.market.organisation.slug}/messages/{path}"

    def sweep(self, moment: Any) -> Any:
        with clock.at(moment), support.worker_rights():
            return sweeper.run(60)

    def rows(self, **filters: Any) -> list[Message]:
        with privileged():
            return list(Message.objects.filter(**filters).order_by("made", "pk"))


@pytest.fixture
def talking(db) -> Talking:
    tasks.load()
    with acting(PUBLIC), privileged():
        market = lay_out()
    return Talking(market, ("test.profile", new_id()))
