"""Both at one moment, with real clients on connections of their own: one of them wins, and the other reads why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.conftest import connected_to
from tests.faults.test_booking_race import together
from tests.hiring.conftest import NOW, SATURDAY, Work, offer
from tests.marketplace import lay_out
from tillit.access import PUBLIC, acting
from tillit.booking.actions import NotBooked
from tillit.hiring import queries, working
from tillit.hiring.actions import Refused
from tillit.journeys.hire import agreeing
from tillit.kernel import clock, tasks


@pytest.fixture
def work(server: Any, real_db: Any) -> Iterator[Work]:
    """The marketplace, committed."""
    tasks.load()
    with clock.at(NOW), acting(PUBLIC), connected_to(server.admin_dsn(real_db)):
        connection.ticketless = True
        with transaction.atomic():
            market = lay_out()
        connection.ticketless = False
    with clock.at(NOW):
        yield Work(market)


def test_yes_twice_yes_against_a_change_two_seekers_and_both_reviews(work: Work) -> None:
    job = work.proposed()
    connection.close()

    def answer(do: Any) -> str:
        try:
            return str(do())
        except Refused as refused:
            return refused.why
        except NotBooked:
            return "taken"

    def yes(first: str, which: Any, number: int = 1) -> str:
        def do() -> bool:
            with work.as_(first):
                return agreeing.confirm(queries.get_job(which), number)

        return answer(do)

    assert Counter(together(3, PUBLIC, lambda n: yes("Petra", job))) == {"True": 1, "False": 2}

    def other_terms() -> int:
        with work.as_("Sara"):
            return agreeing.change(queries.get_job(second), offer(SATURDAY + timedelta(hours=6)), seen=1)

    second = work.proposed(start=SATURDAY + timedelta(hours=4), hours=1)
    connection.close()
    said = together(2, PUBLIC, lambda n: yes("Petra", second) if n else answer(other_terms))
    assert said in (["2", "changed"], ["2", "True"])  # whoever comes second has read why, or changes what holds

    rivals = [
        work.proposed(by=first, seeker=first, start=SATURDAY + timedelta(days=1, hours=n))
        for n, first in enumerate(("Sara", "Amir"))
    ]
    connection.close()
    assert Counter(together(2, PUBLIC, lambda n: yes("Petra", rivals[n]))) == {"True": 1, "taken": 1}
    with work.as_("Petra"):
        assert sorted(queries.get_job(one).state for one in rivals) == ["agreed", "proposed"]
    connection.close()

    def write(n: int) -> str:
        first = ("Sara", "Petra")[n]
        with clock.at(SATURDAY + timedelta(hours=4)), work.as_(first):
            return str(working.review(queries.get_job(job), stars=5, words=first, signature=first))

    assert Counter(together(2, PUBLIC, write)) == {"False": 1, "True": 1}
    with clock.at(SATURDAY + timedelta(hours=4)), work.as_("Amir"):
        assert [queries.reviews_of(work.person(first)).count for first in ("Sara", "Petra")] == [1, 1]
    connection.close()
