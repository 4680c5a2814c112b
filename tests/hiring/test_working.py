"""Reported time, reviews that open together, references one by one: what the database lets nobody do otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.http import Http404

from tests.conftest import privileged
from tests.hiring.conftest import SATURDAY, Work
from tillit.access import as_office
from tillit.hiring import queries, working
from tillit.hiring.actions import Refused
from tillit.hiring.models import Reference, Review
from tillit.journeys.hire import agreeing
from tillit.kernel import clock

OVER = SATURDAY + timedelta(hours=4)
TIMES = {"start": SATURDAY, "end": SATURDAY + timedelta(hours=3)}


def test_time_is_reported_objected_to_corrected_and_approved(work: Work) -> None:
    job = work.agreed()
    with work.as_("Petra"), pytest.raises(Refused, match="times"):
        working.report(queries.get_job(job), **TIMES)  # it is still to come
    with clock.at(OVER):
        with work.as_("Sara"), pytest.raises(Refused, match="gone"):
            working.report(queries.get_job(job), **TIMES)
        with work.as_("Petra"):
            first = working.report(queries.get_job(job), **TIMES, pause=15, note="They slept.")
            with pytest.raises(Refused, match="twice"):
                working.report(queries.get_job(job), **TIMES)
        with work.as_("Sara"):
            one = queries.get_report(first)
            assert one.note == "They slept."
            assert working.decide(one, approve=False, objection="There was no pause.")
        with work.as_("Petra"):
            second = working.report(queries.get_job(job), **TIMES, replaces=first)
            assert queries.get_report(first).objection == "There was no pause."
            with pytest.raises(Refused, match="changed"):
                working.report(queries.get_job(job), **TIMES, replaces=first)
        with work.as_("Sara"):
            with pytest.raises(Refused, match="changed"):
                working.decide(queries.get_report(first), approve=True)
            two = queries.get_report(second)
            assert working.decide(two, approve=True) and not working.decide(two, approve=True)
            assert [one.state for one in queries.reports(queries.get_job(job))] == ["corrected", "approved"]
        for stranger in ("Amir", "Maria", "Jonas"):
            with work.as_(stranger), pytest.raises(Http404):
                queries.get_report(second)


def test_neither_reads_the_other_before_both_have_written_or_two_weeks_are_over(work: Work) -> None:
    job, other = work.agreed(), work.agreed(start=SATURDAY + timedelta(hours=5))
    with work.as_("Sara"), pytest.raises(Refused, match="early"):
        working.review(queries.get_job(job), stars=5, words="Too soon", signature="Sara")
    over = SATURDAY + timedelta(hours=9)
    with clock.at(over):
        with work.as_("Sara"):
            assert not working.review(queries.get_job(job), stars=5, words="Warm", signature="En familj i Eskilstuna")
            with pytest.raises(Refused, match="again"):
                working.review(queries.get_job(job), stars=1, words="Twice", signature="")
            assert [one.words for one in queries.reviews_in(queries.get_job(job)).values()] == ["Warm"]
        for first in ("Petra", "Amir", "Maria", "Jonas", ""):
            with work.as_(first):
                assert not Review.objects.exists() and queries.reviews_of(work.person("Petra")).count == 0
        with work.as_("Amir"), pytest.raises(Http404):
            queries.get_job(job)
        with work.as_("Petra"):
            assert working.review(queries.get_job(job), stars=4, words="Kind children", signature="Petra N.")
        for first in ("Petra", "Amir", "", "Sara"):
            with work.as_(first):
                said = queries.reviews_of(work.person("Petra"))
                assert [(one.words, one.signature) for one in said.rows] == [("Warm", "En familj i Eskilstuna")]
                assert said.average is None and said.spread[5] == 1
    with clock.at(over), work.as_("Petra"):
        working.review(queries.get_job(other), stars=3, words="Fine", signature="Petra N.")
    with clock.at(over + timedelta(days=13)), work.as_("Sara"):
        assert queries.reviews_of(work.person("Sara")).count == 1
    with clock.at(SATURDAY + timedelta(days=14, hours=8)), work.as_("Sara"):
        assert queries.reviews_of(work.person("Sara")).count == 2
        with pytest.raises(Refused, match="late"):
            working.review(queries.get_job(other), stars=1, words="An answer to that", signature="")


def test_nobody_reviews_what_was_cancelled_or_what_is_not_theirs(work: Work) -> None:
    job = work.agreed()
    with work.as_("Sara"):
        agreeing.cancel(queries.get_job(job))
    one = work.job(job)
    with clock.at(OVER):
        with work.as_("Sara"), pytest.raises(Refused, match="early"):
            working.review(one, stars=1, words="Never came", signature="")
        with work.as_("Amir"), pytest.raises(Refused, match="gone"):
            working.review(one, stars=1, words="I heard", signature="")
        with work.as_("Sara"), pytest.raises(ProgrammingError), transaction.atomic():
            Review.objects.create(
                organisation_id=one.organisation_id, job=one, author_id=work.person("Sara"),
                about_id=work.person("Petra"), side="seeker", stars=1, opens=clock.now(), words="By hand",
            )  # fmt: skip


def test_a_review_is_answered_once_and_taken_away_with_its_reason(work: Work) -> None:
    job = work.agreed()
    with clock.at(OVER):
        for first, stars in (("Sara", 2), ("Petra", 5)):
            with work.as_(first):
                working.review(queries.get_job(job), stars=stars, words=f"By {first}", signature=first)
        with work.as_("Petra"):
            mine = queries.reviews_of(work.person("Petra")).rows[0]
            working.answer_review(mine, "Thank you.")
            with pytest.raises(Refused, match="again"):
                working.answer_review(mine, "And more.")
        with work.as_("Amir"):
            assert queries.get_review(mine.pk).answer == "Thank you."
            with pytest.raises(Refused, match="gone"):
                working.answer_review(mine, "Me too.")
            with pytest.raises(ProgrammingError), transaction.atomic():
                working.remove_review(mine.pk, "insult")
        with work.as_("Maria"):
            with pytest.raises(ProgrammingError), transaction.atomic():
                working.remove_review(mine.pk, "insult")  # a moderator, and no case
            with as_office("moderation", str(mine.pk)):
                assert working.remove_review(mine.pk, "insult")
        with work.as_("Amir"):
            said = queries.reviews_of(work.person("Petra"))
            assert said.count == 0 and [why for _id, _at, why in said.removed] == ["insult"]
            with pytest.raises(Http404):
                queries.get_review(mine.pk)
        with work.as_("Maria"), as_office("moderation", str(mine.pk)):
            assert working.remove_review(mine.pk, "")
        with work.as_("Amir"):
            assert queries.reviews_of(work.person("Petra")).count == 1


def test_three_reviews_have_an_average_and_an_author_who_is_erased_leaves_the_stars(work: Work) -> None:
    for number in range(3):
        job = work.agreed(start=SATURDAY + timedelta(hours=4 * number))
        with clock.at(SATURDAY + timedelta(days=1)), work.as_("Sara"):
            working.review(queries.get_job(job), stars=3 + number % 2, words="Good", signature="Sara H.")
    later = SATURDAY + timedelta(days=15)
    with clock.at(later), work.as_("Amir"):
        said = queries.reviews_of(work.person("Petra"))
        assert said.count == 3 and said.average == pytest.approx(10 / 3)
    with privileged(), connection.cursor() as cursor:  # as erasure leaves it: no author, and the key is gone
        cursor.execute("update hiring_review set author_id = null")
    with clock.at(later), work.as_("Amir"):
        said = queries.reviews_of(work.person("Petra"))
        assert said.count == 3 and {(one.words, one.signature) for one in said.rows} == {("", "")}


def test_a_reference_is_read_by_whom_its_giver_says_and_until_then(work: Work) -> None:
    job = work.agreed()
    with clock.at(OVER):
        until = OVER + timedelta(days=90)
        with work.as_("Petra"), pytest.raises(Refused, match="gone"):
            working.refer(queries.get_job(job), words="I am good", until=until)
        with work.as_("Sara"):
            working.refer(queries.get_job(job), words="You may ask me.", until=until)
        with work.as_("Amir"):
            ((reference, _end),) = queries.references_of(work.person("Petra"))
            assert not Reference.objects.exists()
            assert working.ask_reference(reference, "Was she on time?")
            assert not working.ask_reference(reference, "And again?")
        with work.as_("Petra"):
            assert not Reference.objects.exists()
        with work.as_("Sara"):
            (ask,) = queries.asks_for_me()
            assert ask.words == "Was she on time?"
            assert working.answer_ask(ask, until=OVER + timedelta(days=2))
        with work.as_("Amir"):
            assert [one.words for one in queries.shown_references(work.person("Petra"))] == ["You may ask me."]
    with clock.at(OVER + timedelta(days=2, minutes=1)), work.as_("Amir"):
        assert queries.shown_references(work.person("Petra")) == []
    with clock.at(OVER + timedelta(days=1)):
        with work.as_("Sara"):
            working.refer(queries.get_job(job), until=None)
        with work.as_("Amir"):
            assert queries.shown_references(work.person("Petra")) == []
            assert queries.references_of(work.person("Petra")) == []
