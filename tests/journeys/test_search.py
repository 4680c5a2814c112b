"""The search through the door: what is found, what never is, and what it leaves behind."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.booking.conftest import NOW, lay_out
from tests.booking.test_actions import TUESDAY, at, order
from tests.conftest import privileged
from tillit import evidence
from tillit.access import Actor, acting
from tillit.access import actions as access
from tillit.booking import finding as booking_finding
from tillit.booking.models import Booking
from tillit.evidence.models import Event
from tillit.identity import throttle
from tillit.journeys import finding as people_finding
from tillit.journeys.book import cancel
from tillit.journeys.search import asking
from tillit.journeys.search.queries import search
from tillit.kernel import clock, finding


@pytest.fixture
def desk(db, monkeypatch):
    monkeypatch.setattr(finding, "SECONDS", 30)  # other programs are at work beside the tests
    with clock.at(NOW):
        with privileged():
            made = lay_out()
        with acting(made.visitor()):
            yield made


@pytest.fixture
def client(desk):
    return Client()


def booked(desk, name="Åsa Öberg", email="asa@example.org", hour=10, kind="consultation", **more):
    """A guest's booking with the first host."""
    return order(desk.kinds[kind], at(hour), name=name, email=email, **more)[0]


def administering(desk):
    return Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")


def found(desk, actor, text, **days):
    """Titles of what the actor finds, by source."""
    with acting(actor):
        groups = search(asking.Question(text, **days), slug=desk.organisation.slug, request=None)
    return {group.source.key: [hit.title for hit in group.hits] for group in groups if group.hits}


def everything(answer):
    return [title for titles in answer.values() for title in titles]


@pytest.mark.parametrize(
    "text",
    ["Åsa Öberg", "asa oberg", "ÅSA", "öber", "öbreg", "obrg", "asa@example.org", "ASA@EXAMPLE.ORG ", "Consul Åsa"],
)
def test_a_host_finds_a_guest_however_the_name_is_typed(desk, text):
    booked(desk)
    answer = found(desk, desk.as_host(desk.h1), text)
    assert answer["bookings"] == ["Åsa Öberg"]
    assert answer.get("people", []) == ([] if "Consul" in text else ["Åsa Öberg"])


@pytest.mark.parametrize("text", ["علی‌رضا كريمي", "علیرضا", "علی رضا", "کریمی", "رضا", "کری"])
def test_persian_names_are_found_in_every_spelling(desk, text):
    booked(desk, "علی‌رضا کریمی")
    assert found(desk, desk.as_host(desk.h1), text)["people"] == ["علی‌رضا کریمی"]


@pytest.mark.parametrize("text", ["0701740605", "+46 70-174 06 05", "۰۷۰۱۷۴۰۶۰۵", "0046701740605"])
def test_a_number_is_found_in_any_digits(desk, text):
    actor = desk.as_host(desk.h1)
    assert found(desk, actor, text) == {}
    with acting(desk.as_host(desk.h2)):
        access.show("contact", desk.h1.person_id, clock.now() + timedelta(hours=1))
    assert found(desk, actor, text) == {"people": ["Omid Rahimi"]}
    with clock.at(NOW + timedelta(hours=2)):
        assert found(desk, actor, text) == {}


def test_what_is_taken_back_is_no_longer_found(desk):
    with acting(desk.as_host(desk.h2)):
        grant = access.show("contact", desk.h1.person_id, clock.now() + timedelta(hours=1))
    assert found(desk, desk.as_host(desk.h1), "omid")["people"] == ["Omid Rahimi"]
    with acting(desk.as_host(desk.h2)):
        access.take_back(grant)
    assert found(desk, desk.as_host(desk.h1), "omid") == {}


@pytest.mark.parametrize("text", ["Åsa", "asa@example.org", "zebra", "Öberg"])
def test_nobody_else_finds_a_guest_or_what_they_wrote(desk, text):
    """Another host, an administrator, another organisation, a visitor: nothing, and no number that hints at it."""
    booked(desk, note="Zebras and so on.")
    with privileged():
        other = lay_out("kontoret")
    host, administrator = other.as_host(other.h1), administering(desk)
    for actor in (desk.as_host(desk.h2), desk.visitor(), host, other.visitor(), administrator):
        with acting(actor):
            groups = search(asking.Question(text), slug=desk.organisation.slug, request=None)
        assert [group.source.key for group in groups if group.source.key not in {"help"}] == [], actor
        assert not any(group.more for group in groups)
    assert everything(found(desk, desk.as_host(desk.h1), text))


def test_a_note_is_locked_with_the_grant(desk):
    """When the time is over in which the host may know the guest, neither name nor note is found; the time is."""
    booked(desk, note="Zebras and so on.")
    host = desk.as_host(desk.h1)
    assert found(desk, host, "zebra")["bookings"] == ["Åsa Öberg"]
    with clock.at(NOW + timedelta(days=200)):
        assert found(desk, host, "zebra") == {}
        assert found(desk, host, "asa") == {}
        assert found(desk, host, "asa@example.org") == {}
        assert found(desk, host, "consultation")["bookings"] == ["Consultation"]


def test_a_colleague_is_found_by_administrators_only(desk):
    administrator = administering(desk)
    assert found(desk, administrator, "Helena")["people"] == ["Helena Lind"]
    assert "people" not in found(desk, desk.as_host(desk.h2), "Helena")
    assert "people" not in found(desk, desk.visitor(), "Helena")


def test_a_guest_with_a_login_finds_their_own_bookings_by_their_host(desk):
    booking = booked(desk, note="Zebras and so on.")
    with privileged():
        guest = Booking.objects.get(pk=booking).person_id
    actor = Actor(organisation=desk.organisation.pk, person=guest, office="member")
    for text in ("helena", "zebra", "consultation"):
        assert found(desk, actor, text)["bookings"] == ["Consultation"]


def test_why_a_booking_was_cancelled_is_never_read(desk):
    booking = booked(desk)
    with acting(desk.as_host(desk.h1)):
        cancel(booking_id=booking, reason="Quarrelsome")
    assert found(desk, desk.as_host(desk.h1), "quarrelsome") == {}


def test_whoever_is_found_can_read_that_they_were(desk):
    booked(desk)
    booked(desk, "Nora Dahl", "nora@example.org", hour=11)
    with acting(desk.as_host(desk.h1)), evidence.gathering():
        search(asking.Question("asa"), slug="tidboken", request=None)
        evidence.flush()
    with privileged():
        seen = {(event.name, str(event.reason)) for event in Event.objects.filter(name__endswith=".seen")}
        subjects = set(Event.objects.filter(name__endswith=".seen").values_list("subject_id", flat=True))
    assert seen == {("journeys.search.seen", "booked with"), ("booking.guest.seen", "booked with")}
    assert len(subjects) == 1  # whose name was opened and did not match was shown to nobody


def test_more_is_said_without_a_number_and_days_narrow_it(desk, monkeypatch):
    monkeypatch.setattr(booking_finding, "MOST", 2)
    monkeypatch.setattr(people_finding, "MOST", 1)
    for hour, name in ((9, "Anna Ek"), (10, "Bo Ek"), (11, "Cia Ek")):
        booked(desk, name, f"{name[:2].strip()}@example.org", hour=hour)
    host = desk.as_host(desk.h1)
    with acting(host):
        groups = {g.source.key: g for g in search(asking.Question("ek"), slug="tidboken", request=None)}
    assert groups["bookings"].more and groups["people"].more
    assert {hit.title for hit in groups["bookings"].hits} == {"Bo Ek", "Cia Ek"}
    assert found(desk, host, "anna") == {}
    assert found(desk, host, "an@example.org")["people"] == ["Anna Ek"]  # an address reaches beyond the bound
    day = TUESDAY.date()
    assert found(desk, host, "cia", since=day, until=day)["bookings"] == ["Cia Ek"]
    assert "bookings" not in found(desk, host, "cia", since=day + timedelta(days=1))
    assert "bookings" not in found(desk, host, "cia", until=day - timedelta(days=1))


def test_time_is_bounded(desk):
    booked(desk)
    asked = finding.Asked("asa", slug="tidboken", patience=-1)
    with acting(desk.as_host(desk.h1)):
        answer = booking_finding.bookings(asked)
    assert answer.hits == [] and answer.more


def test_the_number_of_statements_does_not_grow(desk):
    def statements():
        with acting(desk.as_host(desk.h1)), CaptureQueriesContext(connection) as asked:
            search(asking.Question("ek"), slug="tidboken", request=None)
        return len(asked)

    booked(desk, "Anna Ek", "a@example.org", hour=9)
    statements()
    few = statements()
    for hour in (10, 11, 12, 13):
        booked(desk, f"Bo{hour} Ek", f"b{hour}@example.org", hour=hour)
    statements()
    assert statements() <= few <= 25


def test_a_question_opens_for_whoever_wrote_it_until_it_ends(desk):
    host = desk.as_host(desk.h1)
    question = asking.Question("åsa", TUESDAY.date())
    with acting(host):
        token = asking.sealed(question)
        assert asking.opened(token) == question
        for broken in ("", "x", token[:-2], token[:20] + "A" + token[21:], token * 2, "é"):
            with pytest.raises(asking.Ended):
                asking.opened(broken)
        with clock.at(NOW + asking.LIFE + timedelta(minutes=1)), pytest.raises(asking.Ended):
            asking.opened(token)
    with acting(desk.as_host(desk.h2)), pytest.raises(asking.Ended):
        asking.opened(token)


SEARCH = "/o/tidboken/search/"


def test_what_is_written_stands_in_no_address_and_no_title(desk, client):
    answer = client.post(SEARCH, {"q": "Consultation"})
    assert answer.status_code == 302
    assert "onsultation" not in answer["Location"]
    page = client.get(answer["Location"])
    text = page.content.decode()
    assert page.status_code == 200 and "/book/consultation/" in text
    assert "onsultation" not in re.search("<title>.*</title>", text)[0]
    assert "no-store" in page["Cache-Control"]
    other = client.get(SEARCH, {"q": "consultation"}).content.decode()
    assert "/book/consultation/" not in other  # an address that somebody typed by hand asks nothing


def test_nothing_of_it_is_stored(desk, client):
    answer = client.post(SEARCH, {"q": "Zyxomma petiolatum"})
    client.get(answer["Location"])
    with privileged(), connection.cursor() as cursor:
        cursor.execute(
            "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
            " and table_schema not in ('pg_catalog', 'information_schema')"
        )
        for schema, table in cursor.fetchall():
            cursor.execute(f'select count(*) from "{schema}"."{table}" t where t::text ilike %s', ["%zyxomma%"])
            assert cursor.fetchone() == (0,), table


def test_no_result_leads_to_help(desk, client):
    page = client.get(client.post(SEARCH, {"q": "qqqqq"})["Location"]).content.decode()
    assert "Nothing was found" in page and "/o/tidboken/help/" in page


@pytest.mark.parametrize(
    "text", ["%", "'; drop table", "\u202eabc", "𝕏" * 50, "a b c d e f g h i j k l", "ـ", "\u200c", "/"]
)
def test_strange_words_find_nothing_and_break_nothing(desk, client, text):
    answer = client.post(SEARCH, {"q": text})
    assert answer.status_code in {302, 422}
    if answer.status_code == 302:
        assert client.get(answer["Location"]).status_code == 200


def test_bad_input_is_said(desk, client):
    assert client.post(SEARCH, {"q": "x" * 101}).status_code == 422
    assert client.post(SEARCH, {"q": "a\x00b"}).status_code == 422
    assert client.post(SEARCH, {"q": ""}).status_code == 422
    assert client.post(SEARCH, {"q": "x", "since": "2026-02-02", "until": "2026-02-01"}).status_code == 422
    ended = client.get(SEARCH, {"f": "nonsense"})
    assert ended.status_code == 410 and "has ended" in ended.content.decode()
    assert client.get("/o/nobody/search/").status_code == 404


def test_too_many_questions_wait(desk, client, monkeypatch):
    monkeypatch.setattr(throttle, "SEARCH", throttle.Limit(f"s{uuid4()}", burst=2, every=timedelta(minutes=1)))
    address = client.post(SEARCH, {"q": "consultation"})["Location"]
    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 429]


def test_the_language_can_be_changed_on_the_answer(desk, client):
    address = client.post(SEARCH, {"q": "consultation"})["Location"]
    (token,) = parse_qs(urlsplit(address).query)["f"]
    assert f"f={token}&amp;language=fa" in client.get(address).content.decode()
    assert client.get(address, headers={"accept-language": "fa"}).status_code == 200


def test_help_is_found_and_read(desk, client):
    page = client.get(client.post(SEARCH, {"q": "passkey"})["Location"]).content.decode()
    assert "/o/tidboken/help/log-in/" in page
    for address in ("/help/", "/o/tidboken/help/"):
        index = client.get(address).content.decode()
        links = re.findall(rf'href="({address}[a-z-]+/)"', index)
        assert len(set(links)) >= 12
        for link in links:
            assert client.get(link).status_code == 200
