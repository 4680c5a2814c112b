"""What the process remembers of an offer is believed as long as the database says that it has not changed."""

from uuid import uuid4

import pytest

from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tillit.booking import actions, facts
from tillit.booking.engine import Refusal
from tillit.booking.models import MeetingType, Schedule, TypeHost
from tillit.journeys.book import NotBooked

GUEST = {"name": "A", "email": "a@example.org", "language": "en", "zone": "Europe/Stockholm"}


def revision(kind):
    return MeetingType.objects.get(pk=kind.pk).revision


def test_other_hours_count_at_once_also_for_who_read_the_old_ones(desk):
    kind = desk.kinds["consultation"]
    order(kind, at(9))
    with privileged():
        Schedule.objects.filter(host=desk.h1).update(weekly={"2": [["09:00", "11:00"]]})
    with pytest.raises(NotBooked) as refused:
        order(kind, at(14))
    assert refused.value.refusal is Refusal.CLOSED
    order(kind, at(10))


def test_the_database_refuses_hosts_that_were_chosen_for_another_offer(desk):
    kind = desk.kinds["consultation"]
    hosts = facts.offered_hosts(kind)
    before = revision(kind)
    with privileged():
        TypeHost.objects.create(organisation=desk.organisation, meeting_type=kind, host=desk.h2, priority=1)
    assert revision(kind) == before + 1
    with pytest.raises(actions.Stale):
        actions.take(kind=kind, hosts=hosts, minute=at(10), request_key=uuid4(), **GUEST)


@pytest.mark.parametrize(
    "change",
    [
        lambda desk, kind: MeetingType.objects.filter(pk=kind.pk).update(notice=5, revision=0),
        lambda desk, kind: Schedule.objects.filter(host=desk.h1).update(days_off=["2026-12-24"]),
        lambda desk, kind: type(desk.h1).objects.filter(pk=desk.h1.pk).update(bookable=False),
        lambda desk, kind: TypeHost.objects.filter(meeting_type=kind).delete(),
    ],
)
def test_whatever_free_hours_are_worked_out_from_changes_the_revision(desk, change):
    kind = desk.kinds["consultation"]
    before = revision(kind)
    with privileged():
        change(desk, kind)
    assert revision(kind) > before


def test_an_offer_that_is_gone_is_not_booked(desk):
    kind = desk.kinds["consultation"]
    order(kind, at(9))
    with privileged():
        MeetingType.objects.filter(pk=kind.pk).update(published=False)
    with pytest.raises(NotBooked) as refused:
        order(kind, at(10))
    assert refused.value.refusal is None
