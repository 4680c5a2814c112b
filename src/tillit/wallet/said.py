"""A payment in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tillit.kernel import formats
from tillit.kernel.dpv import Words
from tillit.wallet.models import Payment

STATES: dict[str, Words] = {
    "open": _("not paid yet"),
    "paid": pgettext_lazy("payment", "paid"),
    "failed": _("the payment failed"),
    "ended": _("not paid in time"),
    "refunded": _("paid back"),
    "partly": _("partly paid back"),
    "returning": _("on its way back"),
    "stuck": _("could not be paid back"),
}
LOOKS = {"open": "line", "paid": "fine", "failed": "wrong", "ended": "line", "refunded": "line", "partly": "line",
         "returning": "soon", "stuck": "wrong"}  # fmt: skip
WHY: dict[str, Words] = {
    "cancelled": _("the booking was cancelled"),
    "late": _("the booking was cancelled late"),
    "nobody_came": _("somebody did not come"),
    "not_free": _("the time was no longer free"),
    "too_much": _("more was paid than was due"),
    "by_hand": _("an administrator decided it"),
}


@dataclass(frozen=True)
class Said:
    """What a list says of a payment: its state (a key of STATES), words, the chip's look, and sums as text."""

    state: str
    words: Words
    look: str
    amount: str
    held: str
    free: int


def state_of(payment: Payment) -> str:
    """A key of STATES; refunds come with the payment (queries)."""
    refunds = list(payment.refunds.all())
    if any(one.state == "failed" for one in refunds):
        return "stuck"
    if any(one.state == "asked" for one in refunds):
        return "returning"
    if payment.state == "paid" and payment.held < payment.amount:
        return "partly" if payment.held else "refunded"
    return payment.state


def said_of(payment: Payment) -> Said:
    """In the reader's language."""
    state = state_of(payment)
    going = sum(one.amount for one in payment.refunds.all() if one.state == "asked")
    return Said(
        state, STATES[state], LOOKS[state], money_text(payment.amount, payment.currency),
        money_text(payment.held, payment.currency), payment.held - going,
    )  # fmt: skip


def refund_lines(payment: Payment) -> list[dict[str, Any]]:
    """What went back, and why."""
    return [
        {
            "amount": money_text(one.amount, payment.currency), "why": WHY.get(one.why, one.why), "words": one.words,
            "state": one.state, "made": one.made, "settled": one.settled,
        }
        for one in payment.refunds.all()
    ]  # fmt: skip


def money_text(minor: int, currency: str) -> str:
    """A sum of minor units in the reader's language."""
    return formats.format_money(minor, currency, get_language() or "en")
