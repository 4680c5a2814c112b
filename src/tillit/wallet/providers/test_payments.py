"""The test provider, seen from us: an HTTP service of its own (wallet/test_page), of which we know what anybody would.

It takes no money. It is there in demos and tests only, and called and believed as a real one is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tillit.identity.queries import organisation_by_id
from tillit.kernel import clock, egress, webhook_signatures
from tillit.kernel.dpv import Data, Purpose, Words
from tillit.kernel.egress import BadAnswer, Role
from tillit.kernel.egress.addresses import OWN
from tillit.kernel.money import Money
from tillit.kernel.ticket import Actor, current
from tillit.privacy import processors
from tillit.wallet.providers import MOST_REFERENCE, MOST_URL, Forged, Order, Started, Told

KEY = "test-payments"
LIMITS = egress.Limits(connect=5.0, total=15.0, most=64_000)


class TestPayments:
    """Implements tillit.wallet.providers.Provider."""

    __test__ = False  # for pytest: no tests in it

    key: str = KEY
    name: Words = _("Test payments (no money moves)")

    def start(self, order: Order, secret: str) -> Started:
        """POST /payments."""
        said = self._call(
            "payments", order.payer, order.money, secret,
            {
                "key": str(order.payment), "amount": Data.PAYMENT, "currency": order.money.currency,
                "return_url": order.return_url, "callback_url": order.callback_url, "due": order.due.isoformat(),
            },
        )  # fmt: skip
        return Started(_text(said, "id"), _text(said, "url", MOST_URL))

    def read(self, headers: Mapping[str, str], body: bytes, secret: str) -> Told:
        """Signed as the Standard Webhooks specification says."""
        webhook_signatures.verify(headers, body, secret=secret, now=clock.now())
        try:
            return _told(json.loads(body)["data"])
        except (ValueError, KeyError, TypeError, RecursionError, BadAnswer):
            raise Forged("Signed, and not what a payment says.") from None

    def ask(self, reference: str, payer: UUID, secret: str) -> Told:
        """GET /payments/<id>."""
        return _told(self._call(f"payments/{reference}", payer, None, secret))

    def refund(self, reference: str, payer: UUID, refund: UUID, money: Money, secret: str) -> str | None:
        """POST /payments/<id>/refunds."""
        shape = {"key": str(refund), "amount": Data.PAYMENT, "currency": money.currency}
        said = self._call(f"payments/{reference}/refunds", payer, money, secret, shape, refusing=409)
        return _text(said, "id") if said else None

    def register(self) -> None:
        """The entry of a receiver that is this installation itself; the agreement is the demo's."""
        processors.register(
            KEY, name=str(self.name), role=Role.PROCESSOR, hosts=[f"{OWN}:80"], purposes=[Purpose.PAY],
            categories=[Data.PAYMENT], region="eu",
            words={
                "en": "Plays a payment provider for trying things out. No money moves.",
                "sv": "Spelar betaltjänst för att prova. Inga pengar flyttas.",
                "fa": "برای آزمایش نقش سرویس پرداخت را بازی می‌کند. پولی جابه‌جا نمی‌شود.",
            },
        )  # fmt: skip
        processors.agree(KEY, document=str(_("Terms of the test provider")), agreed=clock.now().date())

    def _call(
        self, path: str, payer: UUID, money: Money | None, secret: str, shape: Any = None, *, refusing: int = 0
    ) -> dict[str, Any]:
        organisation = (current() or Actor()).organisation
        assert organisation is not None
        with transaction.atomic():
            slug = organisation_by_id(organisation).slug
        url = f"http://{OWN}/o/{slug}/{KEY}/v1/{path}"
        data = {Data.PAYMENT: money.amount} if money else {}
        answer = egress.client(KEY, Purpose.PAY, limits=LIMITS).request(
            "POST" if shape else "GET", url, about=[payer], data=data, json=shape,
            headers={"Authorization": f"Bearer {secret}"},
        )  # fmt: skip
        if refusing and answer.status == refusing:
            return {}
        if not answer.ok:
            raise BadAnswer(f"The provider answers {answer.status}.")
        found = answer.json()
        if not isinstance(found, dict):
            raise BadAnswer("The provider answers something else.")
        return found


def _text(said: Mapping[str, Any], name: str, most: int = MOST_REFERENCE) -> str:
    found = said.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= most or not found.isascii() or not found.isprintable():
        raise BadAnswer("The provider's answer lacks something.")
    return found


def _told(said: Any) -> Told:
    if not isinstance(said, dict) or isinstance(said.get("amount"), bool) or not isinstance(said.get("amount"), int):
        raise BadAnswer("The provider's answer is no payment.")
    try:
        return Told(_text(said, "id"), _text(said, "state"), Money(said["amount"], _text(said, "currency")))
    except ValueError:
        raise BadAnswer("A currency that we do not know.") from None
