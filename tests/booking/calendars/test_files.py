"""Calendar files in, and the feed out: through the pages, the worker and real connections."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar as Parsed

from tests.booking.calendars.test_reading import calendar, event
from tests.booking.conftest import NOW
from tests.booking.test_actions import at, order, starts
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.calling import Server, outside
from tests.kernel.support import run_jobs
from tillit.access import PUBLIC, acting
from tillit.booking.calendars import actions, problems, queries, remote
from tillit.booking.models import BusyTime, Connection, Feed
from tillit.kernel import clock, egress
from tillit.kernel.dpv import Data, Purpose
from tillit.kernel.egress import Role
from tillit.privacy import processors

HOST = "cal.example"
PAGE = "/o/tidboken/calendar/connections/"
TEN = event("DTSTART;TZID=Europe/Stockholm:20261124T100000", "DURATION:PT1H", "SUMMARY:Secret")


def says(body, status="200 OK", *headers):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@pytest.fixture
def browser(desk):
    with acting(PUBLIC):
        return log_in(desk.h1.person_id)


@pytest.fixture
def serving(register, authority):
    """A server that says what its `answer` is at the moment."""

    class Saying:
        answer = says(calendar(TEN), "200 OK", 'ETag: "1"')

        def __call__(self, connected):
            connected.sendall(self.answer)

    saying = Saying()
    with Server(saying, authority.server(HOST)) as server, outside(authority.trusted):
        register(server.port, name=HOST)
        saying.server = server
        yield saying


def connect(desk, host, serving):
    with acting(host):
        made = actions.connect(
            desk.h1, kind="ics", receiver="calendars", address=f"https://{HOST}:{serving.server.port}/s3cret.ics"
        )
    run_jobs()
    with acting(host):
        return Connection.objects.get(pk=made.pk)


def again(host, made):
    with acting(host):
        actions.ask_now(made)
    run_jobs()
    with acting(host):
        return Connection.objects.get(pk=made.pk)


def free(desk):
    return {(minute - at(0)) // 60 for minute in starts(desk.kinds["consultation"])}


def test_a_file_closes_times_and_is_asked_for_only_when_it_changed(desk, host, serving):
    made = connect(desk, host, serving)
    assert made.problem == "" and 10 not in free(desk)
    serving.answer = says(b"", "304 Not Modified")
    assert again(host, made).problem == "" and 10 not in free(desk)
    assert b'If-None-Match: "1"' in serving.server.heard[-1]
    serving.answer = says(calendar(), "200 OK")
    again(host, made)
    assert 10 in free(desk)
    with acting(host), clock.at(NOW + timedelta(days=8)):  # repeats are followed further now and then
        again(host, made)
    assert b"If-None-Match" not in serving.server.heard[-1]


@pytest.mark.parametrize("version", ["a\x00b", "\xe9", "x" * 300])
def test_a_version_that_cannot_be_sent_back_is_not_kept(desk, host, serving, version):
    serving.answer = says(calendar(TEN), "200 OK", f"ETag: {version}")
    made = connect(desk, host, serving)
    assert (made.problem, made.version) == ("", "") and again(host, made).problem == ""


def test_only_its_own_spans_are_replaced(desk, host, serving):
    from tillit.booking.actions import block_time

    with acting(host):
        block_time(host=desk.h1, start=NOW + timedelta(days=1, hours=4), end=NOW + timedelta(days=1, hours=5))
    made = connect(desk, host, serving)
    assert free(desk) & {10, 13} == set()
    serving.answer = says(calendar())
    again(host, made)
    assert free(desk) & {10, 13} == {10}


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (says(b"<html>log in</html>"), "unreadable"),
        (says(b"", "404 Not Found"), "gone"),
        (says(b"", "401 Unauthorized"), "login"),
        (says(b"", "503 Busy"), "down"),
        (says(b"", "302 Found", "Location: http://169.254.169.254/latest/"), "elsewhere"),
        (says(b"", "302 Found", "Location: https://10.0.0.1/x.ics"), "elsewhere"),
        (says(b"", "302 Found", "Location: https://other.example/x.ics"), "elsewhere"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\nBEGIN:VCALENDAR\r\n", "large"),
        (says(calendar(event("DTSTART:20261124T090000Z", "DURATION:PT1M", "RRULE:FREQ=SECONDLY"))), "much"),
        (b"nonsense", "unreadable"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_said_and_changes_nothing(desk, host, serving, answer, problem, browser):
    made = connect(desk, host, serving)
    serving.answer = answer
    assert again(host, made).problem == problem
    assert 10 not in free(desk)
    page = browser.get(f"{PAGE}{made.pk}/").content.decode()
    assert html.escape(str(problems.WORDS[problem])) in page and "We ask again at" in page


def test_a_redirect_within_the_receiver_is_followed(desk, host, serving):
    port = serving.server.port
    moved = says(b"", "301 Moved", f"Location: https://{HOST}:{port}/new.ics")
    answers = [moved, says(calendar(TEN))]
    serving.__class__.__call__ = lambda self, connected: connected.sendall(answers.pop(0))
    assert connect(desk, host, serving).problem == "" and 10 not in free(desk)
    assert b"GET /new.ics" in serving.server.heard[-1]


def test_a_name_that_leads_inside_is_not_gone_to(desk, host, register, authority):
    register(443, name=HOST)
    with outside(authority.trusted, ["10.0.0.7"], loopback=False), acting(host):
        made = actions.connect(desk.h1, kind="ics", receiver="calendars", address=f"https://{HOST}/a.ics")
        run_jobs()
        assert Connection.objects.get(pk=made.pk).problem == "inside"


def test_a_server_that_hangs_costs_bounded_time(desk, host, serving, monkeypatch):
    monkeypatch.setattr(remote, "LIMITS", egress.Limits(connect=0.5, total=0.5))
    import time

    serving.__class__.__call__ = lambda self, connected: time.sleep(3)
    began = time.monotonic()
    assert connect(desk, host, serving).problem == "down"
    assert time.monotonic() - began < 3


def test_a_stopped_receiver_is_asked_no_more(desk, host, serving):
    made = connect(desk, host, serving)
    before = len(serving.server.heard)
    with acting(host.__class__(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")):
        processors.stop("calendars")
    assert again(host, made).problem == "unregistered" and len(serving.server.heard) == before


@pytest.mark.parametrize(
    "address",
    ["http://cal.example/a.ics", "https://other.example/a.ics", "https://127.0.0.1/a.ics", "https://u:p@cal.example/a",
     "https://cal.example:9/a.ics", "file:///etc/passwd", "javascript:alert(1)", "https://cal.example/a b", "x"],
)  # fmt: skip
def test_no_other_address(desk, browser, register, address):
    register(443, name=HOST)
    answer = browser.post(f"{PAGE}new/ics/", {"receiver": "calendars", "address": address})
    assert answer.status_code == 422
    with privileged():
        assert not Connection.objects.exists()


def test_the_pages_connect_ask_and_disconnect(desk, browser, serving, host):
    page = browser.get(PAGE).content.decode()
    assert "None is connected yet." in page
    address = f"webcal://{HOST}:{serving.server.port}/s3cret.ics"
    made = browser.post(f"{PAGE}new/ics/", {"receiver": "calendars", "address": address})
    assert made.status_code == 302
    assert "We are asking it" in browser.get(made["Location"]).content.decode()
    run_jobs()
    page = browser.get(made["Location"]).content.decode()
    assert "Last read at" in page and "s3cret" not in page
    assert "works" in browser.get(PAGE).content.decode()
    assert browser.post(f"{made['Location']}ask/").status_code == 302
    run_jobs()
    assert browser.post(f"{made['Location']}end/").status_code == 302
    assert browser.get(made["Location"]).status_code == 404
    assert 10 in free(desk)


def test_without_a_receiver_the_page_says_whom_to_ask(desk, browser):
    assert "an administrator adds" in browser.get(PAGE).content.decode()
    assert "an administrator adds" in browser.get(f"{PAGE}new/caldav/").content.decode()


def test_a_receiver_for_something_else_is_not_offered(desk, host):
    with acting(host.__class__(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")):
        processors.register(
            "texts", name="Texts AB", role=Role.PROCESSOR, hosts=["sms.example"], purposes=[Purpose.COORDINATE],
            categories=[Data.PHONE], region="eu",
        )  # fmt: skip
    with acting(host):
        assert queries.receivers() == []


def test_a_receiver_that_may_not_be_used_now_is_not_offered(desk, host, register):
    administrator = host.__class__(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")
    register(443)
    with acting(host):
        assert [key for key, _ in queries.receivers()] == ["calendars"]
    with acting(administrator):
        processors.register(
            "calendars", name="Kalender AB", role=Role.PROCESSOR, hosts=["dav.example"], purposes=[Purpose.WORK],
            categories=[Data.AUTHENTICATION, Data.CALENDAR], region="us",
        )  # fmt: skip
    with acting(host):
        assert queries.receivers() == []


def test_times_read_elsewhere_stand_in_the_week_and_cannot_be_freed_there(desk, host, browser, serving):
    connect(desk, host, serving)
    page = browser.get("/o/tidboken/calendar/", {"week": "2026-11-24"}).content.decode()
    assert "Busy in another calendar" in page and "Free it" not in page and "Secret" not in page
    with acting(host):
        busy = BusyTime.objects.get().pk
    assert browser.post(f"/o/tidboken/calendar/free/{busy}/").status_code == 404


# -- the feed out --------------------------------------------------------------------------------------------------


def feed_address(browser):
    browser.post(f"{PAGE}feed/make/")
    return re.search(r"http://localhost:8000(/o/tidboken/feed/[^<]+\.ics)", browser.get(PAGE).content.decode())[1]


def test_the_feed_says_that_time_is_taken_and_no_more(desk, browser):
    order(desk.kinds["consultation"], at(10), note="My knee")
    address = feed_address(browser)
    answer = Client().get(address)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    (one,) = Parsed.from_ical(answer.content).events
    assert one.start == NOW + timedelta(days=1, hours=1) and one.end - one.start == timedelta(minutes=45)
    for word in (b"Grace", b"grace", b"knee", b"Consultation", b"Helena"):
        assert word not in answer.content


def test_the_host_may_choose_that_it_says_what_was_booked(desk, browser):
    order(desk.kinds["consultation"], at(10))
    address = feed_address(browser)
    browser.post(f"{PAGE}feed/titles/")
    content = Client().get(address).content
    assert b"SUMMARY:Consultation" in content and b"Grace" not in content
    browser.post(f"{PAGE}feed/titles/")
    assert b"Consultation" not in Client().get(address).content


def test_it_is_sent_again_only_when_it_changed(desk, browser):
    address = feed_address(browser)
    first = Client().get(address)
    assert Client().get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    order(desk.kinds["consultation"], at(10))
    second = Client().get(address, headers={"if-none-match": first["ETag"]})
    assert second.status_code == 200 and second["ETag"] != first["ETag"]


def test_an_ended_address_shows_nothing_at_once_and_a_new_one_is_another(desk, browser):
    address = feed_address(browser)
    etag = Client().get(address)["ETag"]
    browser.post(f"{PAGE}feed/end/")
    assert Client().get(address).status_code == 404
    assert Client().get(address, headers={"if-none-match": etag}).status_code == 404
    assert feed_address(browser) != address
    with privileged():
        assert Feed.objects.count() == 1


def test_no_address_is_guessed_or_used_elsewhere(desk, browser):
    from tests.booking.conftest import make_organisation
    from tillit.booking import links

    address = feed_address(browser)
    with privileged(), acting(PUBLIC):
        make_organisation("other")
        feed = Feed.objects.get()
    assert Client().get(address.replace("tidboken", "other")).status_code == 404
    assert Client().get(f"/o/tidboken/feed/{links.token(feed.pk)}.ics").status_code == 404
    assert Client().get(address.replace(".ics", "x.ics")).status_code == 404
    assert links.feed_token(feed.pk) != links.token(feed.pk)


def test_a_host_who_has_left_shows_nothing(desk, browser):
    order(desk.kinds["consultation"], at(10))
    address = feed_address(browser)
    with privileged():
        desk.h1.here = False
        desk.h1.save(update_fields=["here"])
    assert b"VEVENT" not in Client().get(address).content
