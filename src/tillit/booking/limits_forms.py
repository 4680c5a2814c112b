"""How much a host takes on a day and in a week, as it is typed."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.booking.engine import Limits
from tillit.booking.limits import A_DAY, A_WEEK

HOUR = 60


class LimitsForm(forms.Form):
    """A host's limits over all meeting types; what is left empty has none."""

    hours = forms.DecimalField(
        label=_("Hours a day at most"),
        min_value=Decimal("0.25"),
        max_value=24,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput(attrs={"step": "0.25"}),
        help_text=_("With guests, over everything that can be booked. Pauses between do not count."),
    )
    a_day = forms.IntegerField(
        label=_("Meetings a day at most"), min_value=A_DAY[0], max_value=A_DAY[1], required=False
    )
    a_week = forms.IntegerField(
        label=_("Meetings a week at most"), min_value=A_WEEK[0], max_value=A_WEEK[1], required=False
    )

    @classmethod
    def of(cls, most: Limits) -> LimitsForm:
        """The form filled with limits."""
        hours = None if most.minutes is None else round(Decimal(most.minutes) / HOUR, 2).normalize()
        return cls(initial={"hours": hours and f"{hours:f}", "a_day": most.a_day, "a_week": most.a_week})

    def limits(self) -> Limits:
        """What was typed, of a valid form."""
        data = self.cleaned_data
        minutes = None if data["hours"] is None else round(data["hours"] * HOUR)
        return Limits(minutes, data["a_day"], data["a_week"])
