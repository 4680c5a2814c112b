"""Agreed to and taken back, objected to, laid at rest: at once, of oneself only, and asked by whoever would use it."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError
from django.test import Client

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tillit.access import PUBLIC, Actor, acting
from tillit.evidence import queries as log
from tillit.privacy.models import Consent, Objection
from tillit.privacy.rights import actions, consents, queries

SECURITY = "dpv:EnforceSecurity"


def office(organisation, name="reaction", person=None):
    return acting(Actor(office=name, organisation=organisation, person=person))


def names(guest):
    with guest.acts():
        return [one.name for one in log.my_events()]


def test_agreeing_and_taking_back(grace, ali):
    assert "You have not agreed" in grace.page("choices")
    assert grace.post("choose", {"what": "news"}, do="agree").status_code == 302
    assert "to version 1 of these words" in grace.page("choices")
    with office(grace.organisation):
        assert queries.willing("news") == {grace.pk}
        assert queries.consented(grace.pk, "news") and not queries.consented(ali.pk, "news")
    assert grace.post("choose", {"what": "news"}, do="take_back").status_code == 302
    with office(grace.organisation):
        assert queries.willing("news") == set()
    assert names(grace)[:2] == ["privacy.consent.withdrawn", "privacy.consent.given"]
    with privileged():
        (row,) = Consent.objects.filter(person_id=grace.pk)
    assert (row.version, row.text, row.language) == (1, str(consents.NEWS.asks), "en") and row.withdrawn


def test_a_double_tap_is_one(grace):
    with grace.acts():
        assert [actions.agree("news"), actions.agree("news")] == [True, False]
        assert [actions.take_back("news"), actions.take_back("news")] == [True, False]
        assert [actions.object_to("sale"), actions.object_to("sale")] == [True, False]
        assert [actions.rest("claims"), actions.rest("claims")] == [True, False]


def test_other_words_are_asked_anew(grace, monkeypatch):
    with grace.acts():
        actions.agree("news")
    changed = consents.Asked("news", 2, "Write to me every day.", "marketing")
    monkeypatch.setitem(consents.every, "news", changed)
    page = grace.page("choices")
    assert "The words have changed" in page and "at most once a month" in page
    with grace.acts():
        assert actions.agree("news")
        assert queries.my_consents()["news"].version == 2


def test_an_objection_to_marketing_is_absolute(grace):
    with grace.acts():
        actions.agree("news")
    grace.post("choose", {"what": "marketing"}, do="object")
    with office(grace.organisation):
        assert queries.objected(grace.pk, "marketing")
        assert queries.willing("news") == set()  # agreed before, objected since
    grace.post("choose", {"what": "marketing"}, do="allow")
    with office(grace.organisation):
        assert queries.willing("news") == {grace.pk}


def test_reasons_are_weighed_by_somebody(desk, grace):
    assert grace.post("choose", {"what": SECURITY}, do="object").status_code == 404  # not without reasons
    assert grace.post("object", {"words": " "}, use=SECURITY).status_code == 422
    assert grace.post("object", {"words": "I am followed"}, use=SECURITY).status_code == 302
    assert "It is paused for you" in grace.page("choices")
    staff = office(grace.organisation, "member", desk.administrator.pk)
    with staff:
        assert queries.objected(grace.pk, SECURITY)
        (asked,) = queries.waiting_objections()
        assert asked.words == "I am followed"
        with pytest.raises(ValueError, match="reasons"):
            actions.answer_objection(asked.pk, upheld=False, words="")
        assert actions.answer_objection(asked.pk, upheld=False, words="We must see who breaks in.")
        assert not actions.answer_objection(asked.pk, upheld=True, words="")
        assert not queries.objected(grace.pk, SECURITY)
    page = grace.page("choices")
    assert "the answer was no" in page and "We must see who breaks in." in page
    with grace.acts():  # who was refused may still take it back
        assert actions.allow_again(SECURITY)


def test_only_who_may_answers(desk, grace, ali):
    with grace.acts():
        actions.object_to(SECURITY, "I am followed")
        (asked,) = Objection.objects.all()
    with ali.acts():
        assert not Objection.objects.exists()
    with (
        office(grace.organisation, "member", desk.h1.person_id),
        pytest.raises(ProgrammingError, match="who answers for the data"),
    ):
        from django.db import connection

        connection.cursor().execute("select privacy.answer_objection(%s, true, '')", [asked.pk])


def test_nobody_upholds_their_own(grace):
    row = Objection(organisation_id=grace.organisation, person_id=grace.pk, purpose=SECURITY, state="upheld")
    with grace.acts(), pytest.raises(ProgrammingError, match="row-level security"):
        row.save(force_insert=True)


def test_nobody_chooses_for_another(grace, ali):
    row = Consent(organisation_id=grace.organisation, person_id=ali.pk, purpose="news", version=1, language="en")
    with grace.acts(), pytest.raises(ProgrammingError, match="row-level security"):
        row.save(force_insert=True)


def test_a_stranger_learns_nothing_of_choices(desk, grace, ali):
    with grace.acts():
        actions.agree("news")
        actions.object_to("sale")
    for actor in (Actor(organisation=grace.organisation), Actor(person=ali.pk, organisation=grace.organisation)):
        with acting(actor):
            assert queries.willing("news") == set()
            assert not queries.objected(grace.pk, "sale")


def test_a_browsers_signal_is_an_objection(grace):
    page = Client(headers={"Sec-GPC": "1"}).get(grace.url("choices")).content.decode()
    assert "Your browser asks" in page and "Your browser said so" in page
    with office(grace.organisation):
        assert all(queries.objected(grace.pk, use) for use in ("marketing", "sale", "statistics"))
    with grace.acts():
        assert {one.signal for one in queries.my_objections().values()} == {True}


def test_a_members_browser_is_heard_on_any_page(desk):
    with acting(PUBLIC):
        jonas = log_in(desk.administrator.pk)
    for _again in range(2):
        assert jonas.get("/o/tidboken/", headers={"Sec-GPC": "1"}).status_code == 200
    with office(desk.organisation.pk):
        assert queries.objected(desk.administrator.pk, "sale")
    with privileged():
        assert Objection.objects.filter(person=desk.administrator, signal=True).count() == 3
    assert jonas.get("/o/tidboken/me/choices/").content.decode().count("Your browser said so") == 3
    jonas.post("/o/tidboken/me/choices/allow/", {"what": "sale"})  # their own word weighs more
    jonas.get("/o/tidboken/", headers={"Sec-GPC": "1"})
    with office(desk.organisation.pk):
        assert not queries.objected(desk.administrator.pk, "sale")


def test_a_visitors_signal_writes_nothing_down(desk):
    assert Client(headers={"Sec-GPC": "1"}).get("/o/tidboken/").status_code == 200
    with privileged():
        assert not Objection.objects.exists()
    assert Client().get("/.well-known/gpc.json").json() == {"gpc": True, "lastUpdate": "2026-11-22"}


def test_what_is_not_asked_is_not_there(grace):
    for do, what in (("agree", "everything"), ("object", "x"), ("eat", "news"), ("take_back", "")):
        assert grace.post("choose", {"what": what}, do=do).status_code in {302, 404}
    assert grace.post("choose", {"what": "news"}, do="eat").status_code == 404
    with privileged():
        assert not Consent.objects.exists() and not Objection.objects.exists()


def test_laid_at_rest_and_used_again(grace):
    page = grace.page("rest")
    assert "show your details to nobody" in page
    assert grace.post("rest", {}).status_code == 422
    assert grace.post("rest", {"reason": "accuracy"}).status_code == 302
    with office(grace.organisation):
        assert queries.restricted(grace.pk)
    assert "Your data lies at rest since" in grace.page("choices")
    grace.post("rest", {"do": "again"})
    with office(grace.organisation):
        assert not queries.restricted(grace.pk)
    assert names(grace)[:2] == ["privacy.restriction.lifted", "privacy.restriction.made"]
