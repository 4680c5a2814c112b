"""The age limit: asked neutrally, refused kindly, and nothing kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from tests.booking.conftest import desk  # noqa: F401
from tests.conftest import privileged
from tests.privacy.policy.conftest import past
from tillit.access import Actor, acting
from tillit.identity import actions
from tillit.kernel import clock
from tillit.privacy.policy import children

BOOK = "/o/tidboken/book/consultation/"
TODAY = datetime(2026, 11, 23, tzinfo=UTC).date()


def browser():
    return Client(headers={"host": "localhost", "accept-language": "en"})


def form(**answer):
    return children.AgeForm(answer, limit=16, today=TODAY)


@pytest.mark.parametrize(
    ("answer", "old_enough"),
    [
        ({"born": "1990"}, True),
        ({"born": "2009"}, True),
        ({"born": "2011"}, False),
        ({"born": "2026"}, False),
        ({"born": "2010", "birthday": "yes"}, True),
        ({"born": "2010", "birthday": "no"}, False),
        ({"born": "۱۳۶۹"}, True),
        ({"born": "1395"}, False),
        ({"born": "۲۰۰۹"}, True),
    ],
)
def test_the_year_decides_in_either_calendar(answer, old_enough):
    asked = form(**answer)
    assert asked.is_valid(), asked.errors
    assert asked.old_enough is old_enough


@pytest.mark.parametrize("born", ["", "20", "abcd", "2027", "1800", "9999", "-100", "1e3", "²⁰⁰⁰"])
def test_what_is_no_year_is_asked_again(born):
    assert not form(born=born).is_valid()


def test_at_the_edge_the_birthday_is_asked():
    asked = form(born="2010")
    assert not asked.is_valid()
    assert asked.unclear


def test_before_a_booking_where_the_organisation_says_so(house):
    assert "One question first" not in browser().get(BOOK).content.decode()
    past(house=house, age_at_booking=True)
    guest = browser()
    page = guest.get(BOOK).content.decode()
    assert "One question first" in page
    assert "16 years" not in page  # neutral: nothing says which answer opens the door
    assert "2010" not in page
    assert 'name="name"' not in page
    assert guest.post(BOOK, {"born": "1990"}).status_code == 302
    assert "One question first" not in guest.get(BOOK).content.decode()


def test_who_is_too_young_leaves_no_trace(house):
    past(house=house, age_at_booking=True)
    counted = "select (select count(*) from evidence_event) + (select count(*) from identity_session)"
    with privileged(), connection.cursor() as cursor:
        cursor.execute(counted)
        before = cursor.fetchone()
    guest = browser()
    answer = guest.post(BOOK, {"born": "2015"})
    assert answer.status_code == 403
    assert "a little older" in answer.content.decode()
    assert set(answer.cookies) <= {"form"}
    with privileged(), connection.cursor() as cursor:
        cursor.execute(counted)
        assert cursor.fetchone() == before
    booking = {"start": "2026-11-24T10:00Z", "name": "Kid", "email": "kid@example.org", "zone": "UTC"}
    assert "One question first" in guest.post(BOOK, booking).content.decode()


def test_a_cookie_of_another_house_or_made_up_opens_nothing(house):
    past(house=house, age_at_booking=True)
    guest = browser()
    guest.post(BOOK, {"born": "1990"})
    good = guest.cookies["of-age"].value
    for bad in (
        "",
        "yes",
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        good.replace(str(house.pk), str(house.pk)[::-1]),
    ):
        other = browser()
        other.cookies["of-age"] = bad
        assert "One question first" in other.get(BOOK).content.decode(), bad
    with clock.at(clock.now() + timedelta(days=2)):
        assert "One question first" in guest.get(BOOK).content.decode()


def test_an_invitation_asks_first(house):
    with acting(Actor(office="operator")):
        asked = actions.invite(organisation=house.pk, email="ny@example.org", roles=["host"], send=False)
    link = f"/account/join/{asked.token}/"
    guest = browser()
    assert "One question first" in guest.get(link).content.decode()
    assert guest.post(link, {"born": "2014"}).status_code == 403
    joining = {"name": "Ny", "password": "granen-vid-stigen-4711", "password_again": "granen-vid-stigen-4711"}
    assert "One question first" in guest.post(link, joining).content.decode()
    assert guest.post(link, {"born": "1990"}).status_code == 302
    assert 'name="name"' in guest.get(link).content.decode()
