"""What is closed is broken open by few, for a reason, for a day at most, and its subject is told."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from tests.access.conftest import NOW
from tests.conftest import privileged
from tests.kernel import support
from tillit.access import actions, queries
from tillit.access.actions import Refused
from tillit.access.models import GlassRequest
from tillit.identity.models import Person
from tillit.kernel import clock

HOUR = timedelta(hours=1)


def ask(house, who=None, of=None, *, office="member", **more):
    asked = {"reason": "asked_for_help", "words": "She called us.", "minutes": 60, **more}
    with house.acts(who or house.admin, office):
        return actions.ask_to_break("contact", of or house.anna, **asked)


def test_one_person_opens_where_one_is_enough_and_the_person_is_told(house):
    assert not house.sees(house.admin, house.anna)
    request, outcome = ask(house)
    assert outcome == "opened"
    assert house.sees(house.admin, house.anna)
    assert not house.sees(house.privacy, house.anna)
    assert house.events("access.glass.broken") == [(house.anna, request)]
    with house.acts(house.anna):
        (broken,) = queries.broken_of_me()
        assert (broken.asked_by_id, broken.reason, broken.words) == (house.admin, "asked_for_help", "She called us.")
        assert broken.ends == NOW + HOUR
    assert [name for name, _ in outbox()] == ["access.glass.broken"]
    with clock.at(NOW + HOUR):
        assert not house.sees(house.admin, house.anna)


def outbox() -> list[tuple[str, object]]:
    with privileged(), connection.cursor() as cursor:
        cursor.execute("select name, data from kernel_outbox where name like 'access.%%'")
        return cursor.fetchall()


def test_two_people_where_care_is_given(house):
    house.modules("booking", "care")
    request, outcome = ask(house)
    assert outcome == "waiting"
    assert not house.sees(house.admin, house.anna)
    assert outbox() == []
    with house.acts(house.anna):
        assert queries.broken_of_me() == []
    with house.acts(house.admin), pytest.raises(Refused, match="own"):
        actions.approve(request)
    for who in (house.host, house.anna, house.bo):
        with house.acts(who), pytest.raises(ProgrammingError), transaction.atomic():
            actions.approve(request)
    with house.acts(house.privacy):
        assert [r.pk for r in queries.waiting()] == [request]
        actions.approve(request)
        assert queries.waiting() == []
        with pytest.raises(Refused, match="again"):
            actions.approve(request)
    assert house.sees(house.admin, house.anna)
    assert not house.sees(house.privacy, house.anna)
    assert len(outbox()) == 1
    (grant,) = house.grants()
    assert (grant.relation, grant.given_by_id, grant.object_id) == ("glass", house.privacy, request)


def test_a_refused_request_stays_refused(house):
    house.modules("clinic")
    request, _ = ask(house)
    with house.acts(house.privacy):
        actions.refuse(request)
        with pytest.raises(Refused, match="again"):
            actions.approve(request)
    assert house.grants() == []
    mine, _ = ask(house)
    with house.acts(house.admin):
        actions.refuse(mine)  # withdrawn
    assert len(house.events("access.glass.refused")) == 2


def test_a_request_waits_a_day_and_goes_with_the_role(house):
    house.modules("care")
    request, _ = ask(house)
    with clock.at(NOW + 25 * HOUR), house.acts(house.privacy), pytest.raises(Refused, match="late"):
        actions.approve(request)
    with privileged(), connection.cursor() as cursor:
        cursor.execute("update identity_membership set ended = %s where person_id = %s", [NOW, house.admin])
    with house.acts(house.privacy), pytest.raises(Refused, match="gone"):
        actions.approve(request)
    assert house.grants() == []


def test_only_few_may_ask(house, other):
    for who in (house.host, house.anna, None):
        with house.acts(who), pytest.raises(ProgrammingError), transaction.atomic():
            actions.ask_to_break("contact", house.bo, reason="law", words="x", minutes=5)
    with house.acts(other.admin), pytest.raises(ProgrammingError), transaction.atomic():
        actions.ask_to_break("contact", house.bo, reason="law", words="x", minutes=5)
    assert ask(house, house.person(), office="operator")[1] == "opened"


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_it_is_open_for_a_day_at_most(house, minutes):
    with pytest.raises(Refused, match="bounds"):
        ask(house, minutes=minutes)


def test_it_has_a_reason_and_names_somebody_else_of_the_house(house, other):
    for wrong in ({"reason": "curiosity"}, {"words": " "}, {"words": "x" * 2001}):
        with pytest.raises(ValueError, match=r"known|characters"):
            ask(house, **wrong)
    for nobody in (house.admin, other.anna, uuid.uuid4()):
        with pytest.raises(Refused, match="nobody"):
            ask(house, of=nobody)


def test_the_rule_of_two_is_raised_by_one_and_lowered_by_the_operator_only(house):
    with house.acts(house.host), pytest.raises(ProgrammingError), transaction.atomic():
        actions.require_two_people()
    with house.acts(house.admin):
        assert not queries.needs_two_people()
        actions.require_two_people()
        assert queries.needs_two_people()
        with pytest.raises(ProgrammingError), transaction.atomic():
            actions.require_two_people(False)
    assert ask(house)[1] == "waiting"
    with house.acts(house.person(), "operator"):
        actions.require_two_people(False)
    assert ask(house)[1] == "opened"


def test_its_subject_does_not_close_it_and_who_may_break_open_does(house):
    ask(house)
    (grant,) = house.grants()
    with house.acts(house.anna):
        assert not actions.take_back(grant.pk)
        assert actions.take_back_all() == 0
    with house.acts(house.host):
        assert not actions.take_back(grant.pk)
    with house.acts(house.privacy):
        assert actions.take_back(grant.pk)
    assert not house.sees(house.admin, house.anna)


def test_injected_sql_opens_nothing_and_another_organisation_answers_nothing(house, other):
    house.modules("care")
    request, _ = ask(house)
    with other.acts(other.admin), pytest.raises(Refused, match="gone"):
        actions.approve(request)
    with house.acts(house.admin):
        for sql in (
            "update access_glassrequest set state = 'opened'",
            "update access_glassrequest set minutes = 1440",
            "update access_glassrule set two_people = false",
            "delete from access_glassrequest",
            "select access.answer_glass('{}', 'forged')",
            "select access.ask_glass('{}', 'forged')",
            "select access.require_two('{}', 'forged')",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
    with house.acts(house.bo):
        assert not GlassRequest.objects.exists()
    with other.acts(other.privacy):
        assert not GlassRequest.objects.exists()


def test_the_person_gets_a_mail(house):
    with house.acts(house.anna):
        anna = Person.objects.get(pk=house.anna)
        anna.display_name, anna.email, anna.language = "Anna", "anna@example.org", "en"
        anna.save(update_fields=["display_name", "email", "email_index", "language"])
    ask(house)
    support.react()
    (mail,) = support.mails()
    assert mail.to == "anna@example.org"
    assert "name, e-mail and phone" in mail.text
    assert "the person asked for help" in mail.text
