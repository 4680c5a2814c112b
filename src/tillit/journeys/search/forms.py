"""The box, and the days that narrow it down."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tillit.kernel import finding
from tillit.kernel.day_fields import DayField


class SearchForm(forms.Form):
    """What is looked for. Nothing of it is kept."""

    q = forms.CharField(
        label=_("What are you looking for?"),
        max_length=finding.LONGEST,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "enterkeyhint": "search",
                "autocomplete": "off",
                "dir": "auto",
                "data-search": "",
            }
        ),
    )
    since = DayField(label=_("From the day"), required=False)
    until = DayField(label=_("To the day"), required=False)

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for days in the wrong order."""
        found: dict[str, Any] = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            raise ValidationError(_("The first day lies after the last one."))
        return found
