"""Reads: invoices, how they stand, reductions of tax and memberships, as whoever asks may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from tillit.access import Actor, current
from tillit.kernel import clock
from tillit.sales import sums
from tillit.sales.models import Business, Invoice, PersonalNumber, Plan, Reduction, Subscription
from tillit.sales.rates import household
from tillit.sales.sums import Item

PAGE = 50


@dataclass(frozen=True)
class Standing:
    """How a posted invoice stands: paid and left in minor units (left below zero: paid too much), late: past its day,
    paid_on: the day on which all of it was there."""

    paid: int
    left: int
    late: bool = False
    credited: bool = False
    paid_on: date = date.min

    @property
    def done(self) -> bool:
        """Nothing is left to pay."""
        return self.left <= 0 or self.credited


def invoice(invoice_id: UUID) -> Invoice | None:
    """One invoice that the actor may see, with its organisation."""
    return Invoice.objects.select_related("organisation").filter(pk=invoice_id).first()


def written(*, most: int = PAGE) -> list[Invoice]:
    """The acting person's own invoices to others, newest first."""
    return list(Invoice.objects.filter(seller_id=_me()).order_by("-made", "-pk")[:most])


def bought(*, most: int = PAGE) -> list[Invoice]:
    """Invoices to the acting person, newest first, and drafts about which they are asked something."""
    return list(Invoice.objects.filter(buyer_id=_me()).order_by("-made", "-pk")[:most])


def of_organisation(*, since: datetime | None = None, until: datetime | None = None, most: int = PAGE) -> list[Invoice]:
    """For administrators: what the organisation itself has sold, newest first."""
    found = Invoice.objects.filter(seller=None).order_by("-made", "-pk")
    if since:
        found = found.filter(made__gte=since)
    if until:
        found = found.filter(made__lt=until)
    return list(found[:most])


def of_job(job: UUID) -> list[Invoice]:
    """The invoices about a job that the actor may see, oldest first."""
    return list(Invoice.objects.filter(job=job).order_by("made", "pk"))


def items(invoice: Invoice) -> list[Item]:
    """The lines of an invoice."""
    return [
        Item(one.kind, one.text, one.quantity, one.unit, one.price, one.rate, one.work)  # type: ignore[arg-type]
        for one in invoice.lines.order_by("position")
    ]


def standing(invoice: Invoice) -> Standing:
    """How it stands, today."""
    paid, paid_on = 0, date.min
    for one in invoice.received.order_by("day", "made"):
        before, paid = paid, paid + one.amount
        if before < invoice.to_pay <= paid:
            paid_on = one.day
    left = invoice.to_pay - paid
    late = left > 0 and invoice.due is not None and invoice.due < clock.now().date()
    credited = invoice.kind == "credit" or Invoice.objects.filter(credits_id=invoice.pk, state="posted").exists()
    return Standing(paid, left, late and not credited, credited, paid_on)


def credit_of(invoice: Invoice) -> Invoice | None:
    """The credit note that takes it back."""
    return Invoice.objects.filter(credits_id=invoice.pk).first()


def business() -> Business | None:
    """What stands on the acting person's invoices of them."""
    return Business.objects.filter(person_id=_me()).first()


def reduction_of(invoice: Invoice) -> Reduction | None:
    """The reduction of tax on an invoice, asked for or given."""
    return Reduction.objects.select_related("invoice").filter(invoice_id=invoice.pk).first()


def reduction_for(items: Sequence[Item], tax: Reduction, includes_vat: bool) -> int:
    """The reduction in minor units, as the buyer wants it; nothing before they have answered."""
    if tax.state != "given" or tax.remaining is None:
        return 0
    holds = household(clock.now().date())
    left = min(tax.remaining, holds.most * 100 - reduced_this_year(tax))
    return sums.reduction(sums.of_all(items, includes_vat=includes_vat).work, holds.share, left)


def reduced_this_year(tax: Reduction) -> int:
    """What this seller has taken off this buyer's invoices of the year already (minor units): whatever a buyer says is
    left, one seller alone never asks for more than the law's highest sum."""
    said = Invoice.objects.filter(
        seller_id=tax.seller_id, buyer_id=tax.buyer_id, state="posted", kind="invoice",
        issued__year=clock.now().year, credited_by=None,
    ).exclude(pk=tax.invoice_id)  # fmt: skip
    return int(said.aggregate(sum=Sum("reduction"))["sum"] or 0)


def number_given(tax: Reduction) -> bool:
    """For the buyer: is their personal number here?"""
    return PersonalNumber.objects.filter(reduction_id=tax.pk).exists()


def to_request() -> list[Invoice]:
    """The acting seller's invoices that are paid, and whose reduction is to be asked for, or was and is not decided."""
    found = Invoice.objects.filter(
        seller_id=_me(), state="posted", reduction__gt=0, tax__state__in=("given", "requested")
    ).order_by("number")
    return [one for one in found if (here := standing(one)).left <= 0 and not here.credited]


def reductions() -> list[Reduction]:
    """The acting seller's reductions on posted invoices, newest first."""
    found = Reduction.objects.select_related("invoice").filter(seller_id=_me(), invoice__state="posted")
    return list(found.exclude(state="declined").order_by("-made")[:PAGE])


def reduction(reduction_id: UUID) -> Reduction | None:
    """One of the acting seller's."""
    return Reduction.objects.select_related("invoice__organisation").filter(pk=reduction_id, seller_id=_me()).first()


def supplement_words(invoice: Invoice) -> str:
    """What the line of a supplementary invoice says."""
    words = _("Tax reduction that the tax authority did not pay, invoice %(number)s. No further VAT: it stands there.")
    return words % {"number": invoice.number}


def plans(*, all_of_them: bool = False) -> list[Plan]:
    """Memberships on offer, cheapest first; for administrators all of them."""
    return list(Plan.objects.filter(Q() if all_of_them else Q(offered=True)).order_by("price", "made"))


def plan(plan_id: UUID) -> Plan | None:
    """One membership."""
    return Plan.objects.filter(pk=plan_id).first()


def memberships() -> list[Subscription]:
    """The acting person's memberships that are on or wait to be paid, the soonest over first."""
    found = Subscription.objects.select_related("plan").filter(person_id=_me(), state__in=("on", "open"))
    return list(found.order_by("until", "made"))


def membership(subscription_id: UUID) -> Subscription | None:
    """One that the actor may see."""
    return Subscription.objects.select_related("plan", "organisation").filter(pk=subscription_id).first()


def _me() -> Any:
    return (current() or Actor()).person
