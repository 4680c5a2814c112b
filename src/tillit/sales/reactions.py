"""Money that the wallet got stands with what it was for, and both sides are told: that there is an invoice, never over
what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from tillit import notify
from tillit.identity.queries import people_by_id
from tillit.kernel import ends, formats
from tillit.kernel.outbox import Envelope, consumer
from tillit.sales import actions, events, members, queries
from tillit.sales.models import Invoice, Subscription
from tillit.wallet.events import PaymentChanged

_TOLD_BEFORE = (1, 15)
"""Month and day of the year after the payment on which a seller is told of requests that are not made."""


@consumer("sales.money", PaymentChanged)
def settle(event: PaymentChanged, about: Envelope) -> None:
    """For an invoice or a membership."""
    if Invoice.objects.filter(pk=event.object).exists():
        actions.settle(event.object)
    elif Subscription.objects.filter(pk=event.object).exists():
        members.settle(event.object)


@consumer("sales.posted_told", events.InvoicePosted)
def posted(event: events.InvoicePosted, about: Envelope) -> None:
    """Its buyer."""
    if found := queries.invoice(event.invoice):
        _tell(found, found.buyer_id, events.BILLS, "credited" if found.kind == "credit" else "posted")


@consumer("sales.reminder_told", events.InvoiceReminded)
def reminded(event: events.InvoiceReminded, about: Envelope) -> None:
    """Its buyer, if it is still not paid."""
    found = queries.invoice(event.invoice)
    if found and not queries.standing(found).done:
        _tell(found, found.buyer_id, events.BILLS, "reminded")


@consumer("sales.paid_told", events.InvoicePaid)
def paid(event: events.InvoicePaid, about: Envelope) -> None:
    """Its seller; what is still to be asked of the tax authority stands on the clock."""
    found = queries.invoice(event.invoice)
    if found is None or found.seller_id is None:
        return
    _tell(found, found.seller_id, events.SALES, "paid")
    day = queries.standing(found).paid_on
    if found.reduction and day.year > 1:
        due = datetime(day.year + 1, *_TOLD_BEFORE, tzinfo=UTC)
        ends.set("sales.requests", object=found.pk, subject=found.seller_id, due=due)


@consumer("sales.reduction_told", events.ReductionAsked)
def asked(event: events.ReductionAsked, about: Envelope) -> None:
    """The buyer is asked."""
    if found := queries.invoice(event.invoice):
        _tell(found, found.buyer_id, events.BILLS, "asked", "invoice_reduction")


@consumer("sales.answer_told", events.ReductionGiven)
def given(event: events.ReductionGiven, about: Envelope) -> None:
    """The seller can go on."""
    found = queries.invoice(event.invoice)
    if found and found.seller_id:
        _tell(found, found.seller_id, events.SALES, "answered")


@consumer("sales.requests_told", events.RequestsDue)
def requests_due(event: events.RequestsDue, about: Envelope) -> None:
    """The seller, two weeks before the last day."""
    found = queries.invoice(event.invoice)
    if found and found.seller_id:
        _tell(found, found.seller_id, events.SALES, "requests", "")


@consumer("sales.membership_told", events.MembershipTold)
def membership(event: events.MembershipTold, about: Envelope) -> None:
    """Begun, soon over (with price and date, where they asked to be told how to go on), over."""
    one = queries.membership(event.subscription)
    if one is None:
        return
    what = ("renew" if one.renews else "soon") if event.soon else ("began" if one.state == "on" else "over")
    if event.soon and one.state != "on":
        return
    person = people_by_id([one.person_id]).get(one.person_id)
    if person is None:
        return
    with_code = person.language or one.organisation.languages[0]
    context: dict[str, Any] = {"price": formats.format_money(one.plan.price, one.currency, with_code)}
    if one.until:
        day = formats.local(one.until, one.organisation.time_zone).date()
        context["until"] = formats.format_date(day, with_code, "long")
    said = notify.Said(f"sales/{what}", context, path=reverse("membership", args=[one.organisation.slug]))
    notify.send(events.MEMBER, _to(person, one.organisation), said, one.organisation)


def _tell(invoice: Invoice, whom: UUID, kind: notify.Kind, what: str, page: str = "invoice") -> None:
    person = people_by_id([whom]).get(whom)
    if person is None:
        return
    slug = invoice.organisation.slug
    path = reverse(page, args=[slug, invoice.pk]) if page else reverse("reductions", args=[slug])
    said = notify.Said(f"sales/{what}", {}, path=path, about=(invoice.buyer_id,) if whom != invoice.buyer_id else ())
    notify.send(kind, _to(person, invoice.organisation), said, invoice.organisation)


def _to(person: Any, organisation: Any) -> notify.To:
    zone = person.time_zone or organisation.time_zone
    return notify.To(person.pk, person.display_name, person.email, person.phone, person.language, zone)
