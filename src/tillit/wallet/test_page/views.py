"""The test provider's HTTP service (/v1/…) and its page, where a person chooses what shall become of a payment."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.access import as_office
from tillit.identity.queries import current_organisation
from tillit.kernel import clock, config, mail
from tillit.kernel.egress.addresses import OWN
from tillit.kernel.money import Money
from tillit.wallet import queries
from tillit.wallet.models import TestPayment
from tillit.wallet.providers.test_payments import KEY
from tillit.wallet.test_page.telling import said, tell_soon

_NAMES = UUID("0d6f3f0e-54f4-5a0e-9a55-5d5d1e5c7d10")
CHOICES = {"pay": "paid", "fail": "failed"}


def _played(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """In production there is no test provider."""

    @never_cache
    @wraps(view)
    def checked(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
        if config.mode() == "production" or current_organisation(request) is None:
            raise Http404
        with as_office(KEY):
            return view(request, slug=slug, **more)

    return checked


def _service(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for whoever knows the organisation's secret."""

    @csrf_exempt
    @_played
    @wraps(view)
    def known(request: HttpRequest, **more: Any) -> HttpResponse:
        account, given = queries.account_of(KEY), request.headers.get("Authorization", "")
        wanted = f"Bearer {queries.secret_of(account)}" if account else ""
        if not wanted or not given.isascii() or not hmac.compare_digest(given, wanted):
            return JsonResponse({"problem": "who are you"}, status=401)
        try:
            return view(request, **more)
        except (ValueError, KeyError, TypeError, RecursionError):
            return JsonResponse({"problem": "not understood"}, status=400)

    return known


@_service
@require_POST
def create(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a payment; the same key again is the same payment."""
    asked = json.loads(request.body)
    money = Money(asked["amount"], asked["currency"])
    here = mail.link("/")
    callback = urlsplit(str(asked["callback_url"]))
    if money.amount <= 0 or not all(str(asked[name]).startswith(here) for name in ("return_url", "callback_url")):
        raise ValueError
    key = uuid5(_NAMES, f"{slug}:{UUID(asked['key'])}")
    row = TestPayment.objects.filter(pk=key).first()
    if row is None:
        row = TestPayment(
            id=key, organisation_id=_organisation(request), amount=money.amount, currency=money.currency,
            return_url=asked["return_url"], due=datetime.fromisoformat(asked["due"]),
            callback_url=f"http://{OWN}{callback.path}",
        )  # fmt: skip
        row.save(force_insert=True)
    return JsonResponse(said(row) | {"url": mail.link(reverse("test_payment", args=[slug, row.pk]))}, status=201)


@_service
@require_safe
def one(request: HttpRequest, slug: str, payment: UUID) -> HttpResponse:
    """How a payment stands."""
    return JsonResponse(said(_row(payment)))


@_service
@require_POST
def refund(request: HttpRequest, slug: str, payment: UUID) -> HttpResponse:
    """Pay back; the same key again pays nothing more, and more than was paid is refused."""
    asked, row = json.loads(request.body), _row(payment, lock=True)
    key, money = str(UUID(asked["key"])), Money(asked["amount"], asked["currency"])
    refunds: dict[str, int] = row.refunds
    if key not in refunds:
        left = row.amount - sum(refunds.values())
        if row.state != "paid" or money.currency != row.currency or not 0 < money.amount <= left:
            return JsonResponse({"problem": "so much was not paid"}, status=409)
        row.refunds = {**refunds, key: money.amount}
        row.save(update_fields=["refunds"])
    return JsonResponse({"id": f"refund-{key}", "amount": row.refunds[key]}, status=201)


@_played
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str, payment: UUID) -> HttpResponse:
    """Pay, let it fail, or leave without either. A decision is told at once, and the payer goes back."""
    row = _row(payment, lock=request.method == "POST")
    open_now = row.state == "open" and row.due > clock.now()
    if request.method == "POST":
        wanted = CHOICES.get(request.POST.get("choice", ""))
        if wanted and open_now:
            row.state = wanted
            row.save(update_fields=["state"])
            tell_soon(row.pk)
        return redirect(row.return_url)
    context = {"payment": row, "open": open_now, "state": said(row)["state"]}
    return render(request, "wallet/test_page/page.html", context)


def _row(payment: UUID, *, lock: bool = False) -> TestPayment:
    rows = TestPayment.objects.select_for_update() if lock else TestPayment.objects.all()
    row = rows.filter(pk=payment).first()
    if row is None:
        raise Http404
    return row


def _organisation(request: HttpRequest) -> UUID:
    organisation = current_organisation(request)
    assert organisation is not None
    return organisation.pk
