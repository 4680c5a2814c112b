"""Writes: drafts, posting, taking back, what was received. The acting person is the seller, or an administrator where
the organisation sells; the database decides once more (sql/sales.sql)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import get_language

from tillit import evidence
from tillit.access import Actor, current
from tillit.identity.queries import organisation_by_id
from tillit.kernel import clock, outbox, sealed, zones
from tillit.kernel.ids import new_id
from tillit.kernel.normal import clean_text
from tillit.moderation import queries as moderation
from tillit.sales import events, queries, sums
from tillit.sales.models import Business, Invoice, Line
from tillit.sales.rates import WORKS, vat_rates
from tillit.sales.sums import Item
from tillit.wallet import actions as wallet
from tillit.wallet import queries as payments

DAYS_TO_PAY = 30
MOST_LINES, MOST_MONEY = 50, 10**11
PAYING_LASTS = timedelta(hours=2)


class NotSold(Exception):
    """It cannot be done. `why`: business (no details of the seller yet), lines (none, or beyond bounds), rate (no such
    rate of VAT), again (done already), gone, reduction (the buyer has not answered yet), nobody
    (to oneself), paused (what was not agreed on, by an account that is paused)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def set_business(**said: Any) -> Business:
    """What stands on the acting person's invoices of them: fields of Business."""
    me = _me()
    found = Business.objects.filter(person_id=me).first() or Business(organisation_id=_organisation(), person_id=me)
    for name, value in said.items():
        setattr(found, name, value)
    found.save(force_insert=found._state.adding)
    return found


def remove_business() -> None:
    """The acting person sells no more; what was posted stays as it is."""
    Business.objects.filter(person_id=_me()).delete()


@transaction.atomic
def draft(
    *,
    buyer: UUID,
    items: Sequence[Item] = (),
    job: UUID | None = None,
    supplied: date | None = None,
    buyer_name: str = "",
    buyer_address: str = "",
    note: str = "",
    includes_vat: bool = True,
    as_organisation: bool = False,
) -> Invoice:
    """A draft, without a number, to a person of the organisation. Whoever calls knows that the two have business with
    each other. Raises NotSold."""
    organisation = organisation_by_id(_organisation())
    seller = None if as_organisation else _me()
    if buyer == seller:
        raise NotSold("nobody")
    made = Invoice(
        organisation=organisation, seller_id=seller, buyer_id=buyer, series=seller or organisation.pk, job=job,
        currency=organisation.currency, includes_vat=includes_vat, language=get_language() or "en",
    )  # fmt: skip
    _fill(made, items, supplied, buyer_name, buyer_address, note)
    made.save(force_insert=True)
    _write_lines(made, items)
    return made


@transaction.atomic
def change(
    invoice: Invoice,
    *,
    items: Sequence[Item],
    supplied: date | None = None,
    buyer_name: str = "",
    buyer_address: str = "",
    note: str = "",
) -> None:
    """Say anew what a draft says. Raises NotSold."""
    _still_draft(invoice)
    _fill(invoice, items, supplied, buyer_name, buyer_address, note)
    invoice.save(update_fields=["net", "vat", "gross", "reduction", "said", "supplied"])
    Line.objects.filter(invoice_id=invoice.pk).delete()
    _write_lines(invoice, items)


@transaction.atomic
def remove(invoice: Invoice) -> None:
    """Throw a draft away: nothing is missing from the series. Raises NotSold."""
    _still_draft(invoice)
    Invoice.objects.filter(pk=invoice.pk).delete()


@transaction.atomic
def post(invoice: Invoice, *, days: int = DAYS_TO_PAY) -> Invoice:
    """Post a draft under the next number of its series; nothing of it changes any more. days: until it is to be paid.
    Raises NotSold."""
    _still_draft(invoice)
    if invoice.job is None and invoice.seller_id and moderation.paused():
        raise NotSold("paused")
    tax = queries.reduction_of(invoice)
    if tax is not None and tax.state == "asked":
        raise NotSold("reduction")
    items = queries.items(invoice)
    if not items:
        raise NotSold("lines")
    if tax:  # two invoices to one buyer: one after the other
        _call("select 1 from pg_advisory_xact_lock(hashtextextended(%s, 0))", f"rut:{tax.seller_id}:{tax.buyer_id}")
    invoice.reduction = queries.reduction_for(items, tax, invoice.includes_vat) if tax else 0
    invoice.said = {**invoice.said, "seller": seller_said(invoice)}
    invoice.save(update_fields=["reduction", "said"])
    _number(invoice, days)
    evidence.record(events.POSTED.name, subject=invoice.buyer_id, object=invoice.pk)
    return invoice


@transaction.atomic
def credit(invoice: Invoice) -> Invoice:
    """Take back the whole of a posted invoice: its credit note, posted. Raises NotSold."""
    made, own = new_id(), {"organisation": invoice.organisation_id}
    lines = list(invoice.lines.order_by("position"))
    ids = [new_id() for _ in lines]
    said = {**invoice.said, "credits": invoice.number}
    texts = [
        sealed.value(Line, "text", one.text, row=row, person=invoice.buyer_id, **own)  # type: ignore[arg-type]
        for row, one in zip(ids, lines, strict=True)
    ]
    words = sealed.value(Invoice, "said", said, row=made, person=invoice.buyer_id, **own)  # type: ignore[arg-type]
    if not _call("select sales.draft_credit(%s, %s, %s, %s::uuid[], %s)", invoice.pk, made, words, ids, texts):
        raise NotSold("again")
    note = Invoice.objects.get(pk=made)
    _number(note, 0)
    evidence.record(events.CREDITED.name, subject=invoice.buyer_id, object=invoice.pk)
    return note


@transaction.atomic
def mark_paid(invoice: Invoice, amount: int, day: date) -> None:
    """As the seller, money came on a day: minor units, negative to take back a mistake. Raises NotSold."""
    if not amount or abs(amount) > MOST_MONEY or day > clock.now().date() + timedelta(days=1):
        raise NotSold("lines")
    before = queries.standing(invoice)
    if not _call("select sales.receive(%s, %s, %s, %s, null)", invoice.pk, new_id(), amount, day):
        raise NotSold("gone")
    evidence.record(events.PAID.name, subject=invoice.buyer_id, object=invoice.pk)
    if before.left > 0 >= before.left - amount:
        outbox.emit(events.InvoicePaid(invoice=invoice.pk))


def hold_payment(invoice: Invoice) -> UUID:
    """As the buyer, pay what is left through the organisation's provider: the payment, held and not begun yet
    (wallet.actions.begin). Raises NotSold, wallet.actions.NotTaken."""
    provider = payments.accepting()
    if provider is None:
        raise wallet.NotTaken
    new = new_id()
    payer = wallet.sealed_payer(new, invoice.buyer_id, str(invoice.said.get("buyer", {}).get("name", "")))
    payment = _call(
        "select sales.begin_payment(%s, %s, %s, %s, %s)", invoice.pk, new, payer, provider.key,
        clock.now() + PAYING_LASTS,
    )  # fmt: skip
    if payment is None:
        raise NotSold("again")
    return UUID(str(payment))


@transaction.atomic
def settle(invoice_id: UUID) -> None:
    """In the office "reaction": what the wallet got for an invoice stands with it, once each."""
    invoice = Invoice.objects.filter(pk=invoice_id, state="posted").first()
    if invoice is None:
        return
    before = queries.standing(invoice)
    zone = organisation_by_id(invoice.organisation_id).time_zone
    for one in payments.payments_for(invoice.pk):
        if one.state == "paid" and one.settled:
            day = one.settled.astimezone(zones.zone(zone)).date()
            _call("select sales.receive(%s, %s, %s, %s, %s)", invoice.pk, new_id(), one.amount, day, one.pk)
    if before.left > 0 >= queries.standing(invoice).left:
        outbox.emit(events.InvoicePaid(invoice=invoice.pk))


@transaction.atomic
def remind(invoice: Invoice) -> bool:
    """Remind the buyer, once a day at most. False: not now."""
    if queries.standing(invoice).left <= 0 or not _call("select sales.reminded(%s)", invoice.pk):
        return False
    outbox.emit(events.InvoiceReminded(invoice=invoice.pk))
    return True


def seller_said(invoice: Invoice) -> dict[str, Any]:
    """What stands on an invoice of its seller. Raises NotSold."""
    if invoice.seller_id is None:
        here = invoice.organisation
        return {"name": here.name, "number": here.number, "address": here.address, "f_tax": True}
    found = Business.objects.filter(person_id=invoice.seller_id).first()
    if found is None:
        raise NotSold("business")
    names = ("name", "number", "vat_number", "address", "bankgiro", "plusgiro", "swish", "f_tax")
    return {name: getattr(found, name) for name in names}


def _number(invoice: Invoice, days: int) -> None:
    day = clock.now().astimezone(zones.zone(invoice.organisation.time_zone)).date()
    given = _call("select sales.post(%s, %s, %s)", invoice.pk, day, day + timedelta(days=days))
    if given is None:
        raise NotSold("again")
    invoice.refresh_from_db()
    outbox.emit(events.InvoicePosted(invoice=invoice.pk))


def _fill(invoice: Invoice, items: Sequence[Item], supplied: date | None, name: str, address: str, note: str) -> None:
    if len(items) > MOST_LINES:
        raise NotSold("lines")
    rates = vat_rates(supplied or clock.now().date())
    for one in items:
        if one.rate not in rates:
            raise NotSold("rate")
        if not (0 < one.quantity <= 10**9 and 0 <= one.price <= MOST_MONEY and one.text) or (
            one.work and (one.work not in WORKS or one.kind != "work")
        ):
            raise NotSold("lines")
    total = sums.of_all(items, includes_vat=invoice.includes_vat)
    if total.gross > MOST_MONEY:
        raise NotSold("lines")
    invoice.net, invoice.vat, invoice.gross, invoice.reduction = total.net, total.vat, total.gross, 0
    invoice.supplied = supplied
    buyer = {"name": clean_text(name, lines=False)[:200], "address": clean_text(address, lines=True)[:300]}
    invoice.said = {"buyer": buyer, "note": clean_text(note, lines=True)[:1000]}


def _write_lines(invoice: Invoice, items: Sequence[Item]) -> None:
    for position, one in enumerate(items, start=1):
        came = sums.of_item(one, includes_vat=invoice.includes_vat)
        Line(
            organisation_id=invoice.organisation_id, invoice=invoice, buyer_id=invoice.buyer_id, position=position,
            kind=one.kind, work=one.work, text=clean_text(one.text, lines=False)[:200], quantity=one.quantity,
            unit=one.unit, price=one.price, rate=one.rate, net=came.net, vat=came.vat, gross=came.gross,
        ).save(force_insert=True)  # fmt: skip


def _still_draft(invoice: Invoice) -> None:
    """Held still until the end of the transaction. Raises NotSold."""
    if not Invoice.objects.select_for_update().filter(pk=invoice.pk, state="draft").exists():
        raise NotSold("again")
    invoice.refresh_from_db()


def _me() -> UUID:
    person = (current() or Actor()).person
    assert person is not None
    return person


def _organisation() -> UUID:
    organisation = (current() or Actor()).organisation
    assert organisation is not None
    return organisation


def _call(statement: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchone()[0]


__all__ = [
    "MOST_LINES", "NotSold", "change", "credit", "draft", "hold_payment", "mark_paid", "post", "remind", "remove",
    "remove_business", "seller_said", "set_business", "settle",
]  # fmt: skip
