"""What a host types about their own time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.kernel import zones


class BlockForm(forms.Form):
    """A span of one day in which the host is not free, on the wall clock of the host's zone."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    begins = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, *args: Any, zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zones.zone(zone)

    def clean(self) -> dict[str, Any]:
        """Adds `start` and `end` as instants. An end at or before the start is in the next night."""
        data = super().clean() or {}
        if self.errors:
            return data
        day, begins, ends = data["day"], data["begins"], data["ends"]
        last = day if ends > begins else day + timedelta(days=1)
        data["start"] = zones.local_to_utc(datetime.combine(day, begins), self.zone)
        data["end"] = zones.local_to_utc(datetime.combine(last, ends), self.zone)
        if data["end"] <= data["start"]:
            raise forms.ValidationError(_("The clocks change that night: there is no time between the two."))
        return data
