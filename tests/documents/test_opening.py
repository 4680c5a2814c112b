"""A document is its owner's alone, until they open it to one person for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404

from tillit.access import acting
from tillit.documents import actions, queries
from tillit.documents.models import Document, Opening, Request
from tillit.kernel import clock


def test_nobody_else_sees_rows(house):
    house.opened()
    with house.as_("Sara"):
        assert [one.pk for one in Document.objects.all()] == [house.certificate.pk]
    for first in ("Amir", "Omar", "Maria", "Jonas"):
        with house.as_(first):
            assert not Document.objects.exists() and not Request.objects.exists()
    with acting(house.market.visitor()):
        assert not Document.objects.exists()
        assert [one.title for one in queries.titles(house.id("Petra"))] == ["Första hjälpen"]
        assert queries.titles(house.id("Petra"))[0].issuer == ""


def test_it_ends_by_itself_and_at_once(house):
    grant = house.opened(hours=48)
    with house.as_("Sara"):
        opening = actions.open_it(house.certificate.pk, name="Sara")
        assert opening and queries.file_of(opening)[1] == 1
        assert actions.open_it(house.diploma.pk, name="Sara") is None
    with house.as_("Petra"):
        assert [(one.name, one.document_id) for one in queries.openings()] == [("Sara", house.certificate.pk)]
        assert actions.take_back(grant)
    with house.as_("Sara"), pytest.raises(Http404):
        queries.file_of(opening)
    house.opened(hours=1)
    with clock.at(clock.now() + timedelta(hours=2)), house.as_("Sara"):
        assert not Document.objects.exists() and actions.open_it(house.certificate.pk, name="Sara") is None
    with house.as_("Amir"):
        assert actions.open_it(house.certificate.pk, name="Amir") is None
        assert not Opening.objects.exists()


def test_two_approvals_are_one_grant(house):
    with house.as_("Sara"):
        asked = actions.ask(house.id("Petra"), document=house.certificate.pk, kind="first_aid", name="Sara")
        with pytest.raises(actions.Refused, match="again"):
            actions.ask(house.id("Petra"), document=house.certificate.pk, kind="first_aid", name="Sara")
        with pytest.raises(actions.Refused, match="nobody"):
            actions.ask(house.id("Petra"), document=house.diploma.pk, kind="diploma", name="Sara")
    with house.as_("Petra"):
        one = actions.approve(house.certificate.pk, house.id("Sara"), hours=48, request=asked)
        assert actions.approve(house.certificate.pk, house.id("Sara"), hours=48, request=asked) == one
        assert len(queries.running()) == 1 and queries.running()[0].name == "Sara"
        with pytest.raises(actions.Refused, match="bounds"):
            actions.approve(house.certificate.pk, house.id("Amir"), hours=9000)
    with house.as_("Omar"), pytest.raises(actions.Refused, match="gone"):
        actions.approve(house.certificate.pk, house.id("Amir"), hours=48)


def test_an_extract_is_shown_in_person(house):
    with house.as_("Sara"):
        with pytest.raises(actions.Refused, match="nobody"):
            actions.note_shown(house.id("Petra"), clock.now().date())
        asked = actions.ask(house.id("Petra"), kind="criminal_record", name="Sara")
    with house.as_("Petra"):
        actions.answer(asked, "approved")
        with pytest.raises(actions.Refused, match="nobody"):
            actions.note_shown(house.id("Petra"), clock.now().date())
    with house.as_("Sara"):
        with pytest.raises(actions.Refused, match="nobody"):
            actions.note_shown(house.id("Petra"), clock.now().date() - timedelta(days=10))  # before she was told yes
        actions.note_shown(house.id("Petra"), clock.now().date())
    with acting(house.market.visitor()):
        assert [(one.by_us, one.on) for one in queries.shown(house.id("Petra"))] == [(False, clock.now().date())]


def test_checks_hold_for_what_was_said_then(house):
    with house.as_("Maria"):
        actions.check(house.certificate.pk, "issuer")
        with pytest.raises(actions.Refused, match="gone"):
            actions.check(house.diploma.pk, "issuer")
    with acting(house.market.visitor()):
        assert queries.titles(house.id("Petra"))[0].how == "issuer"
    with house.as_("Petra"):
        row = queries.my_document(house.certificate.pk)
        actions.change(row, actions.Facts("first_aid", "Andra hjälpen", "", None, row.expires, "title"))
        assert queries.titles(house.id("Petra"))[0].how == ""


def test_everything_has_an_end(house):
    with house.as_("Sara"):
        actions.ask(house.id("Petra"), document=house.certificate.pk, kind="first_aid", name="Sara")
    house.sweep(clock.now() + timedelta(days=15))
    with house.as_("Sara"):
        assert not Request.objects.exists()
    house.sweep(clock.now() + timedelta(days=1096))
    with house.as_("Petra"):
        assert [one.pk for one in Document.objects.all()] == [house.certificate.pk]


def test_a_document_that_goes_is_closed(house):
    house.opened()
    with house.as_("Petra"):
        actions.remove(queries.my_document(house.certificate.pk))
        assert queries.running() == []
    with house.as_("Sara"):
        assert queries.open_to_me() == []
