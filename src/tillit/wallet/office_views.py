"""The office's pages about money: what was paid and paid back, and through whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tillit import evidence
from tillit.identity.doors import needs_role
from tillit.kernel.money import Money
from tillit.privacy import office
from tillit.wallet import actions, providers, queries
from tillit.wallet.forms import RefundForm
from tillit.wallet.said import refund_lines, said_of

office.section("money", gettext_lazy("Payments"), "office_payments", only_administrators=True)
administrators = needs_role("administrator")
READ = "administrator"


@never_cache
@require_safe
@administrators
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Every payment, newest first, fifty to a page."""
    found = queries.payments(before=_id(request.GET.get("before", "")), most=queries.PAGE + 1)
    more, found = len(found) > queries.PAGE, found[: queries.PAGE]
    evidence.saw([one.person_id for one in found], "wallet.payment", READ)
    context = {
        "rows": [{"payment": one, "said": said_of(one)} for one in found],
        "accepting": queries.accepting(),
        "next_url": f"?before={found[-1].pk}" if more else "",
    }
    return render(request, "wallet/office/payments.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def one(request: HttpRequest, slug: str, payment: UUID) -> HttpResponse:
    """One payment, what went back of it, and paying back by hand."""
    found = next((one for one in queries.payments(only=payment)), None)
    if found is None:
        raise Http404
    evidence.saw([found.person_id], "wallet.payment", READ, object=found.pk)
    said = said_of(found)
    most = Money(said.free, found.currency)
    form = RefundForm(request.POST if request.method == "POST" else None, most=most)
    if request.method == "POST" and form.is_valid():
        if actions.pay_back(found, form.cleaned_data["amount"], why="by_hand", words=form.cleaned_data["words"]):
            messages.success(request, _("It is on its way back."))
            return redirect("office_payment", slug=slug, payment=found.pk)
        form.add_error("amount", _("So much is no longer held."))
    context = {"payment": found, "said": said, "refunds": refund_lines(found), "form": form if said.free else None}
    return render(request, "wallet/office/payment.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Through whom payments are taken: turn a provider on or off."""
    if request.method == "POST":
        provider = providers.get(request.POST.get("provider", ""))
        if provider is None:
            raise Http404
        account = queries.account_of(provider.key)
        if "off" in request.POST and account:
            actions.turn_off(account)
            messages.success(request, _("Payments are off. What was paid can still be paid back."))
        elif "off" not in request.POST:
            actions.turn_on(provider)
            messages.success(request, _("Payments are on. What can be booked may have a price now."))
        return redirect("office_payment_providers", slug=slug)
    rows = [
        {"provider": one, "on": bool((account := queries.account_of(one.key)) and account.stopped is None)}
        for one in providers.every()
    ]
    return render(request, "wallet/office/providers.html", {"rows": rows})


@office.waiting
def _stuck(organisation: Any) -> Iterator[office.Line]:
    """Money that could not be paid back."""
    if count := queries.stuck():
        says = ngettext("%(n)d could not be paid back", "%(n)d could not be paid back", count) % {"n": count}
        yield office.Line(_("Payments"), says, reverse("office_payments", args=[organisation.slug]), late=True)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
