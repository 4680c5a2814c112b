"""What is typed about invoices, reductions of tax and memberships."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from tillit.kernel import clock, formats
from tillit.kernel.day_fields import DayField
from tillit.sales import household
from tillit.sales.rates import WORKS, vat_rates
from tillit.sales.sums import Item
from tillit.wallet.amounts import MoneyField

UNITS = {"hour": _("hours"), "piece": _("pieces"), "km": _("kilometres")}


def kinds() -> list[tuple[str, Any]]:
    """What a line can be: household work that counts for the reduction first."""
    works = [(f"work:{key}", words) for key, (_element, words) in WORKS.items()]
    return [*works, ("work:", _("Other work")), ("travel:", _("Travel")), ("material:", _("Material"))]


class BusinessForm(forms.Form):
    """What stands on one's invoices of oneself."""

    name = forms.CharField(label=_("Name of your business, or your own"), max_length=120)
    number = forms.CharField(label=_("Organisation number or personal identity number"), max_length=40)
    vat_number = forms.CharField(label=_("VAT number"), max_length=20, required=False)
    address = forms.CharField(label=_("Address"), max_length=300)
    bankgiro = forms.CharField(label=_("Bankgiro"), max_length=12, required=False)
    plusgiro = forms.CharField(label=_("Plusgiro"), max_length=12, required=False)
    swish = forms.CharField(label=_("Swish number"), max_length=20, required=False)
    f_tax = forms.BooleanField(label=_("I am approved for F tax"), required=False)

    def clean(self) -> dict[str, Any]:
        """At least one way to be paid. Bankgiro and plusgiro end in a check digit."""
        from tillit.sales.sums import luhn

        given: dict[str, Any] = super().clean() or {}
        for name in ("bankgiro", "plusgiro"):
            digits = "".join(one for one in formats.ascii_digits(given.get(name) or "") if one.isdigit())
            if given.get(name) and (len(digits) < 2 or luhn(digits[:-1]) != digits[-1]):
                self.add_error(name, now("This number is not right: its last digit does not fit the others."))
        if not any(given.get(name) for name in ("bankgiro", "plusgiro", "swish")):
            self.add_error("bankgiro", now("Name at least one way to be paid."))
        return given


class DraftForm(forms.Form):
    """A draft's own words."""

    buyer_name = forms.CharField(label=_("Who pays: full name"), max_length=200)
    buyer_address = forms.CharField(label=_("Their address"), max_length=300, required=False)
    supplied = DayField(label=_("Last day of the work"), required=False)
    note = forms.CharField(
        label=_("A few words on it"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class LineForm(forms.Form):
    """One line; an empty one is left out."""

    kind = forms.ChoiceField(label=_("Kind"), choices=kinds)
    text = forms.CharField(label=_("What"), max_length=200, required=False)
    quantity = forms.CharField(label=_("How many"), max_length=12, required=False)
    unit = forms.ChoiceField(label=_("Unit"), choices=list(UNITS.items()))

    def __init__(self, *args: Any, currency: str, includes_vat: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        price = MoneyField(label=_("Price of one, with VAT") if includes_vat else _("Price of one, without VAT"),
                           currency=currency, required=False)  # fmt: skip
        rates = [(str(one), f"{formats.format_number(one // 100, 'en')} %") for one in vat_rates(clock.now().date())]
        self.fields |= {"price": price, "rate": forms.ChoiceField(label=_("VAT"), choices=rates)}
        self.fields["quantity"].widget.attrs |= {"inputmode": "decimal", "dir": "ltr"}

    def clean_quantity(self) -> int:
        """Thousandths; nothing where nothing is typed."""
        text = formats.ascii_digits(self.cleaned_data["quantity"] or "").replace(",", ".").replace("٫", ".").strip()
        if not text:
            return 0
        try:
            found = Decimal(text).scaleb(3)
        except ArithmeticError:
            raise forms.ValidationError(now("Write a number, like 3 or 2.5.")) from None
        if not found.is_finite() or found != found.to_integral_value() or not 0 < found <= 10**9:
            raise forms.ValidationError(now("Write a number, like 3 or 2.5."))
        return int(found)

    def clean(self) -> dict[str, Any]:
        """All of a line, or nothing of it."""
        given: dict[str, Any] = super().clean() or {}
        parts = (given.get("text"), given.get("quantity"), given.get("price") is not None)
        if any(parts) and not all(parts) and not self.errors:
            raise forms.ValidationError(now("Say of this line what it is, how many, and the price of one."))
        return given

    def item(self) -> Item | None:
        """The line; None for an empty one."""
        given = self.cleaned_data
        if not given.get("text"):
            return None
        kind, _colon, work = given["kind"].partition(":")
        return Item(kind, given["text"], given["quantity"], given["unit"], given["price"], int(given["rate"]), work)


class LineForms(forms.BaseFormSet):
    """The lines of a draft: at least one."""

    def items(self) -> list[Item]:
        """The lines that say something."""
        return [item for form in self.forms if (item := form.item())]

    def clean(self) -> None:
        """Raises ValidationError without any line."""
        if not any(self.errors) and not self.items():
            raise forms.ValidationError(now("An invoice has at least one line."))


def lines(items: list[Item], data: Any = None, *, currency: str, includes_vat: bool) -> LineForms:
    """The lines as forms, with one more to fill in."""
    made: Any = forms.formset_factory(LineForm, formset=LineForms, extra=1 if items else 2, max_num=50, absolute_max=60)
    initial = [
        {
            "kind": f"{one.kind}:{one.work}", "text": one.text, "unit": one.unit, "price": one.price,
            "quantity": f"{Decimal(one.quantity).scaleb(-3):f}".rstrip("0").rstrip("."), "rate": str(one.rate),
        }
        for one in items
    ]  # fmt: skip
    found: LineForms = made(
        data, prefix="line", initial=initial, form_kwargs={"currency": currency, "includes_vat": includes_vat}
    )
    for form in found.forms:
        form.empty_permitted = True
        form.has_changed = lambda: True
    return found


class PaidForm(forms.Form):
    """Money that came."""

    day = DayField(label=_("The day on which it came"))

    def __init__(self, *args: Any, currency: str, left: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = MoneyField(label=_("How much came"), currency=currency, initial=left if left > 0 else None)
        self.fields = {"amount": amount, **self.fields}

    def clean_day(self) -> Any:
        """Not after today."""
        if self.cleaned_data["day"] > clock.now().date():
            raise forms.ValidationError(now("That day is still to come."))
        return self.cleaned_data["day"]


class ReductionForm(forms.Form):
    """What a buyer says who wants the reduction of tax."""

    number = forms.CharField(
        label=_("Your personal identity number or coordination number"), max_length=20,
        help_text=_("Twelve digits, or ten with a dash."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr"}),
    )  # fmt: skip

    def __init__(self, *args: Any, currency: str, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        self.fields["remaining"] = MoneyField(
            label=_("What is left of your reduction this year"), currency=currency, initial=most,
            help_text=_(
                "You see it at the tax authority, under your own pages. If you have used none of it, leave the sum as "
                "it is."
            ),
        )  # fmt: skip

    def clean_number(self) -> str:
        """Its twelve digits."""
        try:
            return household.personal_number(self.cleaned_data["number"])
        except household.WrongNumber:
            raise forms.ValidationError(
                now("This is not a personal identity number. Look at the digits again.")
            ) from None

    def clean_remaining(self) -> int:
        """No more than the law's highest sum."""
        left = int(self.cleaned_data["remaining"])
        if left > self.most:
            raise forms.ValidationError(now("That is more than the highest reduction of a year."))
        return left


class DecideForm(forms.Form):
    """What the tax authority decided."""

    def __init__(self, *args: Any, currency: str, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        self.fields["approved"] = MoneyField(
            label=_("What the tax authority pays you"), currency=currency, initial=most
        )

    def clean_approved(self) -> int:
        """At most what was asked for."""
        if self.cleaned_data["approved"] > self.most:
            raise forms.ValidationError(now("That is more than what was asked for."))
        return int(self.cleaned_data["approved"])


class PlanForm(forms.Form):
    """A membership on offer."""

    name = forms.CharField(label=_("What is it called?"), max_length=80)
    about = forms.CharField(label=_("What does it give?"), max_length=400, required=False)
    months = forms.IntegerField(label=_("For how many months?"), min_value=1, max_value=24)
    offered = forms.BooleanField(label=_("It can be taken now"), required=False, initial=True)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"] = MoneyField(label=_("Price for that time, with VAT"), currency=currency)
        self.order_fields(["name", "about", "price", "months", "offered"])

    def clean_price(self) -> int:
        """More than nothing."""
        if not self.cleaned_data["price"]:
            raise forms.ValidationError(now("More than nothing."))
        return int(self.cleaned_data["price"])
