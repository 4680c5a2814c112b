"""Appeals and reports before those who would turn them: an older decision brought back over a newer one, words that
nobody read, somebody else's address, somebody else's decision; and what a paused account may do all the same."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.directory.conftest import judge, provide
from tests.kernel import support
from tests.messaging.test_hostile import paused
from tests.moderation.test_cases import handed_in, reported, taken
from tests.moderation.test_pages import found, text, url  # noqa: F401 (a fixture)
from tillit.access import acting
from tillit.directory import actions as profiles
from tillit.directory import queries as directory
from tillit.directory.models import Category, Fact
from tillit.identity import addresses
from tillit.identity.models import Account, Membership, Person
from tillit.messaging import actions as messages
from tillit.messaging import queries as talks
from tillit.moderation import actions, queries, working
from tillit.moderation.models import Appeal, Case, Decision, Report
from tillit.privacy.rights import erasing


def against(market, notes, outcome="hide", by="Maria"):
    reported(market, notes)
    case = taken(market, by)
    with acting(market.as_(by)):
        return working.decide(Case.objects.get(pk=case.pk), outcome, reason="untrue", words="Det stämmer inte.")


def lifted(market, decision, first="Petra", by="Jonas", **more):
    with acting(market.as_(first)):
        appeal = actions.appeal(decision, "Det stämmer.", **more)
    with acting(market.as_(by)):
        ruled = Appeal.objects.get(pk=appeal).decision
        working.take(ruled.case)
        working.answer(Appeal.objects.get(pk=appeal), Case.objects.get(pk=ruled.case_id), ruled, lift=True, words="Ja.")


def test_what_a_later_decision_took_away_stays_away(market, notes):
    first = against(market, notes)
    second = against(market, notes)
    lifted(market, first)
    assert [one for _note, one, _why in notes.done] == ["hide", "hide"]
    lifted(market, second)
    assert [one for _note, one, _why in notes.done] == ["hide", "hide", "restore"]


def test_an_appeal_shows_nothing_that_nobody_has_read(market):
    with privileged():
        Category.objects.create(organisation=market.organisation, name={"sv": "Barnpassning"}, position=0)
    profile = provide(market, through=False)
    judge(market, profile, "refuse")
    with acting(market.as_("Petra")):
        decision = Decision.objects.get().pk
        profiles.say("about", "Ring mig, jag tar bara kontanter.")
        profiles.submit()
    lifted(market, decision)
    with acting(market.as_("Sara")):
        assert not Fact.objects.exists() and directory.profile_of(market.person("Petra").pk) is None
    judge(market, profile)
    with acting(market.as_("Sara")):
        assert Fact.objects.exists()


def test_who_reported_in_vain_and_was_right_has_it_looked_into_anew(market, notes):
    mine, other = reported(market, notes), reported(market, notes, "Amir")
    case = taken(market)
    with acting(market.as_("Maria")):
        working.decide(Case.objects.get(pk=case.pk), "nothing", unfounded=True)
    lifted(market, None, "Sara", report=mine)
    with acting(market.as_("Maria")):
        anew = Case.objects.get(state="waiting")
        assert anew.pk != case.pk and queries.counts()["report"] == 1
        assert [one.pk for one in queries.reports_of(anew)] == [mine]
        working.take(anew)
        working.decide(anew, "hide", reason="untrue", words="Det stämmer inte.")
    with privileged():
        assert Report.objects.get(pk=mine).outcome == "done" and not Report.objects.get(pk=mine).unfounded
        assert Report.objects.get(pk=other).outcome == "nothing"
    assert [one for _note, one, _why in notes.done] == ["hide"]


def test_another_s_address_gets_few_mails_and_tells_nothing(market, notes):
    wish = {
        "where": f"http://testserver/o/{market.organisation.slug}/notes/1/", "reason": "fraud",
        "words": "It asks for money first.", "name": "Vera Ask", "email": "vera@example.org", "sure": "on",
    }  # fmt: skip
    answers = []
    for number in range(8):
        visitor = Client(REMOTE_ADDR=f"198.51.{number}.7")
        page = visitor.post(
            url(market, "notice/"), {**wish, "email": "Vera@Example.org" if number % 2 else wish["email"]}
        )
        answers.append(text(page))
        assert "One more step" in answers[-1]
    support.react()
    assert len([one for one in support.mails() if "vera@example.org" in str(one.to).lower()]) == 3
    with privileged():
        assert not Case.objects.exists()


def test_strangers_reach_nobody_else_s_decisions_reports_or_links(market, notes):
    decision = against(market, notes)
    with privileged():
        report = Report.objects.get().pk
    for first in ("Amir", "Maria", "Omar"):
        browser = log_in(market.person(first).pk)
        for path in (f"me/decisions/{decision}/", f"me/decisions/reports/{report}/", f"me/decisions/{uuid4()}/"):
            assert browser.get(url(market, path)).status_code == 404
            assert browser.post(url(market, path), {"words": "Nej."}).status_code == 404
    petra = log_in(market.person("Petra").pk)
    assert petra.get(url(market, f"me/decisions/reports/{report}/")).status_code == 404
    assert petra.post(url(market, f"me/decisions/{decision}/"), {"words": "x" * 1_000_000}).status_code == 422
    assert petra.post(url(market, f"me/decisions/{decision}/"), {"words": " \n "}).status_code == 422
    for token in ("x", "a.b", "." * 50, "é.é"):
        assert Client().get(url(market, f"notice/{token}/")).status_code == 404
    with acting(market.as_("Amir")):
        for attempt in ((decision, {}), (None, {"report": report})):
            with pytest.raises(actions.Refused, match="nobody"):
                actions.appeal(attempt[0], "Nej.", **attempt[1])


def test_who_answers_for_the_organisation_is_not_paused_by_a_colleague(market, notes):
    notes.whose = market.person("Jonas").pk
    reported(market, notes)
    case = taken(market)
    page = url(market, f"moderation/case/{case.pk}/")
    wish = {"outcome": "end", "reason": "fraud", "words": "Nej.", "version": case.version}
    assert log_in(market.person("Maria").pk).post(page + "decide/", wish).status_code == 302
    with privileged():
        assert not Decision.objects.exists() and Case.objects.get().state == "waiting"
        assert Membership.objects.filter(person_id=notes.whose, ended=None).exists()


@pytest.mark.parametrize("outcome", ["pause", "end"])
def test_a_paused_or_ended_account_reads_appeals_and_leaves(market, notes, outcome):
    with acting(market.as_("Petra")):
        thread = messages.begin(to=market.person("Sara").pk, about=("note", notes.note), words="Hej Sara!")
    decision = against(market, notes, outcome)
    with privileged():
        account = Account.objects.get(pk=market.person("Petra").account_id)
        Account.objects.filter(pk=account.pk).update(email_sealed=addresses.sealed("petra@example.org", account.pk))
        person = Person.objects.get(pk=notes.whose)
        person.email = "petra@example.org"
        person.save()
    petra = log_in(market.person("Petra").pk)
    for path in (f"messages/{thread}/", "messages/", "me/", "me/decisions/", f"me/decisions/{decision}/", "jobs/",
                 "invoices/", "adverts/", "documents/"):  # fmt: skip
        assert petra.get(url(market, path)).status_code == 200, path
    assert petra.post(url(market, f"messages/{thread}/"), {"words": "Jag skriver ändå."}).status_code == 422
    assert petra.post(url(market, f"me/decisions/{decision}/"), {"words": "Det stämmer."}).status_code == 302
    with acting(market.as_("Petra")):
        assert Appeal.objects.get().outcome == ""
        assert len(talks.said(thread).messages) == 1
        told = [str(one) for one in erasing.preview(market.person("Petra").pk).shared]
        assert "Your appeal is not decided any more." in told
        receipt = erasing.erase(market.person("Petra").pk, request_key=uuid4())
    assert receipt.gone["moderation.appeal"] == 1


def test_what_waits_to_be_seen_is_not_looked_at_by_two_nor_by_its_owner(market, notes):
    handed_in(market, notes)
    case = taken(market)
    with acting(market.as_("Jonas")), pytest.raises(actions.Refused, match="taken"):
        working.take(case)
    with acting(market.as_("Petra")):
        assert Client().post(url(market, f"moderation/case/{case.pk}/take/")).status_code == 302
    assert log_in(market.person("Petra").pk).post(url(market, f"moderation/case/{case.pk}/take/")).status_code in {
        403,
        404,
    }


def test_pausing_somebody_who_is_paused_already_is_one_more_decision(market, notes):
    paused(market, "Petra")
    assert against(market, notes, "pause")
