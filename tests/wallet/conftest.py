"""A meeting type that costs something, and a provider that answers as told."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from tests.booking.conftest import desk  # noqa: F401
from tests.booking.test_actions import TUESDAY, at, order
from tests.conftest import privileged
from tests.kernel.support import react
from tillit.access import Actor, acting
from tillit.booking.actions import set_afterwards
from tillit.booking.models import Booking
from tillit.kernel import clock, webhook_signatures
from tillit.kernel.egress import Unreachable
from tillit.kernel.money import Money
from tillit.wallet import actions, providers
from tillit.wallet.models import Entry, MerchantAccount, Payment, Refund
from tillit.wallet.providers import Order, Started, Told
from tillit.wallet.providers.test_payments import KEY, TestPayments

NOW = TUESDAY - timedelta(hours=16)
PRICE = 45_000
GUEST = "grace@example.org"


@dataclass
class Played(TestPayments):
    """The test provider without its HTTP service: what it would answer stands here. down: it cannot be reached."""

    orders: dict[str, Order] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    refunds: dict[str, int] = field(default_factory=dict)
    down: bool = False
    refuses: bool = False

    def start(self, order: Order, secret: str) -> Started:
        self._up()
        reference = f"ref-{order.payment}"
        self.orders[reference] = order
        self.states.setdefault(reference, "open")
        return Started(reference, f"https://pay.example/{reference}")

    def ask(self, reference: str, payer: Any, secret: str) -> Told:
        self._up()
        return Told(reference, self.states[reference], self.orders[reference].money)

    def refund(self, reference: str, payer: Any, refund: Any, money: Money, secret: str) -> str | None:
        self._up()
        if self.refuses:
            return None
        self.refunds.setdefault(str(refund), money.amount)
        return f"back-{refund}"

    def _up(self) -> None:
        if self.down:
            raise Unreachable("down")


@dataclass
class Shop:
    """A desk whose consultation costs 450 kr, and its provider."""

    desk: Any
    provider: Played
    secret: str

    @property
    def kind(self) -> Any:
        return self.desk.kinds["consultation"]

    def order(self, hour: int = 10, **more: Any) -> Any:
        return order(self.kind, at(hour), **more)[0]

    def link(self, booking: Any) -> str:
        from tillit.booking import links

        return f"/o/tidboken/booking/{links.token(booking)}/"

    def pay(self, booking: Any) -> str:
        """The guest presses the button; returns the provider's reference."""
        answer = Client().post(self.link(booking) + "pay/", follow=True)
        return asked_at(answer)

    def call(self, reference: str, state: str, **more: Any) -> Any:
        """The provider calls back; returns the answer's status."""
        self.provider.states[reference] = state
        money = more.pop("money", self.provider.orders[reference].money)
        said = {"id": reference, "state": state, "amount": money.amount, "currency": money.currency}
        return self.post(json.dumps({"data": said}).encode(), **more)

    def post(self, body: bytes, *, secret: str = "", moment: Any = None, message: Any = None) -> Any:
        headers = webhook_signatures.headers(message or uuid4(), moment or clock.now(), body, [secret or self.secret])
        path = f"/o/tidboken/payments/callback/{KEY}/"
        return Client().post(path, body, content_type="application/json", headers=headers).status_code

    def paid(self, hour: int = 10, **more: Any) -> Any:
        """A booking that is paid."""
        booking = self.order(hour, **more)
        assert self.call(self.pay(booking), "paid") == 204
        react()
        return booking


@pytest.fixture
def shop(desk, monkeypatch):  # noqa: F811
    played = Played()
    monkeypatch.setitem(providers._providers, KEY, played)
    administrator = Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")
    with acting(administrator), transaction.atomic():
        actions.turn_on(played)
        set_afterwards(kind=desk.kinds["consultation"], price=PRICE, kept_percent=50)
    with privileged():
        desk.kinds["consultation"].refresh_from_db()
        from tillit.wallet.queries import secret_of

        secret = secret_of(MerchantAccount.objects.get())
    return Shop(desk, played, secret)


def asked_at(page: Any) -> str:
    """The provider's reference, from the page that leads to it."""
    found = re.search(r'href="https://pay\.example/([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return found[1]


def booked(booking: Any) -> Any:
    with privileged():
        return Booking.objects.select_related("meeting").get(pk=booking)


def payments() -> list[Any]:
    with privileged():
        return list(Payment.objects.order_by("made", "pk"))


def refunds() -> list[Any]:
    with privileged():
        return list(Refund.objects.order_by("made", "pk"))


def adds_up() -> bool:
    """Does every balance equal its entries?"""
    with privileged():
        return all(
            one.held == sum(Entry.objects.filter(payment=one).values_list("amount", flat=True))
            for one in Payment.objects.all()
        )
