"""What somebody shows to whom they write with: one person sees it, until it is taken back; nobody else finds it on any
page, in any answer or header."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.marketplace import lay_out
from tillit.access import PUBLIC, acting
from tillit.identity import living
from tillit.identity.models import Person
from tillit.kernel import clock, tasks
from tillit.kernel.ids import new_id
from tillit.messaging import actions
from tillit.privacy.rights import showing

PHONE, EMAIL = "+46701740623", "petra.hemlig@example.org"
LIVES = living.Lives("Hemligvägen 7", "632 20", "Eskilstuna", "Portkod 9876")
PLANTED = (PHONE, "70174", "070-174", EMAIL, "Hemligvägen", "9876")


@pytest.fixture
def market(db):
    tasks.load()
    with acting(PUBLIC), privileged():
        made = lay_out()
        petra = Person.objects.get(pk=made.person("Petra").pk)
        petra.phone, petra.email = PHONE, EMAIL
        petra.save()
    with acting(made.as_("Petra")):
        living.write(LIVES)
    return made


@pytest.fixture
def thread(market):
    with acting(market.as_("Sara")):
        return actions.begin(to=market.person("Petra").pk, about=("profile", new_id()), words="Hej!")


def browser(market, first):
    with acting(PUBLIC):
        return log_in(market.person(first).pk) if first else Client()


def page(market, first, thread):
    return browser(market, first).get(f"/o/{market.organisation.slug}/messages/{thread}/").content.decode()


def wish(market, **more):
    return {"scope": "contact.phone", "to": str(market.person("Sara").pk), "hours": "48", **more}


def test_a_phone_is_shown_to_one_and_taken_back_while_it_is_looked_at(market, thread):
    petra, here = browser(market, "Petra"), f"/o/{market.organisation.slug}/sharing/{thread}/"
    assert petra.post(here, wish(market)).status_code == 302
    assert PHONE in page(market, "Sara", thread)
    assert "contact.email" in page(market, "Petra", thread) and EMAIL not in page(market, "Sara", thread)
    with acting(market.as_("Petra")):
        (shown,) = showing.of_me()
    end = {"grant": str(shown.id)}
    for first in ("Sara", "Amir", "Maria"):
        assert browser(market, first).post(here + "end/", end).status_code in (302, 404)
    assert PHONE in page(market, "Sara", thread)
    assert [petra.post(here + "end/", end).status_code for _twice in range(2)] == [302, 302]
    assert PHONE not in page(market, "Sara", thread)


def test_an_address_until_a_day_and_nothing_beyond_a_year(market, thread):
    petra, here = browser(market, "Petra"), f"/o/{market.organisation.slug}/sharing/{thread}/"
    for day in ("2020-01-01", "2999-01-01", "yesterday", ""):
        petra.post(here, wish(market, scope="contact.address", hours="day", until=day))
    assert "Hemligvägen" not in page(market, "Sara", thread)
    day = (clock.now() + timedelta(days=2)).date().isoformat()
    petra.post(here, wish(market, scope="contact.address", hours="day", until=day))
    assert "Portkod 9876" in page(market, "Sara", thread)
    with clock.at(clock.now() + timedelta(days=4)):
        assert "Hemligvägen" not in page(market, "Sara", thread)


def test_only_the_other_of_the_thread_can_be_chosen(market, thread):
    petra, here = browser(market, "Petra"), f"/o/{market.organisation.slug}/sharing/{thread}/"
    petra.post(here, wish(market, to=str(market.person("Amir").pk)))
    assert browser(market, "Amir").post(here, wish(market)).status_code == 404
    with acting(market.as_("Petra")):
        assert showing.of_me() == []


@pytest.mark.parametrize("first", ["", "Amir", "Maria", "Jonas"])
def test_nobody_else_finds_it_on_any_page_or_in_any_header(market, thread, first):
    """Shown to Sara: a stranger, another seeker, a moderator and an administrator follow every link."""
    browser(market, "Petra").post(f"/o/{market.organisation.slug}/sharing/{thread}/", wish(market, scope="contact"))
    home = f"/o/{market.organisation.slug}/"
    looks, seen = browser(market, first), {f"{home}me/"}  # which opens a login that these people do not have
    todo = [home, f"{home}messages/{thread}/", f"{home}me/shown/", f"{home}moderation/", f"{home}notice/"]
    todo += [f"/api/v1{home}{end}" for end in ("", "promises", "profiles", "me/shown")]
    while todo and len(seen) < 40:
        path = todo.pop(0)
        if path in seen or "/language" in path or "logout" in path:
            continue
        seen.add(path)
        answer = looks.get(path)
        text = b"".join(answer).decode(errors="replace") + str(answer.headers)
        known = {"petra.hemlig@example.org"} if first == "Jonas" and "/people" in path else set()
        found = {one for one in PLANTED if one in text} - known
        assert not found, f"{found} on {path} for {first or 'a stranger'}"
        if "html" in answer.headers.get("Content-Type", ""):
            todo += [one for one in re.findall(r'href="(/o/[^"#?]*)', text) if one.startswith(home)]
    assert len(seen) > 8
