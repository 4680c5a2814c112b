"""Invoices that somebody has written or got, and memberships on offer. Drafts are written on the page; a program posts
them, takes back what was posted, and notes what was paid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router

from tillit import evidence
from tillit.sales import actions, queries
from tillit.sales.doors import reason, sells
from tillit.sales.sums import ocr
from tillit.web.api import doors
from tillit.web.api.problems import Problem
from tillit.web.api.types import DayText, Field, In, Out, Whole

if TYPE_CHECKING:
    from tillit.sales.models import Invoice

router = Router(tags=["Invoices"])
read, write = doors.needs("invoices:read"), doors.needs("invoices:write")


class InvoiceLineOut(Out):
    """A line. quantity: thousandths of the unit; price: minor units for one; rate: of VAT, hundredths of a per cent."""

    kind: str
    work: str
    text: str
    quantity: int
    unit: str
    price: int
    rate: int
    net: int
    vat: int
    gross: int


class InvoiceOut(Out):
    """An invoice, in minor units of its currency (ISO 4217). side: seller or buyer, as the token's owner is. number:
    null of a draft. left: below zero where too much was paid."""

    id: UUID
    side: str
    kind: str
    state: str
    number: int | None
    credits: UUID | None
    issued: date | None
    due: date | None
    currency: str
    net: int
    vat: int
    gross: int
    reduction: int
    to_pay: int
    paid: int
    left: int


class WholeInvoiceOut(InvoiceOut):
    """The same with who sells, who pays, and the lines. reference: what a payment names (OCR)."""

    seller: str
    buyer: str
    reference: str | None
    lines: list[InvoiceLineOut]


class PaymentIn(In):
    """Money that came on a day, in minor units; below zero takes back a mistake."""

    amount: Annotated[int, Field(ge=-(10**11), le=10**11), Whole]
    day: DayText


class PlanOut(Out):
    """A membership on offer: a price in minor units for so many months. It is over by itself."""

    id: UUID
    name: str
    about: str
    price: int
    currency: str
    months: int


@router.get("o/{slug:slug}/invoices", response=list[InvoiceOut], auth=read)
def invoices(request: HttpRequest, slug: str) -> Any:
    """What the owner has written and got, the newest first; at most fifty of each."""
    doors.me()
    _here(request)
    return [_line(request, one) for one in [*queries.written(), *queries.bought()]]


@router.get("o/{slug:slug}/invoices/{uuid:invoice}", response=WholeInvoiceOut, auth=read)
def one(request: HttpRequest, slug: str, invoice: UUID) -> Any:
    """One invoice with its lines."""
    return _whole(request, _get(request, invoice))


@router.post("o/{slug:slug}/invoices/{uuid:invoice}/post", response=WholeInvoiceOut, auth=write)
def post(request: HttpRequest, slug: str, invoice: UUID) -> Any:
    """Post a draft under the next number; nobody changes it any more. Again is no error."""
    found = _sold(request, invoice)
    if found.state == "draft":
        with _refusals():
            actions.post(found)
    return _whole(request, _get(request, invoice))


@router.post("o/{slug:slug}/invoices/{uuid:invoice}/credit", response=WholeInvoiceOut, auth=write)
def credit(request: HttpRequest, slug: str, invoice: UUID) -> Any:
    """Take back the whole of a posted invoice; answers its credit note."""
    with _refusals():
        note = actions.credit(_sold(request, invoice))
    return _whole(request, _get(request, note.pk))


@router.post("o/{slug:slug}/invoices/{uuid:invoice}/payments", response=WholeInvoiceOut, auth=write)
def payments(request: HttpRequest, slug: str, invoice: UUID, body: PaymentIn) -> Any:
    """Note money that came for a posted invoice."""
    with _refusals():
        actions.mark_paid(_sold(request, invoice), body.amount, date.fromisoformat(body.day))
    return _whole(request, _get(request, invoice))


@router.get("o/{slug:slug}/memberships", response=list[PlanOut], auth=None)
def memberships(request: HttpRequest, slug: str) -> Any:
    """What is on offer. It is taken, paid and ended on the page."""
    here = doors.here(request)
    return [
        {"id": one.pk, "name": one.name, "about": one.about, "price": one.price, "currency": here.currency,
         "months": one.months}
        for one in queries.plans()
    ]  # fmt: skip


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except actions.NotSold as not_sold:
        raise Problem(409, reason(not_sold), kind="not-sold") from None


def _here(request: HttpRequest) -> None:
    if "sales" not in doors.here(request).modules:
        raise Http404


def _get(request: HttpRequest, invoice: UUID) -> Invoice:
    doors.me()
    _here(request)
    found = queries.invoice(invoice)
    if found is None:
        raise Http404
    return found


def _sold(request: HttpRequest, invoice: UUID) -> Invoice:
    found = _get(request, invoice)
    if not sells(found):
        raise Http404
    return found


def _line(request: HttpRequest, one: Invoice) -> dict[str, Any]:
    side, here = "seller" if sells(one) else "buyer", queries.standing(one)
    if side == "seller":
        evidence.saw([one.buyer_id], "sales.invoice", "sold to", object=one.pk)
    for person in (one.buyer_id, one.seller_id):
        if person:
            doors.concerns(request, person)
    return {
        "id": one.pk, "side": side, "kind": one.kind, "state": one.state, "number": one.number,
        "credits": one.credits_id, "issued": one.issued, "due": one.due, "currency": one.currency, "net": one.net,
        "vat": one.vat, "gross": one.gross, "reduction": one.reduction, "to_pay": one.to_pay, "paid": here.paid,
        "left": here.left,
    }  # fmt: skip


def _whole(request: HttpRequest, one: Invoice) -> dict[str, Any]:
    lines = [
        {name: getattr(row, name) for name in InvoiceLineOut.model_fields} for row in one.lines.order_by("position")
    ]
    return _line(request, one) | {
        "seller": one.said.get("seller", {}).get("name", ""), "buyer": one.said.get("buyer", {}).get("name", ""),
        "reference": ocr(one.number) if one.number and one.kind == "invoice" else None, "lines": lines,
    }  # fmt: skip
