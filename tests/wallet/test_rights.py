"""What a payer sees of their payments, what an erasure leaves, and where the test provider is."""

from __future__ import annotations

from datetime import UTC, datetime
from unittest import mock

import pytest
from django.test import Client

from tests.conftest import privileged
from tests.wallet.conftest import PRICE, booked, payments
from tillit.access import Actor, acting
from tillit.identity.models import Person
from tillit.kernel import clock, config, egress
from tillit.kernel.dpv import Purpose
from tillit.kernel.egress import Host, line
from tillit.kernel.egress.addresses import OWN
from tillit.kernel.ids import new_id
from tillit.privacy import registry
from tillit.privacy.rights import erasing


def test_the_copy_holds_payments_and_an_erasure_says_which_law_keeps_them(shop):
    person = booked(shop.paid()).person_id
    with acting(Actor(organisation=shop.desk.organisation.pk, person=person, office="member")):
        held = {one.label: one for one in registry.held(person)}
        assert {"wallet.payment.amount", "wallet.payment.payer", "wallet.entry.amount"} <= held.keys()
        stays = {one.table: one for one in erasing.preview(person).stays}
        assert "Bokföringslagen" in str(stays["wallet.payment"].why)
        assert stays["wallet.payment"].until == datetime(clock.now().year + 8, 1, 1, tzinfo=UTC)
        erasing.erase(person, request_key=new_id())
    with privileged():
        assert Person.objects.get(pk=person).display_name == ""
    (payment,) = payments()
    assert (payment.payer, payment.amount, payment.held) == ("Grace Miller", PRICE, PRICE), "as the law demands"


def test_only_demos_and_tests_play_a_provider(shop, monkeypatch):
    here, elsewhere = Host(OWN, 80), Host(OWN, 81)
    assert line.is_own(here) and not line.is_own(elsewhere) and not line.is_own(Host("pay.example", 80))
    page = f"/o/tidboken/test-payments/{new_id()}/"
    with mock.patch.object(config, "mode", lambda: "production"):
        assert not line.is_own(here)
        assert Client().get(page).status_code == 404
        assert Client().post("/o/tidboken/test-payments/v1/payments").status_code == 404
    with acting(Actor(organisation=shop.desk.organisation.pk, office="payments")), pytest.raises(egress.WrongScheme):
        egress.client("test-payments", Purpose.PAY).get(f"http://{OWN}:81/")


def test_a_stranger_begins_no_payment_at_the_test_provider(shop):
    path = "/o/tidboken/test-payments/v1/payments"
    asked = {
        "key": str(new_id()), "amount": 100, "currency": "SEK", "due": clock.now().isoformat(),
        "return_url": "https://evil.example/", "callback_url": "https://evil.example/",
    }  # fmt: skip
    known = {"Authorization": f"Bearer {shop.secret}"}
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer ü"}, {"Authorization": shop.secret}):
        assert Client().post(path, asked, content_type="application/json", headers=headers).status_code == 401
    assert Client().post(path, asked, content_type="application/json", headers=known).status_code == 400, (
        "not to others"
    )
    for body in (b"", b"[]", b"{}", b"\xff"):
        assert Client().post(path, body, content_type="application/json", headers=known).status_code == 400
