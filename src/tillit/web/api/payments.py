"""What a booking costs, what was paid of it, and the way to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from tillit.access import as_office
from tillit.booking import links, paying
from tillit.booking.actions import NotBooked
from tillit.booking.queries import get_booking, link_ended
from tillit.kernel import mail
from tillit.wallet import links as payment_links
from tillit.wallet.actions import NotTaken
from tillit.web.api import doors
from tillit.web.api.problems import Problem
from tillit.web.api.types import At, Out

if TYPE_CHECKING:
    from tillit.booking.models import Booking

router = Router(tags=["Bookings"])


class PaymentOut(Out):
    """The money of a booking, in minor units of the currency (ISO 4217).

    to_pay: of the price, when booking; the rest on site. pay_by: until then it is held and can be paid; null when it is
    paid, or off. going: on its way back. kept_percent: of what was paid, when the guest cancels late or does not come.
    """

    price: int
    to_pay: int
    currency: str
    pay_by: At | None
    paid: int
    back: int
    going: int
    kept_percent: int


class WayOut(Out):
    """Where the guest pays: an address for a browser, which leads on to the provider's page and tells afterwards what
    became of it. It opens nothing else."""

    url: str


def said(booking: Booking) -> dict[str, Any] | None:
    """PaymentOut of a booking of the acting guest; None where it costs nothing."""
    if booking.to_pay is None:
        return None
    money = paying.money_of([booking.pk]).get(booking.pk, paying.Paid())
    return {
        "price": booking.price, "to_pay": booking.to_pay, "currency": booking.organisation.currency,
        "pay_by": booking.pay_by, "paid": money.paid, "back": money.back, "going": money.going,
        "kept_percent": booking.kept_percent,
    }  # fmt: skip


@router.post("o/{slug:slug}/booked/{str:link}/pay", response=WayOut, auth=None)
def pay(request: HttpRequest, slug: str, link: str) -> Any:
    """Begin to pay for the booking of a link, or go on: the same answer as long as that payment is open."""
    booking: UUID = links.booking_id(link)
    with as_office("guest", str(booking)):
        found = get_booking(booking)
        if link_ended(found):
            raise Problem(404)
        doors.concerns(request, found.person_id)
        try:
            return {"url": mail.link(payment_links.onward(slug, paying.hold(found)))}
        except NotBooked as gone:
            free = gone.refusal is None
            detail = _("There is nothing to pay for this booking.") if free else _("This time is no longer free.")
            raise Problem(409, detail, kind="not-free") from None
        except NotTaken:
            raise Problem(503) from None
