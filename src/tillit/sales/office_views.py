"""The office's pages: memberships on offer, and what the organisation itself has sold."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tillit import evidence
from tillit.identity.doors import needs_role
from tillit.identity.queries import current_organisation
from tillit.privacy import office
from tillit.sales import members, queries, shown
from tillit.sales.forms import PlanForm

office.section("money", gettext_lazy("Memberships"), "office_plans", only_administrators=True)
office.section("money", gettext_lazy("Invoices of the organisation"), "office_invoices", only_administrators=True)
administrators = needs_role("administrator")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def plans(request: HttpRequest, slug: str, plan: UUID | None = None) -> HttpResponse:
    """What is on offer; a new one, or one changed for those who take it from now on."""
    organisation = current_organisation(request)
    found = queries.plan(plan) if plan else None
    if organisation is None or (plan and found is None):
        raise Http404
    names = ("name", "about", "price", "months", "offered")
    initial = {name: getattr(found, name) for name in names} if found else {}
    form = PlanForm(
        request.POST if request.method == "POST" else None, initial=initial, currency=organisation.currency
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        members.offer(**form.cleaned_data, plan=found)
        messages.success(request, _("It is noted."))
        return redirect("office_plans", slug=slug)
    context = {"rows": queries.plans(all_of_them=True), "form": form, "plan": found}
    return render(request, "sales/office/plans.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@require_safe
@administrators
def invoices(request: HttpRequest, slug: str) -> HttpResponse:
    """What the organisation itself has sold; what its members sell each other is theirs."""
    found = queries.of_organisation()
    evidence.saw([one.buyer_id for one in found], "sales.invoice", "administrator")
    return render(request, "sales/office/invoices.html", {"rows": [shown.row(one, sold=True) for one in found]})
