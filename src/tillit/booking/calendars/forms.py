"""What hosts type to connect a calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class FileForm(forms.Form):
    """A calendar file at an address."""

    receiver = forms.ChoiceField(label=_("Who runs it"), choices=())
    address = forms.CharField(
        label=_("Address of the calendar file"),
        max_length=2000,
        widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": "https://", "autocomplete": "off"}),
        help_text=_("Often called “secret address” or “iCal”. It ends in .ics."),
    )

    def __init__(self, *args: Any, receivers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].choices = receivers  # type: ignore[attr-defined]


class ServerForm(FileForm):
    """A CalDAV server and the login there."""

    address = forms.CharField(
        label=_("Address of the server"),
        max_length=2000,
        widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": "https://", "autocomplete": "off"}),
    )
    user = forms.CharField(
        label=_("Your name there"), max_length=200, widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("A password for this program"),
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        help_text=_("Many servers let you make one that is good for calendars alone. Take that, not your own."),
    )


class LoginForm(forms.Form):
    """Another name and password for the same server."""

    user = ServerForm.base_fields["user"]
    password = ServerForm.base_fields["password"]


class ChoiceForm(forms.Form):
    """Which calendars are read, and which takes bookings."""

    reads = forms.MultipleChoiceField(
        label=_("When I am busy in these, nobody can book me"),
        choices=(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    writes = forms.ChoiceField(label=_("Put my bookings into"), choices=(), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, calendars: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["reads"].choices = [(str(one.pk), one.name) for one in calendars]
        fields["writes"].choices = [("", _("none of them"))] + [
            (str(one.pk), one.name) for one in calendars if one.writable
        ]
        fields["reads"].initial = [str(one.pk) for one in calendars if one.reads]
        fields["writes"].initial = next((str(one.pk) for one in calendars if one.writes), "")
