"""Joining a marketplace by oneself: one person per account, only where the door stands open."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel import support
from tests.marketplace import Market, lay_out
from tillit.access import PUBLIC, acting
from tillit.identity.models import Invitation, Membership, Organisation, Person
from tillit.kernel import tasks


@pytest.fixture
def market(db: None) -> Market:
    tasks.load()
    with acting(PUBLIC), privileged():
        return lay_out()


def _link(address: str) -> str:
    support.react()
    text = next(mail.text for mail in support.mails() if mail.to == address)
    return urlsplit(re.findall(r"https?://\S+/join/\S+", text)[-1]).path


def test_a_stranger_joins_by_a_mail_and_is_a_provider(market: Market) -> None:
    door = f"/o/{market.organisation.slug}/people/join/"
    stranger = Client()
    assert door in stranger.get(f"/o/{market.organisation.slug}/").content.decode()
    answer = stranger.post(door, {"kind": "offer", "email": "nina@post.example"})
    assert answer.status_code == 200
    assert b"/join/" not in answer.content.replace(b"people/join/", b"")
    link = _link("nina@post.example")
    page = stranger.get(link).content.decode()
    if 'name="born"' in page:
        assert stranger.post(link, {"born": "1980"}).status_code == 302
    given = {"name": "Nina Ny", "password": "hav regn lampa stege", "password1": "hav regn lampa stege"}
    assert stranger.post(link, given).status_code == 302
    assert stranger.post(link, given).status_code == 410
    with privileged():
        person = Person.objects.exclude(pk__in=[one.pk for one in market.people.values()]).get()
        assert set(Membership.objects.filter(person=person).values_list("role", flat=True)) == {"provider", "host"}
    assert stranger.get(f"/o/{market.organisation.slug}/profile/").status_code == 200


def test_who_belongs_already_offers_help_and_stays_one_person(market: Market) -> None:
    from tillit.identity import addresses

    door = f"/o/{market.organisation.slug}/people/join/"
    sara = market.person("Sara")
    with acting(PUBLIC), privileged():
        account = sara.account
        account.email_index = addresses.index("sara@post.example")
        account.email_sealed = addresses.sealed("sara@post.example", account.pk)
        account.save()
    with acting(PUBLIC):
        browser = log_in(sara.pk)
    answer = browser.post(door, {"kind": "offer"})
    assert answer.status_code == 302
    link = answer.headers["Location"]
    if 'name="born"' in browser.get(link).content.decode():
        browser.post(link, {"born": "1980"})
    assert browser.post(link, {"name": "Sara Holm"}).status_code == 302
    with privileged():
        assert Person.objects.filter(account=account).count() == 1
        assert set(Membership.objects.filter(person=sara).values_list("role", flat=True)) == {"provider", "host"}


def test_closed_unsigned_and_another_address(market: Market) -> None:
    with acting(market.visitor()), pytest.raises(Exception, match="sign"), transaction.atomic():
        connection.cursor().execute("select identity.ask_to_join('{}', '00')")
    with privileged():
        Organisation.objects.update(open_to_join=False)
    assert Client().post(f"/o/{market.organisation.slug}/people/join/", {"kind": "seek"}).status_code == 404
    with privileged():
        assert not Invitation.objects.exists()
        Organisation.objects.update(open_to_join=True, modules=["booking"])
    assert Client().get(f"/o/{market.organisation.slug}/people/join/").status_code == 404
