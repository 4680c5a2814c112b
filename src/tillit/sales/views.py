"""Invoices: what one has written and got, one of them for both sides, its PDF, paying it."""

from __future__ import annotations

from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tillit import evidence
from tillit.identity.queries import roles
from tillit.sales import actions, pdf, queries, reducing, shown
from tillit.sales.actions import NotSold
from tillit.sales.doors import SOLD_TO, View, person, reason, sells
from tillit.sales.forms import PaidForm
from tillit.sales.models import Invoice
from tillit.wallet import actions as wallet
from tillit.wallet import links
from tillit.wallet import queries as payments


def of_seller(view: View) -> View:
    """One invoice of the acting seller, as `invoice`. The buyer knows of it, and has no business there; a stranger
    never hears of it."""

    @person
    @wraps(view)
    def wrapped(request: HttpRequest, slug: str, invoice: UUID, **more: Any) -> HttpResponse:
        found = queries.invoice(invoice)
        if found is None or not sells(found):
            raise Http404
        evidence.saw([found.buyer_id], "sales.invoice", SOLD_TO, object=found.pk)
        return view(request, slug=slug, invoice=found, **more)

    return wrapped


@require_safe
@person
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """What one has to pay, and what one has written."""
    written = queries.written()
    evidence.saw([one.buyer_id for one in written], "sales.invoice", SOLD_TO)
    context = {
        "bought": [shown.row(one, sold=False) for one in queries.bought()],
        "written": [shown.row(one, sold=True) for one in written],
        "seller": bool(written) or "provider" in roles(),
        "business": queries.business(),
        "to_request": len(queries.to_request()),
    }
    return render(request, "sales/invoices.html", context)


@require_safe
@person
def one(request: HttpRequest, slug: str, invoice: UUID, form: PaidForm | None = None) -> HttpResponse:
    """One invoice, for its seller and its buyer."""
    found = queries.invoice(invoice)
    if found is None:
        raise Http404
    mine, tax = sells(found), queries.reduction_of(found)
    if mine:
        evidence.saw([found.buyer_id], "sales.invoice", SOLD_TO, object=found.pk)
        if found.state == "draft" and form is None and not queries.items(found):
            return redirect("invoice_edit", slug=slug, invoice=found.pk)
    said = shown.page(found)
    context = {
        "invoice": found, "said": said, "mine": mine, "tax": tax, "here": said["here"],
        "credit": queries.credit_of(found), "business": queries.business() if mine else None,
        "can_reduce": mine and tax is None and found.seller_id and any(one.work for one in queries.items(found)),
        "can_pay": not mine and not said["here"].done and found.state == "posted" and payments.accepting(),
        "form": form or (PaidForm(currency=found.currency, left=said["here"].left) if mine else None),
    }  # fmt: skip
    return render(request, "sales/invoice.html", context, status=422 if form else 200)


@require_safe
@person
def as_pdf(request: HttpRequest, slug: str, invoice: UUID) -> HttpResponse:
    """Its PDF, in the reader's language."""
    found = queries.invoice(invoice)
    if found is None or found.state != "posted":
        raise Http404
    if sells(found):
        evidence.saw([found.buyer_id], "sales.invoice", SOLD_TO, object=found.pk)
    response = HttpResponse(pdf.draw(found), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    return response


@require_POST
@of_seller
def do(request: HttpRequest, slug: str, invoice: Invoice, what: str) -> HttpResponse:
    """What its seller does: post, remove, credit, ask-reduction, remind."""
    where = reverse("invoice", args=[slug, invoice.pk])
    try:
        if what == "post":
            messages.success(request, _("It is posted, and on its way.") if actions.post(invoice) else "")
        elif what == "remove":
            actions.remove(invoice)
            messages.success(request, _("The draft is gone."))
            where = reverse("invoices", args=[slug])
        elif what == "credit":
            where = reverse("invoice", args=[slug, actions.credit(invoice).pk])
            messages.success(request, _("The invoice is taken back."))
        elif what == "ask-reduction":
            reducing.ask(invoice)
            messages.success(request, _("You hear when it is answered."))
        elif what == "remind":
            told = actions.remind(invoice)
            messages.info(request, _("A reminder is on its way.") if told else _("One reminder a day is enough."))
        else:
            raise Http404
    except NotSold as not_sold:
        if not_sold.why == "business":
            messages.warning(request, _("First say what stands on your invoices of you."))
            return redirect("business", slug=slug)
        messages.warning(request, reason(not_sold))
    return redirect(where)


@require_POST
@of_seller
def paid(request: HttpRequest, slug: str, invoice: Invoice) -> HttpResponse:
    """Money came, the seller says."""
    form = PaidForm(request.POST, currency=invoice.currency)
    if not form.is_valid():
        request.method = "GET"
        return one(request, slug=slug, invoice=invoice.pk, form=form)
    try:
        actions.mark_paid(invoice, form.cleaned_data["amount"], form.cleaned_data["day"])
        messages.success(request, _("It is noted."))
    except NotSold as not_sold:
        messages.warning(request, reason(not_sold))
    return redirect("invoice", slug=slug, invoice=invoice.pk)


@require_POST
@person
def pay(request: HttpRequest, slug: str, invoice: UUID) -> HttpResponse:
    """The buyer goes on to the provider's page."""
    found = queries.invoice(invoice)
    if found is None or sells(found):
        raise Http404
    where = reverse("invoice", args=[slug, found.pk])
    try:
        return links.send_on(slug, actions.hold_payment(found), afterwards=where)
    except (NotSold, wallet.NotTaken):
        messages.warning(request, _("There is nothing to pay here now."))
    return redirect(where)
