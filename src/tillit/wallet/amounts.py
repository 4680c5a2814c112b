"""Sums as people type them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as now

from tillit.kernel import formats
from tillit.kernel.money import MINOR_DIGITS

MOST = 10**12  # minor units


class MoneyField(forms.CharField):
    """A sum in a currency, as people write it (450, 450,50, ۴۵۰): read as whole minor units, `most` of them at most."""

    def __init__(self, *, currency: str, most: int = MOST, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.currency, self.most = currency, most
        self.widget.attrs |= {"inputmode": "decimal", "dir": "ltr"}

    def to_python(self, value: Any) -> Any:
        """Minor units, or None for nothing."""
        text = formats.ascii_digits(str(value or "")).strip()
        for gap in ("\u00a0", "\u202f", " ", "٬"):
            text = text.replace(gap, "")
        if not text:
            return None
        try:
            minor = Decimal(text.replace("٫", ".").replace(",", ".")).scaleb(MINOR_DIGITS[self.currency])
        except (InvalidOperation, ValueError):
            raise forms.ValidationError(now("Write a sum in numbers, like 450 or 450.50.")) from None
        if not minor.is_finite() or minor != minor.to_integral_value() or not 0 <= minor <= self.most:
            raise forms.ValidationError(now("Write a sum in numbers, like 450 or 450.50."))
        return int(minor)

    def prepare_value(self, value: Any) -> Any:
        """Minor units as a plain number."""
        if not isinstance(value, int):
            return value
        major = Decimal(value).scaleb(-MINOR_DIGITS[self.currency])
        return f"{major:.0f}" if major == major.to_integral_value() else f"{major:f}"

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Read above; the validators of text do not fit."""
