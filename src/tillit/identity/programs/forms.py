"""What is asked when a program is let in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.kernel import clock
from tillit.kernel.lines import one_line

DAYS = {"7": _("a week"), "30": _("a month"), "90": _("three months"), "365": _("a year")}


class ProgramForm(forms.Form):
    """What it is called, what it may do, for how long."""

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=100,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={"required": _("Give it a name by which you know it again.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what it may do.")},
    )
    days = forms.ChoiceField(label=_("For how long?"), choices=list(DAYS.items()), initial="30")

    def __init__(self, *args: Any, scopes: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["scopes"].choices = list(scopes.items())

    def clean_name(self) -> str:
        """One line without control characters."""
        return one_line(self.cleaned_data["name"])

    def until(self) -> datetime:
        """When it ends."""
        return clock.now() + timedelta(days=int(self.cleaned_data["days"]))
