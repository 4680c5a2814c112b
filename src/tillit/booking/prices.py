"""What something costs, and what of it is paid back, in words: the same rule on the page before, on the booking's own
page and for the host (booking.money_kept in sql/pay.sql keeps it)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillit.booking import paying
from tillit.booking.models import Booking, MeetingType
from tillit.kernel import clock, formats
from tillit.wallet.queries import accepting


def price_of(kind: MeetingType, currency: str) -> dict[str, Any] | None:
    """price, now and rest as sums in words (rest only where a deposit is paid), rule, and whether payments are taken;
    None for what costs nothing."""
    if kind.price is None:
        return None
    now = kind.deposit or kind.price
    return {
        "price": _sum(kind.price, currency),
        "now": _sum(now, currency),
        "rest": _sum(kind.price - now, currency) if now < kind.price else "",
        "within": formats.format_duration(kind.pay_within, get_language() or "en"),
        "rule": rule(kind.kept_percent, kind.change_notice),
        "accepting": accepting() is not None,
    }


def rule(percent: int, notice: int) -> str:
    """What of a payment is kept, for both sides. notice: minutes before, until which cancelling is not late."""
    language = get_language() or "en"
    number, sign = formats.format_number(percent, language), {"sv": "\u00a0%", "fa": "٪"}.get(language[:2], "%")
    kept = {"percent": number + sign, "before": formats.format_duration(notice, language)}
    if not percent:
        guest = _("If you cancel or do not come, all that you paid is paid back.")
    elif notice:
        guest = _(
            "If you cancel until %(before)s before, all that you paid is paid back. If you cancel later or do not come,"
            " %(percent)s of it is kept."
        )
    else:
        guest = _("If you cancel, all that you paid is paid back. If you do not come, %(percent)s of it is kept.")
    host = _("If we cancel, or nobody receives you, all of it is paid back.")
    return f"{guest % kept if percent else guest} {host}"


def add_money(bookings: Sequence[Booking]) -> None:
    """Give each of these bookings `money`, in words, for its guest or its host; None where nothing is paid."""
    priced = [one for one in bookings if one.to_pay is not None]
    found = paying.money_of([one.pk for one in priced])
    for one in bookings:
        one.money = _said(one, found.get(one.pk, paying.Paid())) if one.to_pay is not None else None  # type: ignore[attr-defined]


def _said(booking: Booking, paid: paying.Paid) -> dict[str, Any]:
    currency, kind = booking.organisation.currency, booking.meeting.meeting_type
    price, to_pay = booking.price or 0, booking.to_pay or 0
    ahead = booking.meeting.span.lower > clock.now()
    return {
        "price": _sum(price, currency),
        "now": _sum(to_pay, currency),
        "rest": _sum(price - to_pay, currency) if to_pay < price else "",
        "paid": _sum(paid.paid, currency) if paid.paid else "",
        "back": _sum(paid.back, currency) if paid.back else "",
        "going": _sum(paid.going, currency) if paid.going else "",
        "rule": rule(booking.kept_percent or 0, kind.change_notice),
        "open": booking.state == "confirmed" and booking.pay_by is not None and booking.pay_by > clock.now(),
        "unpaid": booking.state == "cancelled" and booking.cancelled_by == "unpaid",
        "again": booking.state == "cancelled" and booking.cancelled_by == "unpaid" and ahead and kind.published,
    }


def _sum(minor: int, currency: str) -> str:
    return formats.format_money(minor, currency, get_language() or "en")
