"""What an administrator says of a meeting type's price."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tillit.booking.models import MeetingType
from tillit.kernel import formats
from tillit.wallet.amounts import MoneyField


class PriceForm(forms.Form):
    """What it costs, how much of that when booking, until when, and what is kept of it."""

    pay_within = forms.IntegerField(
        label=_("Minutes in which it has to be paid"),
        min_value=5,
        max_value=2880,
        help_text=_("So long the time is held; then it is free again. Who moves up from a waiting list has a day."),
    )
    kept_percent = forms.IntegerField(
        label=_("Percent that is kept when the guest cancels late or does not come"),
        min_value=0,
        max_value=100,
        help_text=_("In time, all is paid back; also whenever you cancel, or nobody receives the guest."),
    )

    def __init__(self, *args: Any, kind: MeetingType, currency: str, accepting: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.accepting = kind, accepting
        price = MoneyField(label=_("Price"), currency=currency, required=False)
        price.help_text = _("In %(currency)s. Empty: it costs nothing.") % {
            "currency": formats.currency_word(currency, get_language() or "en")
        }
        deposit = MoneyField(label=_("Paid when booking"), currency=currency, required=False)
        deposit.help_text = _("Empty: all of it. Less: the rest is paid on site.")
        self.fields = {"price": price, "deposit": deposit, **self.fields}

    def clean(self) -> dict[str, Any]:
        """Adds `fields`: the values as the model has them."""
        data = super().clean() or {}
        if self.errors:
            return data
        price, deposit = data["price"] or None, data["deposit"] or None
        if price and self.kind.times > 1:
            self.add_error("price", _("What is booked week by week can have no price here."))
        if price and not self.accepting:
            self.add_error("price", _("Payments are off. They are turned on in the office, under Payments."))
        if deposit and (not price or deposit >= price):
            self.add_error("deposit", _("Less than the price, or nothing."))
        data["fields"] = {
            "price": price, "deposit": deposit, "pay_within": data["pay_within"], "kept_percent": data["kept_percent"],
        }  # fmt: skip
        return data

    @classmethod
    def filled(cls, kind: MeetingType, **given: Any) -> PriceForm:
        """The form with a type's values."""
        names = ("price", "deposit", "pay_within", "kept_percent")
        return cls(initial={name: getattr(kind, name) for name in names}, kind=kind, **given)
