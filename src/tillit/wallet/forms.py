"""What administrators type about payments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from tillit.kernel import formats
from tillit.kernel.money import Money
from tillit.kernel.normal import clean_text
from tillit.wallet.amounts import MoneyField


class RefundForm(forms.Form):
    """Pay back by hand: how much, and why."""

    words = forms.CharField(
        label=_("Why?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The payer can read it in their own data. It stays with the books."),
    )  # fmt: skip

    def __init__(self, *args: Any, most: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        amount = MoneyField(label=_("How much"), currency=most.currency, initial=most.amount)
        amount.help_text = now("At most %(sum)s.") % {"sum": self._text(most)}
        self.fields = {"amount": amount, **self.fields}

    def clean_amount(self) -> Money:
        """More than nothing, and no more than is held."""
        amount = int(self.cleaned_data["amount"])
        if not 0 < amount <= self.most.amount:
            raise forms.ValidationError(now("More than nothing, and at most %(sum)s.") % {"sum": self._text(self.most)})
        return Money(amount, self.most.currency)

    def clean_words(self) -> str:
        """What the payer may read."""
        return clean_text(self.cleaned_data["words"], lines=True)

    def _text(self, money: Money) -> str:
        return formats.format_money(money.amount, money.currency, get_language() or "en")
