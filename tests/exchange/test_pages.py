"""The pages of a file that comes in, and of lists that go out."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.booking.conftest import make_person
from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tests.exchange.conftest import PEOPLE, acts, brought, browser, fresh, people
from tests.kernel.support import run_jobs
from tillit.access import acting
from tillit.evidence.models import Event
from tillit.exchange import lists, queries
from tillit.exchange.models import Batch

SLUG = {"slug": "tidboken"}


def url(name: str, **more) -> str:
    return reverse(name, kwargs={**SLUG, **more})


def file(content: bytes, name: str = "kunder.csv"):
    found = io.BytesIO(content)
    found.name = name
    return found


@pytest.fixture
def client(desk) -> Client:
    return browser(desk.administrator)


def given(client, content: bytes = PEOPLE, target: str = "people") -> str:
    answer = client.post(url("office_import"), {"target": target, "file": file(content)})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return str(answer["Location"])


def test_from_the_file_to_the_people_and_back(client, desk):
    page = given(client)
    text = client.get(page).content.decode()
    assert "3 rader" in text or "3 rows" in text
    for words in ("Föredrar förmiddagar", "asa@example.org"):
        assert words in text
    assert people() == {}
    answer = client.post(page, {"do": "confirm", "same": "skip", "source": "system", "words": "Old", "told": "on"})
    assert answer.status_code == 302
    going = client.get(page)
    assert going["Refresh"] == "4" and "<progress" in going.content.decode()
    run_jobs()
    done = client.get(page)
    assert "Refresh" not in done and len(people()) == 3
    refused = client.get(page + "refused.csv").content.decode("utf-8-sig")
    assert "inte en adress" in refused and "asa@example.org" not in refused
    listed = client.get(url("office_contacts")).content.decode()
    assert "Åsa Öberg" in listed and "Föredrar" in listed
    with privileged():
        assert Event.objects.filter(name="exchange.contact.seen").count() == 3
    client.post(page, {"do": "undo"})
    run_jobs()
    assert people() == {}


def test_columns_can_be_changed(client):
    page = given(client, b"Vem;Var;Extra\nGrace;grace@example.org;x\n")
    text = client.get(page).content.decode()
    assert 'name="column_0"' in text and "grace@example.org" in text
    wrong = client.post(page, {"do": "columns", "column_0": "email", "column_1": "email", "column_2": ""})
    assert wrong.status_code == 422
    answer = client.post(
        page, {"do": "columns", "column_0": "name", "column_1": "email", "column_2": "", "encoding": "utf-8"}
    )
    assert answer.status_code == 302
    with privileged():
        assert Batch.objects.get().mapping == ["name", "email", ""]
    assert client.post(page, {"do": "columns", "column_0": "name", "column_1": "nonsense"}).status_code == 422


@pytest.mark.parametrize("content", [b"", b"%PDF-1", b"PK\x03\x04zzz", b"name\n", b"a\n" * 10_002])
def test_files_that_are_not_taken_say_why(client, content):
    answer = client.post(url("office_import"), {"target": "people", "file": file(content)})
    assert answer.status_code == 422 and "is-wrong" in answer.content.decode()
    with privileged():
        assert not Batch.objects.exists()


def test_not_without_saying_where_it_comes_from(client):
    page = given(client)
    answer = client.post(page, {"do": "confirm", "same": "skip"})
    assert answer.status_code == 422 and people() == {}


def test_nobody_else_comes_in(client, desk):
    page = given(client)
    for person in (desk.h1.person, None):
        other = browser(person) if person else Client()
        for address in (page, url("office_import"), url("office_contacts"), page + "refused.csv"):
            assert other.get(address).status_code in (302, 403, 404)
    assert client.post(page, {"do": "nonsense"}).status_code == 404


def test_offers_from_a_file(client, desk):
    rows = (
        "Titel;Minuter;Var;Platser\nFotvård;30;på plats;1\nGrupp;90;video;8\nFotvård;30;plats;1\nLång;99999;video;1\n"
    )
    page = given(client, rows.encode(), "offers")
    client.post(page, {"do": "confirm", "same": "skip"})
    run_jobs()
    with privileged():
        batch = Batch.objects.get()
    assert (batch.state, batch.added, batch.passed, batch.refused) == ("done", 2, 1, [[5, "duration", "duration"]])
    from tillit.booking.models import MeetingType

    with acting(acts(desk, desk.administrator)):
        kinds = {kind.slug: kind for kind in MeetingType.objects.filter(published=False)}
        assert kinds["fotvard"].duration == 30 and kinds["grupp"].capacity == 8
        kinds["grupp"].published = True
        kinds["grupp"].save()
    client.post(page, {"do": "undo"})
    run_jobs()
    assert (fresh(batch).state, fresh(batch).stayed) == ("undone", 1)
    with privileged():
        assert set(MeetingType.objects.filter(slug__in=kinds).values_list("slug", flat=True)) == {"grupp"}


# -- out --------------------------------------------------------------------------------------------------------------


def taken(client, which: str, form: str = "csv", **more) -> bytes:
    answer = client.post(url("export", which=which), {"form": form, "purpose": "work", **more})
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    assert answer["Content-Disposition"].startswith("attachment") and "no-store" in answer["Cache-Control"]
    return bytes(answer.content)


def test_every_list(client, desk):
    with privileged():
        from tillit.booking.models import Host

        Host.objects.filter(pk=desk.h2.pk).update(person=desk.administrator)
    for which in (one.key for one in lists.every()):
        assert client.get(url("export", which=which)).status_code == 200, which
        assert load_workbook(io.BytesIO(taken(client, which, "xlsx"))).active.max_row >= 1
        assert taken(client, which, "csv").startswith(b"\xef\xbb\xbf")


def test_a_host_takes_out_their_own_bookings_only(desk):
    order(desk.kinds["consultation"], at(10), name="Grace Miller", note="=cmd|' /C calc'!A0")
    with privileged():
        from tillit.booking.models import TypeHost

        TypeHost.objects.filter(meeting_type=desk.kinds["short"]).update(host=desk.h2)
    order(desk.kinds["short"], at(10), name="Ali Karimi", email="ali@example.org")
    client = browser(desk.h1.person)
    text = taken(client, "bookings").decode()
    assert "Grace Miller" in text and "Ali" not in text and "'=cmd" in text
    sheet = load_workbook(io.BytesIO(taken(client, "bookings", "xlsx"))).active
    assert isinstance(sheet["A2"].value, datetime) and sheet["G2"].data_type == "s" and sheet["G2"].quotePrefix
    assert b"BEGIN:VEVENT" in taken(client, "bookings", "ics") and b"Grace" not in taken(client, "bookings", "ics")
    with privileged():
        rows = Event.objects.filter(name="exchange.list.exported")
        assert rows.count() == 4 and {row.reason for row in rows} == {"work"}


def test_contact_only_while_it_may_be_known(desk):
    order(desk.kinds["consultation"], at(10), name="Grace Miller")
    from datetime import timedelta

    from tillit.kernel import clock

    client = browser(desk.h1.person)
    with clock.at(clock.now() + timedelta(days=20)):
        client = browser(desk.h1.person)
        text = taken(client, "bookings").decode()
    assert "Consultation" in text and "Grace" not in text and "grace@" not in text


def test_who_does_not_see_the_page_gets_no_file(desk):
    office = [one.key for one in lists.every() if one.key not in ("bookings", "evidence")]
    for other in (browser(desk.h1.person), Client()):
        for which in office:
            answer = other.post(url("export", which=which), {"form": "csv", "purpose": "work"})
            assert answer.status_code in (302, 404) and not answer.has_header("Content-Disposition"), which
        assert other.get(url("export", which="people")).status_code in (302, 404)
    with privileged():
        elsewhere = make_person(
            desk.organisation.__class__.objects.create(
                slug="annan",
                name="Annan",
                number="1",
                address="x",
                publisher="x",
                contact_email="x@x.se",
                region="eu",
                languages=["sv"],
                time_zone="UTC",
                currency="SEK",
                modules=[],
                colour="teal",
            ),
            "Eva",
            "administrator",
        )
    assert browser(elsewhere).get(url("export", which="people")).status_code == 404


def test_what_for_is_asked_where_it_is_about_others(client):
    assert client.post(url("export", which="people"), {"form": "csv"}).status_code == 422
    assert client.post(url("export", which="offers"), {"form": "csv"}).status_code == 200


def test_only_the_contacts_whom_one_brought(client, desk, chief):
    brought()
    assert "Åsa Öberg" in taken(client, "contacts").decode()
    cards = taken(client, "contacts", "vcf").decode()
    assert cards.count("BEGIN:VCARD") == 3 and "نرگس رضایی" in cards
    with privileged():
        other = make_person(desk.organisation, "Sara Ek", "administrator")
    assert "Åsa" not in taken(browser(other), "contacts").decode()
    assert len(queries.contacts()) == 3
