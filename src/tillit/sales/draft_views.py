"""Writing drafts, and what stands on one's invoices of oneself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tillit.sales import actions, forms, queries
from tillit.sales.doors import person, reason
from tillit.sales.models import Invoice
from tillit.sales.views import of_seller


@require_http_methods(["GET", "HEAD", "POST"])
@of_seller
def edit(request: HttpRequest, slug: str, invoice: Invoice) -> HttpResponse:
    """The draft's words and lines."""
    if invoice.state != "draft":
        return redirect("invoice", slug=slug, invoice=invoice.pk)
    data = request.POST if request.method == "POST" else None
    buyer = invoice.said.get("buyer", {})
    initial = {
        "buyer_name": buyer.get("name"), "buyer_address": buyer.get("address"), "supplied": invoice.supplied,
        "note": invoice.said.get("note"),
    }  # fmt: skip
    form = forms.DraftForm(data, initial=initial)
    lines = forms.lines(
        queries.items(invoice), data, currency=invoice.currency, includes_vat=invoice.includes_vat
    )  # fmt: skip
    if data is not None and form.is_valid() and lines.is_valid():
        try:
            actions.change(invoice, items=lines.items(), **form.cleaned_data)
            again = "more" in request.POST
            return redirect("invoice_edit" if again else "invoice", slug=slug, invoice=invoice.pk)
        except actions.NotSold as not_sold:
            form.add_error(None, reason(not_sold))
    context = {"invoice": invoice, "form": form, "lines": lines, "tax": queries.reduction_of(invoice)}
    return render(request, "sales/edit.html", context, status=422 if data is not None else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@person
def business(request: HttpRequest, slug: str) -> HttpResponse:
    """Name, numbers and ways to be paid."""
    found = queries.business()
    names = list(forms.BusinessForm.base_fields)
    initial: dict[str, Any] = {name: getattr(found, name) for name in names} if found else {}
    form = forms.BusinessForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and "remove" in request.POST:
        actions.remove_business()
        messages.success(request, _("It is removed. Invoices that are posted stay as they are."))
        return redirect("invoices", slug=slug)
    if request.method == "POST" and form.is_valid():
        actions.set_business(**form.cleaned_data)
        messages.success(request, _("It is noted."))
        return redirect("invoices", slug=slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "sales/business.html", {"form": form, "business": found}, status=status)
