"""Administrators make rooms, say what needs them, and see what stands in one: through the door, logged in."""

from __future__ import annotations

import pytest

from tests.booking.test_resources import book, kind, need, room, room_of
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tillit.access import PUBLIC, acting
from tillit.booking.models import Resource, ResourceBusy
from tillit.evidence.models import Event

ROOMS = "/o/tidboken/calendar/resources/"
OFFERS = "/o/tidboken/calendar/offers/"


@pytest.fixture
def administrator(desk):
    with acting(PUBLIC):
        return log_in(desk.administrator.pk)


def typed(**changes):
    return {"name_sv": "Rum 1", "name_en": "Room 1", "pool": "room", "bookable": "on", **changes}


def test_a_room_is_made_needed_booked_blocked_and_taken_out_of_use(administrator, desk):
    assert "No rooms" in administrator.get(ROOMS).content.decode()
    made = administrator.post(f"{ROOMS}new/", typed())
    with privileged():
        one = Resource.objects.get()
    assert made["Location"] == f"{ROOMS}{one.pk}/"
    assert (one.pool, one.weekly, one.zone) == ("room", None, "Europe/Stockholm")
    assert "Room 1" in administrator.get(ROOMS).content.decode()

    beside = f"{OFFERS}{desk.kinds['consultation'].pk}/beside/"
    assert "Needs one of: room" in administrator.get(beside).content.decode()
    assert administrator.post(beside, {"pool0": str(one.pk)}).status_code == 302
    assert kind(desk, "consultation").needs == 1
    booking = book(kind(desk, "consultation"))
    assert room_of(desk, booking) == "Room 1"

    page = administrator.get(made["Location"]).content.decode()
    assert "Consultation" in page and "Helena Lind" in page and "Nadia" not in page
    with privileged():
        assert Event.objects.filter(name="booking.team.seen", subject_id=desk.h1.person_id).exists()

    block = {"day": "2026-11-25", "begins": "10:00", "ends": "12:00"}
    assert administrator.post(f"{made['Location']}block/", block).status_code == 302
    with privileged():
        busy = ResourceBusy.objects.get()
    assert administrator.post(f"{made['Location']}block/", block | {"ends": "x"}).status_code == 422
    assert administrator.post(f"{made['Location']}free/{busy.pk}/").status_code == 302
    with privileged():
        assert not ResourceBusy.objects.exists()

    out = administrator.post(made["Location"], typed(bookable="", pool="Room"), follow=True).content.decode()
    assert "One meeting stands in it still" in out
    with privileged():
        one.refresh_from_db()
    assert (one.bookable, one.pool) == (False, "room")


def test_what_cannot_be_read_is_said_at_its_field(administrator):
    for wrong in ({"day1": "9–x"}, {"name_sv": ""}, {"pool": " "}, {"name_sv": "x" * 81}):
        answer = administrator.post(f"{ROOMS}new/", typed(**wrong))
        assert answer.status_code == 422, wrong
    with privileged():
        assert not Resource.objects.exists()


def test_hosts_and_guests_see_where(desk):
    need(desk, "consultation", room(desk, "Room 1"))
    book(kind(desk, "consultation"))
    with acting(PUBLIC):
        host = log_in(desk.h1.person_id)
    week = host.get("/o/tidboken/calendar/", {"week": "2026-11-24"}).content.decode()
    address = week.split('href="/o/tidboken/calendar/meeting/')[1].split('"')[0]
    assert "Room 1" in host.get(f"/o/tidboken/calendar/meeting/{address}").content.decode()
    assert host.get(ROOMS).status_code == 404
