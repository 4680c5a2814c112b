"""Either side says that the other did not come, by the same rules; it is told, undone within a day, and then stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.booking.test_actions import TUESDAY, at, order
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.support import mails, react
from tillit.access import PUBLIC, acting
from tillit.booking import links
from tillit.booking.attendance import TooLate, note_no_show
from tillit.booking.models import Booking
from tillit.evidence.models import Event
from tillit.kernel import clock

BEGUN = TUESDAY + timedelta(hours=9, minutes=20)  # 10:20 in Stockholm


def stored(booking):
    with privileged():
        return Booking.objects.get(pk=booking)


def booked(desk):
    """A booking, and both its sides as actors with the field that each of them writes."""
    made, _new = order(desk.kinds["consultation"], at(10))
    return made, {"no_show": desk.as_host(desk.h1), "host_no_show": desk.guest(made)}


@pytest.mark.parametrize("field", ["no_show", "host_no_show"])
def test_both_sides_have_the_same_rules(desk, field):
    booking, sides = booked(desk)
    with acting(sides[field]):
        with pytest.raises(TooLate, match="early"):
            note_no_show(booking)
        with clock.at(BEGUN):
            assert note_no_show(booking) and not note_no_show(booking)
            assert getattr(stored(booking), field) == BEGUN
            assert note_no_show(booking, undo=True) and not note_no_show(booking, undo=True)
            assert note_no_show(booking)
        with clock.at(BEGUN + timedelta(days=1, minutes=1)), pytest.raises(TooLate, match="late"):
            note_no_show(booking, undo=True)
    other = {"no_show": "host_no_show", "host_no_show": "no_show"}[field]
    with acting(sides[other]), clock.at(BEGUN + timedelta(days=8)), pytest.raises(TooLate, match="late"):
        note_no_show(booking)
    assert getattr(stored(booking), field) and getattr(stored(booking), other) is None


def test_nobody_else_says_it(desk):
    booking, _sides = booked(desk)
    with clock.at(BEGUN):
        for actor in (desk.visitor(), desk.as_host(desk.h2), desk.guest("0192d0c0-0000-7000-8000-000000000000")):
            with acting(actor), pytest.raises(TooLate, match="gone"):
                note_no_show(booking)
    assert stored(booking).no_show is None and stored(booking).host_no_show is None


def test_the_other_side_alone_is_told(desk):
    booking, _sides = booked(desk)
    react()
    before = len(mails())
    with acting(desk.as_host(desk.h1)), clock.at(BEGUN):
        note_no_show(booking)
        react()
    (mail,) = mails()[before:]
    assert mail.to == "grace@example.org" and "you did not come" in mail.text
    guest = stored(booking).person_id
    with privileged():
        assert Event.objects.filter(name="booking.booking.missed", subject_id=guest).count() == 1
    with acting(desk.guest(booking)), clock.at(BEGUN):
        note_no_show(booking)
        react()
    assert mails()[-1].to == "helena-lind-tidboken@example.org"


def test_on_the_pages_of_both(desk):
    booking, _sides = booked(desk)
    with acting(PUBLIC), clock.at(BEGUN):
        host = log_in(desk.h1.person_id)
        page = f"/o/tidboken/calendar/meeting/{stored(booking).meeting_id}/"
        assert "The guest did not come" in host.get(page).content.decode()
        assert host.post(f"/o/tidboken/calendar/booking/{booking}/no-show/").status_code == 302
        assert "The guest came after all" in host.get(page).content.decode()
        stranger = log_in(desk.h2.person_id)
        assert stranger.post(f"/o/tidboken/calendar/booking/{booking}/no-show/").status_code == 404
        link = f"/o/tidboken/booking/{links.token(booking)}/"
        told = stranger.get(link).content.decode()
        assert "It was noted that you did not come" in told and "Nobody received me" in told
        assert stranger.post(f"{link}no-show/").status_code == 302
        assert "The guest says that nobody received them" in host.get(page).content.decode()
    assert stored(booking).no_show and stored(booking).host_no_show
