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
from tillit.moderation import kinds, working
from tillit.moderation.models import Case

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
        actions.submit()
        profile = actions.begin().pk
    if through:
        judge(market, profile)
    return profile


def judge(market: Market, profile: UUID, outcome: str = "through") -> None:
    """What the moderator decides of a profile: takes the case, and decides it."""
    with acting(market.as_("Maria")):
        case = Case.objects.filter(object_id=profile, state__in=("waiting", "taken")).latest("made")
        working.take(case)
        against = outcome in kinds.AGAINST
        working.decide(
            Case.objects.get(pk=case.pk), outcome, reason="unfinished" if against else "",
            words="Skriv gärna mer." if against else "",
        )  # fmt: skip


@pytest.fixture
def market(db: None) -> Market:
    """The market with two services."""
    tasks.load()
    with acting(PUBLIC), privileged():
        made = lay_out()
        for number, words in enumerate(("Barnpassning", "Sällskap för äldre")):
            Category.objects.create(organisation=made.organisation, name={"sv": words}, position=number)
    return made
