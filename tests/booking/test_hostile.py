"""What somebody tries who means harm: rows that name another's, days that are over, ways that have changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tests.booking.test_actions import TUESDAY, at, order
from tests.booking.test_afterwards import set_for
from tests.booking.test_intake import ROOF, ask, photo, roof
from tests.booking.test_retention import swept_at
from tests.booking.test_routing import ASKED
from tests.booking.test_setup import log_in
from tests.booking.test_views import BOOK, fields
from tests.conftest import privileged
from tillit.access import PUBLIC, Actor, acting
from tillit.booking import actions, links
from tillit.booking.intake import routing
from tillit.booking.models import Absence, Booking, BusyTime, MeetingType, OtherHours
from tillit.journeys.book import NotBooked, cancel
from tillit.kernel import clock
from tillit.kernel.end_tables import End
from tillit.kernel.tables import Upload
from tillit.privacy.rights import actions as rights

SPAN = (TUESDAY, TUESDAY + timedelta(days=3))


def asks(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def test_nobody_says_when_another_host_is_free(desk):
    me = {"organisation_id": desk.organisation.pk, "person_id": desk.h2.person_id}
    with acting(desk.as_host(desk.h2)):
        busy = BusyTime.objects.create(span=SPAN, host=desk.h2, **me)
        for forged in (
            BusyTime(span=SPAN, host=desk.h1, **me),
            OtherHours(name="Never", weekly={}, host=desk.h1, **me),
            Absence(busy=busy, host=desk.h1, stand_in=desk.h2, **me),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                forged.save(force_insert=True)


def test_files_of_another_guest_are_not_taken_away(desk):
    ask(desk, ROOF)
    assert Client().post(BOOK, roof(q_plan=photo())).status_code == 302
    with privileged():
        hers = Booking.objects.get()
    mine, _new = order(desk.kinds["consultation"], at(12))
    with acting(desk.guest(mine)):
        for named in (hers.files, []):
            assert asks("select booking.write_answers(%s, 1, %s, %s)", mine, b"x", named) == []
    with acting(Actor(organisation=desk.organisation.pk, office="sweeper")):
        with privileged():
            Booking.objects.filter(pk=mine).update(files=hers.files)
        assert asks("select booking.forget_answers(%s)", [mine]) == []
        assert asks("select booking.forget_answers(%s)", [hers.pk]) == hers.files
    with privileged():
        assert not Upload.objects.exists()


def test_nothing_is_written_that_no_clock_would_end(desk):
    me = Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")
    with acting(me):
        booking, _new = order(desk.kinds["consultation"], at(10), note="About my house")
        assert actions.write_note(booking, "About my roof")
    swept_at(TUESDAY + timedelta(days=40))
    with clock.at(TUESDAY + timedelta(days=41)), acting(me):
        assert not actions.write_note(booking, "For ever") and actions.write_note(booking, "")


def test_fewer_days_are_fewer_for_what_was_cancelled_too(desk):
    booking, _new = order(desk.kinds["consultation"], at(10), note="About my house")
    with acting(desk.guest(booking)):
        cancel(booking_id=booking)
    set_for(desk, keep_days=2)
    with privileged():
        assert End.objects.get(kind="booking.data", state="open").due < TUESDAY + timedelta(days=4)


def test_whose_data_lies_at_rest_is_not_booked_from_memory(desk):
    order(desk.kinds["consultation"], at(10))
    with acting(desk.as_host(desk.h1)):
        assert rights.rest("accuracy")
    with pytest.raises(NotBooked):
        order(desk.kinds["consultation"], at(12))


def test_an_answer_that_led_here_is_none_to_another_question(desk):
    """The question was changed within the day for which a way is good."""
    ask(desk, ASKED)
    word = routing.word(routing.Way(desk.kinds["consultation"].pk, None, {"topic": "home"}))
    assert ask(desk, [{"key": "topic", "kind": "date", "words": {"en": {"label": "Which day?"}}}]) == 2
    assert Client().post(f"{BOOK}?{routing.PARAMETER}={word}", fields(intake="2")).status_code == 302
    with privileged():
        assert Booking.objects.get().answers == {}


def test_an_address_that_names_nothing_a_database_could_hold(desk):
    with acting(PUBLIC):
        browser = log_in(desk.h1.person_id)
    assert browser.get("/o/tidboken/calendar/book/", {"kind": "a\0"}).status_code == 404


def test_a_series_is_not_booked_again_without_its_dates_being_seen(desk):
    booking, _new = order(desk.kinds["consultation"], at(10))
    with privileged():
        MeetingType.objects.filter(slug="consultation").update(times=3)
    again = f"/o/tidboken/booking/{links.token(booking)}/again/"
    assert 'name="start"' not in Client().get(again).content.decode()
    assert Client().post(again, {"start": "2026-11-24T11:00Z"}).status_code == 200
    with privileged():
        assert Booking.objects.count() == 1


def test_nobody_joins_a_series_of_somebody_else(desk):
    """Else the link of one's own booking would open all of it."""
    people = desk.administrator.pk, desk.h2.person_id
    mine, series = [], "01a204a2-592b-74a7-b11d-8bdd193af3ae"
    for person, hour in zip(people, (10, 12), strict=True):
        actor = Actor(organisation=desk.organisation.pk, person=person, office="member")
        with acting(actor):
            mine.append(order(desk.kinds["consultation"], at(hour))[0])
            assert asks("select booking.bind_series(%s, %s)", series, [mine[-1]]) is (hour == 10)
    with acting(desk.guest(mine[1])):
        assert [one.pk for one in Booking.objects.all()] == [mine[1]]
