"""Versions: what is published is kept, what changed is known, what matters waits and is accepted again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tests.conftest import privileged
from tests.privacy.policy.conftest import past
from tillit.access import PUBLIC, acting
from tillit.booking.tasks import KEEP_DAYS
from tillit.kernel import clock
from tillit.privacy.models import Notice
from tillit.privacy.policy import acceptance, changes, versions
from tillit.privacy.policy.versions import Document

NOTICE = Document.NOTICE


def test_a_first_version_holds_at_once_and_says_everything(house, office, published):
    first = published[NOTICE]
    assert (first.number, first.significant, first.applies) == (1, True, first.made)
    assert set(first.pages) == {"sv", "en", "fa"}
    ids = [one["id"] for one in first.pages["en"]]
    assert ids[:2] == ["readers", "controller"]  # who may read what, and when, comes first
    text = json.dumps(first.pages["en"])
    for said in ("559402-1187", "GDPR Art. 6(1)(b)", "The interest:", "IMY", "Finland", "30 days", "at least 16 years"):
        assert said in text, said
    with acting(office):
        assert versions.current(house, NOTICE) == first
        assert versions.publish(house, NOTICE) is None  # nothing has changed


def test_what_matters_waits_and_what_does_not_holds_at_once(house, office, published):
    with acting(office):
        KEEP_DAYS.choose(10)
        shorter = versions.publish(house, NOTICE)
        assert not shorter.significant
        assert shorter.applies == shorter.made
        KEEP_DAYS.choose(60)
        longer = versions.publish(house, NOTICE)
        assert longer.significant
        assert longer.applies == longer.made + timedelta(days=30)
        assert versions.current(house, NOTICE) == shorter
        assert versions.coming(house, NOTICE) == longer
        assert {change["what"] for change in longer.changes} == {"longer"}
    with acting(office), clock.at(longer.applies):
        assert versions.current(house, NOTICE) == longer


def test_a_version_never_holds_before_the_one_before_it(house, office, published):
    with acting(office):
        KEEP_DAYS.choose(60)
        longer = versions.publish(house, NOTICE)
        past(house=house, words={"what": {"en": "We also keep a paper diary."}})
        words = versions.publish(house, NOTICE)
    assert not words.significant
    assert words.applies == longer.applies


def test_nobody_changes_or_removes_a_version(house, office, published):
    first = published[NOTICE]
    for statement in ("update privacy_notice set number = 7", "delete from privacy_notice"):
        with acting(office), pytest.raises(ProgrammingError), transaction.atomic():
            connection.cursor().execute(statement)
    with acting(office), pytest.raises(IntegrityError), transaction.atomic():
        Notice(
            organisation=house, document=NOTICE, number=1, facts={}, pages={}, digest="", significant=False,
            applies=clock.now(), made=clock.now(),
        ).save(force_insert=True)  # fmt: skip
    with acting(office):
        assert versions.version(house, NOTICE, 1).digest == versions.digest(first.facts, first.pages)


def test_a_host_publishes_nothing(house, desk):
    with acting(desk.as_host(desk.h1)), pytest.raises(ProgrammingError):
        versions.publish(house, NOTICE)


def test_differences_are_shown_word_by_word(house, office, published):
    past(house=house, words={"why": {"en": "We also teach."}})
    with acting(office):
        second = versions.publish(house, NOTICE)
    (one,) = changes.worded(published[NOTICE].pages["en"], second.pages["en"])
    assert ("new", "We also teach.") in [(sign, text.strip()) for sign, text in one.pieces]
    assert changes.worded(second.pages["en"], second.pages["en"]) == []


def test_a_member_is_asked_once_and_again_when_it_matters(house, desk, office, published):
    with acting(office):
        asked = acceptance.asked(house.pk, office.person)
        assert {row.document for row in asked.due} == {"notice", "duties"}
        acceptance.accept(office.person, list(asked.due))
        acceptance.accept(office.person, list(asked.due))
        assert acceptance.asked(house.pk, office.person) == acceptance.Asked()
        past(house=house, words={"why": {"en": "We also teach."}})
        assert not versions.publish(house, NOTICE).significant
        assert acceptance.asked(house.pk, office.person) == acceptance.Asked()  # a wording is not asked about
        KEEP_DAYS.choose(90)
        third = versions.publish(house, NOTICE)
        assert acceptance.asked(house.pk, office.person) == acceptance.Asked((), (third,))
    with acting(office), clock.at(third.applies):
        assert acceptance.asked(house.pk, office.person).due == (third,)


def test_nobody_accepts_for_somebody_else(desk, office, published):
    with acting(desk.as_host(desk.h1)), pytest.raises(ProgrammingError):
        acceptance.accept(office.person, [published[NOTICE]])


def test_what_a_visitor_saw_is_known_by_the_moment(house, desk, office, published):
    with acting(desk.visitor()):
        assert acceptance.shown(house.pk, clock.now()) == 1
        assert acceptance.shown(house.pk, clock.now() - timedelta(days=1)) == 0


def test_a_new_organisation_has_its_first_versions(db, capsys):
    call_command(
        "new_organisation", "nyss", "Nyss AB", number="559402-1187", address="Bastugatan 1", publisher="Nora Nyss",
        email="hej@nyss.example", administrator="nora@nyss.example",
    )  # fmt: skip
    with privileged(), acting(PUBLIC):
        found = Notice.objects.filter(organisation__slug="nyss").values_list("document", "number", "significant")
        found = sorted(found)
    assert found == [("agreement", 1, True), ("duties", 1, True), ("notice", 1, True)]
