"""The calendar files in mails about a booking, read as Outlook, Google and Apple read them (RFC 5545, 5546, 6047)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from icalendar import Calendar

from tests.booking.conftest import NOW, desk  # noqa: F401 (a fixture)
from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tests.kernel.support import mails, react
from tillit.access import acting
from tillit.booking.queries import get_booking
from tillit.journeys import ics
from tillit.journeys.book import cancel, move
from tillit.kernel import clock

TITLE = 'Samtal, "först"; åäö \\ گفتگو'


@pytest.fixture
def booking(desk):  # noqa: F811
    kind = desk.kinds["consultation"]
    with privileged():
        kind.words = {"sv": {"title": TITLE, "place": "Gatan 1,\r\nATTENDEE:mailto:evil@example.org"}}
        kind.save()
    made, _new = order(kind, at(10))
    return made


def sent():
    """Address → the calendar file of the newest mail to it, and the method in the mail's header."""
    found = {}
    for one in mails():
        for part in one.attachments:
            if "ics" in part.name:
                found[one.to] = Calendar.from_ical(part.content)
    return found


def told():
    """What the guest's and the host's calendars get now."""
    react()
    files = sent()
    assert len(files) == 2
    guest = next(file for to, file in files.items() if "grace" in to)
    host = next(file for to, file in files.items() if "grace" not in to)
    return guest, host


def checked(file, method):
    """The one event of a file that keeps the rules for its method."""
    assert file["version"] == "2.0" and file["prodid"] and file["method"] == method
    (event,) = file.events
    assert not [part for part in file.subcomponents if part.name != "VEVENT"]
    for name in ("UID", "DTSTAMP", "SEQUENCE", "ORGANIZER", "DTSTART", "DTEND", "SUMMARY", "STATUS"):
        assert not isinstance(event[name], list), name
    assert all(event[name].to_ical().endswith(b"Z") for name in ("dtstart", "dtend", "dtstamp"))  # UTC: no zone needed
    assert str(event["organizer"]).startswith("mailto:") and str(event["attendee"]).startswith("mailto:")
    assert event["status"] == ("CANCELLED" if method == "CANCEL" else "CONFIRMED")
    assert event["attendee"] != event["organizer"] and event["attendee"].params["PARTSTAT"] == "ACCEPTED"
    return event


def test_made_moved_and_cancelled_are_one_entry_in_every_calendar(desk, booking):  # noqa: F811
    seen = []
    for step, (method, what) in enumerate((("REQUEST", "made"), ("REQUEST", "moved"), ("CANCEL", "cancelled"))):
        with clock.at(NOW + timedelta(minutes=step)), acting(desk.guest(booking)):
            if what == "moved":
                assert move(booking_id=booking, minute=at(13), zone="Europe/Stockholm")
            elif what == "cancelled":
                assert cancel(booking_id=booking)
            events = [checked(file, method) for file in told()]
        assert len({str(event["attendee"]) for event in events}) == 2  # each knows its own copy
        assert {str(event["uid"]) for event in events} == {f"{booking}@tillit"}
        assert {event["sequence"] for event in events} == {step}
        assert all(event["dtstamp"].dt == NOW + timedelta(minutes=step) for event in events)
        seen.append(events[0]["dtstart"].dt.hour)
    assert seen == [9, 12, 12]


def test_words_survive_the_mail_and_stay_in_their_line(desk, booking):  # noqa: F811
    guest, _host = told()
    event = checked(guest, "REQUEST")
    assert str(event["summary"]).startswith(TITLE)
    assert str(event["attendee"]) == "mailto:grace@example.org"
    assert "evil" in str(event["location"])  # words, and no line of their own


def test_news_that_is_older_than_the_cancellation_does_not_bring_the_entry_back(desk, booking):  # noqa: F811
    with acting(desk.guest(booking)):
        cancel(booking_id=booking)
    told()
    for file in sent().values():
        checked(file, "CANCEL")


@pytest.mark.parametrize("name", ['A "B" C', "A: B; C, D", "Ö" * 120, "شرکت نمونه"])
def test_any_name_of_an_organisation_stays_in_its_place(desk, booking, name):  # noqa: F811
    with acting(desk.guest(booking)):
        made = ics.booking_file(
            get_booking(booking), hosts=["H"], organisation=name, contact="hej@example.org", language="sv",
            method="REQUEST", attendee="g@example.org",
        )  # fmt: skip
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    event = checked(Calendar.from_ical(made), "REQUEST")
    assert (
        event["organizer"].params["CN"].replace("'", '"') == name
        and str(event["organizer"]) == "mailto:hej@example.org"
    )


def test_discreet_is_private_and_says_when(desk, booking):  # noqa: F811
    with acting(desk.guest(booking)):
        made = ics.booking_file(
            get_booking(booking), hosts=[], organisation="", contact="hej@example.org", language="en",
            method="REQUEST", attendee="g@example.org", discreet=True,
        )  # fmt: skip
    event = checked(Calendar.from_ical(made), "REQUEST")
    assert event["class"] == "PRIVATE" and "location" not in event and str(event["summary"]) == "Appointment"
