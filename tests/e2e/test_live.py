"""A guest books, and the host's open page says so by itself; the host cancels, and so does the guest's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.scenario_d.step_02 import logged_in, tidboken  # noqa: F401
from tests.e2e.scenario_d.step_09_webhook import book
from tests.e2e.scenario_d.working import authority  # noqa: F401

pytestmark = pytest.mark.e2e
CHANGED = "Something on this page has changed."


def pictured(page, name: str) -> None:
    """A picture for whoever wants to look (TILLIT_PICTURES names a folder)."""
    if folder := os.environ.get("TILLIT_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


@pytest.fixture
def served(live, tidboken, authority):  # noqa: F811
    """The installation with its worker."""
    return live


def listening(page) -> None:
    """The page has its stream."""
    with page.expect_request(lambda asked: "/live/?" in asked.url):
        page.reload()
    page.wait_for_timeout(300)


def test_open_pages_say_what_has_changed(served, tidboken, new_page, step):  # noqa: F811
    host, stranger = new_page(), new_page(width=390, locale="en-GB", timezone_id="Europe/Stockholm")
    logged_in(host, served, tidboken.h1.person_id)
    host.goto(f"{served.url}/o/tidboken/calendar/?view=list")
    assert host.get_by_text("Nothing is booked").is_visible()
    assert not host.locator("[data-live-badge]").is_visible()
    listening(host)
    with step("a guest books: the host's page says so without being loaded again"):
        host.evaluate("window.stayed = true")
        book(stranger, served)
        host.get_by_text(CHANGED).wait_for(timeout=60_000)
        assert host.evaluate("window.stayed")
        assert host.locator("[role=status]", has_text=CHANGED).count()
        for name, width, scheme in (("host-wide", 1280, "light"), ("host-phone-dark", 390, "dark")):
            host.set_viewport_size({"width": width, "height": 900})
            host.emulate_media(color_scheme=scheme)
            pictured(host, name)
        host.set_viewport_size({"width": 1280, "height": 900})
    with step("the message in the product counts in the header"):
        badge = host.locator("[data-live-badge]")
        badge.wait_for(timeout=60_000)
        assert badge.inner_text().strip().startswith("1")
        assert host.locator("[data-live-says]").inner_text() == "One new message"
    with step("it shows what it is on request"):
        host.get_by_role("link", name="Show").click()
        host.get_by_text("Grace Miller").first.wait_for()
        pictured(host, "host-after")
    with step("the host cancels: the guest's page says so, and the host's does not"):
        listening(stranger)
        host.locator("summary", has_text="Cancel the booking").click()
        host.locator("form[action$='/cancel/'] button").click()
        host.get_by_text("The booking is cancelled").wait_for()
        stranger.get_by_text(CHANGED).wait_for(timeout=60_000)
        pictured(stranger, "guest-phone")
        assert not host.get_by_text(CHANGED).count()
        stranger.get_by_role("link", name="Show").click()
        stranger.get_by_role("heading", name="This booking is cancelled").wait_for()
    with step("in Persian it stands on the other side"):
        host.goto(f"{served.url}/o/tidboken/calendar/?view=list&language=fa")
        host.locator("[data-live-badge]").wait_for()
        for width in (390, 1280):
            host.set_viewport_size({"width": width, "height": 900})
            assert not host.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
            pictured(host, f"host-fa-{width}")


def test_nobody_listens_where_nobody_looks(served, tidboken, new_page):  # noqa: F811
    """A page that is hidden closes its stream, and asks for what it missed when it is looked at again."""
    host = new_page()
    logged_in(host, served, tidboken.h1.person_id)
    host.goto(f"{served.url}/o/tidboken/calendar/")
    listening(host)

    def look(hidden: bool) -> None:
        host.evaluate(
            "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange')) }",
            hidden,
        )

    look(hidden=True)
    book(new_page(locale="en-GB", timezone_id="Europe/Stockholm"), served)
    host.wait_for_timeout(1500)
    assert not host.get_by_text(CHANGED).count()
    look(hidden=False)
    host.get_by_text(CHANGED).wait_for(timeout=60_000)
