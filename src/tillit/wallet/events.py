"""What can have happened to a payment, and what its payer can read of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.evidence import events as evidence
from tillit.kernel.outbox import Event


@dataclass(frozen=True)
class PaymentChanged(Event, name="wallet.payment.changed"):
    """A payment was made, failed or ended; `object` is what it is for."""

    payment: UUID
    object: UUID


@dataclass(frozen=True)
class RefundMade(Event, name="wallet.refund.made"):
    """Money was paid back; `object` is what it had been paid for."""

    refund: UUID
    object: UUID


PAID = evidence.declare("wallet.payment.paid", label=_("You paid"), keep=evidence.YEAR)
REFUNDED = evidence.declare("wallet.payment.refunded", label=_("Money was paid back to you"), keep=evidence.YEAR)
ASKED = evidence.declare(
    "wallet.refund.asked", label=_("An administrator had money paid back to you"), keep=evidence.YEAR
)
SEEN = evidence.declare("wallet.payment.seen", label=_("Your payments were looked at"), keep=evidence.YEAR)
ON = evidence.declare("wallet.merchant.made", label=_("Payments were turned on"), keep=None)
OFF = evidence.declare("wallet.merchant.stopped", label=_("Payments were turned off"), keep=None)
