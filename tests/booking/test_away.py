"""Days away, stand-ins who are offered instead and take meetings over, and public holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.booking.test_actions import TUESDAY, at, order, starts
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.support import mails, react
from tillit.access import PUBLIC, Actor, acting
from tillit.booking.actions import block_time, change_meeting_type, set_schedule
from tillit.booking.away.actions import NotHandedOver, come_back, go_away, hand_over
from tillit.booking.holidays import closed
from tillit.booking.models import Absence, Booking, HostTime, TypeHost
from tillit.booking.queries import hosted_meetings
from tillit.journeys.book import NotBooked
from tillit.kernel import clock
from tillit.kernel.public_holidays import COUNTRIES, NAMES, named

WEEK = (TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=4))
AWAY = "/o/tidboken/calendar/away/"


def away(desk, stand_in=True, start=TUESDAY - timedelta(hours=1), days=1):
    with acting(desk.as_host(desk.h1)):
        return go_away(
            host=desk.h1, start=start, end=start + timedelta(days=days), stand_in=desk.h2 if stand_in else None
        )


def host_of(booking):
    with privileged():
        return list(HostTime.objects.filter(meeting__bookings=booking, live=True).values_list("host", flat=True))


def test_without_a_stand_in_the_days_cannot_be_booked(desk):
    kind = desk.kinds["consultation"]
    absence = away(desk, stand_in=False)
    assert starts(kind) == [] and starts(kind, TUESDAY + timedelta(days=1))
    with pytest.raises(NotBooked):
        order(kind, at(10))
    with acting(desk.as_host(desk.h2)):
        assert not come_back(absence.pk)
    with acting(desk.as_host(desk.h1)):
        assert come_back(absence.pk)
    assert starts(kind)


def test_the_stand_in_is_offered_then_and_only_then(desk):
    kind = desk.kinds["consultation"]
    absence = away(desk)
    kind.refresh_from_db()
    assert starts(kind) == [at(h) for h in range(9, 16)]
    booking, _new = order(kind, at(10))
    assert host_of(booking) == [desk.h2.pk]
    the_day_after = at(10, day=TUESDAY + timedelta(days=1))
    other, _new = order(kind, the_day_after)
    assert host_of(other) == [desk.h1.pk]
    with pytest.raises(NotBooked):
        order(kind, the_day_after, name="Somebody else")
    with acting(desk.as_host(desk.h1)):
        come_back(absence.pk)
    with privileged():
        assert not TypeHost.objects.filter(stands_in=True).exists()
    assert host_of(booking) == [desk.h2.pk]


def test_a_joint_meeting_needs_its_own_hosts(desk):
    away(desk)
    assert starts(desk.kinds["together"]) == []
    with privileged():
        assert not TypeHost.objects.filter(stands_in=True, meeting_type=desk.kinds["together"]).exists()


def test_changing_the_offer_keeps_the_stand_in(desk):
    away(desk)
    kind = desk.kinds["consultation"]
    with acting(Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")):
        change_meeting_type(kind=kind, hosts=[desk.h1])
        assert starts(kind)
        change_meeting_type(kind=kind, hosts=[desk.h1, desk.h2], assignment="round_robin")
        assert not TypeHost.objects.filter(meeting_type=kind, stands_in=True).exists()


def test_a_meeting_is_given_over_and_nothing_of_it_stays(desk):
    booking, _new = order(desk.kinds["consultation"], at(10), name="Grace Miller", note="My knee")
    react()
    before = len(mails())
    with privileged():
        meeting = Booking.objects.get(pk=booking).meeting_id
    away(desk)
    with acting(desk.as_host(desk.h2)), pytest.raises(NotHandedOver, match="gone"):
        hand_over(meeting, desk.h2)
    with acting(desk.as_host(desk.h1)):
        hand_over(meeting, desk.h1)
        assert hosted_meetings(*WEEK) == [] and not Booking.objects.filter(pk=booking).exists()
        with pytest.raises(NotHandedOver, match="gone"):
            hand_over(meeting, desk.h1)
    with acting(desk.as_host(desk.h2)):
        (mine,) = hosted_meetings(*WEEK)
        (one,) = mine.bookings.all()
        assert one.guest.display_name == "Grace Miller" and one.note == "My knee"
    react()
    told = [mail.to for mail in mails()[before:]]
    assert sorted(told) == ["grace@example.org", "omid-rahimi-tidboken@example.org", "omid-rahimi-tidboken@example.org"]
    assert any("Omid Rahimi" in mail.text for mail in mails()[before:] if mail.to == "grace@example.org")


def test_what_the_stand_in_cannot_take_stays(desk):
    booking, _new = order(desk.kinds["consultation"], at(10))
    with acting(desk.as_host(desk.h2)):
        block_time(host=desk.h2, start=TUESDAY + timedelta(hours=9), end=TUESDAY + timedelta(hours=10))
    away(desk)
    with privileged():
        meeting = Booking.objects.get(pk=booking).meeting_id
    with acting(desk.as_host(desk.h1)), pytest.raises(NotHandedOver, match="taken"):
        hand_over(meeting, desk.h1)
    assert host_of(booking) == [desk.h1.pk]


def test_the_page_says_it_all(desk):
    booking, _new = order(desk.kinds["consultation"], at(10), name="Grace Miller")
    with acting(PUBLIC):
        host, other = log_in(desk.h1.person_id), log_in(desk.h2.person_id)
    wrong = host.post(AWAY, {"first": "2026-11-25", "last": "2026-11-24", "stand_in": ""})
    assert wrong.status_code == 422 and "comes before the first" in wrong.content.decode()
    assert (
        host.post(AWAY, {"first": "2026-11-24", "last": "2026-11-24", "stand_in": str(desk.h1.pk)}).status_code == 422
    )
    assert (
        host.post(AWAY, {"first": "2026-11-24", "last": "2026-11-25", "stand_in": str(desk.h2.pk)}).status_code == 302
    )
    page = host.get(AWAY).content.decode()
    assert "Omid Rahimi stands in for you" in page and "Grace Miller" in page and "Give it over" in page
    assert "Grace" not in other.get(AWAY).content.decode()
    with privileged():
        meeting, absence = Booking.objects.get(pk=booking).meeting_id, Absence.objects.get()
        assert absence.busy.span.upper - absence.busy.span.lower == timedelta(days=2)
    assert other.post(f"{AWAY}meeting/{meeting}/").status_code == 404
    assert other.post(f"{AWAY}{absence.pk}/end/").status_code == 404
    assert host.post(f"{AWAY}meeting/{meeting}/").status_code == 302 and host_of(booking) == [desk.h2.pk]
    assert host.post(f"{AWAY}{absence.pk}/end/").status_code == 302
    assert host.get("/o/tidboken/calendar/").status_code == 200


# -- public holidays --------------------------------------------------------------------------------------------------


def test_public_holidays_close_and_a_day_with_hours_opens_again(desk):
    kind, week = desk.kinds["consultation"], {str(d): [["09:00", "16:00"]] for d in range(1, 8)}
    host = desk.h1
    with acting(desk.as_host(desk.h1)):
        set_schedule(host=host, zone="Europe/Stockholm", weekly=week, holidays="SE")
    with clock.at(TUESDAY.replace(month=12, day=20)):
        assert starts(kind, TUESDAY.replace(month=12, day=23)) and not starts(kind, TUESDAY.replace(month=12, day=25))
        assert not starts(kind, TUESDAY.replace(year=2027, month=1, day=6)), "the year after is known too"
        with acting(desk.as_host(desk.h1)):
            set_schedule(
                host=host, zone="Europe/Stockholm", weekly=week, overrides={"2026-12-25": [["10:00", "12:00"]]}
            )
        assert len(starts(kind, TUESDAY.replace(month=12, day=25))) == 2


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_holiday_has_a_name_in_every_language(country):
    known = {str(name) for name in NAMES}
    for year in range(2024, 2032):
        said = {name.removesuffix(" (may move by a day)") for name in named(country, year, "en").values()}
        assert {part for names in said for part in names.split(", ")} <= known
    assert len(closed(country, 2026)) > 20


def test_holidays_are_named_in_three_languages():
    said = {
        language: (named("SE", 2026, language)[date(2026, 6, 20)], named("IR", 2027, language)[date(2027, 3, 21)])
        for language in ("en", "sv", "fa")
    }
    assert said["en"][0] == "Midsummer Day" and said["sv"][0] == "Midsommardagen" and "نوروز" in said["fa"][1]
    assert len({one for both in said.values() for one in both}) == 6
    assert named("XX", 2026, "en") == {}


def test_the_host_chooses_holidays(desk):
    with acting(PUBLIC):
        host = log_in(desk.h1.person_id)
    hours = "/o/tidboken/calendar/hours/"
    typed = {"zone": "Europe/Stockholm", "day1": "09:00-12:00", "overrides": "2026-12-25 10:00-11:00", "holidays": "SE"}
    assert host.post(hours, typed).status_code == 302
    page = host.get(hours).content.decode()
    assert "Christmas Day" in page and "you work" in page
    assert host.post(hours, {**typed, "holidays": "XX"}).status_code == 422
