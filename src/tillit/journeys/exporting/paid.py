"""Payments, as the office's page lists them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillit.exchange.lists import Between, Line, List, register
from tillit.journeys.exporting.common import PAGE, administrators, instants
from tillit.kernel.money import MINOR_DIGITS
from tillit.wallet import queries
from tillit.wallet.said import said_of


def _payments(request: Any, between: Between) -> Iterable[Line]:
    """Sums in whole units, with the currency beside them, as bookkeeping programs read them."""
    first, last = instants(request, between)
    before = None
    while rows := queries.payments(since=first, until=last, before=before, most=PAGE):
        before = rows[-1].pk
        for one in rows:
            scale = -MINOR_DIGITS.get(one.currency, 2)
            paid, held = (str(Decimal(minor).scaleb(scale)) for minor in (one.amount, one.held))
            state = str(said_of(one).words)
            cells = (one.made, one.payer, paid, held, one.currency, state, one.provider, one.reference)
            yield Line(cells, one.person_id)


register(
    List(
        "payments", _("Payments"),
        (_("Begun"), _("Paid by"), _("Amount"), _("Held now"), _("Currency"), _("State"), _("Through whom"),
         _("Reference")),
        administrators, _payments, "office_payments", others=True, days=True,
    )
)  # fmt: skip
