"""What a host says about their days away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.booking.models import Host
from tillit.kernel import zones
from tillit.kernel.day_fields import DayField


class AwayForm(forms.Form):
    """From which day until which day, both included, on the host's clock, and who stands in."""

    first = DayField(label=_("First day away"))
    last = DayField(label=_("Last day away"))
    stand_in = forms.ChoiceField(label=_("Who stands in for you"), required=False)

    def __init__(self, *args: Any, zone: str = "UTC", others: Iterable[Host] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zones.zone(zone)
        self.others = {str(host.pk): host for host in others}
        field: Any = self.fields["stand_in"]
        field.choices = [("", _("Nobody: these days cannot be booked")), *((k, h.name) for k, h in self.others.items())]

    def clean(self) -> dict[str, Any]:
        """Adds `start` and `end` as instants, and the chosen host."""
        data = super().clean() or {}
        if self.errors:
            return data
        if data["last"] < data["first"]:
            raise forms.ValidationError(_("The last day comes before the first."))
        if not 1971 <= data["first"].year <= data["last"].year <= 2999:
            raise forms.ValidationError(_("No calendar of ours reaches that day."))
        data["start"] = zones.local_to_utc(datetime.combine(data["first"], time()), self.zone)
        data["end"] = zones.local_to_utc(datetime.combine(data["last"] + timedelta(days=1), time()), self.zone)
        data["host"] = self.others.get(data["stand_in"])
        return data
