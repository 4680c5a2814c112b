"""Memberships: taking one and ending one on the same page, with one button each."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tillit.access import Actor, current
from tillit.identity.queries import acting_person
from tillit.kernel import clock
from tillit.sales import members, queries
from tillit.sales.actions import NotSold
from tillit.sales.doors import person
from tillit.sales.models import Subscription
from tillit.wallet import actions as wallet
from tillit.wallet import links
from tillit.wallet import queries as payments


@require_safe
@person
def membership(request: HttpRequest, slug: str) -> HttpResponse:
    """What one has, and what is on offer."""
    rows = [
        {
            "one": one, "money_back": one.since is not None and _paid_lately(one),
            "withdraw_by": (one.since or clock.now()) + members.WITHDRAWAL,
        }
        for one in queries.memberships()
    ]  # fmt: skip
    context = {"rows": rows, "plans": queries.plans(), "accepting": payments.accepting()}
    return render(request, "sales/membership.html", context)


@require_POST
@person
def take(request: HttpRequest, slug: str, plan: UUID) -> HttpResponse:
    """On to the payment; it begins when that is made."""
    found, me = queries.plan(plan), acting_person(request)
    if found is None or me is None:
        raise Http404
    try:
        payment = members.take(found, payer=me.display_name)
    except (NotSold, wallet.NotTaken):
        messages.warning(request, _("This membership cannot be taken right now."))
        return redirect("membership", slug=slug)
    return links.send_on(slug, payment, afterwards=reverse("membership", args=[slug]))


@require_POST
@person
def end(request: HttpRequest, slug: str, subscription: UUID) -> HttpResponse:
    """Over now; within fourteen days with the money back."""
    try:
        why = members.end(_mine(subscription))
        back = _("Your membership is over, and your money is on its way back.")
        messages.success(request, back if why == "withdrawn" else _("Your membership is over."))
    except NotSold:
        messages.info(request, _("It was over already."))
    return redirect("membership", slug=slug)


@require_POST
@person
def renew(request: HttpRequest, slug: str, subscription: UUID) -> HttpResponse:
    """To be asked for the next time, or not."""
    members.choose(_mine(subscription), renews=request.POST.get("renews") == "1")
    messages.success(request, _("It is noted."))
    return redirect("membership", slug=slug)


def _mine(subscription: UUID) -> Subscription:
    found = queries.membership(subscription)
    if found is None or found.person_id != (current() or Actor()).person:
        raise Http404
    return found


def _paid_lately(one: Subscription) -> bool:
    made = [found.settled for found in payments.payments_for(one.pk) if found.state == "paid" and found.settled]
    return bool(made) and max(made) >= clock.now() - timedelta(days=14)
