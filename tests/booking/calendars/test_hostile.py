"""Servers that mean harm: they send us on to private places, hang, never end, and answer with bombs. Each costs bounded
time and memory, is said in words, and leaves what was read as it was."""

from __future__ import annotations

import html
import time
import tracemalloc

import pytest

from tests.booking.calendars.test_accounts import browser as browser
from tests.booking.calendars.test_files import HOST, TEN, free, says
from tests.booking.calendars.test_files import serving as serving
from tests.booking.calendars.test_reading import calendar
from tests.kernel.calling import drip, flood, outside
from tests.kernel.support import run_jobs
from tillit.access import acting
from tillit.booking.calendars import actions, caldav, problems, remote, webdav
from tillit.booking.calendars.problems import Problem
from tillit.booking.models import Calendar, Connection, Item

OPENING = b'<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha">%s]><d:multistatus xmlns:d="DAV:">&z;</d:multistatus>'
    % b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(25))
)
BOMBS = [
    LAUGHS,
    LAUGHS.decode().replace('?xml version="1.0"', '?xml version="1.0" encoding="utf-16"').encode("utf-16"),
    b'<!DOCTYPE d SYSTEM "https://evil.example/x.dtd"><d:multistatus xmlns:d="DAV:"/>',
    b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d:multistatus xmlns:d="DAV:">&x;</d:multistatus>',
    b" " * 5000 + b'<!DOCTYPE d [<!ENTITY x "y">]><d:multistatus xmlns:d="DAV:">&x;</d:multistatus>',
    OPENING,
    b"\xff\xfe\x00<",
    b'<?xml version="1.0" encoding="cp037"?><a/>',
    b"<d:multistatus xmlns:d='DAV:'><d:response/>" + b"\x00",
]


def told(body, *headers):
    return says(body, "207 Multi-Status", "Content-Type: application/xml", *headers)


FOUND = told(
    OPENING + b"<d:response><d:href>/cal/work/</d:href><d:propstat><d:prop><d:resourcetype><d:collection/><c:calendar/>"
    b"</d:resourcetype><d:displayname>Work</d:displayname></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
    b"</d:response></d:multistatus>"
)


@pytest.fixture
def quick(monkeypatch):
    """The same limits, sooner."""
    monkeypatch.setattr(remote, "ROUND", 3.0)


def ask(host, made):
    with acting(host):
        actions.ask_now(made)
    run_jobs()
    with acting(host):
        return Connection.objects.get(pk=made.pk)


def server(desk, host, serving, answer):
    """A CalDAV server that answers so, asked once."""
    serving.answer = answer
    with acting(host):
        made = actions.connect(
            desk.h1, kind="caldav", receiver="calendars", address=f"https://{HOST}:{serving.server.port}/", user="u",
            password="p",
        )  # fmt: skip
    run_jobs()
    with acting(host):
        return Connection.objects.get(pk=made.pk)


def file(desk, host, serving):
    """A calendar file that was read well."""
    with acting(host):
        made = actions.connect(
            desk.h1, kind="ics", receiver="calendars", address=f"https://{HOST}:{serving.server.port}/a.ics"
        )
    run_jobs()
    assert 10 not in free(desk)
    return made


@pytest.mark.parametrize(
    ("where", "problem"),
    [
        ("http://169.254.169.254/latest/meta-data/", "elsewhere"),
        ("https://127.0.0.1/", "elsewhere"),
        ("https://[::1]/", "elsewhere"),
        ("https://0x7f000001/", "elsewhere"),
        ("https://localhost:5432/", "elsewhere"),
        ("https://cal.example.evil.example/", "elsewhere"),
        ("https://cal.example@10.0.0.1/", "elsewhere"),
        ("https://cal.example\\@10.0.0.1/", "elsewhere"),
        ("file:///etc/passwd", "unreadable"),
        ("gopher://10.0.0.1/", "unreadable"),
        ("//10.0.0.1/", "elsewhere"),
        ("", "elsewhere"),
    ],
)
def test_a_caldav_server_that_sends_us_inside_is_not_followed(desk, host, serving, where, problem):
    made = server(desk, host, serving, says(b"", "301 Moved", f"Location: {where}"))
    assert made.problem == problem
    assert serving.server.connections == 1  # and nobody else was asked
    with acting(host):
        assert not Calendar.objects.exists()


def test_redirects_in_a_circle_end(desk, host, serving):
    made = server(desk, host, serving, says(b"", "302 Found", "Location: /.well-known/caldav"))
    assert made.problem == "elsewhere" and serving.server.connections <= remote.HOPS


def test_a_name_that_leads_inside_the_second_time_is_not_gone_to(desk, host, serving, authority):
    """DNS rebinding: what counts is where the name leads when the connection is made, each time."""
    made = file(desk, host, serving)
    before = serving.server.connections
    for inside in ("10.0.0.1", "169.254.169.254", "fd00::1", "::ffff:192.168.1.1", "0.0.0.0"):
        with outside(authority.trusted, [inside], loopback=True):
            assert ask(host, made).problem == "inside"
        with outside(authority.trusted, ["127.0.0.1", inside], loopback=False):
            assert ask(host, made).problem == "inside"
    assert serving.server.connections == before and 10 not in free(desk)


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_xml_bombs_do_not_go_off(desk, host, serving, bomb):
    started = time.monotonic()
    assert server(desk, host, serving, told(bomb)).problem == "unreadable"
    assert time.monotonic() - started < 10


def test_an_answer_of_a_million_elements_costs_bounded_memory():
    body = OPENING + b"<a/>" * 1_200_000 + b"</d:multistatus>"
    tracemalloc.start()
    with pytest.raises(Problem, match="much"):
        webdav.multistatus(body)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 60 << 20
    deep = OPENING + b"<a>" * 150_000 + b"</a>" * 150_000 + b"</d:multistatus>"
    assert webdav.multistatus(deep) == ([], "")


@pytest.mark.parametrize("kind", ["caldav", "ics"])
@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (flood(b"HTTP/1.1 200 OK\r\n\r\nBEGIN:VCALENDAR\r\n", b"X-LONG:" + b"x" * 65536), "large"),
        (
            flood(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
            "large",
        ),
        (flood(b"HTTP/1.1 200 OK\r\n", b"X-Header: " + b"x" * 60000 + b"\r\n"), "unreadable"),
        (drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"), "down"),
        (drip(b"", b"H"), "down"),
    ],
    ids=["endless", "endless-chunks", "endless-headers", "dripping", "dripping-headers"],
)
def test_endless_and_slow_answers_cost_bounded_time(desk, host, serving, quick, kind, answer, problem):
    made = file(desk, host, serving) if kind == "ics" else server(desk, host, serving, FOUND)
    assert made
    serving.__class__.__call__ = lambda self, connected: answer(connected)
    started = time.monotonic()
    assert ask(host, made).problem in ({problem, "slow"} if kind == "ics" else {"", problem, "slow"})
    assert time.monotonic() - started < 15
    if kind == "ics":
        assert 10 not in free(desk)


def test_a_server_that_is_down_says_since_when(desk, host, serving, browser):
    made = file(desk, host, serving)
    serving.answer = says(b"", "503 Busy", "Retry-After: 3600")
    down = ask(host, made)
    assert down.problem == "down" and (down.next_try - down.tried).total_seconds() == 3600
    page = browser.get(f"/o/tidboken/calendar/connections/{made.pk}/").content.decode()
    assert (
        "Your busy times are still those that we read at" in page and html.escape(str(problems.WORDS["down"])) in page
    )
    serving.answer = says(calendar(TEN))
    assert ask(host, made).problem == ""


def test_a_server_cannot_put_its_events_into_other_hands(desk, host, serving):
    """Addresses in an answer that are another server's are asked of this one, or of nobody."""
    made = server(desk, host, serving, FOUND)
    with acting(host):
        (one,) = Calendar.objects.all()
        assert one.address == f"https://{HOST}:{serving.server.port}/cal/work/"
    evil = FOUND.replace(b"/cal/work/", b"https://10.0.0.1/x/")
    evil = told(evil.partition(b"\r\n\r\n")[2])
    line = remote.Server("calendars", desk.h1.person_id)
    serving.answer = evil
    with acting(host):
        (found,) = caldav.calendars(line, f"https://{HOST}:{serving.server.port}/")
        with pytest.raises(Problem, match="elsewhere"):
            caldav.where(line, found.address)
        assert made.pk and not Item.objects.exists()
