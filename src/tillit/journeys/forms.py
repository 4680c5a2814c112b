"""What a visitor types when booking, moving or cancelling."""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tillit.booking.actions import NAME_LENGTH, NOTE_LENGTH
from tillit.booking.intake.asking import AskingForm
from tillit.booking.intake.given import Given
from tillit.booking.intake.queries import shown
from tillit.journeys.booking_page import read_instant
from tillit.kernel import formats, mail, normal, zones
from tillit.kernel.day_fields import DayField
from tillit.kernel.normal import clean_text

MOST_DATES = 26  # of a series


def _number(value: int) -> str:
    return formats.format_number(value, get_language() or "en")


def has_letters(text: str) -> bool:
    """Whether there is anything to read: not only spaces and invisible marks."""
    return any(unicodedata.category(c)[0] in "LNSP" for c in text)


class BookingForm(AskingForm):
    """Who comes, how they are reached, and what the meeting type asks."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)
    start = forms.CharField(widget=forms.HiddenInput, max_length=40)
    zone = forms.CharField(widget=forms.HiddenInput, max_length=64)
    name = forms.CharField(
        label=_("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        error_messages={"required": _("Please write your name.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr", "inputmode": "email"}),
        help_text=_("For the confirmation, and if something changes. Nothing more."),
        error_messages={
            "required": _("Please write your e-mail address, so that the confirmation reaches you."),
            "invalid": _("This does not look like an e-mail address. Please look at it once more."),
        },
    )
    note = forms.CharField(
        label=_("Something we should know?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def given(self) -> Given | None:
        """What was answered, of a valid form; None where nothing was asked."""
        if not self.asks.version:
            return None
        files = {key: (found.file, found.name or "") for key, found in self.cleaned_data["files"].items()}
        return Given(self.asks.version, self.cleaned_data["answers"], files)

    def answered_otherwise(self) -> int:
        """The version of the questions that was answered, where it is not the one that is asked now; 0 where it is."""
        typed = formats.ascii_digits(str(self.data.get("intake") or ""))[:9]
        version = int(typed) if typed.isdigit() else self.asks.version
        return version if self.is_bound and version != self.asks.version else 0

    def written(self) -> list[tuple[str, str, str, str]]:
        """What was answered: field and value as the form sends them again, label and words for who reads them."""
        found = []
        for one in self.asks.questions:
            sent = str(self.data.get(one.name) or "")
            if sent and one.key in self.cleaned_data["answers"]:
                said = shown(one, self.cleaned_data["answers"][one.key], self.language)
                found.append((one.name, sent, said.label if one.kind != "hidden" else "", said.text))
        return found

    def clean_name(self) -> str:
        name = clean_text(self.cleaned_data["name"], lines=False)
        if not has_letters(name):
            raise ValidationError(_("Please write your name."))
        if len(name) > NAME_LENGTH:
            raise ValidationError(
                _("The name is too long: at most %(n)s characters."), params={"n": _number(NAME_LENGTH)}
            )
        return name

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if not mail.can_reach(email):
            raise ValidationError(self.fields["email"].error_messages["invalid"])
        return email

    def clean_note(self) -> str:
        note = clean_text(self.cleaned_data["note"], lines=True)
        if len(note) > NOTE_LENGTH:
            raise ValidationError(
                _("The text is too long: at most %(n)s characters."), params={"n": _number(NOTE_LENGTH)}
            )
        return note

    def clean_start(self) -> int:
        moment = read_instant(self.cleaned_data["start"])
        if moment is None:
            raise ValidationError(_("Please choose a time first."))
        return zones.minute_down(moment)

    def clean_zone(self) -> str:
        try:
            zones.zone(self.cleaned_data["zone"])
        except zones.UnknownZone:
            raise ValidationError(_("We do not know that time zone.")) from None
        return str(self.cleaned_data["zone"])


def read_dates(text: str) -> list[int]:
    """The minutes of a series as a form sends them: instants with spaces between. What is none is a time that nobody
    can have any more, so that such a form is refused."""
    moments = [read_instant(part) for part in text.split()[:MOST_DATES]]
    return [zones.minute_down(moment) if moment else 0 for moment in moments]


class CancelForm(forms.Form):
    """Why, if one likes to say."""

    reason = forms.CharField(
        label=_("Would you like to say why?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def clean_reason(self) -> str:
        return clean_text(self.cleaned_data["reason"], lines=True)


class MoveForm(forms.Form):
    """Another day and time for a booking, on the clock of whoever moves it."""

    day = DayField(label=_("Day"))
    time = forms.TimeField(label=_("Begins"), widget=forms.TimeInput(attrs={"type": "time"}))

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not 1971 <= day.year <= 3000:
            raise ValidationError(_("No calendar of ours reaches that day."))
        return day


class CallerForm(forms.Form):
    """Who calls, as they say it, and how they are reached: by mail, by telephone or both."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    start = forms.CharField(max_length=40, error_messages={"required": _("Please choose a time first.")})
    name = forms.CharField(
        label=_("Their name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    email = forms.EmailField(
        label=_("Their e-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr", "inputmode": "email"}),
    )
    phone = forms.CharField(
        label=_("Their telephone number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "inputmode": "tel"}),
    )

    def clean_start(self) -> int:
        moment = read_instant(self.cleaned_data["start"])
        if moment is None:
            raise ValidationError(_("Please choose a time first."))
        return zones.minute_down(moment)

    def clean_name(self) -> str:
        name = clean_text(self.cleaned_data["name"], lines=False)
        if not has_letters(name):
            raise ValidationError(_("Please write their name."))
        return name

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if email and not mail.can_reach(email):
            raise ValidationError(_("This does not look like an e-mail address. Please look at it once more."))
        return email

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"].strip()
        try:
            return normal.phone(text) if text else ""
        except ValueError:
            raise ValidationError(
                _("This does not look like a telephone number. Please look at it once more.")
            ) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not (data["email"] or data["phone"]):
            raise ValidationError(_("Write an e-mail address or a telephone number, so that they can be told."))
        return data


# the first part of a zone's name, as people say it
REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("the Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("the Atlantic"),
    "Australia": _("Australia"),
    "Brazil": _("Brazil"),
    "Canada": _("Canada"),
    "Chile": _("Chile"),
    "Europe": _("Europe"),
    "Indian": _("the Indian Ocean"),
    "Mexico": _("Mexico"),
    "Pacific": _("the Pacific"),
    "US": _("the United States"),
}


@lru_cache(maxsize=len(settings.LANGUAGES))
def zone_options(language: str) -> SafeString:
    """Every place that has a clock of its own, by name, as options. The same on every page, so drawn once."""
    names = (n for n in zones.names() if "/" in n and not n.startswith(("Etc/", "posix", "right", "SystemV")))
    places = sorted((formats.zone_city(name, language), name) for name in names)
    with translation.override(language):
        regions = {region: str(words) for region, words in REGIONS.items()}
    lines = ((name, f"{city} ({regions.get(part := name.split('/')[0], part)})") for city, name in places)
    return format_html_join("\n", '<option value="{}">{}</option>', lines)


class ZoneSelect(forms.Select):
    """A choice among hundreds of zones, drawn from ready options."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """The select, with the option of `value` chosen."""
        tag = format_html("<select{}>", flatatt(self.build_attrs({"name": name}, attrs)))
        option = format_html('<option value="{}"', value)
        options = zone_options(self.language).replace(option, f"{option} selected", 1)
        return mark_safe(f"{tag}{options}</select>")  # noqa: S308 (put together from escaped parts)


class ZoneForm(forms.Form):
    """Where the visitor is."""

    zone = forms.CharField(label=_("Your time zone"))

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].widget = ZoneSelect(language)
