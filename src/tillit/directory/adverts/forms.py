"""What one types to ask for help, and to look through what others ask."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillit.directory import facts, places
from tillit.directory.adverts.actions import Asked
from tillit.directory.adverts.queries import Wanted
from tillit.directory.queries import categories
from tillit.directory.search.question import DISTANCES
from tillit.directory.telling import category_words
from tillit.directory.typed import Words
from tillit.kernel import formats
from tillit.kernel.day_fields import DayField

FARTHEST_DAY = 365


def _services() -> list[tuple[str, str]]:
    return [(str(one.pk), category_words(one)) for one in categories()]


class PlaceField(forms.CharField):
    """The name of a place of our table; cleaned: the place, or None where it may be left out."""

    def __init__(self, *, country: str = "", **kwargs: Any) -> None:
        super().__init__(max_length=80, **kwargs)
        self.country = country

    def clean(self, value: Any) -> Any:
        """Raises ValidationError for a place that we do not know."""
        text = super().clean(value)
        if not text:
            return None
        found = places.find(text, most=1, country=self.country)
        if not found:
            raise forms.ValidationError(_("We know no such place. Name the town or the village."))
        return found[0]


class AdvertForm(forms.Form):
    """Asking for help."""

    category = forms.ChoiceField(label=gettext_lazy("What do you need?"))
    place = PlaceField(
        label=gettext_lazy("In which town or village?"),
        help_text=gettext_lazy("Never an address: you give that later, to the one you choose."),
    )
    when = Words(
        label=gettext_lazy("When?"), max_length=120,
        help_text=gettext_lazy("For example: Tuesdays and Thursdays, 15–18"),
    )  # fmt: skip
    day = DayField(label=gettext_lazy("If it is for one day alone: which?"), required=False)
    ages = forms.MultipleChoiceField(
        label=gettext_lazy("Whom is it for?"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=list(facts.AGES.items()),
    )  # fmt: skip
    words = Words(
        label=gettext_lazy("What shall they know?"), rows=5, max_length=2000,
        help_text=gettext_lazy("No names, no school, no address: all providers here can read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, country: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        fields: dict[str, Any] = self.fields
        fields["category"].choices = _services()
        fields["place"].country = country

    def clean_day(self) -> date | None:
        """Raises ValidationError for a day that is over, or far away."""
        day: date | None = self.cleaned_data["day"]
        if day and not self.today <= day <= self.today + timedelta(days=FARTHEST_DAY):
            raise forms.ValidationError(_("Choose a day from today on, within a year."))
        return day

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for a contact detail that is split over the two texts."""
        data: dict[str, Any] = super().clean() or {}
        if "when" in data and "words" in data:
            self.fields["words"].validate(f"{data['when']}\n{data['words']}")
        return data

    def asked(self) -> Asked:
        """What was typed."""
        data = self.cleaned_data
        return Asked(
            UUID(data["category"]), data["place"].id, data["when"], data["words"], data["day"], tuple(data["ages"])
        )


class LookForm(forms.Form):
    """Looking through what others ask. Sent by the address."""

    service = forms.ChoiceField(label=gettext_lazy("What do you help with?"), required=False)
    place = PlaceField(label=gettext_lazy("Near which place?"), required=False)
    km = forms.TypedChoiceField(label=gettext_lazy("How far away at most?"), required=False, coerce=int, empty_value=25)  # type: ignore[arg-type]
    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=200)

    def __init__(self, *args: Any, language: str, country: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["service"].choices = [("", _("Anything")), *_services()]
        fields["place"].country = country
        fields["km"].choices = [
            (str(km), _("%(km)s km") % {"km": formats.format_number(km, language)}) for km in DISTANCES
        ]

    def wanted(self) -> Wanted:
        """What was typed; what makes no sense is left out."""
        data = self.cleaned_data if self.is_bound and self.is_valid() else getattr(self, "cleaned_data", {})
        service = data.get("service") or ""
        return Wanted(UUID(service) if service else None, data.get("place"), data.get("km") or 25, data.get("q", ""))
