"""Invoices as pages and the PDF say them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillit.kernel import formats
from tillit.sales import queries
from tillit.sales.forms import UNITS
from tillit.sales.models import Invoice
from tillit.sales.sums import ocr


def money(minor: int, currency: str) -> str:
    """A sum in the reader's language."""
    return formats.format_money(minor, currency, get_language() or "en")


def title(invoice: Invoice) -> str:
    """What an invoice is called."""
    if invoice.state == "draft":
        return _("Draft of an invoice")
    words = _("Credit note %(number)s") if invoice.kind == "credit" else _("Invoice %(number)s")
    return words % {"number": invoice.number}


def state(invoice: Invoice, here: queries.Standing) -> tuple[str, str]:
    """How it stands, in a word, and the look of its chip."""
    if invoice.state == "draft":
        return _("Draft"), "line"
    if invoice.kind == "credit":
        return _("Credit note"), "line"
    if here.credited:
        return _("Taken back"), "line"
    if here.left < 0:
        return _("Paid too much"), "soon"
    if here.left == 0:
        return _("Paid"), "fine"
    if here.paid > 0:
        return _("Paid in part"), "soon"
    return (_("Late"), "wrong") if here.late else (_("To pay"), "soon")


def row(invoice: Invoice, *, sold: bool) -> dict[str, Any]:
    """One invoice in a list. sold: as its seller sees it."""
    here = queries.standing(invoice)
    words, look = state(invoice, here)
    who = invoice.said.get("buyer" if sold else "seller", {}).get("name", "")
    return {
        "invoice": invoice, "title": title(invoice), "sum": money(invoice.to_pay, invoice.currency), "who": who,
        "words": words, "look": look,
    }  # fmt: skip


def page(invoice: Invoice) -> dict[str, Any]:
    """Everything that an invoice says, in words: for its page and its PDF."""
    code, currency = get_language() or "en", invoice.currency
    here = queries.standing(invoice)
    words, look = state(invoice, here)
    lines: list[dict[str, str]] = []
    rates: dict[int, int] = {}
    for one in invoice.lines.order_by("position"):
        amount = formats.format_number(Decimal(one.quantity).scaleb(-3).normalize() + 0, code)
        lines.append(
            {
                "text": one.text, "quantity": f"{amount} {UNITS[one.unit]}", "price": money(one.price, currency),
                "rate": f"{formats.format_number(Decimal(one.rate).scaleb(-2).normalize() + 0, code)} %",
                "sum": money(one.gross if invoice.includes_vat else one.net, currency),
            }
        )  # fmt: skip
        rates[one.rate] = rates.get(one.rate, 0) + one.vat
    seller, buyer = invoice.said.get("seller", {}), invoice.said.get("buyer", {})
    ways = [
        (label, seller[key])
        for key, label in (("bankgiro", _("Bankgiro")), ("plusgiro", _("Plusgiro")), ("swish", _("Swish")))
        if seller.get(key)
    ]
    return {
        "title": title(invoice), "state": words, "look": look, "here": here, "lines": lines, "seller": seller,
        "buyer": buyer, "note": invoice.said.get("note", ""), "ways": ways,
        "ocr": ocr(invoice.number) if invoice.number and invoice.kind == "invoice" else "",
        "net": money(invoice.net, currency), "gross": money(invoice.gross, currency),
        "vat": [
            (f"{formats.format_number(Decimal(rate).scaleb(-2).normalize() + 0, code)} %", money(sum_, currency))
            for rate, sum_ in sorted(rates.items(), reverse=True)
        ],
        "reduction": money(-invoice.reduction, currency) if invoice.reduction else "",
        "to_pay": money(invoice.to_pay, currency),
        "left": money(max(here.left, 0), currency), "too_much": money(-here.left, currency) if here.left < 0 else "",
        "paid": money(here.paid, currency) if here.paid else "",
        "credits": invoice.said.get("credits"),
    }  # fmt: skip
