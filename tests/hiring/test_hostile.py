"""Who was paused, or left, agrees on nothing; what was cancelled opens nothing; what everybody reads holds no numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.hiring.conftest import SATURDAY, Work, offer
from tests.hiring.test_agreeing import address
from tillit.access import PUBLIC, acting
from tillit.hiring import queries
from tillit.hiring.actions import Refused
from tillit.hiring.models import Review
from tillit.identity.models import Membership
from tillit.journeys.hire import agreeing
from tillit.journeys.hire.forms import TermsForm
from tillit.kernel import clock
from tillit.moderation.models import Pause

WEEK = timedelta(days=7)


def weekly(times: int = 8) -> list[tuple[datetime, datetime]]:
    return [(SATURDAY + n * WEEK, SATURDAY + n * WEEK + timedelta(hours=3)) for n in range(times)]


def test_the_address_closes_with_what_is_left_when_the_rest_is_cancelled(work: Work) -> None:
    with work.as_("Sara"):
        terms = agreeing.Offer(what="Barnpassning", spans=weekly(), rate=46_000)
        job = agreeing.propose(seeker=work.person("Sara"), provider=work.person("Petra"), offer=terms)
    with work.as_("Petra"):
        assert agreeing.confirm(queries.get_job(job), 1)
    assert address(work, SATURDAY + 6 * WEEK) == {"Petra"}
    with clock.at(SATURDAY + timedelta(days=2)), work.as_("Sara"):
        assert agreeing.cancel(queries.get_job(job))
        assert queries.get_job(job).state == "done"
    assert address(work, SATURDAY + timedelta(days=3)) == set()


def test_the_address_stays_for_a_visit_that_has_begun_and_no_longer(work: Work) -> None:
    with work.as_("Sara"):
        terms = agreeing.Offer(what="Barnpassning", spans=weekly(), rate=46_000)
        job = agreeing.propose(seeker=work.person("Sara"), provider=work.person("Petra"), offer=terms)
    with work.as_("Petra"):
        assert agreeing.confirm(queries.get_job(job), 1)
    with clock.at(SATURDAY + timedelta(hours=1)), work.as_("Sara"):
        assert agreeing.cancel(queries.get_job(job))
    assert address(work, SATURDAY + timedelta(hours=2)) == {"Petra"}
    assert address(work, SATURDAY + timedelta(days=4)) == set()
