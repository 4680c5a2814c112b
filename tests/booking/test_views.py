"""The booking pages through the door: HTTP, cookies, forms."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests.booking.test_actions import TUESDAY, at, order
from tests.conftest import privileged
from tests.kernel.support import mails, react
from tillit.booking.models import Booking, Meeting
from tillit.identity import throttle
from tillit.identity.models import Person
from tillit.journeys.booking_page import instant_text
from tillit.kernel import clock, zones

BOOK = "/o/tidboken/book/consultation/"


@pytest.fixture
def browser(desk):
    return Client()


def fields(hour=10, **more):
    start = instant_text(zones.minute_to_utc(at(hour)))
    return {
        "request_key": str(uuid4()),
        "start": start,
        "zone": "Europe/Stockholm",
        "name": "Grace Miller",
        "email": "grace@example.org",
        "note": "About a house.",
        **more,
    }


def count():
    with privileged():
        return Booking.objects.count()


def test_public_pages(browser):
    page = browser.get("/o/tidboken/").content.decode()
    assert "Consultation" in page and "559402-1187" in page
    assert browser.get("/o/nobody/").status_code == 404
    assert browser.get("/o/tidboken/book/nothing/").status_code == 404


def test_times_are_the_visitors_own(browser):
    page = browser.get(BOOK, {"day": "2026-11-24", "zone": "America/New_York"}).content.decode()
    assert "3:00" in page and "09:00 in Stockholm" in page
    persian = browser.get(BOOK, {"day": "2026-11-24", "zone": "Asia/Tehran", "language": "fa"}).content.decode()
    assert 'dir="rtl"' in persian and "۱۱:۳۰" in persian


def test_book_and_confirm(browser):
    start = fields()["start"]
    page = browser.get(BOOK, {"start": start}).content.decode()
    assert 'name="email"' in page
    answer = browser.post(BOOK, fields())
    assert answer.status_code == 302 and answer["Location"].endswith("/?new")
    confirmed = browser.get(answer["Location"]).content.decode()
    assert "It is booked" in confirmed and "grace@example.org" in confirmed
    ics = browser.get(answer["Location"].removesuffix("?new") + "calendar.ics")
    assert ics["Content-Type"].startswith("text/calendar")
    assert b"DTSTART:20261124T090000Z" in ics.content and b"Grace" not in ics.content


def test_double_submit_books_once(browser):
    data = fields()
    first, second = browser.post(BOOK, data), browser.post(BOOK, data)
    assert first["Location"].removesuffix("?new") == second["Location"]
    assert count() == 1


def test_taken_meanwhile_keeps_what_was_written(browser, desk):
    order(desk.kinds["consultation"], at(10))
    answer = browser.post(BOOK, fields(name="نام من", note="Line one"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else has just taken that time" in page
    assert "نام من" in page and "Line one" in page and "grace@example.org" in page
    assert page.count('name="start"') >= 3, "the nearest free times are offered"
    assert count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "not an address"}, "does not look like an e-mail address"),
        ({"email": "a@b.se\r\nBcc: x@y.se"}, "does not look like an e-mail address"),
        ({"email": "a@" + "ä" * 60 + ".se"}, "does not look like an e-mail address"),
        ({"name": ""}, "Please write your name"),
        ({"name": "\u200f\u200e  "}, "Please write your name"),
        ({"name": "x" * 10_000}, "too long"),
        ({"note": "x" * 10_001}, "too long"),
        ({"start": "yesterday"}, "Please choose a time first"),
        ({"start": "2026-11-24T09:00"}, "Please choose a time first"),
        ({"zone": "Mars/Olympus"}, "do not know that time zone"),
    ],
)
def test_bad_input_gets_a_sentence_and_leaves_nothing(browser, wrong, sentence):
    answer = browser.post(BOOK, fields(**wrong))
    assert answer.status_code in {400, 422}
    assert sentence in answer.content.decode().replace("&#x27;", "'")
    assert count() == 0


@pytest.mark.parametrize(
    "name", ["Åsa Öberg", "محمدرضا موسوی‌نژاد", "李小龍", "👩‍🔧 Ada", "\u200fدنیا\u200e", "O'Brien <b>"]
)
def test_names_in_any_script(browser, name):
    answer = browser.post(BOOK, fields(name=name))
    assert answer.status_code == 302
    with privileged():
        assert Person.objects.get(verified=False).display_name == name


@pytest.mark.parametrize(
    ("days", "hour", "sentence"),
    [(-7, 10, "already passed"), (-1, 11, "too soon"), (90, 10, "too far ahead"), (0, 20, "Nobody receives")],
)
def test_times_that_cannot_be_had(browser, days, hour, sentence):
    start = instant_text(zones.minute_to_utc(at(hour) + days * 1440))
    answer = browser.post(BOOK, fields(start=start))
    assert answer.status_code == 409 and sentence in answer.content.decode()
    assert count() == 0


def test_off_the_grid(browser):
    answer = browser.post(BOOK, fields(start="2026-11-24T09:07Z"))
    assert answer.status_code == 409 and "Nothing starts at exactly that time" in answer.content.decode()


def test_unknown_zone_in_the_address(browser):
    answer = browser.get(BOOK, {"zone": "Mars/Olympus"})
    assert answer.status_code == 400 and "Stockholm" in answer.content.decode()


def test_the_hour_that_comes_twice_and_the_one_that_does_not_exist(browser):
    with clock.at(TUESDAY.replace(year=2027, month=10, day=25)):
        twice = browser.get(BOOK, {"day": "2027-10-31", "time": "02:30", "zone": "Europe/Stockholm"})
        assert "comes twice this night" in twice.content.decode()
        assert "T00%3A30Z" in twice.content.decode() and "T01%3A30Z" in twice.content.decode()
    with clock.at(TUESDAY.replace(year=2027, month=3, day=22)):
        gap = browser.get(BOOK, {"day": "2027-03-28", "time": "02:30", "zone": "Europe/Stockholm"})
        assert gap.status_code == 400 and "does not exist this night" in gap.content.decode()


def test_forged_and_ended_links(browser, desk):
    link = browser.post(BOOK, fields())["Location"].removesuffix("?new")
    token = link.split("/")[-2]
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), token.split(".")[0], "x", "a.b", token.swapcase()):
        assert browser.get(link.replace(token, forged)).status_code == 404
    with privileged():
        from tests.booking.conftest import make_organisation

        make_organisation("annan")
    assert browser.get(link.replace("tidboken", "annan")).status_code == 404
    with clock.at(TUESDAY + timedelta(days=40)):
        ended = browser.get(link)
        assert ended.status_code == 410 and "This link has ended" in ended.content.decode()


def test_move_and_cancel_with_the_link(browser, desk):
    link = browser.post(BOOK, fields())["Location"].removesuffix("?new")
    assert browser.get(link + "move/").status_code == 200
    to = instant_text(zones.minute_to_utc(at(12)))
    assert browser.get(link + "move/", {"start": to}).status_code == 200
    assert browser.post(link + "move/", {"start": to, "zone": "Europe/Stockholm"}).status_code == 302
    with privileged():
        assert Meeting.objects.get(cancelled=None).span.lower == zones.minute_to_utc(at(12))
    order(desk.kinds["consultation"], at(13))
    taken = browser.post(link + "move/", {"start": instant_text(zones.minute_to_utc(at(13))), "zone": "UTC"})
    assert taken.status_code == 409 and "Somebody else" in taken.content.decode()
    assert browser.post(link + "cancel/", {"reason": "Ill"}).status_code == 302
    assert "This booking is cancelled" in browser.get(link).content.decode()
    assert browser.post(link + "cancel/").status_code == 302, "twice is once"


def test_a_form_without_its_token_is_refused(desk):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(BOOK, fields()).status_code == 403
    assert count() == 0


def test_strangers_do_not_see_the_calendar(browser, desk):
    booking, _new = order(desk.kinds["consultation"], at(10))
    assert browser.get("/o/tidboken/calendar/").status_code in {302, 404}
    assert browser.post(f"/o/tidboken/calendar/booking/{booking}/cancel/").status_code == 404
    with privileged():
        assert Booking.objects.get(pk=booking).state == "confirmed"


def test_mails_go_to_guest_and_host_and_say_no_more(browser, desk):
    browser.post(BOOK, fields(note="A secret about my health"))
    react()
    sent = {message.to: message for message in mails()}
    assert set(sent) == {"grace@example.org", "helena-lind-tidboken@example.org"}
    guest = sent["grace@example.org"]
    assert guest.attachments and "secret" not in guest.text + guest.html and "/o/tidboken/booking/" in guest.text
    host = sent["helena-lind-tidboken@example.org"]
    assert "Grace Miller" in host.text and "/booking/" not in host.text and "secret" not in host.text


def test_another_forms_key_opens_nothing(browser):
    typed = fields()
    link = browser.post(BOOK, typed)["Location"].removesuffix("?new")
    assert browser.post(BOOK, typed)["Location"] == link
    stranger = browser.post(BOOK, {**typed, "email": "mallory@example.org"})
    assert stranger.status_code == 409 and link not in stranger.content.decode() and count() == 1


def test_one_network_does_not_book_everything(browser, monkeypatch):
    monkeypatch.setattr(throttle, "BOOKED", throttle.Limit("booked", burst=2, every=timedelta(minutes=1)))
    assert [browser.post(BOOK, fields(hour)).status_code for hour in (9, 11)] == [302, 302]
    answer = browser.post(BOOK, fields(13))
    assert answer.status_code == 429 and "not booked" in answer.content.decode() and count() == 2


@pytest.mark.parametrize("time", ["10Z", "10+05", "T1", "24:00", "۱۰", "\ud7ff"])
def test_any_time_of_day_gets_a_page(browser, time):
    assert browser.get(BOOK, {"day": "2026-11-24", "time": time}).status_code in {200, 400, 409}


def test_too_late_is_told_lightly_and_one_press_books(browser, desk):
    order(desk.kinds["consultation"], at(10))
    answer = browser.post(BOOK, fields(note="Line one\nLine two"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "autofocus" in page
    assert "<table" not in page and "<option" not in page, "no calendar and no zones"
    assert len(page) < 20_000
    start = re.search(r'name="start" value="([^"]+)"', page)
    key = re.search(r'name="request_key" value="([^"]+)"', page)
    kept = {name: fields(note="Line one\nLine two")[name] for name in ("zone", "name", "email", "note")}
    booked = browser.post(BOOK, {**kept, "request_key": key[1], "start": start[1]})
    assert booked.status_code == 302 and count() == 2


def test_what_one_guest_typed_is_not_kept_for_the_next(browser, desk):
    order(desk.kinds["consultation"], at(10))
    browser.post(BOOK, fields(name="First Guest", email="first@example.org", note="First words"))
    second = browser.post(BOOK, fields(name="Second Guest", email="second@example.org")).content.decode()
    assert "First" not in second and "first@" not in second and "Second Guest" in second
    persian = browser.post(BOOK + "?language=fa", fields(name="Second Guest")).content.decode()
    assert 'dir="rtl"' in persian and "Second Guest" in persian


def test_from_too_late_back_to_the_whole_page_with_what_was_typed(browser, desk):
    order(desk.kinds["consultation"], at(10))
    typed = fields(name="Grace Again")
    answer = browser.post(BOOK, {**typed, "whole": typed["start"], "start": ""})
    page = answer.content.decode()
    assert answer.status_code == 200 and "Grace Again" in page and "<table" in page
    assert page.count('type="radio" name="start"') >= 3, "the nearest free times are offered in the form"


def test_refused_forms_put_the_reader_at_the_summary(browser):
    page = browser.post(BOOK, fields(email="not an address")).content.decode()
    assert re.search(r'role="alert" tabindex="-1" autofocus', page)


@pytest.mark.parametrize("path", ["booking/x/cancel/", "calendar/booking/01938f00-0000-7000-8000-000000000000/cancel/"])
def test_an_address_of_a_button_opened_by_itself_has_a_way_on(browser, path):
    answer = browser.get("/o/tidboken/" + path)
    assert answer.status_code == 405 and answer["Allow"] == "POST"
    assert "<h1>" in answer.content.decode() and 'href="/o/tidboken/"' in answer.content.decode()


def test_zones_are_named_in_the_readers_language():
    from tillit.journeys.forms import zone_options

    assert "(Europe)" in zone_options("en") and '<option value="Europe/Stockholm">' in zone_options("sv")
