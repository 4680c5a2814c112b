"""What an organisation has sold and offers, as files."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillit.exchange.lists import MOST, Between, Line, List, register
from tillit.journeys.exporting.common import administrators, instants
from tillit.kernel.money import MINOR_DIGITS
from tillit.sales import queries, shown


def _whole(minor: int, currency: str) -> str:
    return str(Decimal(minor).scaleb(-MINOR_DIGITS.get(currency, 2)))


def _invoices(request: Any, between: Between) -> Iterable[Line]:
    """Sums in whole units, with the currency beside them, as bookkeeping programs read them."""
    first, last = instants(request, between)
    for one in queries.of_organisation(since=first, until=last, most=MOST + 1):
        row = shown.row(one, sold=True)
        sums = (_whole(minor, one.currency) for minor in (one.net, one.vat, one.gross, one.to_pay))
        yield Line((one.number, one.issued, one.due, row["who"], *sums, one.currency, row["words"]), one.buyer_id)


def _plans(request: Any, between: Between) -> Iterable[Line]:
    for one in queries.plans(all_of_them=True):
        yield Line((one.name, _whole(one.price, "SEK"), one.months, int(one.offered)))


register(
    List(
        "invoices", _("Invoices of the organisation"),
        (_("Number"), _("Date"), _("To be paid by"), _("To"), _("Without VAT"), _("VAT"), _("In all"), _("To pay"),
         _("Currency"), _("State")),
        administrators, _invoices, "office_invoices", others=True, days=True,
    )
)  # fmt: skip
register(
    List(
        "plans", _("Memberships"), (_("Name"), _("Price"), _("Months"), _("On offer")),
        administrators, _plans, "office_plans",
    )
)  # fmt: skip
