"""Finding: who is found, in which order, and who is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import translation

from tests.conftest import privileged
from tests.directory.conftest import SAID, provide
from tests.marketplace import Market, lay_out
from tillit.access import PUBLIC, Actor, acting, as_office
from tillit.booking import actions as booking
from tillit.directory import actions, queries
from tillit.directory.models import Favourite, Saved
from tillit.directory.models.search import MOST_SAVED
from tillit.directory.search import finding, formula, listing, results, saving
from tillit.directory.search.question import Question, read
from tillit.kernel import clock
from tillit.kernel.dpv import Data
from tillit.privacy.rights import values


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
        ("speaks=fa", ["Omar"]), ("speaks=sv", ["Petra"]), ("age=0-2", ["Petra", "Omar"]), ("age=65-", []),
        ("q=barnpassning", ["Petra", "Omar"]),
    ],
)  # fmt: skip
def test_by_words_price_language_and_age(two: Market, address: str, names: list[str]) -> None:
    assert people(two, asked("place=eskilstuna&km=10&" + address)) == names
    assert sorted(people(two, asked(address))) == sorted(names)


def test_cursor_pages_meet_everybody_once_and_forged_ones_begin_anew(two: Market) -> None:
    with acting(two.visitor()):
        first = finding.find(asked("place=eskilstuna"), most=1)
        second = finding.find(asked("place=eskilstuna"), most=1, cursor=first.following)
        assert [len(first.found), len(second.found), second.following] == [1, 1, ""]
        assert first.found[0].listing != second.found[0].listing
        for forged in ("x", "0_0_0_0_0_x.abc", "9" * 5000, "\0"):
            assert finding.find(asked("place=eskilstuna"), most=1, cursor=forged).found == first.found


@pytest.mark.parametrize(
    "address",
    ["day=9999-01-01", "day=x", "price=-1", "price=99999999999999", "km=-5", "place=qqqqqqqq", "service=1",
     "q=" + "a" * 9999, "q=%00", "q=%27%20%3A*%20%26%20%7C", "w_distance=99", "since=99:99&day=2026-01-01",
     "speaks=<script>", "place=%00", "q=((("],
)  # fmt: skip
def test_bad_input_is_left_out(two: Market, address: str) -> None:
    with acting(two.visitor()):
        finding.find(asked(address))


def test_weights_of_ones_own_sort(two: Market) -> None:
    cheap = "place=eskilstuna&" + "&".join(f"w_{key}={3 if key == 'price' else 0}" for key in formula.KEYS)
    assert people(two, asked(cheap)) == ["Omar", "Petra"]
    assert all(grade == formula.pack(formula.unpack(grade)) for grade in range(formula.GRADES))


def test_who_pauses_or_hides_is_not_found_and_another_house_sees_nobody(two: Market) -> None:
    with acting(PUBLIC), privileged():
        other = lay_out("annat")
    with acting(other.visitor()):
        assert finding.find(asked("place=eskilstuna")).found == []
    with acting(two.as_("Petra")):
        actions.pause(True)
    remade(two, "Petra")
    assert people(two, asked("place=eskilstuna")) == ["Omar"]
    assert people(two, asked("q=regnar")) == []


def test_only_what_everybody_sees_is_searched(two: Market) -> None:
    with acting(two.as_("Omar")):
        actions.show_to("about", "members")
    remade(two, "Omar")
    for who in ("", "Sara"):
        assert people(two, asked("q=lagar"), who) == []


def test_the_pages(two: Market) -> None:
    browser = Client()
    home = "/o/omsorgstorget/find/"
    with acting(PUBLIC):
        found = browser.get(home + "?place=eskilstuna&km=10").content.decode()
        assert "Petra N." in found
        assert "Omar B." in found
        assert "6 km" in found
        for page in ("how/", "map/?place=eskilstuna", "?day=9999-99-99&price=x", "?place=malmo", "?q=zzzz"):
            assert browser.get(home + page).status_code == 200
        assert browser.get(home + "saved/").status_code in {302, 404}


def test_free_time_is_bookings_and_checked_again(two: Market) -> None:
    day = date(2026, 12, 5)  # a Saturday
    with clock.at(datetime(2026, 11, 22, 12, tzinfo=UTC)):
        with acting(two.as_("Jonas")):
            host = booking.add_host(
                organisation=two.organisation.pk, person=two.person("Petra").pk, slug="petra", name="Petra N."
            )
            booking.set_schedule(host=host, zone="Europe/Stockholm", weekly={"6": [["08:00", "12:00"]]})
        remade(two, "Petra", "Omar")
        around = f"place=eskilstuna&day={day}"
        assert people(two, asked(f"{around}&since=09:00&until=12:00")) == ["Petra"]
        assert people(two, asked(f"{around}&since=09:00&until=13:00")) == []
        assert people(two, asked(around)) == []
        with acting(two.as_("Petra")):
            nine = datetime(2026, 12, 5, 9, tzinfo=UTC)
            booking.block_time(host=host, start=nine, end=nine + timedelta(hours=1))
        question = asked(f"{around}&since=09:00&until=12:00")
        assert people(two, question) == ["Petra"]  # the listing does not know yet
        with acting(two.visitor()):
            assert results.results(question, slug="omsorgstorget").lines == []  # the page asks booking once more
        remade(two, "Petra")
        assert people(two, question) == []


def test_searches_and_favourites_are_ones_own_and_limited(two: Market) -> None:
    with acting(two.as_("Sara")):
        row = saving.keep(asked("place=eskilstuna&q=ute"), "Ute", alerts=True)
        assert not saving.look(row.pk)  # nobody is new
        for _ in range(MOST_SAVED - 1):
            saving.keep(asked(), "x", alerts=False)
        with pytest.raises(saving.TooMany):
            saving.keep(asked(), "x", alerts=False)
        liked = queries.profile_of(two.person("Petra").pk)
        assert liked is not None
        saving.like(liked.id)
        saving.like(liked.id)
        assert [one.id for one in saving.liked()] == [liked.id]
    for who in ("Petra", "Amir", "Maria", "Jonas"):
        with acting(two.as_(who)):
            assert not Saved.objects.exists()
            assert not Favourite.objects.exists()
    with privileged():
        Saved.objects.filter(pk=row.pk).update(told=datetime(2020, 1, 1, tzinfo=UTC))
    with acting(two.as_("Sara")):
        assert saving.look(row.pk)
        assert not saving.look(row.pk)  # once
        saving.remember((0, 0, 0, 0, 3, 0))
        assert saving.weights() == (0, 0, 0, 0, 3, 0)
        saving.remember(None)
        assert saving.weights() is None


def test_the_nightly_round_lists_everybody_anew(two: Market) -> None:
    with acting(two.as_("Sara")), as_office("reaction"):
        assert listing.remake_all() == 2
    assert people(two, asked("place=eskilstuna&q=regnar")) == ["Petra"]


def test_what_is_searched_of_somebody_is_said_in_words_under_my_data(two: Market) -> None:
    def said(field: str, value: Any) -> str:
        return values.of(f"directory.{field}", Data.LANGUAGE, value, language="sv", zone="UTC")

    here = asked("place=eskilstuna&speaks=fa&q=laga")
    with acting(two.as_("Petra")), translation.override("sv"):
        assert said("listing.languages", ["sv", "fi"]) == "Svenska, finska"
        assert said("offer.place", here.place.id if here.place else 0) == "Eskilstuna, Södermanland"
        told = said("saved.question", here.address())
    assert "persiska" in told.lower() and "laga" in told and "10 km" in told and "=" not in told
    assert values.words(Data.LANGUAGE, ["sv"], language="sv", zone="UTC")


def test_the_pages_language_is_not_a_wish(two: Market) -> None:
    with acting(PUBLIC):
        page = Client().get("/o/omsorgstorget/find/?place=eskilstuna&km=10&language=sv")
        assert "Omar B." in page.content.decode()
        page = Client().get("/o/omsorgstorget/find/?place=eskilstuna&km=10&speaks=fa")
        assert page.headers["Content-Language"] != "fa" and "Petra N." not in page.content.decode()
