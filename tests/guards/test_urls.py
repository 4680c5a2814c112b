"""Every address is listed in urls.txt with who may reach it, and what a stranger gets there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tillit.access import Actor, acting
from tillit.identity import actions
from tillit.web import demo

LIST = Path(__file__).with_name("urls.txt")
WHO = {"public", "guest link", "member", "administrator", "token", "demo"}
PASSWORD = "granen vid sjön 7"
PARAMETERS = {
    "slug": "kontoret",
    "uuid": "01890a5d-ac96-774b-bcce-b302099a8057",
    "uuidstr": "01890a5d-ac96-774b-bcce-b302099a8057",
    "int": "7",
    "str": "nonsense",
    "path": "000",
}


def patterns(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """Every pattern of the installation, the demo's included, as it is written."""
    for one in (resolver or get_resolver()).url_patterns:
        written = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, written)
        elif isinstance(one, URLPattern):
            yield written
    if resolver is None:
        yield from ("demo/" + str(one.pattern) for one in demo.urlpatterns)


def read_list(text: str) -> dict[str, tuple[int, str]]:
    """Pattern → status and who. Raises ValueError for a line that says something else."""
    found = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            status, who, pattern = (part.strip() for part in line.split("|", 2))
            if who not in WHO:
                raise ValueError(f"{who} is not one of {', '.join(sorted(WHO))}")
            found[pattern] = (int(status), who)
    return found


def differences(listed: set[str], there: set[str]) -> list[str]:
    """What is not listed, and what is listed and gone."""
    return sorted(f"{p!r} is not listed in urls.txt: say who may reach it" for p in there - listed) + sorted(
        f"{p!r} is listed in urls.txt and is gone" for p in listed - there
    )


def address(pattern: str) -> str:
    """An address of this pattern."""
    if "^" in pattern:  # a library's regular expression: the one of the password link
        return "/" + re.sub(r"\(\?P<uidb36>[^)]*\)", "a" * 32, pattern.replace("^", "").replace("$", "")).replace(
            r"(?P<key>[-\w]{1,80})", "nonsense"
        )
    return "/" + re.sub(r"<(\w+):\w+>", lambda found: PARAMETERS[found[1]], pattern)


def test_every_address_is_listed():
    assert differences(set(read_list(LIST.read_text())), set(patterns())) == []


@pytest.fixture
def office(db) -> UUID:
    return found("kontoret")


def found(slug: str) -> UUID:
    with acting(Actor(office="operator")):
        return actions.found_organisation(
            slug=slug, name=slug, number="1", address="a", publisher="p", contact_email="a@b.example"
        ).pk


def logged_in(organisation: UUID, *roles: str) -> Client:
    """Somebody with these roles in this organisation."""
    with acting(Actor(office="operator")):
        account = actions.make_account(email="bo@example.se", password=PASSWORD, language="en")
        actions.add_person(organisation=organisation, name="Bo", account=account, email="bo@work.example", roles=roles)
    client = Client()
    assert client.post("/account/login/", {"login": "bo@example.se", "password": PASSWORD}).status_code == 302
    assert client.get("/account/").status_code == 200
    return client


def test_a_stranger_gets_what_the_list_says(office):
    wrong = []
    for number, (pattern, (status, who)) in enumerate(read_list(LIST.read_text()).items()):
        client = Client(
            REMOTE_ADDR=f"198.18.{number // 200}.{number % 200}"
        )  # so many asks from one network are slowed
        got = client.get(address(pattern)).status_code
        if got != status:
            wrong.append(f"{pattern}: {got}, listed {status} for {who}")
        if who != "public":
            wrong += denied(client, pattern, who)
    assert not wrong, "\n".join(wrong)


def denied(client: Client, pattern: str, who: str) -> list[str]:
    """Neither asking nor sending does anything: sent to the login, denied, not there, told that a link has ended, told
    nothing at all (204), or told before anybody is asked for that this is no JSON (415)."""
    wrong = []
    ended = {"guest link": {200, 400, 410, 415, 422}, "token": {401, 415}, "member": {204}}.get(who, set())
    for method in (client.get, client.post):
        answer = method(address(pattern))
        elsewhere = answer.status_code == 302 and not answer.headers["Location"].startswith("/account/")
        if answer.status_code not in {302, 403, 404, 405} | ended or elsewhere:
            wrong.append(f"{pattern}: {method.__name__} answers {answer.status_code}")
    return wrong


@pytest.mark.parametrize("home", ["kontoret", "elsewhere"])
def test_who_is_logged_in_reaches_no_more_than_the_list_says(office, home):
    """A host reaches no administrator's page; an administrator of another organisation no page of this one."""
    client = logged_in(office, "host") if home == "kontoret" else logged_in(found("elsewhere"), "administrator")
    wrong = []
    for number, (pattern, (_, who)) in enumerate(read_list(LIST.read_text()).items()):
        client.defaults["REMOTE_ADDR"] = f"198.19.{number // 200}.{number % 200}"  # so many from one are slowed
        theirs = who == "member" and (home == "kontoret" or not pattern.startswith("o/"))
        if who in {"member", "administrator", "token"} and not theirs:
            wrong += denied(client, pattern, who)
    assert not wrong, "\n".join(wrong)


def test_what_the_list_says_makes_sense():
    """Only public addresses show a stranger a page; what is for members sends to the login or denies."""
    for pattern, (status, who) in read_list(LIST.read_text()).items():
        if who in {"member", "administrator"}:
            assert status in {302, 403, 404, 405} | ({204} if who == "member" else set()), pattern
        if who == "token":
            assert status in {401, 404, 405}, pattern
        if who == "demo":
            assert status == 404, pattern
        assert status < 500, pattern


def test_the_guard_sees_what_is_wrong():
    assert differences({"a/", "b/"}, {"a/", "c/"}) == [
        "'c/' is not listed in urls.txt: say who may reach it",
        "'b/' is listed in urls.txt and is gone",
    ]
    with pytest.raises(ValueError, match="everybody is not one of"):
        read_list("200 | everybody | a/")
    assert address("o/<slug:slug>/x/<uuid:y>/") == "/o/kontoret/x/01890a5d-ac96-774b-bcce-b302099a8057/"
