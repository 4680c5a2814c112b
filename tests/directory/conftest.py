"""A marketplace with one provider whose profile is seen, and one whose profile is not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.conftest import privileged
from tests.marketplace import Market, lay_out
from tillit.access import PUBLIC, acting
from tillit.directory import actions, queries
from tillit.directory.models import Category
from tillit.kernel import tasks

SAID: dict[str, Any] = {
    "name": "Petra N.", "rate": {"minor": 46000, "currency": "SEK", "vat": True},
    "area": {"place": "eskilstuna", "name": "Eskilstuna", "lat": 59.37, "lon": 16.51, "km": 10},
    "languages": ["sv", "fi"], "experience": {"years": 9, "words": "Förskolan Tallbacken"}, "ages": ["0-2", "3-6"],
    "about": "Jag tycker bäst om att vara ute, även när det regnar.",
}  # fmt: skip


def provide(market: Market, first: str = "Petra", *, through: bool = True, **said: Any) -> UUID:
    """Somebody's profile, let through by the moderator or not; returns its id."""
    with acting(market.as_(first)):
        for kind, value in {**SAID, "services": [str(queries.categories()[0].pk)], **said}.items():
            actions.say(kind, value)
        submission = actions.submit()
        profile = actions.begin().pk
    if through:
        with acting(market.as_("Maria")):
            assert actions.decide(submission, through=True)
    return profile


@pytest.fixture
def market(db: None) -> Market:
    """The market with two services."""
    tasks.load()
    with acting(PUBLIC), privileged():
        made = lay_out()
        for number, words in enumerate(("Barnpassning", "Sällskap för äldre")):
            Category.objects.create(organisation=made.organisation, name={"sv": words}, position=number)
    return made
