"""Step 6: a team. Round robin by priority and load, a joint meeting that needs both, a group with twelve seats and a
waiting list that moves up when somebody cancels, and a weekly series of six."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tests.e2e.scenario_d.post import calendar_of, plain
from tests.e2e.scenario_d.step_02 import workday
from tillit.access import Actor, acting
from tillit.kernel import zones

HERE = ZoneInfo("Europe/Stockholm")
SEATS = 12


@pytest.fixture(scope="module")
def team(live, tidboken):
    """What the administrator offers with both hosts: either of them, both, a group of twelve, six weeks."""
    from django.db import transaction

    from tillit.booking.actions import add_meeting_type
    from tillit.booking.queries import all_hosts

    organisation = tidboken.organisation.pk
    administrator = Actor(organisation=organisation, person=tidboken.administrator.pk, office="member")
    usual = {
        "place": "video", "duration": 60, "step": 60, "grid": 60, "horizon": 120 * 1440, "assignment": "round_robin",
    }  # fmt: skip
    offered = {
        "either-of-us": {},
        "both-of-us": {"assignment": "collective"},
        "whoever-has-less": {"sharing": "load"},
        "workshop": {"assignment": "single", "capacity": SEATS, "waiting_places": 5, "change_notice": 1440},
        "six-weeks": {"assignment": "single", "times": 6},
    }
    with live.django(), acting(administrator), transaction.atomic():
        first, second = all_hosts()
        return {
            slug: add_meeting_type(
                organisation=organisation,
                hosts=[first, second] if fields.get("assignment") != "single" else [second],
                slug=slug,
                words={"en": {"title": slug.replace("-", " ").capitalize(), "summary": "Together."}},
                **usual | fields,
            )
            for slug, fields in offered.items()
        }


def at(hour: int, *, days: int = 0) -> datetime:
    """An hour in Stockholm of the steps' day, as an instant (UTC)."""
    day = workday() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=HERE).astimezone(UTC)


def address(live, slug: str, start: datetime) -> str:
    return f"{live.url}/o/tidboken/book/{slug}/?zone=Europe/Stockholm&start={start:%Y-%m-%dT%H:%MZ}&language=en"


def typed(page, name: str) -> None:
    page.fill("input[name=name]", name)
    page.fill("input[name=email]", f"{name.split()[0].lower()}@example.org")


def send(page) -> None:
    """Press the form's button and come to the booking's own page."""
    page.locator("#you form[method=post] button.btn-wide").click()
    page.wait_for_url(re.compile(r"/booking/"))


def booked(page, live, slug: str, start: datetime, name: str) -> str:
    """Somebody books it in the browser; returns whom the confirmation names."""
    page.goto(address(live, slug, start))
    typed(page, name)
    send(page)
    return str(page.locator("main").inner_text())


def arrived(post, page, to: str, words: str):
    """The one mail to an address whose subject says so, waited for."""
    for _ in range(120):
        found = [one for one in post.letters if str(one["To"]) == to and words in str(one["Subject"])]
        if found:
            assert len(found) == 1
            return found[0]
        page.wait_for_timeout(250)
    raise AssertionError([(str(one["To"]), str(one["Subject"])) for one in post.letters])


def filled(live, tidboken, kind, start: datetime, many: int) -> None:
    """So many guests have a seat already."""
    from tillit.journeys.book import book

    with live.django(), acting(Actor(organisation=tidboken.organisation.pk)):
        for n in range(many):
            book(
                kind=kind, minute=zones.minute_down(start), request_key=uuid4(), name=f"Guest {n}",
                email=f"guest{n}@example.org", language="en", zone="Europe/Stockholm",
            )  # fmt: skip


def test_step_06_either_host_then_the_other_and_both_together(live, tidboken, team, new_page):
    page, start = new_page(locale="en-US"), at(9)
    assert "Helena Lind" in booked(page, live, "either-of-us", start, "Ada First"), "the preferred one first"
    assert "Omid Rahimi" in booked(page, live, "either-of-us", start, "Bo Second"), "then whoever is free"
    page.goto(address(live, "either-of-us", start))
    assert page.locator("#you form[method=post]").count() == 0, "nobody is left"
    page.goto(address(live, "both-of-us", start))
    assert page.locator("#you form[method=post]").count() == 0, "it needs both"
    said = booked(page, live, "both-of-us", at(11), "Cy Third")
    assert "Helena Lind" in said and "Omid Rahimi" in said
    page.goto(address(live, "either-of-us", at(11)))
    assert page.locator("#you form[method=post]").count() == 0, "both are taken"
    for name, hour, host in (("Di Fourth", 9, "Helena Lind"), ("El Fifth", 10, "Omid Rahimi")):
        said = booked(page, live, "whoever-has-less", at(hour, days=1), name)
        assert host in said, "by load: whoever has less to come"


def test_step_06_the_waiting_list_moves_up(live, tidboken, team, post, new_page):
    start = at(13)
    filled(live, tidboken, team["workshop"], start, SEATS - 1)
    page = new_page(locale="en-US")
    page.goto(f"{live.url}/o/tidboken/book/workshop/?zone=Europe/Stockholm&day={workday()}&language=en")
    assert "1 seat left" in page.locator("#times").inner_text()
    booked(page, live, "workshop", start, "Last Guest")
    last = page.url
    page.goto(f"{live.url}/o/tidboken/book/workshop/?zone=Europe/Stockholm&day={workday()}&language=en")
    assert "Full, with a waiting list" in page.locator("#times").inner_text()
    queue = []
    for number, name in enumerate(("Ines Waits", "Jon Waits")):
        waits = new_page(locale="en-US", java_script_enabled=not number)
        waits.goto(address(live, "workshop", start))
        typed(waits, name)
        send(waits)
        assert "You are on the waiting list" in waits.locator("h1").inner_text()
        assert ("You are next" if not number else "One person waits before you") in waits.locator("main").inner_text()
        queue.append(waits)
    ines, jon = queue
    page.goto(last)
    page.locator("summary", has_text="Cancel the booking").click()
    page.locator("form[action$='/cancel/'] button").click()
    page.wait_for_selector("text=This booking is cancelled")
    ines.get_by_text("Something on this page has changed").wait_for(timeout=30_000)
    letter = arrived(post, ines, "ines@example.org", "seat for you")
    assert "say so by" in plain(letter)
    (event,) = Calendar.from_ical(calendar_of(letter)).events
    assert event.start.astimezone(UTC) == start
    ines.reload()
    assert "from the waiting list" in ines.locator("main").inner_text()
    jon.reload()
    assert "You are next" in jon.locator("main").inner_text()


def test_step_06_six_weeks_are_one_booking(live, tidboken, team, post, new_page):
    start = at(15)
    page = new_page(locale="en-US")
    booked(page, live, "workshop", at(15, days=14), "In Between")
    page.goto(address(live, "six-weeks", start))
    rows = page.locator("#dates > li")
    assert rows.count() == 6 and page.locator("#dates > li:has-text('not free')").count() == 1
    assert page.locator("#you form[method=post]").count() == 0
    rows.nth(2).locator("a.time").first.click()
    page.wait_for_url(re.compile("date3="))
    assert page.locator("#dates > li:has-text('not free')").count() == 0
    typed(page, "Kim Weekly")
    send(page)
    assert page.locator("section[aria-labelledby=all] ol > li").count() == 6
    letter = arrived(post, page, "kim@example.org", "6 dates")
    starts = sorted(event.start.astimezone(UTC) for event in Calendar.from_ical(calendar_of(letter)).events)
    assert len(starts) == 6 and starts[0] == start
    page.locator("section[aria-labelledby=all] a.link").nth(4).click()
    page.wait_for_load_state()
    page.locator("summary", has_text="Cancel the booking").click()
    page.locator("form[action$='/cancel/']:not([action*=series]) button").click()
    page.wait_for_selector("text=This booking is cancelled")
    page.locator("summary", has_text="Cancel all dates").click()
    page.locator("form[action*='series/cancel'] button").click()
    page.wait_for_load_state()
    assert page.locator("section[aria-labelledby=all] li:has-text('cancelled')").count() == 6
