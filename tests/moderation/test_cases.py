"""Handing in, reporting, deciding and appealing, and what the database refuses whatever a page forgets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection

from tests.conftest import privileged
from tillit.access import acting
from tillit.access.actions import take_back
from tillit.access.models import Grant
from tillit.identity.models import Membership
from tillit.kernel import clock
from tillit.moderation import actions, working
from tillit.moderation.models import Appeal, Case, Decision, Pause, Report


def handed_in(market, notes):
    with acting(market.as_("Petra")):
        return actions.submit(kind="note", object=notes.note, subject=market.person("Petra").pk)


def reported(market, notes, by="Sara", **more):
    with acting(market.as_(by)):
        return actions.report(
            kind="note", object=notes.note, of=notes.whose, reason="untrue", words="It never was so.", **more
        )


def taken(market, by="Maria"):
    with acting(market.as_(by)):
        case = Case.objects.get(state="waiting")
        working.take(case)
    return case


def under_case(kind="note"):
    with connection.cursor() as cursor:
        cursor.execute("select moderation.under_case(%s), moderation.paused()", [kind])
        return cursor.fetchone()


def test_what_is_handed_in_is_taken_seen_and_let_through(market, notes):
    handed_in(market, notes)
    with acting(market.as_("Maria")):
        assert under_case()[0] == []
    case = taken(market)
    with acting(market.as_("Maria")):
        assert under_case()[0] == [notes.note]
        assert under_case("other")[0] == []
        working.decide(case, "through")
        assert under_case()[0] == []
    assert notes.done == [(notes.note, "through", "")]
    with privileged():
        assert Grant.objects.filter(relation="moderating", revoked=None).count() == 0


def test_a_refusal_has_a_reason_in_words_and_its_person_reads_it(market, notes):
    handed_in(market, notes)
    case = taken(market)
    with acting(market.as_("Maria")):
        for wrong in ({"reason": "untrue"}, {"words": "No."}, {"reason": "mood", "words": "No."}):
            with pytest.raises(ValueError, match="reason"):
                working.decide(case, "refuse", **wrong)
        with pytest.raises(ValueError, match="cannot"):
            working.decide(case, "remove", reason="untrue", words="No.")
        working.decide(case, "refuse", reason="untrue", words="The diploma is another one’s.")
    with acting(market.as_("Petra")):
        told = Decision.objects.get()
        assert (told.reason, told.ground, told.words) == ("untrue", "terms", "The diploma is another one’s.")
    with acting(market.as_("Sara")):
        assert not Decision.objects.exists()


def test_what_was_handed_in_anew_is_not_decided_as_it_was_before(market, notes):
    first = handed_in(market, notes)
    case = taken(market)
    assert handed_in(market, notes) == first
    with acting(market.as_("Maria")):
        with pytest.raises(working.Overtaken):
            working.decide(case, "through")
        working.decide(Case.objects.get(), "through")


def test_two_moderators_never_have_one_case_and_it_comes_back_by_itself(market, notes):
    handed_in(market, notes)
    case = taken(market)
    with acting(market.as_("Jonas")):
        with pytest.raises(actions.Refused, match="taken"):
            working.take(case)
        with pytest.raises(actions.Refused, match="gone"):
            working.decide(case, "through")
    with clock.at(clock.now() + working.HELD + timedelta(minutes=1)), acting(market.as_("Jonas")):
        working.take(Case.objects.get())
        working.decide(Case.objects.get(), "through")


def test_nobody_moderates_themselves_nor_what_they_reported(market, notes):
    with privileged():
        for one in ("Petra", "Sara"):
            Membership.objects.create(organisation=market.organisation, person=market.person(one), role="moderator")
    reported(market, notes)
    for one in ("Petra", "Sara"):
        with acting(market.as_(one)):
            assert not Case.objects.exists()
            case = Case(pk=_only(Case), subject_id=notes.whose, organisation=market.organisation)
            with pytest.raises(ProgrammingError):
                working.take(case)
    taken(market)


def _only(model):
    with privileged():
        return model.objects.values_list("pk", flat=True).get()


def test_the_reported_never_learn_who_reported(market, notes):
    reported(market, notes)
    with acting(market.as_("Petra")):
        assert not Report.objects.exists()
        assert not Case.objects.exists()
    case = taken(market)
    with acting(market.as_("Maria")):
        working.decide(case, "remove", reason="untrue", words="It says what is not so.")
    with acting(market.as_("Petra")):
        assert Case.objects.exists()
        assert not Report.objects.exists()
    with acting(market.as_("Sara")):
        assert Report.objects.get().outcome == "done"
        assert not Decision.objects.exists()
    assert notes.done == [(notes.note, "remove", "untrue")]


def test_a_moderator_sees_the_chosen_parts_alone_until_the_subject_or_the_clock_ends_it(market, notes):
    chosen = [notes.note, _only(type(market.organisation))]
    reported(market, notes, chosen=chosen)
    taken(market)
    with acting(market.as_("Maria")):
        assert set(under_case()[0]) == set(chosen)
    with clock.at(clock.now() + working.HELD + timedelta(minutes=1)), acting(market.as_("Maria")):
        assert under_case()[0] == []
    with acting(market.as_("Petra")):
        take_back(_grant())
    with acting(market.as_("Maria")):
        assert under_case()[0] == []


def _grant():
    with privileged():
        return Grant.objects.values_list("pk", flat=True).get(relation="moderating", revoked=None)


def test_another_person_decides_an_appeal_and_what_was_wrong_is_brought_back(market, notes):
    reported(market, notes)
    case = taken(market)
    with acting(market.as_("Maria")):
        decision = working.decide(case, "hide", reason="untrue", words="It says what is not so.")
    with acting(market.as_("Sara")), pytest.raises(actions.Refused, match="nobody"):
        actions.appeal(decision, "I do not like it.")
    with acting(market.as_("Petra")):
        appeal = actions.appeal(decision, "It is so. See the diploma.")
        with pytest.raises(actions.Refused, match="again"):
            actions.appeal(decision, "Once more.")
    with acting(market.as_("Maria")):
        assert not Appeal.objects.exists()
        with pytest.raises(actions.Refused, match="taken"):
            working.take(case)
    with acting(market.as_("Jonas")):
        working.take(case)
        working.answer(Appeal.objects.get(pk=appeal), case, Decision.objects.get(), lift=True, words="You are right.")
    assert notes.done[-1] == (notes.note, "restore", "")
    with acting(market.as_("Petra")):
        assert Appeal.objects.get().answer == "You are right."
        assert Decision.objects.get().lifted


def test_an_appeal_comes_within_six_months(market, notes):
    handed_in(market, notes)
    case = taken(market)
    with acting(market.as_("Maria")):
        decision = working.decide(case, "refuse", reason="untrue", words="No.")
    with (
        clock.at(clock.now() + timedelta(days=190)),
        acting(market.as_("Petra")),
        pytest.raises(actions.Refused, match="late"),
    ):
        actions.appeal(decision, "I was away.")


def test_a_paused_account_writes_nothing_until_it_ends_or_is_lifted(market, notes):
    reported(market, notes)
    case = taken(market)
    with acting(market.as_("Maria")):
        decision = working.decide(case, "pause", reason="fraud", words="Cheques were sent.")
    with acting(market.as_("Petra")):
        assert under_case()[1] is True
        assert Pause.objects.get().until
        appeal = actions.appeal(decision, "It was not I.")
    with clock.at(clock.now() + timedelta(days=31)), acting(market.as_("Petra")):
        assert under_case()[1] is False
    with acting(market.as_("Jonas")):
        working.take(case)
        working.answer(Appeal.objects.get(pk=appeal), case, Decision.objects.get(), lift=True, words="Right.")
    with acting(market.as_("Petra")):
        assert under_case()[1] is False
    assert notes.done == []


def test_an_ended_membership_comes_back_when_that_was_wrong(market, notes):
    def roles():
        with privileged():
            return set(Membership.objects.filter(person_id=notes.whose, ended=None).values_list("role", flat=True))

    before = roles()
    reported(market, notes)
    case = taken(market)
    with acting(market.as_("Maria")):
        decision = working.decide(case, "end", reason="fraud", words="Cheques were sent.")
    assert before and roles() == set()
    with acting(market.as_("Petra")):
        appeal = actions.appeal(decision, "It was not I.")
    with acting(market.as_("Jonas")):
        working.take(case)
        working.answer(Appeal.objects.get(pk=appeal), case, Decision.objects.get(), lift=True, words="Right.")
    assert roles() == before


def test_reports_clearly_without_ground_are_limited_for_a_month(market, notes):
    for _time in range(3):
        reported(market, notes)
        case = taken(market)
        with acting(market.as_("Maria")):
            working.decide(case, "nothing", unfounded=True)
    with pytest.raises(actions.Refused, match="limited"):
        reported(market, notes)
    with clock.at(clock.now() + timedelta(days=31)):
        reported(market, notes)


def test_figures_name_nobody(market, notes):
    def shown():
        with acting(market.visitor()), connection.cursor() as cursor:
            cursor.execute("select * from moderation.figures('2020-01-01', '2100-01-01')")
            return cursor.fetchall()

    for count in range(1, 6):
        reported(market, notes, by="Sara")
        case = taken(market)
        with acting(market.as_("Maria")):
            working.decide(case, "warn", reason="untrue", words="No.")
        ((kind, queue, reason, outcome, decided, *_rest),) = shown()
        assert (kind, queue, reason, outcome) == ("note", "report", "untrue", "warn")
        assert decided == (5 if count == 5 else None)
