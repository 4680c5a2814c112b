"""Takes the pictures of docs/tour.md from a running demo.

    .venv/bin/python docs/pictures/take.py http://localhost:8000

It books a time on the way; take the pictures of a demo that was just filled.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
PASSWORD = "granskog-lyser-lugnt-2026"  # noqa: S105 (the demo's)
NEW_YORK = "America/New_York"


def main(origin: str) -> None:
    """Every picture, at 1280 pixels and for phones at 390."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = _page(browser, origin)
        page.goto("/?language=en")
        _take(page, "start")
        page.goto(f"/o/tidboken/book/consultation/?language=en&zone={NEW_YORK}")
        page.locator("a.time").last.click()
        page.wait_for_url("**start=**")
        page.fill("[name=name]", "Grace Miller")
        page.fill("[name=email]", "grace@post.example")
        page.evaluate("scrollTo(0, 0)")
        _take(page, "booking", whole=True)
        page.locator("form[method=post] button.btn-wide").click()
        page.wait_for_url("**/booking/**")
        _take(page, "booked")

        page = _page(browser, origin)
        page.goto("/account/login/?language=en")
        page.fill("[name=login]", "helena@tidboken.example")
        page.fill("[name=password]", PASSWORD)
        page.locator("form", has=page.locator("[name=password]")).get_by_role("button").click()
        page.wait_for_url("**/account/")
        page.goto("/o/tidboken/calendar/")
        page.locator("a[href*='?week=']").last.click()
        page.wait_for_load_state()
        _take(page, "calendar")

        phone = _page(browser, origin, width=390, dark=True)
        phone.goto("/o/kargah/?language=fa")
        _take(phone, "phone-kargah")
        phone.goto("/o/tidboken/book/consultation/?language=fa&zone=Asia/Tehran")
        phone.evaluate("document.querySelector('.book-when').scrollIntoView()")
        _take(phone, "phone-booking")
        browser.close()


def _page(browser: Browser, origin: str, *, width: int = 1280, dark: bool = False) -> Page:
    context = browser.new_context(
        base_url=origin,
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        timezone_id=NEW_YORK if width == 1280 else "Asia/Tehran",
        reduced_motion="reduce",
    )
    return context.new_page()


def _take(page: Page, name: str, *, whole: bool = False) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=HERE / f"{name}.png", full_page=whole)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
