"""Advertisements before somebody who is blocked, banned, in another organisation, in a hurry, or types what is none."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import Http404
from django.test import Client

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.directory.conftest import provide
from tests.directory.test_adverts import OFFER, WORDS, advertise, asked, judge, offer, seen
from tests.marketplace import Market, lay_out
from tests.messaging.test_hostile import paused
from tests.web.api.conftest import token_of
from tillit.access import PUBLIC, acting
from tillit.directory import queries
from tillit.directory.adverts import actions
from tillit.directory.adverts import queries as adverts
from tillit.directory.models import Application, Category
from tillit.directory.models.adverts import MOST_OPEN
from tillit.directory.search import saving
from tillit.kernel import clock
from tillit.messaging import actions as messages
from tillit.messaging import queries as talks
from tillit.moderation import actions as moderation
from tillit.moderation import working
from tillit.moderation.models import Appeal, Case, Decision

NUMBER = "Ring 070-174 06 31 så berättar jag mer."


def ask(market: Market, first: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """A program's request as somebody."""
    caller = {"authorization": f"Bearer {token_of(market.person(first), 'search:read', 'me:write')}"}
    url = f"/api/v1/o/{market.organisation.slug}/{path}"
    if body is None:
        return Client(headers=caller).get(url)
    return Client(headers=caller).post(url, json.dumps(body), content_type="application/json")


def test_whoever_is_blocked_offers_nothing_to_whom_blocked_them_and_learns_nothing(market: Market) -> None:
    profile = provide(market)
    with acting(market.as_("Sara")):
        known = messages.begin(to=market.person("Petra").pk, about=("directory.profile", profile), words="Hej!")
        messages.block(known)
    made = advertise(market)
    offer(market, made)
    with acting(market.as_("Petra")):
        row = adverts.my_offer(adverts.get(made))
        assert row is not None and row.state == "sent"
    with pytest.raises(actions.Refused, match="again"):
        offer(market, made)
    with acting(market.as_("Sara")):
        assert adverts.offers(adverts.get(made)) == []
        with pytest.raises(Http404):
            actions.decide(row.pk, chosen=True)
        messages.unblock(known)
        assert adverts.offers(adverts.get(made)) == []


def test_who_is_paused_or_ended_asks_nobody_for_help_meanwhile(market: Market) -> None:
    provide(market)
    made = advertise(market)
    with acting(market.as_("Petra")):
        found = adverts.get(made)
    paused(market, "Sara")
    assert seen(market, "Petra") == []
    with acting(market.as_("Petra")), pytest.raises(actions.Refused, match="nobody"):
        actions.apply(found, thread=uuid4())
    with acting(market.as_("Sara")):
        assert [one.pk for one in adverts.mine()] == [made]
    with clock.at(clock.now() + timedelta(days=30, hours=1)), acting(market.as_("Sara")):
        pass
    page = log_in(market.person("Sara").pk).get(f"/o/{market.organisation.slug}/adverts/{made}/")
    assert page.status_code == 200


def test_what_an_appeal_brings_back_has_a_place(market: Market) -> None:
    refused = advertise(market, through=False)
    judge(market, refused, "refuse")
    for _ in range(MOST_OPEN - 1):
        advertise(market, through=False)
    with acting(market.as_("Sara")):
        with pytest.raises(saving.TooMany):
            actions.advertise(asked())
        appeal = moderation.appeal(Decision.objects.get(case__object_id=refused).pk, "Det står ju där.")
    with acting(market.as_("Jonas")):
        case = Case.objects.get(object_id=refused)
        working.take(case)
        decision = Decision.objects.get(case=case)
        working.answer(Appeal.objects.get(pk=appeal), Case.objects.get(pk=case.pk), decision, lift=True, words="Ja.")
    assert seen(market, "Petra") == [refused]
    with acting(market.as_("Sara")):
        actions.close(adverts.get(refused))
        assert actions.advertise(asked()).state == "waiting"


def test_a_detail_split_over_two_fields_is_one(market: Market) -> None:
    with acting(market.as_("Sara")):
        service = str(queries.categories()[0].pk)
    split = {"place": "Eskilstuna", "when": "Onsdagar, 0701", "words": "740 631 " + WORDS}
    page = log_in(market.person("Sara").pk).post(
        f"/o/{market.organisation.slug}/adverts/new/", {"category": service, **split}
    )
    assert page.status_code == 422
    assert ask(market, "Sara", "own-adverts", {"service": service, **split}).json()["type"].endswith("contact")
    whole = {**split, "when": "Onsdagar", "words": WORDS}
    assert ask(market, "Sara", "own-adverts", {"service": service, **whole}).status_code == 201


def test_programs_offer_as_pages_do(market: Market) -> None:
    provide(market)
    made = advertise(market)
    path = f"adverts/{made}/offers"
    assert ask(market, "Petra", path, {"words": NUMBER}).status_code == 409
    assert ask(market, "Petra", path, {"words": "x" * 1_000_000}).status_code in {413, 422}
    assert ask(market, "Petra", path, {"words": "\x00"}).status_code == 422
    with privileged():
        assert not Application.objects.exists()
    assert ask(market, "Petra", path, {"words": NUMBER, "anyway": True}).status_code == 201
    assert ask(market, "Petra", path, {"words": OFFER}).status_code == 409
    for strange in (
        "place=99999999999999999999",
        "km=-5&place=2715459",
        "km=99999999999999999999",
        "q=%00",
        "q=" + "x" * 5000,
    ):
        assert ask(market, "Petra", f"adverts?{strange}").status_code in {200, 422}
    for first in ("Sara", "Amir"):
        assert ask(market, first, "adverts").status_code == 404


def test_strangers_find_nothing_by_guessing(market: Market) -> None:
    with acting(PUBLIC), privileged():
        other = lay_out("annat-torg")
        Category.objects.create(organisation=other.organisation, name={"sv": "Barnpassning"}, position=0)
    provide(market)
    made = advertise(market)
    offer(market, made)
    with acting(market.as_("Sara")):
        answered = adverts.offers(adverts.get(made))[0].pk
    home = f"/o/{market.organisation.slug}/adverts/"
    for who, first in ((market, "Amir"), (market, "Jonas"), (other, "Petra"), (other, "Sara")):
        browser = log_in(who.person(first).pk)
        for path in (f"{made}/", f"{made}/apply/"):
            assert browser.get(home + path).status_code == 404
            assert browser.post(home + path, {"do": "close", "words": OFFER}).status_code == 404
        for do in ("choose", "decline", "withdraw"):
            assert browser.post(f"{home}offers/{answered}/", {"do": do}).status_code == 404
        assert ask(who, first, f"adverts/{made}").status_code == 404
        assert ask(who, first, f"adverts/offers/{answered}", {"answer": "withdraw"}).status_code == 404
    petra = log_in(market.person("Petra").pk)
    assert petra.post(f"{home}offers/{answered}/", {"do": "choose"}).status_code == 404
    sara = log_in(market.person("Sara").pk)
    assert sara.post(f"{home}offers/{answered}/", {"do": "withdraw"}).status_code == 404
    with privileged():
        assert Application.objects.get().state == "sent"
    assert ask(market, "Sara", f"adverts/offers/{answered}", {"answer": "choose"}).status_code == 204
    assert ask(market, "Sara", f"adverts/offers/{answered}", {"answer": "decline"}).status_code == 409


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script> " + WORDS, "\u202eabc " + WORDS, "{{ 7|add:7 }} " + WORDS]
)
def test_what_is_typed_is_text(market: Market, words: str) -> None:
    home = f"/o/{market.organisation.slug}/adverts/"
    sara = log_in(market.person("Sara").pk)
    with acting(market.as_("Sara")):
        service = queries.categories()[0].pk
    typed = {"category": service, "place": "eskilstuna", "when": "Onsdagar", "words": words}
    made = UUID(sara.post(f"{home}new/", typed)["Location"].rstrip("/").rpartition("/")[2])
    judge(market, made)
    provide(market)
    for path in ("", f"{made}/", f"{made}/apply/"):
        page = log_in(market.person("Petra").pk).get(home + path).content.decode()
        assert "<script>alert" not in page and "\u202e" not in page and "14 Vi" not in page


@pytest.mark.parametrize("wrong", [
    {"words": "x" * 1_000_000}, {"when": "x" * 121}, {"category": "1"}, {"category": str(uuid4())}, {"ages": ["99"]},
    {"day": "9999-12-31"}, {"day": "0001-01-01"}, {"place": "\x00"}, {"words": "   "}, {"words": "\u200b"},
])  # fmt: skip
def test_what_is_none_is_refused_in_words(market: Market, wrong: dict[str, Any]) -> None:
    home = f"/o/{market.organisation.slug}/adverts/"
    with acting(market.as_("Sara")):
        service = queries.categories()[0].pk
    typed = {"category": service, "place": "eskilstuna", "when": "Onsdagar", "words": WORDS, **wrong}
    assert log_in(market.person("Sara").pk).post(f"{home}new/", typed).status_code == 422
    with acting(market.as_("Sara")):
        assert adverts.mine() == []


def test_a_provider_at_an_advert_about_which_they_wrote_before_goes_on_in_that_thread(market: Market) -> None:
    provide(market)
    made = advertise(market)
    thread = offer(market, made)
    with acting(market.as_("Petra")):
        row = adverts.my_offer(adverts.get(made))
        assert row is not None and actions.withdraw(row.pk)
    with pytest.raises(actions.Refused, match="again"):
        offer(market, made)
    with acting(market.as_("Sara")):
        assert len(talks.said(thread).messages) == 1
