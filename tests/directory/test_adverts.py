"""Advertisements: who sees them, who may answer, and what becomes of the answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import Error, transaction
from django.http import Http404

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.directory.conftest import provide
from tests.kernel import support
from tests.marketplace import Market, lay_out
from tillit.access import PUBLIC, acting
from tillit.directory import places, queries
from tillit.directory.adverts import actions
from tillit.directory.adverts import queries as adverts
from tillit.directory.adverts.queries import Wanted
from tillit.directory.models import Advert, Application
from tillit.directory.models.adverts import MOST_OPEN
from tillit.directory.search import saving
from tillit.journeys.market import adverts as answering
from tillit.kernel import clock, sweeper
from tillit.messaging import queries as messages
from tillit.moderation import kinds, working
from tillit.moderation.models import Case

WORDS = "Vi behöver någon som hämtar två barn på förskolan och lagar mat."
OFFER = "Hej! Jag hjälper gärna till, jag bor i närheten och har jobbat på förskola."


def asked(**more: Any) -> actions.Asked:
    place = places.find("Eskilstuna", most=1, country="SE")[0].id
    return actions.Asked(queries.categories()[0].pk, place, "Tisdagar och torsdagar, 15–18", WORDS, **more)


def judge(market: Market, advert: UUID, outcome: str = "through") -> None:
    with acting(market.as_("Maria")):
        case = Case.objects.filter(object_id=advert, state="waiting").latest("made")
        working.take(case)
        against = outcome in kinds.AGAINST
        assert kinds.get("advert").show(advert) is not None
        working.decide(
            Case.objects.get(pk=case.pk), outcome, reason="unfinished" if against else "",
            words="Skriv gärna mer." if against else "",
        )  # fmt: skip


def advertise(market: Market, first: str = "Sara", *, through: bool = True, **more: Any) -> UUID:
    with acting(market.as_(first)):
        made: UUID = actions.advertise(asked(**more)).pk
    if through:
        judge(market, made)
    return made


def seen(market: Market, first: str) -> list[UUID]:
    with acting(market.as_(first)):
        return [one.pk for one in adverts.open_ones(Wanted())]


def offer(market: Market, advert: UUID, first: str = "Petra") -> UUID:
    with acting(market.as_(first)):
        return answering.apply(advert, OFFER)


def sweep() -> None:
    with support.worker_rights():
        sweeper.run(60)


def test_seen_by_providers_once_let_through_and_by_nobody_else(market: Market) -> None:
    with acting(PUBLIC), privileged():
        other = lay_out("annat-torg")
    made = advertise(market, through=False)
    assert seen(market, "Petra") == []
    judge(market, made)
    assert seen(market, "Petra") == seen(market, "Omar") == [made]
    for actor in (market.as_("Amir"), market.as_("Maria"), market.as_("Jonas"), market.visitor(), other.as_("Petra")):
        with acting(actor):
            assert Advert.objects.count() == 0
    refused = advertise(market, through=False)
    judge(market, refused, "refuse")
    assert seen(market, "Petra") == [made]
    with acting(market.as_("Sara")):
        assert {one.state for one in adverts.mine()} == {"open", "refused"}


def test_nobody_lets_their_own_through_nor_lengthens_it(market: Market) -> None:
    made = advertise(market, through=False)
    for change in ({"state": "open"}, {"ends": clock.now() + timedelta(days=900)}, {"number": 9}):
        with acting(market.as_("Sara")), pytest.raises(Error), transaction.atomic():
            Advert.objects.filter(pk=made).update(**change)
    with acting(market.as_("Sara")):
        assert actions.renew(adverts.get(made)) is False


def test_found_by_service_place_and_words(market: Market) -> None:
    made = advertise(market)
    malmo = places.find("Malmö", most=1, country="SE")[0]
    near = places.find("Torshälla", most=1, country="SE")[0]
    with acting(market.as_("Petra")):
        first, second = queries.categories()
        for wanted, found in (
            (Wanted(service=first.pk), [made]), (Wanted(service=second.pk), []), (Wanted(place=near, km=10), [made]),
            (Wanted(place=malmo, km=50), []), (Wanted(text="forskol"), [made]), (Wanted(text="katt"), []),
        ):  # fmt: skip
            assert [one.pk for one in adverts.open_ones(wanted)] == found


def test_an_offer_begins_a_thread_once_and_only_with_a_profile(market: Market) -> None:
    made = advertise(market)
    with pytest.raises(actions.Refused, match="profile"):
        offer(market, made)
    provide(market)
    thread = offer(market, made)
    with acting(market.as_("Sara")):
        assert messages.talk(thread).other == market.person("Petra").pk
        assert [one.person_id for one in adverts.offers(adverts.get(made))] == [market.person("Petra").pk]
    with pytest.raises(actions.Refused, match="again"):
        offer(market, made)
    with pytest.raises(Http404):
        offer(market, made, "Amir")
    with acting(market.as_("Omar")):
        assert Application.objects.count() == 0
    with acting(market.as_("Petra")), pytest.raises(Error), transaction.atomic():
        Application.objects.filter(advert=made).update(state="chosen")


def test_answered_once_and_the_others_told_when_it_is_closed(market: Market) -> None:
    made = advertise(market)
    for first in ("Petra", "Omar"):
        provide(market, first, name=f"{first} X.")
        offer(market, made, first)
    with acting(market.as_("Sara")):
        one, other = adverts.offers(adverts.get(made))
        assert actions.decide(one.pk, chosen=True) is True
        assert actions.decide(one.pk, chosen=False) is False
        actions.close(adverts.get(made))
        assert [row.state for row in adverts.offers(adverts.get(made))] == ["chosen", "declined"]
    assert [name for name, _said in support.events()].count("directory.application.answered") == 2
    with acting(market.as_("Omar")):
        assert actions.withdraw(other.pk) is False
        with pytest.raises(Http404):
            actions.decide(one.pk, chosen=True)
    assert seen(market, "Petra") == []


def test_limits_are_kept_by_the_database(market: Market) -> None:
    provide(market)
    made = [advertise(market) for _ in range(MOST_OPEN)]
    with acting(market.as_("Sara")), pytest.raises(saving.TooMany):
        actions.advertise(asked())
    made += [advertise(market, "Amir") for _ in range(MOST_OPEN)]
    made += [advertise(market, "Omar")]
    with acting(market.as_("Petra")):
        for one in made[:10]:
            actions.apply(adverts.get(one), thread=one)
        with pytest.raises(actions.Refused, match="many"):
            actions.apply(adverts.get(made[10]), thread=made[10])


def test_it_ends_by_itself_with_its_offers(market: Market) -> None:
    made = advertise(market)
    provide(market)
    offer(market, made)
    with acting(market.as_("Sara")), clock.at(clock.now() + timedelta(days=20)):
        assert actions.renew(adverts.get(made)) is True
    with clock.at(clock.now() + timedelta(days=40)):
        sweep()
        assert seen(market, "Petra") == [made]
    with clock.at(clock.now() + timedelta(days=51)):
        assert seen(market, "Petra") == []
        sweep()
    with acting(market.as_("Sara")):
        assert Advert.objects.count() == Application.objects.count() == 0


def test_pages(market: Market) -> None:
    home = f"/o/{market.organisation.slug}/adverts/"
    sara, petra = (log_in(market.person(first).pk) for first in ("Sara", "Petra"))
    with acting(market.as_("Sara")):
        service = queries.categories()[0].pk
    typed = {"category": service, "place": "eskilstuna", "when": "Onsdagar 15–18", "words": WORDS, "ages": ["3-6"]}
    number = sara.post(f"{home}new/", {**typed, "words": "Ring 070-174 06 31 så berättar jag."})
    assert number.status_code == 422
    assert sara.post(f"{home}new/", {**typed, "place": "Ingenstans"}).status_code == 422
    page = sara.post(f"{home}new/", typed)["Location"]
    assert petra.get(page).status_code == 404
    made = UUID(page.rstrip("/").rpartition("/")[2])
    judge(market, made)
    provide(market)
    assert WORDS in petra.get(f"{home}?place=eskilstuna&km=10&q=forskolan").content.decode()
    assert "Sara" not in petra.get(page).content.decode()
    assert petra.post(page, {"do": "close"}).status_code == 404
    sent = petra.post(f"{page}apply/", {"words": OFFER})
    assert "/messages/" in sent["Location"], sent.content.decode()
    shown = sara.get(page).content.decode()
    assert "Petra N." in shown
    with acting(market.as_("Sara")):
        one = adverts.offers(adverts.get(made))[0]
    assert sara.post(f"{home}offers/{one.pk}/", {"do": "choose"}).status_code == 302
    assert petra.get(sent["Location"]).status_code == petra.get(home).status_code == 200
    assert log_in(market.person("Amir").pk).get(page).status_code == 404
