"""Kept searches, alerts, favourites and weights before strangers, in numbers, and with questions that are none."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, transaction
from django.http import Http404
from django.test import Client

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.directory.test_finding import asked, people, two  # noqa: F401 (a fixture)
from tests.kernel import support
from tests.marketplace import Market, lay_out
from tests.web.api.conftest import token_of
from tillit.access import PUBLIC, acting
from tillit.directory import actions, queries
from tillit.directory.models import Favourite, Profile, Saved, Weighting
from tillit.directory.models.search import MOST_SAVED
from tillit.directory.search import saving
from tillit.identity.models import Membership
from tillit.kernel import clock
from tillit.privacy.rights import actions as rights


def keep(market: Market, first: str = "Sara", **more: Any) -> Saved:
    with acting(market.as_(first)):
        return saving.keep(asked("q=barn"), more.pop("name", "Barn"), alerts=more.pop("alerts", True))


def test_nobody_else_sees_opens_changes_or_takes_away_what_somebody_keeps(two: Market) -> None:  # noqa: F811
    with acting(PUBLIC), privileged():
        other = lay_out("annat-torg")
    row = keep(two)
    with acting(two.as_("Sara")):
        saving.like(Profile.objects.values_list("pk", flat=True)[0])
        saving.remember((0, 1, 2, 3, 0, 1))
    page = f"/o/{two.organisation.slug}/find/saved/{row.pk}/"
    for market, first in ((two, "Petra"), (two, "Maria"), (two, "Jonas"), (other, "Sara"), (other, "Jonas")):
        with acting(market.as_(first)):
            assert not Saved.objects.exists() and not Favourite.objects.exists() and not Weighting.objects.exists()
        browser = log_in(market.person(first).pk)
        assert browser.get(page).status_code == 404
        for do in ("remove", "alerts", "quiet"):
            assert browser.post(page, {"do": do}).status_code == 404
        caller = {"authorization": f"Bearer {token_of(market.person(first), 'search:read', 'me:write')}"}
        url = f"/api/v1/o/{two.organisation.slug}/find/saved"
        assert Client(headers=caller).delete(f"{url}/{row.pk}").status_code == 404
    with acting(two.as_("Amir")):
        for model in (Saved, Favourite, Weighting):
            with pytest.raises(Error), transaction.atomic():
                model.objects.bulk_create([_of_sara(two, model)])
    assert Client().get(page).status_code == 302
    with privileged():
        assert Saved.objects.get().alerts


def _of_sara(market: Market, model: Any) -> Any:
    """A row that somebody writes down as Sara's."""
    whose = {"organisation": market.organisation, "person_id": market.person("Sara").pk}
    if model is Weighting:
        return Weighting(**whose, weights={})
    if model is Favourite:
        with privileged():
            profile = Profile.objects.last().pk
        return Favourite(**whose, profile_id=profile, number=9, made=clock.now())
    return Saved(**whose, number=9, name="x", question="", alerts=True, told=clock.now())


def test_an_alert_looks_as_its_owner_and_says_nothing_of_what_is_looked_for(two: Market) -> None:  # noqa: F811
    row = keep(two, name="Hemlig sökning")
    with clock.at(clock.now() - timedelta(days=2)), privileged():
        Saved.objects.update(told=clock.now())
    with acting(two.as_("Amir")):
        assert saving.look(row.pk) is False
    with acting(two.as_("Sara")):
        assert saving.look(row.pk) is True
        assert saving.look(row.pk) is False
    support.react()
    said = [one.subject + one.text + (one.html or "") for one in support.mails()]
    assert said and all("Hemlig" not in one and "barn" not in one.lower() for one in said)


@pytest.mark.parametrize("why", ["at rest", "ended", "quiet"])
def test_whose_data_lies_at_rest_or_who_wants_none_is_sent_none(two: Market, why: str) -> None:  # noqa: F811
    row = keep(two)
    with privileged():
        Saved.objects.update(told=clock.now() - timedelta(days=2))
    with acting(two.as_("Sara")):
        if why == "at rest":
            rights.rest("accuracy")
        elif why == "quiet":
            saving.set_alerts(saving.get(row.pk), False)
        else:
            saving.take_away(saving.get(row.pk))
        assert saving.look(row.pk) is False


def test_who_left_is_found_in_no_favourites_and_liked_by_nobody(two: Market) -> None:  # noqa: F811
    with acting(two.as_("Sara")):
        code = next(one.slug for one in queries.visible_profiles(most=9) if one.short == "Omar")
        saving.like(queries.profile(code).id)
        assert len(saving.liked()) == 1
    with privileged():
        Membership.objects.filter(person=two.person("Omar"), role="provider").update(ended=clock.now())
    sara = log_in(two.person("Sara").pk)
    assert "Omar" not in sara.get(f"/o/{two.organisation.slug}/find/favourites/").content.decode()
    assert sara.post(f"/o/{two.organisation.slug}/find/favourites/{code}/").status_code == 404
    assert people(two, asked("q=laga"), "Sara") == []


def test_one_does_not_like_more_than_a_number_nor_what_one_does_not_see(two: Market) -> None:  # noqa: F811
    with acting(two.as_("Petra")):
        actions.pause(True)
        own = Profile.objects.get(person=two.person("Petra")).pk
    sara = log_in(two.person("Sara").pk)
    with acting(two.as_("Sara")):
        for unseen in (own, uuid4()):
            with pytest.raises(Http404):
                saving.like(unseen)
        for _ in range(MOST_SAVED):
            saving.keep(asked("q=barn"), "Barn", alerts=False)
    page = sara.post(f"/o/{two.organisation.slug}/find/save/", {"name": "En till", "question": "q=barn"})
    assert page.status_code == 302
    with acting(two.as_("Sara")):
        assert Saved.objects.count() == MOST_SAVED
        with pytest.raises(Error), transaction.atomic():
            Saved.objects.update(number=MOST_SAVED + 1)


@pytest.mark.parametrize(
    "question",
    [
        "q=" + "x" * 5000, "q=%00%01", "place=999999999999999&km=1e9", "day=9999-12-31&since=99:99", "day=0001-01-01",
        "price=999999999999999999999", "w_price=99999999999999999999&w_distance=-5", "service=x", "age=" + "9" * 50,
        "language=" + "x" * 500, "q=<script>alert(1)</script>", "q=%F0%9F%8E%88%E2%80%AE", "after=%00", "q=' or 1=1--",
        "&".join(f"language=l{n}" for n in range(500)), "q=" + "+".join(f"ord{n}" for n in range(300)),
    ],
)  # fmt: skip
def test_questions_that_are_none_find_nobody_and_break_nothing(two: Market, question: str) -> None:  # noqa: F811
    home = f"/o/{two.organisation.slug}/find/"
    sara = log_in(two.person("Sara").pk)
    for browser in (sara, Client()):
        for path in ("", "map/", "how/"):
            page = browser.get(f"{home}{path}?{question}")
            assert page.status_code in {200, 400}, page.status_code
            assert b"<script>alert" not in page.content
    kept = sara.post(f"{home}save/", {"name": "<script>alert(1)</script>", "question": question, "alerts": "on"})
    assert kept.status_code == 302
    assert b"<script>alert" not in sara.get(f"{home}saved/").content
    with acting(two.as_("Sara")):
        for row in saving.kept():
            assert len(row.question) <= 2000 or row.question == ""
            saving.look(row.pk)
    with privileged():
        rows = list(Saved.objects.all())
    for row in rows:
        assert sara.get(f"{home}saved/{row.pk}/").status_code == 302
    caller = {"authorization": f"Bearer {token_of(two.person('Sara'), 'search:read', 'me:write')}"}
    answer = Client(headers=caller).post(
        f"/api/v1/o/{two.organisation.slug}/find/saved", json.dumps({"name": "x", "question": question[:2000]}),
        content_type="application/json",
    )  # fmt: skip
    assert answer.status_code in {201, 409, 422}
    assert Client().get(f"/api/v1/o/{two.organisation.slug}/find?{question}").status_code in {200, 400, 422}
