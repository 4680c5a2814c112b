"""Both say yes, or nothing is agreed; it stands in the calendar, and opens the address until the day after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import Http404

from tests.conftest import privileged
from tests.hiring.conftest import NOW, SATURDAY, Work, offer
from tests.kernel import support
from tillit.booking.actions import NotBooked
from tillit.booking.engaging import free_starts
from tillit.hiring import queries
from tillit.hiring.actions import Refused
from tillit.journeys.hire import agreeing
from tillit.kernel import clock, sweeper


def live(work: Work) -> list[tuple[datetime, datetime]]:
    with privileged(), connection.cursor() as cursor:
        cursor.execute("select lower(span), upper(span) from booking_hosttime where live order by 1")
        return list(cursor.fetchall())


def address(work: Work, at: datetime) -> set[str]:
    """Who may see Sara's address at a moment."""
    with privileged(), connection.cursor() as cursor:
        cursor.execute(
            "select p.id from access_grant g join identity_person p on p.id = g.grantee_id where g.subject_id = %s"
            " and scope = 'contact.address' and revoked is null and starts <= %s and ends > %s",
            [work.person("Sara"), at, at],
        )
        people = {work.person(first): first for first in ("Sara", "Petra", "Amir", "Omar")}
        return {people[one] for (one,) in cursor.fetchall()}


def test_the_second_yes_takes_the_calendar_and_opens_the_address(work: Work) -> None:
    job = work.proposed()
    assert live(work) == [] and address(work, NOW) == set()
    with work.as_("Sara"), pytest.raises(Refused, match="changed"):
        agreeing.confirm(queries.get_job(job), 1)  # one's own yes is no second one
    with work.as_("Petra"):
        assert agreeing.confirm(queries.get_job(job), 1)
        assert not agreeing.confirm(queries.get_job(job), 1)
    assert live(work) == [(SATURDAY, SATURDAY + timedelta(hours=3))]
    until = datetime(2026, 11, 29, 23, tzinfo=UTC)  # midnight in Stockholm, after the day after
    assert address(work, until - timedelta(minutes=1)) == {"Petra"} and address(work, until) == set()
    with work.as_("Amir"):
        for look in (lambda: queries.get_job(job), lambda: queries.get_meeting(job)):
            with pytest.raises(Http404):
                look()
        starts = free_starts(
            work.person("Petra"), minutes=60, low=SATURDAY, high=SATURDAY + timedelta(days=3), zone="Europe/Stockholm"
        )
        assert starts and not any(start < SATURDAY + timedelta(hours=3) for start in starts)


def test_nobody_else_has_those_hours_and_the_first_one_keeps_them(work: Work) -> None:
    work.agreed()
    second = work.proposed(by="Amir", seeker="Amir", start=SATURDAY + timedelta(hours=2))
    with work.as_("Petra"), pytest.raises(NotBooked):
        agreeing.confirm(queries.get_job(second), 1)
    with work.as_("Petra"):
        assert queries.get_job(second).state == "proposed"
    assert len(live(work)) == 1


def test_new_terms_need_both_again_and_the_old_ones_hold_until_then(work: Work) -> None:
    job = work.agreed()
    later = SATURDAY + timedelta(hours=4)
    with work.as_("Petra"):
        assert agreeing.change(queries.get_job(job), offer(later), seen=1) == 2
    with work.as_("Sara"):
        with pytest.raises(Refused, match="changed"):
            agreeing.change(queries.get_job(job), offer(), seen=1)
        assert live(work)[0][0] == SATURDAY
        assert agreeing.confirm(queries.get_job(job), 2)
    assert live(work) == [(later, later + timedelta(hours=3))]
    with work.as_("Sara"):
        assert agreeing.change(queries.get_job(job), offer(later, rate=50_000), seen=2) == 3
    with work.as_("Petra"):
        assert agreeing.refuse(queries.get_job(job), 3)
        assert queries.get_job(job).state == "agreed" and queries.terms_of(job).number == 2
        with pytest.raises(Refused, match="changed"):
            agreeing.confirm(queries.get_job(job), 3)


def test_either_side_cancels_by_one_rule_and_the_time_is_free_again(work: Work) -> None:
    job = work.agreed()
    with clock.at(SATURDAY - timedelta(hours=20)), work.as_("Petra"):
        assert agreeing.cancel(queries.get_job(job))
        assert not agreeing.cancel(queries.get_job(job))
        one = queries.get_job(job)
    assert (one.state, one.cancelled_by, one.late) == ("cancelled", "provider", True)
    assert live(work) == [] and address(work, SATURDAY) == set()
    again = work.agreed(start=SATURDAY)
    with work.as_("Sara"):
        assert agreeing.cancel(queries.get_job(again)) and not queries.get_job(again).late


def test_what_was_worked_stays_worked_when_the_rest_is_cancelled(work: Work) -> None:
    spans = [(SATURDAY + timedelta(days=7 * n), SATURDAY + timedelta(days=7 * n, hours=2)) for n in range(3)]
    with work.as_("Petra"):
        offered = offer()
        job = agreeing.propose(
            seeker=work.person("Sara"), provider=work.person("Petra"),
            offer=type(offered)(what="Each Saturday", spans=spans, rate=40_000),
        )  # fmt: skip
    with work.as_("Sara"):
        assert agreeing.confirm(queries.get_job(job), 1)
    assert len(live(work)) == 3
    with clock.at(spans[0][1] + timedelta(hours=1)), work.as_("Sara"):
        assert agreeing.cancel(queries.get_job(job))
        one = queries.get_job(job)
    assert one.state == "done" and one.ends == spans[0][1] and len(live(work)) == 1


def test_a_first_meeting_is_proposed_picked_and_booked(work: Work) -> None:
    times = [SATURDAY + timedelta(hours=n) for n in range(3)]
    people = {"seeker": work.person("Sara"), "provider": work.person("Petra")}
    with work.as_("Petra"):
        first = agreeing.propose_meeting(**people, starts=times)
        with pytest.raises(Refused, match="times"):
            agreeing.propose_meeting(**people, starts=[times[0] + timedelta(hours=n) for n in range(6)])
    with work.as_("Sara"):
        one = queries.get_meeting(first)
        assert agreeing.pick(one, times[1]) and not agreeing.pick(one, times[1])
    assert live(work) == [(times[1], times[1] + timedelta(minutes=30))]
    with work.as_("Amir"), pytest.raises(Refused, match="gone"):
        agreeing.pick(one, times[0])


def test_what_is_over_is_done_and_after_its_days_it_is_gone(work: Work) -> None:
    job = work.agreed()
    with clock.at(SATURDAY + timedelta(hours=4)), support.worker_rights():
        sweeper.run(60)
    assert work.job(job).state == "done"
    with clock.at(SATURDAY + timedelta(days=1097)), support.worker_rights():
        sweeper.run(60)
    with pytest.raises(Http404):
        work.job(job)
