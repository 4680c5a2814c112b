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
from tests.web.api.conftest import token_of
from tillit.hiring import queries
from tillit.hiring.actions import Refused
from tillit.identity.models import Membership
from tillit.journeys.hire import agreeing
from tillit.journeys.hire.forms import AnswerForm, ReviewForm
from tillit.kernel import clock

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
