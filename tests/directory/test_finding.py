"""Finding: who is found, in which order, and who is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from tests.directory.conftest import SAID, provide
from tests.marketplace import Market
from tillit.access import Actor, acting
from tillit.directory import queries
from tillit.directory.search import finding, listing
from tillit.directory.search.question import Question, read


def asked(address: str = "", **more: Any) -> Question:
    return read(QueryDict(address), zone="Europe/Stockholm", country="SE", **more)


def remade(market: Market, *first: str) -> None:
    with acting(Actor(organisation=market.organisation.pk, office="reaction")):
        listing.remake([market.person(one).pk for one in first])


def people(market: Market, question: Question, first: str = "") -> list[str]:
    with acting(market.as_(first) if first else market.visitor()):
        found = finding.find(question).found
        names = queries.profiles(one.profile for one in found)
        return [names[one.profile].short for one in found]


@pytest.fixture
def two(market: Market) -> Market:
    """Petra in Eskilstuna, Omar in Torshälla (6 km)."""
    provide(market)
    provide(market, "Omar", name="Omar B.", area={**SAID["area"], "name": "Torshälla"}, languages=["fa", "en"],
            about="Jag lagar gärna mat och läser högt på فارسی.",
            rate={"minor": 20000, "currency": "SEK", "vat": True})  # fmt: skip
    remade(market, "Petra", "Omar")
    return market


def test_by_place_and_distance(two: Market) -> None:
    assert people(two, asked("place=eskilstuna&km=10")) == ["Petra", "Omar"]
    assert people(two, asked("place=eskilstuna&km=5")) == ["Petra"]
    assert people(two, asked("place=torshalla&km=10")) == ["Omar", "Petra"]
    assert people(two, asked("place=malmo&km=10")) == []


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("q=laga", ["Omar"]), ("q=lagarr", ["Omar"]), ("q=högt", ["Omar"]), ("q=hogt", ["Omar"]),
        ("q=regnar+ute", ["Petra"]),
        ("q=فارسي", ["Omar"]), ("q=regnaar", ["Petra"]), ("q=zzzzzz", []), ("price=300", ["Omar"]),
        ("language=fa", ["Omar"]), ("language=sv", ["Petra"]), ("age=0-2", ["Petra", "Omar"]), ("age=65-", []),
        ("q=barnpassning", ["Petra", "Omar"]),
    ],
)  # fmt: skip
def test_by_words_price_language_and_age(two: Market, address: str, names: list[str]) -> None:
    assert people(two, asked("place=eskilstuna&km=10&" + address)) == names
    assert sorted(people(two, asked(address))) == sorted(names)
