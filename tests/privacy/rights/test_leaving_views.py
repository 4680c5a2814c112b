"""The pages of copy, erasure and closing: a member's own, a guest's, and an administrator's."""

from __future__ import annotations

import io
import zipfile
from uuid import uuid4

import pytest

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tillit.access import PUBLIC, acting
from tillit.identity import addresses
from tillit.identity.models import Account, Organisation, Person
from tillit.privacy.models import Copy, Erasure
from tillit.privacy.rights import tasks


@pytest.fixture
def member(desk):
    """A host of the organisation, logged in."""
    with acting(PUBLIC), privileged():
        account = Account.objects.get(people__pk=desk.h1.person_id)
        account.email_sealed = addresses.sealed("helena@tidboken.example", account.pk)
        account.save(update_fields=["email_sealed"])
    with acting(PUBLIC):
        return log_in(desk.h1.person_id)


@pytest.fixture
def administrator(desk):
    with acting(PUBLIC):
        return log_in(desk.administrator.pk)


def test_a_guest_takes_a_copy_and_nobody_else_does(grace, ali):
    assert grace.post("copy", {}).status_code == 302
    with privileged():
        copy = Copy.objects.get()
    answer = grace.get("download", copy=copy.pk)
    assert answer["Content-Type"] == "application/zip" and "no-store" in answer["Cache-Control"]
    assert "contact.vcf" in zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert ali.get("download", copy=copy.pk).status_code == 404
    assert ali.get("download", copy=uuid4()).status_code == 404


def test_not_more_copies_than_are_kept(grace):
    for _ in range(7):
        grace.post("copy", {})
    with privileged():
        assert Copy.objects.count() == 5


def test_a_member_is_erased_and_logged_out(desk, member):
    url = "/o/tidboken/me/erase/"
    page = member.get(url).content.decode()
    assert "Your login goes too" in page and "Helena" in member.get("/o/tidboken/me/").content.decode()
    key = str(uuid4())
    assert member.post(url, {"key": key}).status_code == 422  # without the tick nothing happens
    done = member.post(url, {"key": key, "sure": "on"})
    assert done.status_code == 302 and "/erased/" in done["Location"]
    assert member.get(url).status_code in (302, 404)
    receipt = member.get(done["Location"])
    assert receipt.status_code == 200 and "Who you are here" in receipt.content.decode()
    with privileged():
        assert Person.objects.get(pk=desk.h1.person_id).display_name == "" and Erasure.objects.count() == 1
        assert not Account.objects.filter(people__pk=desk.h1.person_id).exists()


def test_the_last_administrator_reads_why_not(administrator):
    page = administrator.get("/o/tidboken/me/erase/").content.decode()
    assert "Give that role to somebody else first" in page and "Erase me now" not in page
    sent = administrator.post("/o/tidboken/me/erase/", {"key": str(uuid4()), "sure": "on"})
    assert sent.status_code == 422


def test_a_receipt_is_for_whoever_holds_its_link(grace):
    sent = grace.post("erase", {"key": str(uuid4()), "sure": "on"})
    link = sent["Location"]
    from django.test import Client

    assert Client().get(link).status_code == 200
    assert Client().get(link[:-3] + "xx/").status_code == 404
    assert Client().get(link.replace("tidboken", "nobody")).status_code == 404
    assert "in a minute" in Client().get(f"{link}receipt.tlog-proof", follow=True).content.decode()
    assert grace.get("data").status_code == 404


def test_an_administrator_takes_everything_along_and_closes(desk, administrator, member, grace):
    url = "/o/tidboken/office/leaving/"
    assert member.get(url).status_code in (302, 403, 404)
    assert administrator.post(url, {"do": "export"}).status_code == 302
    with privileged():
        copy = Copy.objects.get()
    assert "It is being made" in administrator.get(url).content.decode()
    from tillit.access import Actor

    with acting(Actor("member", None, desk.administrator.pk, desk.organisation.pk)):
        for _ in range(20):
            tasks.copying._next(copy=copy.pk)
    answer = administrator.get(f"{url}{copy.pk}.zip")
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert member.get(f"{url}{copy.pk}.zip").status_code in (302, 403, 404)
    administrator.post(url, {"do": "close"})  # without the tick nothing happens
    with privileged():
        assert Organisation.objects.get(slug="tidboken").published
    administrator.post(url, {"do": "close", "sure": "yes"})
    assert "Open it again" in administrator.get(url).content.decode()
    administrator.post(url, {"do": "reopen"})
    with privileged():
        assert Organisation.objects.get(slug="tidboken").published
