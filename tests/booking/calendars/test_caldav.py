"""A host's calendar on a real server: busy times close slots, bookings stand in it, and what is done there is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from tests.booking.calendars.servers import PASSWORD, USER
from tests.booking.conftest import NOW
from tests.booking.test_actions import at, order, starts
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.support import react, run_jobs
from tillit.access import PUBLIC, acting
from tillit.booking.calendars import actions, queries, remote
from tillit.booking.models import Booking, BusyTime, Calendar, Connection, Item, Meeting, Written
from tillit.journeys.book import cancel, move
from tillit.kernel import clock

MONDAY_TEN = "DTSTART;TZID=Europe/Stockholm:20261124T100000"  # the Tuesday of test_actions


def connected(desk, host, dav, *, reads=(), writes=None, password=PASSWORD):
    """Connect, let the worker look, and choose calendars by name."""
    with acting(host):
        made = actions.connect(
            desk.h1, kind="caldav", receiver="calendars", address=dav.address, user=USER, password=password
        )
    run_jobs()
    with acting(host):
        by_name = {one.name: one.pk for one in made.calendars.all()}
        if reads or writes:
            actions.choose(made, reads=[by_name[name] for name in reads], writes=by_name[writes] if writes else None)
    run_jobs()
    return made


def later(**how):
    return clock.at(NOW + timedelta(**how))


def state(host, made):
    with acting(host):
        return Connection.objects.get(pk=made.pk)


def round_now(host, made):
    with acting(host):
        actions.ask_now(made)
    run_jobs()


def free(desk):
    return {(minute - at(0)) // 60 for minute in starts(desk.kinds["consultation"])}


def test_calendars_are_found_and_none_is_read_before_it_is_chosen(desk, host, dav):
    work = dav.make_calendar("work")
    dav.make_calendar("family")
    dav.put(f"{work}a.ics", MONDAY_TEN, "DURATION:PT1H", "SUMMARY:Secret")
    made = connected(desk, host, dav)
    with acting(host):
        assert sorted(one.name for one in made.calendars.all()) == ["Family", "Work"]
        assert all(one.writable and not one.reads and not one.writes for one in made.calendars.all())
        assert not BusyTime.objects.exists()
    assert state(host, made).problem == ""


def test_busy_time_closes_slots_and_nothing_else_is_kept(desk, host, dav):
    work = dav.make_calendar("work")
    dav.put(f"{work}Secret-plan.ics", MONDAY_TEN, "DURATION:PT1H", "SUMMARY:Secret talk", "LOCATION:Secret street",
               "DESCRIPTION:Secret", "ATTENDEE;CN=Secret:mailto:secret@example.org")  # fmt: skip
    assert 10 in free(desk)
    connected(desk, host, dav, reads=["Work"])
    assert free(desk) & {9, 10, 11} == {9, 11}
    with pytest.raises(Exception, match="taken"):
        order(desk.kinds["consultation"], at(10))
    with privileged(), connection.cursor() as cursor:
        stored = ""
        for model in (Connection, Calendar, Item, BusyTime, Written):
            cursor.execute(f"select t::text from {model._meta.db_table} t")
            stored += "".join(row for (row,) in cursor.fetchall())
    for word in ("ecret", PASSWORD, USER, "Work"):
        assert word not in stored and word.encode().hex() not in stored


def test_change_delete_and_recurrence_arrive_incrementally(desk, host, dav):
    work = dav.make_calendar("work")
    dav.put(f"{work}a.ics", MONDAY_TEN, "DURATION:PT1H")
    made = connected(desk, host, dav, reads=["Work"])
    assert 10 not in free(desk)
    dav.put(f"{work}a.ics", "DTSTART;TZID=Europe/Stockholm:20261124T120000", "DURATION:PT1H")
    dav.put(f"{work}b.ics", "DTSTART;TZID=Europe/Stockholm:20261103T140000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY")
    round_now(host, made)
    assert free(desk) & {10, 12, 14} == {10}
    with acting(host):
        assert BusyTime.objects.filter(item__repeats=True).count() > 50
        assert made.calendars.get().token
    dav.delete(f"{work}a.ics")
    round_now(host, made)
    assert free(desk) & {10, 12, 14} == {10, 12}
    dav.delete(f"{work}b.ics")
    round_now(host, made)
    assert free(desk) & {10, 12, 14} == {10, 12, 14}


def test_an_incremental_round_asks_for_what_changed_only(desk, host, dav, monkeypatch):
    from tillit.booking.calendars import caldav

    work = dav.make_calendar("work")
    for number in range(20):
        dav.put(f"{work}{number}.ics", f"DTSTART:202612{number + 1:02}T090000Z", "DURATION:PT1H")
    made = connected(desk, host, dav, reads=["Work"])
    asked = []
    real = caldav.contents

    def contents(line, address, wanted):
        asked.extend(wanted)
        return real(line, address, wanted)

    monkeypatch.setattr(caldav, "contents", contents)
    dav.put(f"{work}7.ics", "DTSTART:20261208T100000Z", "DURATION:PT1H")
    round_now(host, made)
    assert [one.rpartition("/")[2] for one in asked] == ["7.ics"]
    round_now(host, made)
    assert len(asked) == 1


def test_a_token_that_the_server_forgot_starts_anew(desk, host, dav):
    work = dav.make_calendar("work")
    dav.put(f"{work}a.ics", MONDAY_TEN, "DURATION:PT1H")
    made = connected(desk, host, dav, reads=["Work"])
    dav.delete(f"{work}a.ics")
    with acting(host):
        Calendar.objects.update(token="http://radicale.org/ns/sync/" + "0" * 64)
    round_now(host, made)
    assert 10 in free(desk) and state(host, made).problem == ""


def test_a_server_without_tokens_is_read_by_versions(desk, host, dav, monkeypatch):
    from tillit.booking.calendars import caldav

    real = caldav.where
    monkeypatch.setattr(caldav, "where", lambda line, at: caldav.Where("", real(line, at).mark))
    work = dav.make_calendar("work")
    dav.put(f"{work}a.ics", MONDAY_TEN, "DURATION:PT1H")
    made = connected(desk, host, dav, reads=["Work"])
    assert 10 not in free(desk)
    dav.put(f"{work}a.ics", "DTSTART;TZID=Europe/Stockholm:20261124T130000", "DURATION:PT1H")
    round_now(host, made)
    assert free(desk) & {10, 13} == {10}
    dav.delete(f"{work}a.ics")
    round_now(host, made)
    assert free(desk) & {10, 13} == {10, 13}


def test_down_and_up_again(desk, host, dav):
    work = dav.make_calendar("work")
    dav.put(f"{work}a.ics", MONDAY_TEN, "DURATION:PT1H")
    made = connected(desk, host, dav, reads=["Work"])
    dav.down()
    round_now(host, made)
    failed = state(host, made)
    assert failed.problem == "down" and failed.failures == 1 and failed.next_try > NOW
    assert 10 not in free(desk)  # what was read stays closed
    round_now(host, made)
    assert state(host, made).next_try > failed.next_try
    dav.up()
    dav.delete(f"{work}a.ics")
    with later(hours=7):
        from tillit.booking.calendars import tasks

        with acting(desk.visitor().with_office("sweeper")):
            tasks.rounds()
        run_jobs()
    assert state(host, made).problem == "" and 10 in free(desk)


def test_a_round_that_takes_too_long_is_given_up_and_said(desk, host, dav, monkeypatch):
    work = dav.make_calendar("work")
    dav.put(f"{work}a.ics", MONDAY_TEN, "DURATION:PT1H")
    made = connected(desk, host, dav, reads=["Work"])
    monkeypatch.setattr(remote, "ROUND", 0.0)
    round_now(host, made)
    assert state(host, made).problem == "slow" and state(host, made).failures == 1
    assert 10 not in free(desk)


def test_a_wrong_password_is_said_and_can_be_mended(desk, host, dav):
    dav.make_calendar("work")
    made = connected(desk, host, dav, password="wrong")
    assert state(host, made).problem == "login"
    with acting(host):
        actions.log_in_again(queries.connection(made.pk), user=USER, password=PASSWORD)
    run_jobs()
    assert state(host, made).problem == ""
    with acting(host):
        assert made.calendars.count() == 1


# -- bookings over there ---------------------------------------------------------------------------------------------


def written(dav, path):
    return [dav.ask("GET", f"{path}{name}")[1].decode() for name in dav.files(path)]


def test_bookings_are_put_moved_and_taken_away_and_name_nobody(desk, host, dav):
    work = dav.make_calendar("work")
    connected(desk, host, dav, reads=["Work"], writes="Work")
    booking, _new = order(desk.kinds["consultation"], at(10), note="My knee")
    react()
    (file,) = written(dav, work)
    assert "DTSTART:20261124T090000Z" in file and "Booked time" in file.replace("Bokad tid", "Booked time")
    for word in ("Grace", "grace", "knee", "Consultation", "consultation", "Helena", "ATTENDEE", "DESCRIPTION"):
        assert word not in file
    assert 11 in free(desk) and not BusyTime.objects.exists()
    with acting(desk.guest(booking)):
        move(booking_id=booking, minute=at(13), zone="Europe/Stockholm")
    react()
    (file,) = written(dav, work)
    assert "DTSTART:20261124T120000Z" in file
    assert 10 in free(desk)
    with acting(desk.guest(booking)):
        cancel(booking_id=booking)
    react()
    assert written(dav, work) == []
    assert 13 in free(desk)


def asked(host):
    with acting(host):
        return queries.questions()


def booked(desk, host, dav):
    work = dav.make_calendar("work")
    made = connected(desk, host, dav, reads=["Work"], writes="Work")
    booking, _new = order(desk.kinds["consultation"], at(10))
    react()
    (name,) = dav.files(work)
    return made, booking, f"{work}{name}", name.removesuffix(".ics")


def test_a_booking_deleted_over_there_is_asked_and_put_back(desk, host, dav):
    made, booking, path, _meeting = booked(desk, host, dav)
    dav.delete(path)
    round_now(host, made)
    (row,) = asked(host)
    assert row.question == "deleted"
    with acting(desk.guest(booking)):
        assert Booking.objects.get(pk=booking).state == "confirmed"
    round_now(host, made)
    assert dav.ask("GET", path)[0] == 404 and len(asked(host)) == 1  # nothing happens until the host says so
    with acting(host):
        actions.answer(row, "restore")
    run_jobs()
    assert dav.ask("GET", path)[0] == 200 and asked(host) == []


def test_a_booking_moved_over_there_is_asked_and_may_be_left(desk, host, dav):
    made, _booking, path, meeting = booked(desk, host, dav)
    dav.put(path, "DTSTART:20261124T130000Z", "DURATION:PT45M", "SUMMARY:Secret", uid=f"{meeting}@tillit")
    round_now(host, made)
    (row,) = asked(host)
    assert row.question == "moved" and row.theirs.lower.hour == 13
    with acting(host):
        assert Meeting.objects.get(pk=meeting).span.lower.hour == 9
        actions.answer(row, "leave")
    run_jobs()
    round_now(host, made)
    assert asked(host) == [] and b"T130000Z" in dav.ask("GET", path)[1]
    assert 10 not in free(desk)


def test_a_note_of_the_hosts_own_is_nobodys_business(desk, host, dav):
    made, _booking, path, meeting = booked(desk, host, dav)
    dav.put(path, "DTSTART:20261124T090000Z", "DURATION:PT45M", "SUMMARY:My own words", uid=f"{meeting}@tillit")
    round_now(host, made)
    assert asked(host) == []
    round_now(host, made)
    assert b"My own words" in dav.ask("GET", path)[1]


def test_a_booking_while_the_server_is_down_arrives_later(desk, host, dav):
    work = dav.make_calendar("work")
    made = connected(desk, host, dav, reads=["Work"], writes="Work")
    dav.down()
    order(desk.kinds["consultation"], at(10))
    react()
    assert state(host, made).problem == "down"
    dav.up()
    round_now(host, made)
    assert len(dav.files(work)) == 1 and state(host, made).problem == ""


def test_choosing_another_calendar_moves_the_bookings(desk, host, dav):
    made, _booking, path, _meeting = booked(desk, host, dav)
    other = dav.make_calendar("other")
    with acting(host):
        Calendar(organisation_id=made.organisation_id, connection=made, person_id=made.person_id, name="Other",
                 address=dav.address.rstrip("/") + other, writable=True).save(force_insert=True)  # fmt: skip
        by_name = {one.name: one.pk for one in made.calendars.all()}
        actions.choose(made, reads=[], writes=by_name["Other"])
    run_jobs()
    assert dav.ask("GET", path)[0] == 404 and len(dav.files(other)) == 1


def test_the_pages_connect_choose_and_answer(desk, host, dav):
    work, page = dav.make_calendar("work"), "/o/tidboken/calendar/connections/"
    with acting(PUBLIC):
        browser = log_in(desk.h1.person_id)
    given = {"receiver": "calendars", "address": dav.address, "user": USER, "password": "mistyped"}
    assert "Many servers let you make one" in browser.get(f"{page}new/caldav/").content.decode()
    one = browser.post(f"{page}new/caldav/", given)["Location"]
    run_jobs()
    shown = browser.get(one).content.decode()
    assert "does not accept the name and password" in shown and "mistyped" not in shown
    assert browser.post(one, {"user": USER, "password": PASSWORD}).status_code == 302
    run_jobs()
    shown = browser.get(one).content.decode()
    assert "Put my bookings into" in shown and PASSWORD not in shown
    with acting(host):
        calendar = Calendar.objects.get()
    assert browser.post(one, {"reads": ["nonsense"]}).status_code == 422
    assert browser.post(one, {"reads": [str(calendar.pk)], "writes": str(calendar.pk)}).status_code == 302
    order(desk.kinds["consultation"], at(10))
    react()
    dav.delete(work + dav.files(work)[0])
    assert browser.post(f"{one}ask/").status_code == 302
    run_jobs()
    assert "A booking was changed in your other calendar" in browser.get("/o/tidboken/calendar/").content.decode()
    (row,) = asked(host)
    assert "There it was deleted" in browser.get(page).content.decode()
    assert browser.post(f"{page}question/{row.pk}/nonsense/").status_code == 404
    assert browser.post(f"{page}question/{row.pk}/restore/").status_code == 302
    run_jobs()
    assert len(dav.files(work)) == 1 and "There it was deleted" not in browser.get(page).content.decode()


def test_disconnecting_deletes_what_was_read(desk, host, dav):
    work = dav.make_calendar("work")
    dav.put(f"{work}a.ics", MONDAY_TEN, "DURATION:PT1H")
    made = connected(desk, host, dav, reads=["Work"])
    with acting(host):
        actions.disconnect(queries.connection(made.pk))
    assert 10 in free(desk)
    with privileged():
        assert not Connection.objects.exists() and not BusyTime.objects.exists() and not Item.objects.exists()


def test_another_host_sees_none_of_it(desk, host, dav):
    work = dav.make_calendar("work")
    dav.put(f"{work}a.ics", MONDAY_TEN, "DURATION:PT1H")
    connected(desk, host, dav, reads=["Work"], writes="Work")
    for actor in (desk.as_host(desk.h2), desk.visitor()):
        with acting(actor):
            for model in (Connection, Calendar, Item, BusyTime, Written):
                assert not model.objects.exists()
