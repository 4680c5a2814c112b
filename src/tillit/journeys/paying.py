"""Paying for a booking: on to the provider's page, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tillit.booking import paying
from tillit.journeys.book import NotBooked
from tillit.journeys.views import with_link
from tillit.wallet import links
from tillit.wallet.actions import NotTaken

if TYPE_CHECKING:
    from tillit.booking.models import Booking


@require_POST
@with_link
def pay(request: HttpRequest, *, slug: str, token: str, booking: Booking) -> HttpResponse:
    """On to the provider's page. What was not paid in time is held once more first, if its time is still free."""
    try:
        back = reverse("booking_paid", args=[slug, token])
        return links.send_on(slug, paying.hold(booking), afterwards=back)
    except NotBooked as gone:
        if gone.refusal is None:
            messages.info(request, _("There is nothing to pay for this booking."))
        else:
            messages.warning(request, _("This time is no longer free. Please choose another; nothing was paid."))
    except NotTaken:
        request.failed = True  # type: ignore[attr-defined]  # nothing of it stays: it is tried anew
        messages.warning(request, _("The payment page cannot be reached right now. Please try again in a few minutes."))
    return redirect("booking_manage", slug=slug, token=token)


@require_safe
@with_link
def paid(request: HttpRequest, *, slug: str, token: str, booking: Booking) -> HttpResponse:
    """Back from the provider, who is asked what became of it."""
    paying.returned(booking)
    return redirect(reverse("booking_manage", args=[slug, token]) + "?new")
