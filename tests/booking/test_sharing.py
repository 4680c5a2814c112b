"""Round robin by load and by fairness, with numbers; decided when somebody books."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from tests.booking.conftest import NOW, WEEK, make_person
from tests.booking.test_actions import TUESDAY, at, order
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tillit.access import PUBLIC, Actor, acting
from tillit.booking import actions
from tillit.booking.models import Booking, Host, HostTime, MeetingType, Schedule, TypeHost
from tillit.booking.sharing import set_sharing, turns
from tillit.evidence.models import Event
from tillit.journeys.book import cancel
from tillit.kernel import clock

DAY = timedelta(days=1)


@pytest.fixture
def team(desk):
    """Three hosts who share, by fairness; all of them since before now."""
    with privileged():
        person = make_person(desk.organisation, "Sara Holm", "host")
        desk.h3 = Host.objects.create(organisation=desk.organisation, person=person, slug="sara", name="Sara Holm")
        zone = "Europe/Stockholm"
        Schedule.objects.create(organisation=desk.organisation, host=desk.h3, person=person, zone=zone, weekly=WEEK)
        kind = desk.kinds["either"]
        TypeHost.objects.create(organisation=desk.organisation, meeting_type=kind, host=desk.h3, priority=2)
        TypeHost.objects.filter(meeting_type=kind).update(joined=NOW - DAY)
        MeetingType.objects.filter(pk=kind.pk).update(sharing="fair")
    desk.kind = MeetingType.objects.get(pk=kind.pk)
    return desk


def book(team, minute):
    """Who got it."""
    kind = MeetingType.objects.get(pk=team.kind.pk)
    booking, _new = order(kind, minute, request_key=uuid4(), email=f"{minute}@example.org")
    return booking, who(booking)


def who(booking):
    with privileged():
        meeting = Booking.objects.get(pk=booking).meeting_id
        return HostTime.objects.get(meeting=meeting, live=True).host.slug


def row(team, host, **values):
    with privileged():
        TypeHost.objects.filter(meeting_type=team.kind, host=host).update(**values)


def office(team):
    return Actor(organisation=team.organisation.pk, person=team.administrator.pk, office="member")


def has(team):
    with acting(office(team)):
        return {turn.host.slug: (turn.had, turn.due) for turn in turns(MeetingType.objects.get(pk=team.kind.pk))}


def test_whoever_has_had_the_fewest_is_next_and_equal_ones_go_in_order(team):
    assert [book(team, at(hour))[1] for hour in range(9, 15)] == ["helena", "omid", "sara"] * 2
    assert has(team) == dict.fromkeys(("helena", "omid", "sara"), (2, Decimal(2)))


def test_shares_weigh(team):
    row(team, team.h2, share=50)
    row(team, team.h3, share=50)
    taken = [book(team, at(9 + n % 6, day=TUESDAY + n // 6 * DAY))[1] for n in range(12)]
    assert taken[:4] == ["helena", "omid", "sara", "helena"]
    assert [taken.count(name) for name in ("helena", "omid", "sara")] == [6, 3, 3]


def test_what_is_cancelled_or_long_ago_does_not_count(team):
    booking, first = book(team, at(9))
    with acting(team.guest(booking)):
        cancel(booking_id=booking)
    assert (first, book(team, at(9))[1]) == ("helena", "helena")
    with clock.at(NOW + 20 * DAY):
        assert book(team, at(9, day=TUESDAY + 20 * DAY))[1] == "omid", "nineteen days are not long"
    with clock.at(NOW + 42 * DAY):
        assert has(team)["helena"] == (0, Decimal("0.333333"))
        assert book(team, at(9, day=TUESDAY + 42 * DAY))[1] == "helena"


def test_whoever_is_new_starts_in_the_middle_and_owes_nothing_of_before(team):
    with privileged():
        TypeHost.objects.filter(meeting_type=team.kind, host=team.h3).delete()
    assert [book(team, at(hour))[1] for hour in range(9, 14)] == ["helena", "omid", "helena", "omid", "helena"]
    with clock.at(NOW + timedelta(hours=2)):
        with acting(office(team)):
            kind = MeetingType.objects.get(pk=team.kind.pk)
            actions.change_meeting_type(kind=kind, hosts=[team.h1, team.h2, team.h3])
        assert has(team) == {"omid": (2, Decimal("2.5")), "sara": (0, Decimal(0)), "helena": (3, Decimal("2.5"))}
        wednesday = [book(team, at(hour, day=TUESDAY + DAY))[1] for hour in range(9, 15)]
    assert wednesday == ["omid", "sara", "helena", "omid", "sara", "helena"], "not six for who is new"


def test_by_load_all_types_count_and_only_what_is_to_come(team):
    with privileged():
        MeetingType.objects.filter(pk=team.kind.pk).update(sharing="load")
    order(team.kinds["consultation"], at(15)), order(team.kinds["consultation"], at(14))
    assert [book(team, at(hour))[1] for hour in range(9, 14)] == ["omid", "sara", "omid", "sara", "helena"]
    with clock.at(NOW + 3 * DAY):
        assert book(team, at(9, day=TUESDAY + 3 * DAY))[1] == "helena", "what was, is no load"


def test_changing_the_offer_keeps_shares_and_the_time_since_when(team):
    row(team, team.h2, share=40)
    with acting(office(team)):
        set_sharing(kind=team.kind, sharing="fair", days=14, shares={team.h1.pk: 60})
        kind = MeetingType.objects.get(pk=team.kind.pk)
        actions.change_meeting_type(kind=kind, hosts=[team.h2, team.h1])
        rows = {row.host_id: row for row in TypeHost.objects.filter(meeting_type=kind)}
    assert {host: (row.priority, row.share, row.joined) for host, row in rows.items()} == {
        team.h2.pk: (0, 40, NOW - DAY),
        team.h1.pk: (1, 60, NOW - DAY),
    }
    for wrong in ({"sharing": "dice"}, {"days": 0}, {"days": 366}, {"shares": {team.h1.pk: 0}}):
        with acting(office(team)), pytest.raises(ValueError, match="shar"):
            set_sharing(kind=kind, **{"sharing": "fair", "days": 30, "shares": {}, **wrong})


def test_administrators_see_who_has_how_many_and_it_is_evidence(team):
    book(team, at(9))
    with acting(PUBLIC):
        browser, other = log_in(team.administrator.pk), log_in(team.h1.person_id)
    address = f"/o/tidboken/calendar/offers/{team.kind.pk}/sharing/"
    assert other.get(address).status_code == 404
    page = browser.get(address, headers={"accept-language": "en"}).content.decode()
    assert "0.7 more than their share" in page and "0.3 fewer than their share" in page
    assert page.index("Omid Rahimi") < page.index("Sara Holm") < page.index("Helena Lind")
    with privileged():
        assert Event.objects.filter(name="booking.sharing.seen").count() == 3
    wrong = {"sharing": "fair", "days": "30", f"share_{team.h1.pk}": "101"}
    assert browser.post(address, wrong).status_code == 422
    shares = {f"share_{host.pk}": "50" for host in (team.h1, team.h2, team.h3)}
    assert browser.post(address, {"sharing": "load", "days": "7", **shares}).status_code == 302
    with privileged():
        kind = MeetingType.objects.get(pk=team.kind.pk)
        assert (kind.sharing, kind.fair_days) == ("load", 7)
        assert set(kind.type_hosts.values_list("share", flat=True)) == {50}
    with acting(team.visitor()), pytest.raises(Exception, match="administrators"):
        turns(kind)
