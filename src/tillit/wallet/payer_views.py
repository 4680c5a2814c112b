"""The payer's way: on to the provider's page, and back."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tillit.kernel import mail
from tillit.wallet import actions, links, queries


@never_cache
@require_safe
def onward(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The provider is asked for its page: here, since nothing is locked any more. Another host is named first, and the
    payer goes there by a link of their own (a form may lead nowhere else than here)."""
    payment = links.payment_id(token)
    context: dict[str, object] = {"way_on": links.way_on(request, payment), "again": links.onward(slug, payment)}
    try:
        url = actions.begin(payment)
    except actions.Over:  # paid, or too late
        return redirect(links.back(slug, payment))
    except actions.NotTaken:
        return render(request, "wallet/not_reached.html", context, status=503)
    if url.startswith(mail.link("/")):
        return redirect(url)
    found = queries.payer_payment(payment)
    return render(
        request, "wallet/onward.html", context | {"url": url, "host": urlsplit(url).hostname, "payment": found}
    )


@never_cache
@require_safe
def back(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """What became of it, as the provider says. Whoever began it in this browser goes on to what was paid for."""
    payment = links.payment_id(token)
    found = actions.came_back(payment)
    if found is None:
        raise Http404
    if way := links.way_on(request, payment):
        return redirect(way)
    return render(request, "wallet/back.html", {"payment": found, "again": links.onward(slug, payment)})
