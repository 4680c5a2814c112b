"""A stranger books a real appointment in Chromium, in three languages, on a phone and on a desk; the mail arrives,
the host sees it. No page asks another host for anything, and axe finds nothing."""

from __future__ import annotations

import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.demo import Demo, Watched, running_demo

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed: browser tests cannot run."),
]

HOST = "helena"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(scope="module")
def chromium(browser):
    """The session's one Chromium: a second driver in the same thread is refused."""
    return browser


def opened(browser: Browser, demo: Demo, **options) -> Watched:
    context = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(60_000)
    return Watched(page, demo.url)


def no_complaints(page: Page) -> None:
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


def sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")


def pick_day(page, nth: int) -> None:
    """Press a free day, and wait until its times stand there: a press in the middle of the exchange would be lost."""
    page.locator("a.day-free").nth(nth).click()
    page.wait_for_url(re.compile("day="))
    page.locator(".htmx-request, .htmx-swapping, .htmx-settling").first.wait_for(state="detached")


@pytest.mark.parametrize(("language", "width"), [("sv", 390), ("en", 1280), ("fa", 390)])
def test_a_stranger_books(demo: Demo, chromium: Browser, language: str, width: int) -> None:
    watched = opened(chromium, demo, viewport={"width": width, "height": 900}, timezone_id="America/New_York")
    page = watched.page
    page.goto(f"{demo.url}/o/tidboken/?language={language}")
    assert page.get_attribute("html", "dir") == ("rtl" if language == "fa" else "ltr")
    no_complaints(page)
    page.locator("a.offer[href*='/book/consultation/']").click()
    page.wait_for_url(re.compile("zone=America"))
    pick_day(page, 2)
    page.locator("a.time").first.click()
    page.locator("input[name=name]").wait_for()
    assert not sideways(page)
    no_complaints(page)
    name = {"sv": "Åsa Öberg", "en": "Grace Miller", "fa": "نازنین احمدی"}[language]
    address = f"{language}{width}@example.org"
    page.fill("input[name=name]", name)
    page.fill("input[name=email]", address)
    page.fill("textarea[name=note]", "…")
    page.locator("form[method=post] button.btn-wide").click()
    page.wait_for_url(re.compile(r"/booking/"))
    assert address in page.content()
    assert not sideways(page)
    no_complaints(page)

    page.goto(f"{demo.url}/demo/inbox/")
    for _ in range(360):
        if address in page.content():
            break
        page.wait_for_timeout(250)
        page.reload()
    assert address in page.content(), "the mail reached the inbox"
    assert not watched.strangers and not watched.complaints


def test_without_scripts(demo: Demo, chromium: Browser) -> None:
    watched = opened(chromium, demo, java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = watched.page
    page.goto(f"{demo.url}/o/tidboken/book/consultation/?language=en")
    page.locator("a.day-free").nth(3).click()
    page.locator("a.time").first.click()
    page.fill("input[name=name]", "No Script")
    page.fill("input[name=email]", "noscript@example.org")
    page.locator("form[method=post] button.btn-wide").click()
    assert "/booking/" in page.url
    cancelling = page.locator("details", has=page.locator("form[action$='/cancel/']"))
    cancelling.locator("summary").first.click()
    page.locator("form[action$='/cancel/'] button").click()
    assert "This booking is cancelled" in page.content()


def test_with_the_keyboard_only(demo: Demo, chromium: Browser) -> None:
    page = opened(chromium, demo, viewport={"width": 1280, "height": 900}, timezone_id="Europe/Stockholm").page
    page.goto(f"{demo.url}/o/tidboken/book/consultation/?language=en")
    page.wait_for_load_state("networkidle")

    def tab_to(selector: str, most: int = 80) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"the keyboard does not reach {selector}")

    tab_to("a.day-free")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("day="))
    page.wait_for_timeout(300)  # htmx puts the focus back after the swap
    tab_to("a.time")
    page.keyboard.press("Enter")
    page.locator("input[name=name]").wait_for()
    tab_to("input[name=name]")
    page.keyboard.type("Key Board")
    page.keyboard.press("Tab")
    page.keyboard.type("keys@example.org")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/booking/"))


def test_taken_meanwhile_in_the_browser(demo: Demo, chromium: Browser) -> None:
    """Two have the same page open; the second is told and keeps what was written."""
    pages = [opened(chromium, demo, timezone_id="Europe/Stockholm").page for _ in range(2)]
    for number, page in enumerate(pages):
        page.goto(f"{demo.url}/o/tidboken/book/consultation/?language=en")
        page.wait_for_load_state("networkidle")
        pick_day(page, 1)
        page.locator("a.time").last.click()
        page.fill("input[name=name]", f"Rival {number}")
        page.fill("input[name=email]", f"rival{number}@example.org")
    for page in pages:
        page.locator("form[method=post] button.btn-wide").click()
    pages[0].wait_for_url(re.compile(r"/booking/"))
    pages[1].get_by_text("Somebody else has just taken that time").first.wait_for()
    assert pages[1].input_value("input[name=name]") == "Rival 1"
    pages[1].locator("button.time").first.click()
    pages[1].wait_for_url(re.compile(r"/booking/"))


def test_the_host_sees_it(demo: Demo, chromium: Browser) -> None:
    address, password = demo.find(rf"\b{HOST}\S*@\S+"), demo.find(r"granskog\S+")
    watched = opened(chromium, demo, viewport={"width": 390, "height": 900})
    page = watched.page
    page.goto(f"{demo.url}/account/login/?language=en&next=/o/tidboken/calendar/%3Fview=list")
    page.fill("input[name=login]", address)
    page.fill("input[name=password]", password.rstrip(".,"))
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(re.compile("/calendar/"))
    assert "Grace Miller" in page.content() and "en1280@example.org" in page.content()
    no_complaints(page)
    page.goto(f"{demo.url}/o/tidboken/calendar/")
    assert not sideways(page)
    no_complaints(page)
    assert not watched.strangers
