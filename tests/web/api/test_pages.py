"""The pages where programs are let in: shown once, ended at once, and for nobody else."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from tests.booking.test_setup import log_in as booked_in
from tests.conftest import privileged
from tests.web.api.conftest import Program
from tillit.identity.models import Account, ApiToken, Person
from tillit.identity.models import Program as OfOrganisation

PASSWORD = "granen vid sjön 7"
HERE = reverse("identity:programs")


def log_in(person) -> Client:
    """A browser of that person, who has just typed the password."""
    with privileged():
        account = Person.objects.select_related("account").get(pk=person).account
        Account.objects.filter(pk=account.pk).update(password=make_password(PASSWORD))
    browser = booked_in(person)
    assert browser.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return browser


def made(page) -> list[str]:
    return re.findall(r'<code dir="ltr" class="copy">([^<]+)</code>', page.content.decode())


def test_a_token_is_made_shown_once_and_ended(desk):
    client = log_in(desk.administrator.pk)
    answer = client.post(HERE, {"name": "My script", "scopes": ["bookings:read"], "days": "30"})
    assert answer.status_code == 201
    (token,) = made(answer)
    assert Program(token).get("o/tidboken/bookings").status_code == 200
    assert Program(token).get("o/tidboken/me/held").status_code == 403
    page = client.get(HERE).content.decode()
    assert "My script" in page and token not in page
    with privileged():
        row = ApiToken.objects.get()
        assert b"My script" not in bytes(row.name) and token.encode() not in bytes(row.token_hash)
    other = log_in(desk.h1.person_id)
    assert "My script" not in other.get(HERE).content.decode()
    other.post(reverse("identity:program_end", args=[row.pk]))
    assert Program(token).get("o/tidboken/bookings").status_code == 200
    client.post(reverse("identity:program_end", args=[row.pk]))
    assert Program(token).get("o/tidboken/bookings").status_code == 401


def test_the_form_comes_after_the_password_so_that_nothing_typed_is_lost(desk):
    for here in (HERE, reverse("people:programs", args=["tidboken"])):
        first = booked_in(desk.administrator.pk).get(here).content.decode()
        assert 'name="scopes"' not in first and f"/account/reauthenticate/?{urlencode({'next': here})}" in first
        assert 'name="scopes"' in log_in(desk.administrator.pk).get(here).content.decode()


def test_what_is_missing_is_said(desk):
    page = log_in(desk.administrator.pk).post(HERE, {"name": "", "days": "30"})
    assert page.status_code == 422 and "Choose what it may do." in page.content.decode()


def let_in(desk, *scopes):
    client = log_in(desk.administrator.pk)
    here = reverse("people:programs", args=["tidboken"])
    page = client.post(here, {"name": "Accounts", "scopes": scopes, "days": "90"})
    assert page.status_code == 201, page.content
    return client, *made(page)


def exchange(name, secret, **more):
    form = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret, **more}
    return Client().post("/api/v1/token", urlencode(form), content_type="application/x-www-form-urlencoded")


def test_a_client_of_the_organisation(desk, elsewhere):
    client, name, secret = let_in(desk, "offers:read", "people:read")
    answer = exchange(name, secret, scope="people:read")
    assert answer.status_code == 200 and answer.json()["scope"] == "people:read", answer.content
    program = Program(answer.json()["access_token"])
    assert program.get("o/tidboken/people").status_code == 200
    assert program.get("o/tidboken/me/held").status_code == 403
    assert program.get("o/elsewhere/people").status_code == 404
    assert exchange(name, "wrong").json() == {"error": "invalid_client"}
    assert exchange("nobody", secret).status_code == 401
    assert exchange(name, secret, scope="me:read").json() == {"error": "invalid_scope"}
    assert exchange(name, secret, grant_type="password").json() == {"error": "unsupported_grant_type"}
    with privileged():
        row = OfOrganisation.objects.get()
        assert secret.encode() not in bytes(row.secret_hash)
    client.post(reverse("people:program_stop", args=["tidboken", row.pk]))
    assert exchange(name, secret).status_code == 401 and program.get("o/tidboken/people").status_code == 401
