"""Step 3: a guest in New York books with H1 in the browser. Both get a mail with a calendar file; each reads the
time on their own clock, five or six hours apart, and no more than what, when and with whom."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tests.e2e.scenario_d.post import Post, calendar_of, plain
from tests.e2e.scenario_d.step_02 import workday
from tests.e2e.scenario_d.working import worker
from tillit.access import Actor, acting

THERE = ZoneInfo("America/New_York")
HERE = ZoneInfo("Europe/Stockholm")
NOTE = "My knee hurts"


@pytest.fixture(scope="module")
def post(live, authority_of_post):
    """A mail server, and a worker that hands its mail over."""
    with Post() as server:
        before = os.environ.get("TILLIT_SMTP")
        os.environ["TILLIT_SMTP"] = f"smtp://127.0.0.1:{server.port}"
        try:
            with worker(live, authority_of_post):
                yield server
        finally:
            if before is None:
                del os.environ["TILLIT_SMTP"]
            else:
                os.environ["TILLIT_SMTP"] = before


@pytest.fixture(scope="module")
def authority_of_post(tmp_path_factory):
    """Whom the worker believes; nothing but mail leaves in these steps."""
    from tests.kernel.calling import Authority

    return Authority(tmp_path_factory.mktemp("post"))


def apart(day: date) -> timedelta:
    """How far New York's clock is behind Stockholm's on a day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return (noon.astimezone(HERE).utcoffset() or timedelta()) - (noon.astimezone(THERE).utcoffset() or timedelta())


def five_hours_apart() -> date:
    """The next workday on which one side's clocks have changed and the other's have not (in 2027: 14 to 28 March)."""
    day = workday()
    while apart(day) != timedelta(hours=5) or day.isoweekday() > 4:
        day += timedelta(days=1)
    return day


def booked(new_page, live, *, hour: int, name: str, address: str, day: date | None = None) -> datetime:
    """Somebody in New York books a consultation with H1, at that hour of New York; returns its start (UTC)."""
    page = new_page(timezone_id="America/New_York", locale="en-US")
    day = day or workday()
    page.goto(f"{live.url}/o/tidboken/book/consultation/?zone=America/New_York&day={day}&language=en")
    start = datetime(day.year, day.month, day.day, hour, tzinfo=THERE)
    for link in page.locator("a.time").all():
        (offered,) = parse_qs(urlsplit(link.get_attribute("href")).query)["start"]
        if datetime.fromisoformat(offered) == start:
            link.click()
            break
    page.fill("input[name=name]", name)
    page.fill("input[name=email]", address)
    page.fill("textarea[name=note]", NOTE)
    page.locator("form[method=post] button.btn-wide").click()
    page.wait_for_url(re.compile(r"/booking/"))
    return start.astimezone(UTC)


def test_step_03_both_get_mail_on_their_own_clock(live, tidboken, post, new_page):
    start = booked(new_page, live, hour=9, name="Grace Miller", address="grace@example.org")
    told(post, 0, start, guest=("Grace Miller", "grace@example.org"))


def test_step_03_five_hours_apart_while_one_side_has_changed_its_clocks(live, tidboken, post, new_page):
    from django.db import transaction

    from tillit.booking.actions import change_meeting_type

    administrator = Actor(organisation=tidboken.organisation.pk, person=tidboken.administrator.pk, office="member")
    with live.django(), acting(administrator), transaction.atomic():
        change_meeting_type(kind=tidboken.kinds["consultation"], hosts=[tidboken.h1], horizon=400 * 1440)
    day, seen = five_hours_apart(), len(post.letters)
    page = new_page(timezone_id="America/New_York", locale="en-US")
    for one in (workday(), day):  # the host begins at nine
        first = 9 - apart(one) // timedelta(hours=1)
        page.goto(f"{live.url}/o/tidboken/book/consultation/?day={one}&language=en")
        page.wait_for_url(re.compile("zone=America"))
        link = page.locator("a.time").first
        (offered,) = parse_qs(urlsplit(link.get_attribute("href")).query)["start"]
        assert datetime.fromisoformat(offered).astimezone(THERE).hour == first
        assert re.search(rf"\b0?{first}:00\b", link.inner_text()) and re.search(r"\b0?9:00\b", link.inner_text())
    start = booked(new_page, live, hour=6, name="Ann Early", address="ann@example.org", day=day)
    assert start.astimezone(HERE).hour == 11
    told(post, seen, start, guest=("Ann Early", "ann@example.org"))


def told(post, seen: int, start: datetime, *, guest: tuple[str, str]) -> None:
    """Both sides have a mail with a calendar file, each on their own clock, and it says what, when and with whom."""
    name, address = guest
    letters = {str(one["To"]): one for one in post.wait(seen + 2)[seen:]}
    assert len(letters) == 2 and address in letters
    to_guest = letters.pop(address)
    (to_host,) = letters.values()
    for letter, zone in ((to_guest, THERE), (to_host, HERE)):
        assert f"{start.astimezone(zone):%H:%M}" in plain(letter) or f"{start.astimezone(zone):%-I:%M}" in plain(letter)
        file = calendar_of(letter).replace("\r\n ", "")
        assert "METHOD:REQUEST" in file
        assert Calendar.from_ical(file).events[0].start.astimezone(UTC) == start
        said = plain(letter) + str(letter["Subject"]) + file
        assert NOTE not in said and "Consultation" in said
        assert not [other for other in (name, address, "Helena Lind") if other in str(letter["Subject"])]
    assert "Helena Lind" in plain(to_guest) and name in plain(to_host)
    assert address not in plain(to_host) + calendar_of(to_host)
    for letter in (to_guest, to_host):
        html = str(letter.get_body(("html",)).get_content())
        assert "<img" not in html and not re.search(r"\ssrc=|url\(", html)
