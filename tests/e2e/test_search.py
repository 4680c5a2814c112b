"""The search in a browser: from the box to a result and back, by keyboard, on a phone, without scripts."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from tests.e2e.test_login import PASSWORD, log_in, office  # noqa: F401 (a fixture)
from tests.e2e.test_policy import well_built
from tillit.access import Actor, acting

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def host(live, office):  # noqa: F811
    """The address of a host and administrator whom Åsa Öberg and two colleagues show how to reach them."""
    from django.db import transaction

    from tillit.access import actions as access
    from tillit.identity import actions
    from tillit.kernel import clock

    address = f"helena.{secrets.token_hex(4)}@example.se"
    with live.django(), acting(Actor(office="operator")), transaction.atomic():
        account = actions.make_account(email=address, password=PASSWORD, language="en")
        me = actions.add_person(organisation=office, name="Helena Ek", account=account, roles=["administrator", "host"])
        for name in ("Åsa Öberg", "Åsa Lind", "علی‌رضا کریمی"):
            other = actions.add_person(organisation=office, name=name, email=f"{secrets.token_hex(3)}@example.org")
            with acting(Actor(organisation=office, person=other, office="member")):
                access.show("contact", me, clock.now() + timedelta(days=1))
    return address


def inside(page, live, host):
    log_in(page, live, host)
    page.wait_for_url("**/account/")
    page.goto(live.url + "/o/kontoret/calendar/offers/?language=en")
    page.wait_for_load_state("load")


def test_found_by_keyboard_alone_and_nothing_in_the_address(live, host, page, step):
    inside(page, live, host)
    with step("/ opens the box, Enter asks"):
        page.keyboard.press("/")
        page.keyboard.type("asa")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search/?f=*")
        assert "asa" not in page.url.lower().partition("?f=")[0] and "Search" in page.title()
        page.get_by_role("link", name="Åsa Öberg").wait_for()
        page.wait_for_load_state("load")
    with step("the arrows lead through the results, Escape back to the box"):
        page.keyboard.press("/")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert "Åsa" in page.evaluate("document.activeElement.innerText")
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.name") == "q"
        page.keyboard.type("/")  # in the box it is a letter
        assert page.evaluate("document.activeElement.value") == "/"
    with step("a result opens, and the way back still shows what was found"):
        page.get_by_role("link", name="Åsa Lind").click()
        page.wait_for_url("**/me/shown/")
        page.go_back()
        page.get_by_role("link", name="Åsa Öberg").wait_for()
    with step("the question mark leads to help about the page"):
        page.get_by_role("link", name="Help: Find something").click()
        page.wait_for_url("**/help/search/")


def test_on_a_phone_without_scripts(live, host, new_page):
    phone = new_page(width=390, height=844, java_script_enabled=False)
    inside(phone, live, host)
    phone.locator(".search-menu > summary").click()
    phone.locator("#search-box").fill("علیرضا كريمي")
    phone.locator(".search-menu button").click()
    phone.get_by_role("link", name="علی‌رضا کریمی").wait_for()
    phone.get_by_label("What are you looking for?").last.fill("qqqqqq")
    phone.locator("main").get_by_role("button", name="Search").click()
    phone.get_by_role("heading", name="Nothing was found").wait_for()
    phone.get_by_role("link", name="Help with the most common things").click()
    phone.get_by_role("link", name="Your calendar").click()
    phone.get_by_role("heading", name="Your calendar", level=1).wait_for()


@pytest.mark.parametrize("language", ["sv", "fa"])
def test_the_pages_are_well_built_in_every_language(live, host, page, language):
    inside(page, live, host)
    page.goto(f"{live.url}/o/kontoret/search/?language={language}")
    page.locator("main [name=q]").fill("asa")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?f=*")
    well_built(page)
    for path in ("/help/", "/o/kontoret/help/", "/o/kontoret/help/log-in/", "/o/kontoret/search/?f=x"):
        page.goto(live.url + path)
        well_built(page)
