"""Who left agrees on nothing; what was cancelled opens nothing; what everybody reads holds no numbers."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from tests.conftest import privileged
from tests.hiring.conftest import NOW, SATURDAY, Work, offer
from tests.hiring.test_agreeing import address
from tests.hiring.test_pages import TERMS, browser, thread
from tests.kernel import support
from tests.messaging.test_hostile import paused
from tests.web.api.conftest import token_of
from tillit.access import PUBLIC, acting
from tillit.booking.models import Booking
from tillit.evidence import queries as evidence
from tillit.hiring import queries, working
from tillit.hiring.actions import Refused
from tillit.hiring.models import FirstMeeting, Job, ReferenceAsk, Terms, TimeReport
from tillit.identity.models import Membership
from tillit.journeys.hire import agreeing
from tillit.journeys.hire.forms import AnswerForm, ReviewForm
from tillit.kernel import clock
from tillit.messaging import actions as messages

WEEK = timedelta(days=7)


def weekly(work: Work) -> UUID:
    """Eight Saturdays that both have said yes to."""
    spans: list[tuple[datetime, datetime]] = [
        (SATURDAY + n * WEEK, SATURDAY + n * WEEK + timedelta(hours=3)) for n in range(8)
    ]
    with work.as_("Sara"):
        terms = agreeing.Offer(what="Barnpassning", spans=spans, rate=46_000)
        job = agreeing.propose(seeker=work.person("Sara"), provider=work.person("Petra"), offer=terms)
    with work.as_("Petra"):
        assert agreeing.confirm(queries.get_job(job), 1)
    assert address(work, SATURDAY + 6 * WEEK) == {"Petra"}
    return job


def test_the_address_closes_with_what_is_left_when_the_rest_is_cancelled(work: Work) -> None:
    job = weekly(work)
    with clock.at(SATURDAY + timedelta(days=2)), work.as_("Sara"):
        assert agreeing.cancel(queries.get_job(job))
        assert queries.get_job(job).state == "done"
    assert address(work, SATURDAY + timedelta(days=3)) == set()


def test_the_address_stays_for_a_visit_that_has_begun_and_no_longer(work: Work) -> None:
    job = weekly(work)
    with clock.at(SATURDAY + timedelta(hours=1)), work.as_("Sara"):
        assert agreeing.cancel(queries.get_job(job))
    assert address(work, SATURDAY + timedelta(hours=2)) == {"Petra"}
    assert address(work, SATURDAY + timedelta(days=4)) == set()


def test_who_provides_no_more_changes_nothing_and_gets_no_address(work: Work) -> None:
    first, second = work.proposed(), work.proposed(by="Petra", start=SATURDAY + timedelta(hours=5))
    with privileged():
        Membership.objects.filter(person=work.person("Petra"), role="provider").update(ended=NOW)
    with work.as_("Petra"):
        with pytest.raises(Refused, match="gone"):
            agreeing.confirm(queries.get_job(first), 1)
        with pytest.raises(Refused, match="gone"):
            agreeing.change(queries.get_job(second), offer(), seen=1)
    with work.as_("Sara"), pytest.raises(Refused, match="gone"):
        agreeing.confirm(queries.get_job(second), 1)
    assert address(work, NOW) == set()


@pytest.mark.parametrize("words", ["Ring 070-174 06 05", "mejla anna@post.example", "Se https://evil.example/x"])
def test_public_words_of_reviews_hold_no_contact_details(db: None, words: str) -> None:
    said = {"stars": "5", "words": words, "signature": "Sara"}
    assert "words" in ReviewForm(said, names=["Sara"]).errors
    assert "words" in AnswerForm(said).errors
    assert ReviewForm({**said, "words": "Lugn och varm, i tid i tre veckor."}, names=["Sara"]).is_valid()


def test_programs_sign_no_review_with_another_name_nor_with_a_number(work: Work) -> None:
    job = work.agreed()
    with clock.at(SATURDAY + timedelta(hours=4)):
        caller = {"authorization": f"Bearer {token_of(work.market.person('Sara'), 'bookings:write')}"}
        url = f"/api/v1/o/{work.market.organisation.slug}/jobs/{job}/review"

        def said(**more: str) -> int:
            body = json.dumps({"stars": 5, "words": "Lugn och varm.", "signature": "Sara", **more})
            return Client().post(url, body, content_type="application/json", headers=caller).status_code

        assert said(signature="Maria Ek, moderator") == 422
        assert said(words="Ring mig hellre: 070-174 06 05") == 422
        assert said() == 200


def with_terms(work: Work, talk: UUID, by: str = "Sara") -> UUID:
    """A job that one of them proposes in a thread."""
    with work.as_(by):
        return agreeing.propose(seeker=work.person("Sara"), provider=work.person("Petra"), offer=offer(), thread=talk)


def test_who_was_blocked_meanwhile_agrees_on_nothing_and_gets_no_address(work: Work) -> None:
    talk = thread(work)
    job = with_terms(work, talk)
    with work.as_("Sara"):
        meeting = agreeing.propose_meeting(
            seeker=work.person("Sara"), provider=work.person("Petra"), starts=[SATURDAY], thread=talk
        )
        messages.block(talk)
    with work.as_("Petra"):
        with pytest.raises(Refused, match="gone"):
            agreeing.confirm(queries.get_job(job), 1)
        with pytest.raises(Refused, match="gone"):
            agreeing.pick(queries.get_meeting(meeting), SATURDAY)
    assert address(work, NOW) == set()
    assert browser(work, "Petra").post(f"/o/omsorgstorget/jobs/{job}/yes/", {"number": "1"}).status_code == 409
    with work.as_("Petra"):
        assert agreeing.refuse(queries.get_job(job), 1) and agreeing.pick(queries.get_meeting(meeting), None)
    with work.as_("Sara"):
        messages.unblock(talk)
    again = with_terms(work, talk, "Petra")
    with work.as_("Petra"):
        messages.block(talk)
    with work.as_("Sara"), pytest.raises(Refused, match="gone"):
        agreeing.confirm(queries.get_job(again), 1)


def test_proposing_and_withdrawing_over_and_over_is_counted_by_the_day(work: Work) -> None:
    people = {"seeker": work.person("Sara"), "provider": work.person("Petra")}
    with work.as_("Sara"):
        with pytest.raises(Refused, match="many"):
            for minutes in range(40):
                agreeing.propose_meeting(**people, starts=[SATURDAY + timedelta(minutes=minutes)])
        with pytest.raises(Refused, match="many"):
            for _ in range(80):
                agreeing.refuse(queries.get_job(agreeing.propose(**people, offer=offer())), 1)
        assert FirstMeeting.objects.count() == 20 and Job.objects.count() == 60
    with clock.at(NOW + timedelta(days=1, hours=1)), work.as_("Sara"):
        agreeing.propose(**people, offer=offer())


def test_terms_are_said_yes_to_by_number_and_an_old_number_is_not_said_again(work: Work) -> None:
    job = work.agreed()
    with work.as_("Sara"):
        assert agreeing.change(queries.get_job(job), offer(SATURDAY + timedelta(hours=5), rate=1), seen=1) == 2
        with pytest.raises(Refused, match="changed"):
            agreeing.confirm(queries.get_job(job), 2)  # their own
    with work.as_("Petra"):
        assert agreeing.confirm(queries.get_job(job), 1) is False
        with pytest.raises(Refused, match="gone"):
            agreeing.confirm(queries.get_job(job), 3)
        assert agreeing.refuse(queries.get_job(job), 2)
        with pytest.raises(Refused, match="changed"):
            agreeing.confirm(queries.get_job(job), 2)
        assert queries.terms_of(job).rate == 46_000
        agreeing.change(queries.get_job(job), offer(SATURDAY + timedelta(hours=7)), seen=2)
    with work.as_("Sara"):
        assert agreeing.confirm(queries.get_job(job), 3)
        with pytest.raises(Refused, match="changed"):
            agreeing.confirm(queries.get_job(job), 1)
    with work.as_("Petra"):
        assert Booking.objects.filter(state="confirmed").count() == 1
    for first in ("Amir", "Omar", "Maria", "Jonas"):
        with work.as_(first):
            assert not Job.objects.exists() and not Terms.objects.exists() and not TimeReport.objects.exists()


def test_hours_are_approved_once_and_by_whoever_was_helped(work: Work) -> None:
    job = work.agreed()
    span = {"start": SATURDAY, "end": SATURDAY + timedelta(hours=3)}
    with clock.at(SATURDAY + timedelta(hours=4)):
        with work.as_("Petra"):
            first = working.report(queries.get_job(job), **span)
            with pytest.raises(Refused, match="gone"):
                working.decide(queries.get_report(first), approve=True)
            with pytest.raises(Refused, match="twice"):
                working.report(queries.get_job(job), **span)
        with work.as_("Sara"):
            assert working.decide(queries.get_report(first), approve=True)
            assert working.decide(queries.get_report(first), approve=True) is False
            with pytest.raises(Refused, match="changed"):
                working.decide(queries.get_report(first), approve=False, objection="Nej")
        with work.as_("Petra"), pytest.raises(Refused, match="changed"):
            working.report(queries.get_job(job), **span, replaces=first)
        petra, sara, amir = (browser(work, one) for one in ("Petra", "Sara", "Amir"))
        decide = f"/o/omsorgstorget/jobs/time/{first}/"
        assert amir.post(decide, {"approve": "1"}).status_code == 404
        assert petra.post(decide, {"approve": "1"}).status_code == 409
        assert sara.post(decide, {"objection": "x" * 1_000_000}).status_code == 422
        dear = {"day": "2026-11-28", "start": "12:00", "end": "13:00", "pause": "0", "travel": "1000001"}
        assert petra.post(f"/o/omsorgstorget/jobs/{job}/time/", dear).status_code == 422
        with work.as_("Petra"), pytest.raises(Refused, match="many"):
            for n in range(60):
                working.report(
                    queries.get_job(job), start=SATURDAY - timedelta(minutes=5 * n + 5),
                    end=SATURDAY - timedelta(minutes=5 * n),
                )  # fmt: skip


def test_a_cancelled_job_is_not_reviewed_reported_or_referred_to(work: Work) -> None:
    job = work.agreed()
    with work.as_("Petra"):
        assert agreeing.cancel(queries.get_job(job))
    with clock.at(SATURDAY + timedelta(hours=4)):
        sara, petra = browser(work, "Sara"), browser(work, "Petra")
        home = f"/o/omsorgstorget/jobs/{job}/"
        said = {"stars": "1", "words": "Hon kom aldrig.", "signature": "Sara"}
        assert sara.post(f"{home}review/", said).status_code == 422
        assert petra.post(f"{home}review/", {**said, "signature": "Petra"}).status_code == 422
        hours = {"day": "2026-11-28", "start": "09:00", "end": "12:00", "pause": "0"}
        assert petra.post(f"{home}time/", hours).status_code == 422
        assert sara.post(f"{home}reference/", {"words": "Fin.", "months": "3"}).status_code == 422
        assert sara.post(f"{home}yes/", {"number": "1"}).status_code == 409
        assert sara.post(f"{home}change/", {**TERMS, "seen": "1", "day": "2026-12-05"}).status_code == 422
        with work.as_("Sara"):
            assert not queries.reviews_in(queries.get_job(job))


def test_one_side_does_not_read_the_other_before_the_clock_says_so(work: Work) -> None:
    job = work.agreed()
    end = SATURDAY + timedelta(hours=3)
    with clock.at(end + timedelta(days=13)), work.as_("Sara"):
        working.review(queries.get_job(job), stars=1, words="Kom sent.", signature="Sara")
    with clock.at(end + timedelta(days=14) - timedelta(seconds=1)), work.as_("Petra"):
        assert not queries.reviews_in(queries.get_job(job)) and not queries.reviews_of(work.person("Petra")).count
    with clock.at(end + timedelta(days=14)), work.as_("Petra"):
        assert queries.reviews_of(work.person("Petra")).count == 1
        with pytest.raises(Refused, match="late"):
            working.review(queries.get_job(job), stars=1, words="Hämnd.", signature="Petra")


def test_a_paused_or_unwanted_account_asks_for_no_reference(work: Work) -> None:
    job = work.agreed()
    with clock.at(SATURDAY + timedelta(hours=4)):
        with work.as_("Sara"):
            working.refer(queries.get_job(job), words="Fin.", until=clock.now() + timedelta(days=30))
        with work.as_("Amir"):
            (reference, _until), *_rest = queries.references_of(work.person("Petra"))
            talk = messages.begin(to=work.person("Sara"), about=("job", job), words="Hej")
            assert working.ask_reference(reference, "Du svarar ju inte!")
        home = "/o/omsorgstorget/jobs/"
        assert "svarar ju inte" in browser(work, "Sara").get(home).content.decode()
        with work.as_("Sara"):
            messages.block(talk)
        assert "svarar ju inte" not in browser(work, "Sara").get(home).content.decode()
        paused(work.market, "Omar")
        with work.as_("Omar"), pytest.raises(Refused, match="gone"):
            working.ask_reference(reference, "Jag skriver ändå")
        with privileged():
            assert ReferenceAsk.objects.count() == 1


@pytest.mark.parametrize("words", ["Barn\u202epassning", "Barn\x07passning", "Barn\npassning\u2066"])
def test_programs_write_terms_as_pages_do(work: Work, words: str) -> None:
    talk = thread(work)
    caller = {"authorization": f"Bearer {token_of(work.market.person('Petra'), 'bookings:write')}"}
    url = f"/api/v1/o/{work.market.organisation.slug}/threads/{talk}/jobs"
    times = [{"start": "2026-11-28T09:00:00Z", "end": "2026-11-28T12:00:00Z"}]
    body = {"what": words, "times": times, "rate": 46_000, "notes": f"Två barn.\n{words}"}
    made = Client().post(url, body, content_type="application/json", headers=caller)
    assert made.status_code == 200, made.content
    with work.as_("Sara"):
        terms = Terms.objects.get()
        assert not set("\u202e\u2066\x07") & set(terms.what + terms.notes) and "\n" not in terms.what


@pytest.mark.parametrize("wrong", [
    {"day": "9999-12-31"}, {"day": "2999-12-31", "weeks": "26"}, {"day": "0001-01-01"}, {"rate": "1e400"},
    {"rate": "1000001"}, {"travel": "1000001"},
    {"rate": "9" * 30}, {"weeks": "9" * 30}, {"start": "25:00"}, {"place": "<b>"}, {"what": "x" * 1_000_000},
    {"notes": "\x00"}, {"cancel_hours": "-5"}, {"what": " "},
])  # fmt: skip
def test_terms_that_are_none_are_refused_in_words(work: Work, wrong: dict[str, str]) -> None:
    talk = thread(work)
    page = browser(work, "Petra").post(f"/o/omsorgstorget/jobs/with/{talk}/", {**TERMS, **wrong})
    assert page.status_code == 422
    with work.as_("Petra"):
        assert not Job.objects.exists()


def test_scripts_in_what_two_agree_on_are_text(work: Work) -> None:
    talk, script = thread(work), "<script>alert(1)</script>"
    sara, petra = browser(work, "Sara"), browser(work, "Petra")
    job = petra.post(f"/o/omsorgstorget/jobs/with/{talk}/", {**TERMS, "what": script, "notes": script})["Location"]
    asked = {"day": "2026-11-26", "time": "10:00", "place": "place", "where": script}
    meeting = petra.post(f"/o/omsorgstorget/jobs/with/{talk}/meeting/", asked)["Location"]
    for path in (job, meeting, "/o/omsorgstorget/jobs/", f"/o/omsorgstorget/messages/{talk}/"):
        for one in (sara, petra):
            assert "<script>alert" not in one.get(path).content.decode()
    support.react()
    assert all(script not in one.text and "<script>alert" not in (one.html or "") for one in support.mails())
    with acting(PUBLIC):
        assert Client().get(job).status_code == 302


def test_how_to_join_a_first_meeting_is_not_told_once_it_is_off(work: Work) -> None:
    talk = thread(work)
    with work.as_("Sara"):
        meeting = agreeing.propose_meeting(
            seeker=work.person("Sara"), provider=work.person("Petra"), starts=[SATURDAY], thread=talk,
            where="https://meet.example/hemligt",
        )  # fmt: skip
    page = f"/o/omsorgstorget/jobs/meeting/{meeting}/"
    petra = browser(work, "Petra")
    assert "hemligt" in petra.get(page).content.decode()
    with work.as_("Petra"):
        agreeing.pick(queries.get_meeting(meeting), SATURDAY)
    support.react()
    assert all("hemligt" not in one.text + (one.html or "") for one in support.mails())
    with work.as_("Sara"):
        assert evidence.my_events(most=5)
