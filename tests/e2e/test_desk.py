"""A request in a real browser, on a phone and without scripts too: asked by a stranger, proven by mail, answered."""

import secrets

import psycopg
import pytest

from tests.e2e.test_login import PASSWORD, log_in, office  # noqa: F401 (a fixture)
from tests.e2e.test_policy import well_built
from tillit.access import Actor, acting
from tillit.privacy.desk.links import token

pytestmark = pytest.mark.e2e

PAGES = (
    "privacy/request/", "me/requests/", "office/", "office/requests/", "office/requests/new/", "office/retention/",
    "office/holds/", "office/disclosures/", "office/disclosures/new/",
)  # fmt: skip


@pytest.fixture
def officer(live, office):  # noqa: F811
    """The address of somebody who answers for data here."""
    from django.db import transaction

    from tillit.identity import actions

    address = f"sara.{secrets.token_hex(4)}@example.se"
    with live.django(), acting(Actor(office="operator")), transaction.atomic():
        account = actions.make_account(email=address, password=PASSWORD, language="en")
        actions.add_person(organisation=office, name="Sara Berg", account=account, roles=["privacy", "administrator"])
        actions.add_person(organisation=office, name="Grace Miller", email="grace@example.org")
    return address


def last_request(live):
    """The newest request, and whose address its mail goes to. No worker runs here, so the mail is not written; the link
    is the same."""
    with psycopg.connect(live.server.admin_dsn(live.database)) as admin:
        return admin.execute("select id, person_id from privacy_rightsrequest order by made desc").fetchone()


def test_a_stranger_asks_says_that_it_was_they_and_is_answered(live, officer, new_page, step):
    phone = new_page(width=390, height=844, java_script_enabled=False)
    with step("ask, without an account and without scripts"):
        phone.goto(live.url + "/o/kontoret/")
        phone.get_by_role("link", name="Ask about your data").click()
        phone.get_by_label("Have my data kept and not used").check()
        phone.get_by_label("Your name").fill("Grace Miller")
        phone.get_by_label("Your e-mail address").fill("Grace@Example.org")
        phone.get_by_role("button", name="Send").click()
        phone.get_by_role("heading", name="Look into your mailbox").wait_for()
    link = f"{live.url}/o/kontoret/privacy/request/{token(*last_request(live))}/"
    desk = new_page()
    with step("the office sees it, and that it is not sure yet who asks"):
        log_in(desk, live, officer)
        desk.wait_for_url("**/account/")
        desk.goto(live.url + "/o/kontoret/office/")
        desk.get_by_role("link", name="Have my data kept and not used").first.click()
        desk.wait_for_url("**/office/requests/*/")
        here = desk.url
        assert desk.get_by_text("As long as it is not sure who asks, it can only be refused.").is_visible()
        desk.get_by_label("Do it").check()
        desk.get_by_role("button", name="Decide and answer").click()
        desk.wait_for_url("**/decide/")
        assert desk.get_by_text("Until then it can only be refused").is_visible()
    with step("whoever has the mailbox says that it was they"):
        phone.goto(link)
        phone.get_by_role("button", name="It was me", exact=True).click()
        phone.get_by_text("Now we know that it is you who asks.").wait_for()
    with step("the office carries it out and answers"):
        desk.goto(here)
        assert desk.get_by_text("Yes: they answered from the address that we know.").is_visible()
        desk.get_by_label("Do it").check()
        desk.get_by_role("button", name="Decide and answer").click()
        desk.get_by_text("Decided, carried out, and answered.").wait_for()
        assert desk.get_by_text("Your data lies at rest").is_visible()
    with step("whoever asked sees it, and the letter is on its way"):
        phone.goto(link)
        assert phone.get_by_text("It was carried out").is_visible()
        assert live.mails("grace@example.org")[-1]["subject"] == "The answer to what you asked"


@pytest.mark.parametrize("language", ["sv", "fa"])
def test_the_pages_are_well_built_in_every_language(live, officer, page, language):
    log_in(page, live, officer)
    page.wait_for_url("**/account/")
    for path in PAGES:
        page.goto(f"{live.url}/o/kontoret/{path}?language={language}")
        well_built(page)
