"""What is published, in a real browser: read by everybody, accepted by members, changed before their eyes."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tillit.access import Actor, acting

pytestmark = pytest.mark.e2e

PASSWORD = "granen vid sjön 7"
ADDRESS = "vera@example.se"
PUBLIC = ("privacy/", "privacy/cookies/", "privacy/duties/now/", "privacy/agreement/now/", "privacy/notice/versions/")
OFFICE = ("notice/", "notice/words/", "notice/choices/", "record/", "receivers/", "receivers/new/", "stated/")


@pytest.fixture(scope="module")
def house(live):
    """An organisation with first versions and an administrator who has accepted nothing yet."""
    from django.db import transaction

    from tillit.identity import actions
    from tillit.kernel import happenings

    with live.django(), acting(Actor(office="operator")), transaction.atomic():
        here = actions.found_organisation(
            slug="huset", name="Huset", number="556000-0000", address="Storgatan 1", publisher="P. Ansvarig",
            contact_email="hej@huset.example", modules=["booking"],
        )  # fmt: skip
        account = actions.make_account(email=ADDRESS, password=PASSWORD, language="en")
        actions.add_person(organisation=here.pk, name="Vera Ek", account=account, roles=["administrator"])
        with acting(Actor(office="operator", organisation=here.pk)):
            happenings.announce("identity.organisation.opened", organisation=here.pk)
    return "/o/huset/"


def well_built(page):
    """No finding of axe with everything unfolded, and nothing to scroll sideways on a phone."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    found = [(one["id"], one["nodes"][0]["html"][:100]) for one in Axe().run(page).response["violations"]]
    assert found == [], page.url
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("language", ["sv", "fa"])
def test_everybody_reads_what_is_published(live, page, house, language):
    for path in PUBLIC:
        page.goto(f"{live.url}{house}{path}?language={language}")
        well_built(page)


def test_from_joining_to_a_change_that_matters(live, page, house):
    page.goto(f"{live.url}/account/login/?language=en&next={house}office/notice/")
    page.fill("input[name=login]", ADDRESS)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/privacy/accept/**")
    well_built(page)
    page.get_by_label("I have read this and accept it").check()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/office/notice/")
    for path in OFFICE:
        page.goto(f"{live.url}{house}office/{path}")
        well_built(page)

    page.goto(f"{live.url}{house}office/notice/choices/")
    page.get_by_label("Youngest age, in years").fill("15")
    page.get_by_role("button", name="Keep").click()
    page.get_by_text("Younger people may have an account.").wait_for()
    page.get_by_role("button", name="Publish the next version").click()
    page.get_by_role("complementary", name="What is going to change").get_by_text("See what changes").click()
    assert page.locator("del").all_inner_texts() != []
    assert "15" in " ".join(page.locator("ins").all_inner_texts())
    well_built(page)
    page.goto(f"{live.url}{house}privacy/")
    assert "something changes" in page.locator("main").inner_text()
