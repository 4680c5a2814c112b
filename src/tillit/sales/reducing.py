"""The reduction of tax on an invoice: asking the buyer, their answer, the authority's file, and what it decided."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import ProgrammingError, connection, transaction

from tillit import evidence
from tillit.kernel import clock, ends, outbox, sealed
from tillit.sales import actions, events, household, queries
from tillit.sales.actions import NotSold
from tillit.sales.models import Invoice, PersonalNumber, Reduction
from tillit.sales.sums import Item

LAST_DAY = (1, 31)
"""Month and day of the year after the payment by which the authority takes a request (SFS 2009:194, 8 §)."""


@transaction.atomic
def ask(invoice: Invoice) -> Reduction:
    """As the seller of a draft, ask the buyer whether they want the reduction. Raises NotSold."""
    if invoice.state != "draft" or invoice.seller_id is None:
        raise NotSold("again")
    if not any(one.kind == "work" and one.work for one in queries.items(invoice)):
        raise NotSold("lines")
    found = queries.reduction_of(invoice)
    if found is None:
        found = Reduction(
            organisation_id=invoice.organisation_id, invoice=invoice, seller_id=invoice.seller_id,
            buyer_id=invoice.buyer_id,
        )  # fmt: skip
        found.save(force_insert=True)
        evidence.record(events.ASKED.name, subject=invoice.buyer_id, object=invoice.pk)
        outbox.emit(events.ReductionAsked(invoice=invoice.pk))
    return found


@transaction.atomic
def give(tax: Reduction, number: str, left: int) -> None:
    """As the buyer: their personal number, and what is left of the year's highest reduction (minor units). Raises
    household.WrongNumber, NotSold."""
    digits = household.personal_number(number)
    _answer(tax, state="given", remaining=left, given=clock.now())
    PersonalNumber.objects.filter(reduction_id=tax.pk).delete()
    PersonalNumber(
        organisation_id=tax.organisation_id, reduction=tax, buyer_id=tax.buyer_id, number=digits
    ).save(force_insert=True)  # fmt: skip
    ends.set("sales.number", object=tax.invoice_id, subject=tax.buyer_id, due=_end_of_next_year(clock.now().date()))
    evidence.record(events.GIVEN.name, subject=tax.buyer_id, object=tax.invoice_id)
    outbox.emit(events.ReductionGiven(invoice=tax.invoice_id))


@transaction.atomic
def decline(tax: Reduction) -> None:
    """As the buyer: no reduction; what was given for it goes at once. Raises NotSold."""
    _answer(tax, state="declined", remaining=None, given=None)
    PersonalNumber.objects.filter(reduction_id=tax.pk).delete()
    outbox.emit(events.ReductionGiven(invoice=tax.invoice_id))


def _answer(tax: Reduction, **said: object) -> None:
    if tax.invoice.state != "draft" or tax.state not in ("asked", "given", "declined"):
        raise NotSold("again")
    for name, value in said.items():
        setattr(tax, name, value)
    try:
        with transaction.atomic():
            tax.save(update_fields=list(said))
    except ProgrammingError:  # it was posted at this moment
        raise NotSold("again") from None


@transaction.atomic
def file(year: int, *, name: str) -> tuple[bytes, int]:
    """As the seller: the authority's file for what was paid in full in that year and not yet decided; how many cases.
    Their numbers are recorded as seen. Raises NotSold ("lines": nothing to ask for; "late": after 31 January)."""
    if not 2000 <= year < 3000 or clock.now().date() > date(year + 1, *LAST_DAY):
        raise NotSold("late")
    wanted = {one.pk: one for one in queries.to_request() if queries.standing(one).paid_on.year == year}
    with connection.cursor() as cursor:
        cursor.execute("select invoice, buyer, entry, number from sales.numbers(%s::uuid[])", [list(wanted)])
        rows = cursor.fetchall()
    cases = []
    for invoice_id, buyer, row, cipher in rows:
        invoice = wanted[invoice_id]
        number = sealed.opened(
            PersonalNumber, "number", cipher, organisation=invoice.organisation_id, row=row, person=buyer
        )
        cases.append(_case(invoice, str(number)))
    if not cases:
        raise NotSold("lines")
    made = household.file(name, cases)
    for invoice_id, buyer, _row, _cipher in rows:
        evidence.record(events.NUMBER.name, subject=buyer, object=invoice_id)
    Reduction.objects.filter(invoice_id__in=[row[0] for row in rows]).update(state="requested", requested=clock.now())
    return made, len(cases)


@transaction.atomic
def decide(tax: Reduction, approved: int) -> Invoice | None:
    """As the seller, note by hand what the authority pays (minor units). What it does not pay the buyer owes: a
    draft of a supplementary invoice over that, else None. Raises NotSold."""
    invoice = tax.invoice
    held = Reduction.objects.select_for_update().filter(pk=tax.pk, state="requested").exists()  # two tabs: one decides
    if not held or not 0 <= approved <= invoice.reduction:
        raise NotSold("again")
    tax.state, tax.approved, tax.decided = "decided", approved, clock.now()
    tax.save(update_fields=["state", "approved", "decided"])
    evidence.record(events.DECIDED.name, subject=tax.buyer_id, object=invoice.pk)
    if approved == invoice.reduction:
        return None
    buyer = invoice.said.get("buyer", {})
    words = queries.supplement_words(invoice)
    item = Item("work", words, 1000, "piece", invoice.reduction - approved, 0)
    return actions.draft(
        buyer=invoice.buyer_id, items=[item], job=invoice.job, supplied=invoice.supplied,
        buyer_name=buyer.get("name", ""), buyer_address=buyer.get("address", ""),
    )  # fmt: skip


def _case(invoice: Invoice, number: str) -> household.Case:
    lines = list(invoice.lines.all())
    work = [one for one in lines if one.kind == "work" and one.work]
    hours: dict[str, int] = {}
    for one in work:
        hours[one.work] = hours.get(one.work, 0) + (one.quantity if one.unit == "hour" else 0)
    return household.Case(
        number=number, paid=queries.standing(invoice).paid_on, work=sum(one.gross for one in work),
        reduction=invoice.reduction, invoice=str(invoice.number), hours=hours,
        material=sum(one.gross for one in lines if one.kind == "material"),
        other=sum(one.gross for one in lines if one.kind == "travel" or (one.kind == "work" and not one.work)),
    )  # fmt: skip


def _end_of_next_year(day: date) -> datetime:
    return datetime(day.year + 2, 1, 1, tzinfo=UTC)
