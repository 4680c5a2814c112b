"""The reduction of tax: the buyer's answer, the seller's file for the tax authority, and what it decided."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit import evidence
from tillit.access import Actor, current
from tillit.kernel import clock
from tillit.sales import queries, rates, reducing, shown, sums
from tillit.sales.actions import NotSold
from tillit.sales.doors import SOLD_TO, person, reason
from tillit.sales.forms import DecideForm, ReductionForm
from tillit.sales.household import NotFit


@require_http_methods(["GET", "HEAD", "POST"])
@person
def answer(request: HttpRequest, slug: str, invoice: UUID) -> HttpResponse:
    """The buyer wants the reduction, or does not."""
    found = queries.invoice(invoice)
    tax = queries.reduction_of(found) if found else None
    if found is None or tax is None or tax.buyer_id != (current() or Actor()).person:
        raise Http404
    holds = rates.household(clock.now().date())
    data = request.POST if request.method == "POST" and "no" not in request.POST else None
    form = ReductionForm(data, currency=found.currency, most=holds.most * 100)
    try:
        if request.method == "POST" and "no" in request.POST:
            reducing.decline(tax)
            messages.success(request, _("Your invoice comes without a tax reduction."))
            return redirect("invoices", slug=slug)
        if data is not None and form.is_valid():
            reducing.give(tax, form.cleaned_data["number"], form.cleaned_data["remaining"])
            messages.success(request, _("It is noted. The invoice comes soon."))
            return redirect("invoices", slug=slug)
    except NotSold:
        messages.warning(request, _("The invoice is written already."))
        return redirect("invoice", slug=slug, invoice=found.pk)
    work = sums.of_all(queries.items(found), includes_vat=found.includes_vat).work
    context = {
        "invoice": found, "tax": tax, "form": form, "open": found.state == "draft",
        "work": shown.money(work, found.currency), "given": queries.number_given(tax),
        "reduction": shown.money(sums.reduction(work, holds.share, holds.most * 100), found.currency),
        "most": shown.money(holds.most * 100, found.currency), "share": holds.share,
    }  # fmt: skip
    return render(request, "sales/reduction.html", context, status=422 if data is not None else 200)


@require_safe
@person
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The seller's reductions: to ask for, asked for, decided."""
    found = queries.reductions()
    evidence.saw([one.buyer_id for one in found], "sales.invoice", SOLD_TO)
    waiting = queries.to_request()
    years: dict[int, int] = {}
    for one in waiting:
        year = queries.standing(one).paid_on.year
        years[year] = years.get(year, 0) + 1
    rows = [
        {
            "tax": one, "title": shown.title(one.invoice),
            "sum": shown.money(one.invoice.reduction, one.invoice.currency),
            "who": one.invoice.said.get("buyer", {}).get("name", ""),
            "paid": one.invoice_id in {ready.pk for ready in waiting},
            "form": DecideForm(currency=one.invoice.currency, most=one.invoice.reduction, prefix=str(one.pk)),
        }
        for one in found if one.invoice.reduction
    ]  # fmt: skip
    context = {
        "rows": rows,
        "years": [(year, count, date(year + 1, *reducing.LAST_DAY)) for year, count in sorted(years.items())],
    }
    return render(request, "sales/reductions.html", context)


@require_POST
@person
def file(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """The tax authority's file for a year, made now and kept nowhere."""
    try:
        made, _count = reducing.file(year, name=f"{clock.now():%Y-%m-%d} RUT")
    except NotSold as not_sold:
        messages.warning(request, reason(not_sold))
        return redirect("reductions", slug=slug)
    except NotFit:
        messages.warning(
            request, _("One of these invoices does not fit what the tax authority takes. Look at its lines.")
        )
        return redirect("reductions", slug=slug)
    response = HttpResponse(made, content_type="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="rut-{year}.xml"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@person
def decide(request: HttpRequest, slug: str, tax: UUID) -> HttpResponse:
    """What the authority decided, noted by hand."""
    found = queries.reduction(tax)
    if found is None:
        raise Http404
    form = DecideForm(request.POST, currency=found.invoice.currency, most=found.invoice.reduction, prefix=str(found.pk))
    if not form.is_valid():
        messages.warning(request, _("Write what the tax authority pays you: at most what was asked for."))
        return redirect("reductions", slug=slug)
    try:
        rest = reducing.decide(found, form.cleaned_data["approved"])
    except NotSold as not_sold:
        messages.warning(request, reason(not_sold))
        return redirect("reductions", slug=slug)
    if rest is None:
        messages.success(request, _("It is noted."))
        return redirect("reductions", slug=slug)
    messages.info(request, _("What the tax authority does not pay, the buyer owes: here is a draft over the rest."))
    return redirect("invoice", slug=slug, invoice=rest.pk)
