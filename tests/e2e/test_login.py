"""Logging in with a real browser and Chromium's virtual authenticator."""

import re

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
def helena(live, office, request):
    """The address of somebody with an account there; another one for each test."""
    from django.db import transaction

    from tillit.identity import actions

    address = f"{request.node.name[:40]}@example.se"
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
