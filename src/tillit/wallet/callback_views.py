"""Where providers call."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tillit.wallet import actions
from tillit.wallet.providers import Forged

MOST = 64_000  # bytes of a callback


@csrf_exempt  # a provider's server calls; the signature is what says who it is
@never_cache
@require_POST
def callback(request: HttpRequest, slug: str, provider: str) -> HttpResponse:
    """204 where it was taken, or known already; 400 where it is not the provider's; 404 for what is not known (yet)."""
    if len(request.body) > MOST:
        return HttpResponse(status=413)
    try:
        became = actions.heard(provider, {name.lower(): value for name, value in request.headers.items()}, request.body)
    except actions.NotTaken:
        raise Http404 from None
    except Forged:
        return HttpResponse(status=400)
    if became == "gone":
        raise Http404
    return HttpResponse(status=409 if became == "wrong" else 204)
