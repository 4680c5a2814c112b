"""Logging in with a real browser and Chromium's virtual authenticator."""

import re
import secrets

import pytest

from tillit.access import Actor, acting

pytestmark = pytest.mark.e2e

PASSWORD = "granen vid sjön 7"


@pytest.fixture(scope="module")
def office(live):
    """An organisation."""
    from django.db import transaction

    from tillit.identity import actions

    with live.django(), acting(Actor(office="operator")), transaction.atomic():
        return actions.found_organisation(
            slug="kontoret",
            name="Kontoret",
            number="556000-0000",
            address="Storgatan 1",
            publisher="P. Ansvarig",
            contact_email="hej@kontoret.example",
            modules=["booking"],
        ).pk


@pytest.fixture
def helena(live, office):
    """The address of somebody with an account there; another one for each test."""
    from django.db import transaction

    from tillit.identity import actions

    address = f"helena.{secrets.token_hex(4)}@example.se"
    with live.django(), acting(Actor(office="operator")), transaction.atomic():
        account = actions.make_account(email=address, password=PASSWORD, language="en")
        actions.add_person(organisation=office, name="Helena Ek", account=account, roles=["administrator"])
    return address


def authenticator(page, **options):
    """A virtual device that holds passkeys and says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    return devtools, devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
                **options,
            }
        },
    )["authenticatorId"]


def log_in(page, live, address, password=PASSWORD):
    page.goto(live.url + "/account/login/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()


def prove(page):
    """Is it still you?"""
    page.wait_for_url(re.compile("reauthenticate|again"))
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def test_a_passkey_is_registered_and_opens_the_account(live, helena, new_page, step):
    page = new_page(locale="en-GB")
    devtools, device = authenticator(page)
    with step("log in with the password"):
        log_in(page, live, helena)
        page.wait_for_url(live.url + "/account/")
    with step("add a passkey"):
        page.goto(live.url + "/account/keys/add/")
        prove(page)
        page.wait_for_url(live.url + "/account/keys/add/")
        page.get_by_label("What do you call it?").fill("Telefonen")
        page.get_by_role("button", name="Add it").click()
        page.wait_for_url(live.url + "/account/keys/recovery/")
        held = devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
        assert len(held) == 1
        assert held[0]["isResidentCredential"]
    with step("it is in the list, and the owner is told"):
        page.goto(live.url + "/account/keys/")
        assert page.get_by_text("Telefonen").is_visible()
        assert [m["subject"] for m in live.mails(helena)] == ["A passkey or hardware key was added"]
    with step("log out"):
        page.get_by_role("button", name="Log out").click()
        page.goto(live.url + "/account/keys/")
        assert "/account/login/" in page.url
    with step("log in with it, without name and password, onward to where one wanted to go"):
        page.get_by_role("button", name="Log in with a passkey").click()
        page.wait_for_url(live.url + "/account/keys/")
        assert page.get_by_text("Telefonen").is_visible()


def test_a_key_that_does_not_open_alone_is_asked_for_after_the_password(live, helena, new_page, step):
    page = new_page(locale="en-GB")
    authenticator(page, transport="usb", hasResidentKey=False)
    with step("add a hardware key"):
        log_in(page, live, helena)
        page.wait_for_url(live.url + "/account/")
        page.goto(live.url + "/account/keys/add/")
        prove(page)
        page.get_by_label("What do you call it?").fill("Nyckelknippan")
        page.get_by_label("It opens the account by itself").uncheck()
        page.get_by_role("button", name="Add it").click()
        page.wait_for_url(live.url + "/account/keys/recovery/")
    with step("password, then key"):
        page.goto(live.url + "/account/logout/")
        page.locator("main").get_by_role("button", name="Log out").click()
        log_in(page, live, helena)
        page.wait_for_url(live.url + "/account/keys/second-step/")
        page.get_by_role("button", name="Use a passkey or key").click()
        page.wait_for_url(live.url + "/account/")


def test_without_scripts_everything_but_keys_works(live, helena, new_page, step):
    page = new_page(width=390, height=844, locale="en-GB", java_script_enabled=False)
    with step("the login shows no button that does nothing"):
        page.goto(live.url + "/account/login/")
        assert not page.get_by_role("button", name="Log in with a passkey").is_visible()
    with step("log in, see the devices, change the password"):
        log_in(page, live, helena)
        page.wait_for_url(live.url + "/account/")
        page.get_by_role("link", name="Devices").click()
        assert page.get_by_text("Chrome on Linux").is_visible()
        page.goto(live.url + "/account/password/change/")
        page.get_by_label("Present password").fill(PASSWORD)
        page.get_by_label("New password", exact=True).fill("en helt annan mening")
        page.get_by_label("New password, once more").fill("en helt annan mening")
        page.get_by_role("button", name="Change it").click()
        assert page.get_by_text("Your password is changed.").is_visible()
    with step("log out"):
        page.get_by_role("button", name="Log out").click()
        assert page.url == live.url + "/"


def test_an_invited_colleague_joins(live, helena, new_page, step):
    boss = new_page(locale="en-GB")
    with step("the administrator invites"):
        log_in(boss, live, helena)
        boss.wait_for_url(live.url + "/account/")
        boss.get_by_role("link", name="People").click()
        boss.get_by_label("E-mail address").fill("nils@example.se")
        boss.get_by_label("Host").check()
        boss.get_by_label("Language of the mail").select_option("en")
        boss.get_by_role("button", name="Send the invitation").click()
        boss.get_by_text("The invitation is on its way.").wait_for()
    with step("the colleague opens the mailed link on a telephone and joins"):
        link = re.search(r"http\S+", live.mails("nils@example.se")[0]["text"])[0]
        nils = new_page(width=390, height=844, locale="en-GB")
        nils.goto(link)
        nils.get_by_label("In which year were you born?").fill("1980")
        nils.locator("main form button").last.click()
        nils.get_by_label("Your name").fill("Nils Ny")
        nils.get_by_label("Choose a password").fill("tolv tysta trastar")
        nils.get_by_role("button", name="Join").click()
        nils.wait_for_url(live.url + "/account/")
        assert nils.get_by_role("link", name="Calendar").is_visible()
    with step("the administrator sees a colleague instead of an invitation"):
        boss.reload()
        assert boss.get_by_text("Nils Ny").is_visible()


PAGES = (
    "/account/login/", "/account/signup/", "/account/password/reset/", "/account/join/x/",
    "/account/", "/account/sessions/", "/account/email/", "/account/keys/", "/account/password/change/",
    "/account/keys/add/", "/account/keys/app/", "/o/kontoret/people/",
)  # fmt: skip


@pytest.mark.parametrize(("language", "width"), [("sv", 1280), ("fa", 390)])
def test_account_pages_are_open_to_everybody(live, helena, new_page, language, width):
    """axe finds nothing, nothing sticks out sideways, and nothing is blocked or fetched from elsewhere."""
    from axe_playwright_python.sync_playwright import Axe

    page = new_page(width=width, height=844, locale="en-GB", color_scheme="dark" if width == 390 else "light")
    log_in(page, live, helena)
    page.wait_for_url(live.url + "/account/")
    page.goto(live.url + "/account/keys/add/")
    prove(page)
    page.wait_for_url(live.url + "/account/keys/add/")
    anybody = new_page(width=width, height=844, locale="en-GB")
    for path in PAGES:
        seen = anybody if PAGES.index(path) < 4 else page
        seen.goto(f"{live.url}{path}?language={language}")
        assert seen.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        found = Axe().run(seen)
        assert found.violations_count == 0, (path, found.generate_report())
