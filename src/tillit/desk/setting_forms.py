"""What is typed to set up the desk: ready answers, and what is promised."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.desk import free_days
from tillit.desk.canned import PLACES
from tillit.desk.forms import LANGUAGE_CHOICES
from tillit.desk.models import FREE_DAYS, Canned, Rules
from tillit.kernel import formats
from tillit.kernel.day_fields import typed_day


class CannedForm(forms.ModelForm):
    """An answer that is often given."""

    class Meta:
        model = Canned
        fields = ("language", "title", "words")
        labels = {"language": _("Language"), "title": _("What it is called"), "words": _("The words")}
        widgets = {
            "words": forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
            "title": forms.TextInput(attrs={"dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_CHOICES)
        self.places = list(PLACES.items())


class RulesForm(forms.Form):
    """What is promised to whoever asks. Times of day as 24 hours."""

    answer_hours = forms.IntegerField(label=_("First answer within so many working hours"), min_value=1, max_value=200)
    complaint_days = forms.IntegerField(
        label=_("Complaints decided within so many working days"), min_value=1, max_value=60
    )
    opens = forms.TimeField(label=_("We work from"), widget=forms.TimeInput(attrs={"type": "time"}))
    closes = forms.TimeField(label=_("until"), widget=forms.TimeInput(attrs={"type": "time"}))
    weekdays = forms.MultipleChoiceField(label=_("On these days"), widget=forms.CheckboxSelectMultiple)
    country = forms.ChoiceField(
        label=_("Not on the public holidays of"),
        required=False,
        choices=[("", _("No country")), *free_days.COUNTRIES.items()],
    )
    free_days = forms.CharField(
        label=_("Nor on these days of your own"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("One day on each line, for example 2027-01-05."),
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [(str(day), formats.weekday_name(day - 1, language)) for day in range(1, 8)]
        self.fields["weekdays"].choices = days  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        answer: dict[str, Any] = super().clean() or {}
        if answer.get("opens") and answer.get("closes") and answer["opens"] >= answer["closes"]:
            self.add_error("closes", _("It ends after it begins."))
        return answer

    def clean_free_days(self) -> list[date]:
        """Days, each on a line of its own, in either calendar. Raises ValidationError for what is no day."""
        lines = [line.strip() for line in self.cleaned_data["free_days"].splitlines() if line.strip()]
        found: set[date] = set()
        for line in lines:
            try:
                found.add(date.fromisoformat(typed_day(line)))
            except ValueError:
                raise forms.ValidationError(_("“%(line)s” is not a day."), params={"line": line[:40]}) from None
        if len(found) > FREE_DAYS:
            raise forms.ValidationError(_("That is too many days. Remove those that are over."))
        return sorted(found)

    def write(self, rules: Rules) -> Rules:
        """Put a valid form's answers into the rules."""
        given = self.cleaned_data
        rules.answer_hours, rules.complaint_days = given["answer_hours"], given["complaint_days"]
        rules.opens, rules.closes = (given[name].hour * 60 + given[name].minute for name in ("opens", "closes"))
        rules.country, rules.free_days = given["country"], given["free_days"]
        rules.weekdays = sorted(int(day) for day in given["weekdays"])
        return rules
