"""The marketplace with a kind of thing that can be moderated: notes, kept in a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from tests.conftest import privileged
from tests.marketplace import Market, lay_out
from tillit.access import PUBLIC, acting
from tillit.kernel import tasks
from tillit.kernel.ids import new_id
from tillit.moderation import kinds


class Notes:
    """What a decision does to notes: (id, outcome, reason), in order."""

    def __init__(self, whose: UUID) -> None:
        self.whose = whose
        self.note = new_id()
        self.done: list[tuple[UUID, str, str]] = []

    def show(self, note: UUID) -> Any:
        return kinds.Part("components/progress.html", {"label": "A note"})

    def decided(self, note: UUID, outcome: str, reason: str) -> None:
        self.done.append((note, outcome, reason))


@pytest.fixture
def market(db: Any) -> Market:
    tasks.load()
    with acting(PUBLIC), privileged():
        return lay_out()


@pytest.fixture
def notes(market: Market) -> Iterator[Notes]:
    made = Notes(market.person("Petra").pk)
    kinds.declare("note", label="a note", show=made.show, decided=made.decided, whose=lambda _id: made.whose)
    yield made
    kinds._known.pop("note")
