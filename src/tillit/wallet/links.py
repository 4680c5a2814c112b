"""The addresses of one payment: on to the provider, and back from there.

The provider gets the second. It leads to the payment's answer and opens nothing else; the way on from there (a
booking's own page, an invoice) stays in the payer's browser, in a cookie that only these addresses get.
"""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tillit.kernel import mail

WAY_COOKIE = "way-on"
STAYS = 3 * 3600  # seconds: longer than anybody is given to pay
_PAYMENT = "tillit.wallet.payment"
_WAY = "tillit.wallet.way-on"


def token(payment: UUID) -> str:
    """What names a payment in an address."""
    raw = base64.urlsafe_b64encode(payment.bytes).rstrip(b"=").decode()
    return Signer(salt=_PAYMENT, sep=".").sign(raw)


def payment_id(token: str) -> UUID:
    """The payment that a token names, or a 404."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(Signer(salt=_PAYMENT, sep=".").unsign(token) + "=="))
    except (BadSignature, ValueError, binascii.Error):
        raise Http404 from None


def onward(slug: str, payment: UUID) -> str:
    """The path that leads a payer on to the provider."""
    return reverse("payment_onward", args=[slug, token(payment)])


def back(slug: str, payment: UUID) -> str:
    """The address where the provider sends the payer back."""
    return mail.link(reverse("payment_back", args=[slug, token(payment)]))


def send_on(slug: str, payment: UUID, *, afterwards: str) -> HttpResponse:
    """On to the provider. This browser, and nobody else, knows the path where its payer goes afterwards."""
    response = redirect(onward(slug, payment))
    response.set_cookie(
        WAY_COOKIE, Signer(salt=_WAY).sign(f"{payment.hex}{afterwards}"), max_age=STAYS, path=f"/o/{slug}/payments/",
        httponly=True, samesite="Lax", secure=settings.HTTPS,
    )  # fmt: skip
    return response


def way_on(request: HttpRequest, payment: UUID) -> str:
    """Where the payer of this browser goes on from this payment; "" where the browser does not say."""
    try:
        said = Signer(salt=_WAY).unsign(request.COOKIES.get(WAY_COOKIE, ""))
    except BadSignature:
        return ""
    return said[32:] if said[:32] == payment.hex else ""
