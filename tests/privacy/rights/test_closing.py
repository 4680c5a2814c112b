"""An organisation takes everything along and leaves: whoever it knew is erased and told."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from tests.booking.conftest import NOW, desk  # noqa: F401
from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tests.kernel import support
from tests.privacy.rights.test_erasing import acts, guest_of
from tillit.access import Actor, acting
from tillit.booking.models import Booking, Meeting
from tillit.identity.models import Account, Organisation, Person
from tillit.kernel import clock, sweeper, uploads
from tillit.kernel.end_tables import End
from tillit.kernel.tables import Mail
from tillit.privacy.models import Copy, Erasure
from tillit.privacy.rights import closing, copying, erasing, tasks


@pytest.fixture
def guests(desk):  # noqa: F811
    grace, _ = order(desk.kinds["consultation"], at(10), note="My knee")
    ali, _ = order(desk.kinds["consultation"], at(12), name="Ali Karimi", email="ali@example.org", note="My back")
    return guest_of(grace), guest_of(ali)


def test_everything_is_taken_along(desk, guests):  # noqa: F811
    with acts(desk, guests[0]):
        uploads.accept(io.BytesIO(b"two bones"), name="x-ray.txt", owner=guests[0])
    administrator = desk.administrator.pk
    with acts(desk, administrator):
        copy = closing.export("en")
        for _ in range(20):
            copying._next(copy=copy.pk)
        copy.refresh_from_db()
        assert copy.state == "ready" and copy not in copying.mine(administrator)
        whole = zipfile.ZipFile(io.BytesIO(b"".join(copying.opened(copy, name="x").streaming_content)))
    people = {one["person"]: one["tables"] for one in json.loads(whole.read("people/00001.json"))}
    with privileged():
        assert set(people) == {str(pk) for pk in Person.objects.values_list("pk", flat=True)}
    said = json.dumps(people[str(guests[1])])
    assert "Ali Karimi" in said and "My back" in said and "knee" not in said
    assert not any(table["name"].startswith(("evidence.", "identity.account")) for t in people.values() for table in t)
    assert whole.read(f"documents/{guests[0]}/x-ray.txt") == b"two bones"
    offers = json.loads(whole.read("organisation.json"))["booking.meetingtype"]
    assert {offer["slug"] for offer in offers} == set(desk.kinds)
    with acts(desk, guests[0]):
        from tillit.evidence.models import Event

        assert Event.objects.filter(name="privacy.organisation.exported").exists()


def test_who_is_erased_is_in_no_copy_of_everything(desk, guests):  # noqa: F811
    with acts(desk, desk.administrator.pk):
        copy = closing.export("en")
    with acts(desk, guests[0]):
        erasing.erase(guests[0], request_key=guests[0])
    with acts(desk, desk.administrator.pk):
        assert not Copy.objects.filter(pk=copy.pk).exists()
        copying._next(copy=copy.pk)  # the worker comes too late, and nothing is made
        assert closing.export("en").pk != copy.pk
    with acts(desk, guests[1]), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select privacy.drop_whole_copies()")


def test_nobody_else_takes_it_along(desk, guests):  # noqa: F811
    for actor in (desk.as_host(desk.h1), Actor("member", None, guests[0], desk.organisation.pk)):
        with acting(actor), pytest.raises(ProgrammingError), transaction.atomic():
            closing.export("en")
        for action in (closing.closes, closing.close, closing.reopen):
            with acting(actor), pytest.raises(ProgrammingError), transaction.atomic():
                action()
    with privileged():
        assert not End.objects.filter(kind=closing.CLOSING).exists()


def test_closed_and_erased(desk, guests):  # noqa: F811
    own = desk.organisation.pk
    with acts(desk, desk.administrator.pk):
        closing.close()
        with clock.at(NOW + timedelta(days=1)):
            closing.close()
        assert closing.closes() == NOW + timedelta(days=30), "pressed twice"
        assert not Organisation.objects.get(pk=own).published
        assert closing.reopen() and closing.closes() is None
        assert Organisation.objects.get(pk=own).published
        closing.close()
    with clock.at(NOW + timedelta(days=31)), acting(Actor("sweeper", organisation=own)):
        tasks.close([own])
        tasks.close_next(after=None)
    with acts(desk, desk.administrator.pk), suppress(ProgrammingError), transaction.atomic():
        assert not closing.reopen()
    with privileged():
        assert not Organisation.objects.get(pk=own).published, "nobody is led to what is gone"
        assert {row.display_name for row in Person.objects.all()} == {""}
        assert not Account.objects.exists() and {row.note for row in Booking.objects.all()} == {""}
        assert Meeting.objects.count() == 2 and Erasure.objects.count() == Person.objects.count()
        assert Mail.objects.filter(about=[]).count() >= 2  # the last letters


def test_while_it_closes_it_still_answers_for_what_it_holds(desk, guests):  # noqa: F811
    visitor, at_o = Client(), f"/o/{desk.organisation.slug}/"
    pages = ("privacy/", "privacy/request/", "trust/", "report/")
    open_before = [page for page in pages if visitor.get(at_o + page).status_code == 200]
    assert "privacy/request/" in open_before and len(open_before) >= 3
    with acts(desk, desk.administrator.pk):
        closing.close()
    assert visitor.get(at_o).status_code == 404
    for page in open_before:
        assert visitor.get(at_o + page).status_code == 200, page
    typed = {"kind": "access", "name": "Grace Miller", "address": "grace@example.org"}
    assert visitor.post(f"{at_o}privacy/request/", typed).status_code == 200
    with clock.at(NOW + timedelta(days=31)), support.worker_rights():
        sweeper.run(60)
    with clock.at(NOW + timedelta(days=31)):
        assert visitor.get(f"{at_o}privacy/request/").status_code == 404


def test_one_that_has_not_opened_shows_no_page_at_all(desk):  # noqa: F811
    with privileged():
        Organisation.objects.update(published=False)
    for page in ("", "privacy/", "privacy/request/", "trust/", "report/"):
        assert Client().get(f"/o/{desk.organisation.slug}/{page}").status_code == 404
