"""What can have happened to invoices and memberships, and what people are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit import notify
from tillit.evidence import events
from tillit.kernel.outbox import Event
from tillit.notify.kinds import Channel

SEEN = events.declare("sales.invoice.seen", label=_("An invoice to you was looked at"), keep=events.YEAR)
POSTED = events.declare("sales.invoice.posted", label=_("An invoice to you was written"), keep=events.YEAR)
CREDITED = events.declare("sales.invoice.credited", label=_("An invoice to you was taken back"), keep=events.YEAR)
PAID = events.declare("sales.invoice.paid", label=_("A payment for an invoice was noted"), keep=events.YEAR)
ASKED = events.declare("sales.number.asked", label=_("You were asked for a tax reduction"), keep=events.YEAR)
GIVEN = events.declare("sales.number.given", label=_("You gave your personal identity number"), keep=events.YEAR)
NUMBER = events.declare(
    "sales.number.seen", label=_("Your personal identity number went into the tax authority's file"), keep=events.YEAR
)
DECIDED = events.declare("sales.reduction.decided", label=_("Your tax reduction was decided"), keep=events.YEAR)
TAKEN = events.declare("sales.subscription.began", label=_("Your membership began"), keep=events.YEAR)
OVER = events.declare("sales.subscription.ended", label=_("Your membership ended"), keep=events.YEAR)
CHOSEN = events.declare("sales.subscription.chosen", label=_("You chose about your membership"), keep=events.YEAR)
PLAN = events.declare("sales.plan.changed", label=_("A membership was offered or changed"), keep=None)

_WAYS = (Channel.MAIL, Channel.SMS, Channel.INSIDE)
BILLS = notify.declare("sales.bill", says=_("Invoices to you: new, reminded, taken back"), offered=_WAYS)
SALES = notify.declare("sales.seller", says=_("Your own invoices: paid, tax reductions to ask for"), offered=_WAYS)
MEMBER = notify.declare("sales.membership", says=_("Your membership: begun, soon over, ended"), offered=_WAYS)


@dataclass(frozen=True)
class InvoicePosted(Event, name="sales.invoice.sent"):
    """An invoice or a credit note was posted: its buyer is told."""

    invoice: UUID


@dataclass(frozen=True)
class InvoiceReminded(Event, name="sales.invoice.reminded"):
    """The seller reminds the buyer."""

    invoice: UUID


@dataclass(frozen=True)
class InvoicePaid(Event, name="sales.invoice.settled"):
    """All of an invoice has been paid: its seller is told."""

    invoice: UUID


@dataclass(frozen=True)
class ReductionAsked(Event, name="sales.reduction.asked"):
    """The buyer is asked whether they want the reduction of tax."""

    invoice: UUID


@dataclass(frozen=True)
class ReductionGiven(Event, name="sales.reduction.given"):
    """The buyer has answered: the seller can post it."""

    invoice: UUID


@dataclass(frozen=True)
class RequestsDue(Event, name="sales.reduction.due"):
    """The last day for requests comes near, and there is one that no file was made of."""

    invoice: UUID


@dataclass(frozen=True)
class MembershipTold(Event, name="sales.subscription.told"):
    """A membership began or is over, or `soon` will be; its person is told."""

    subscription: UUID
    soon: bool = False
