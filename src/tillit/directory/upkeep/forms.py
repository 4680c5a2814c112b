"""What is typed about training, and about the ethical code."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.directory.upkeep.actions import Taken
from tillit.kernel import clock
from tillit.kernel.day_fields import DayField

_AUTO = {"dir": "auto"}


class TrainingForm(forms.Form):
    """A course that somebody has taken. documents: their own, as proof (id, title)."""

    course = forms.CharField(label=_("Which course?"), max_length=160, widget=forms.TextInput(attrs=_AUTO))
    place = forms.CharField(
        label=_("Where, or with whom?"), max_length=160, required=False, widget=forms.TextInput(attrs=_AUTO)
    )
    on = DayField(label=_("Finished on"))
    hours = forms.DecimalField(label=_("Hours"), min_value=Decimal("0.5"), max_value=1000, decimal_places=1)
    points = forms.DecimalField(
        label=_("Points"), min_value=0, max_value=500, decimal_places=1, required=False,
        help_text=_("One for each hour, where nothing else is said."),
    )  # fmt: skip
    emergencies = forms.BooleanField(label=_("It was about first aid, or what to do in an emergency"), required=False)
    document = forms.ChoiceField(label=_("Proof among your documents"), required=False)

    def __init__(self, *args: Any, documents: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("None")), *((str(one), title) for one, title in documents)]
        fields: dict[str, Any] = self.fields
        fields["document"].choices = choices
        if not documents:
            del self.fields["document"]

    def clean_on(self) -> Any:
        """Raises ValidationError for a day to come."""
        day = self.cleaned_data["on"]
        if day > clock.now().date():
            raise forms.ValidationError(_("That day is still to come."))
        return day

    @property
    def taken(self) -> Taken:
        """What a valid form says."""
        given = self.cleaned_data
        points = given["hours"] if given.get("points") is None else given["points"]
        proof = given.get("document")
        return Taken(
            given["course"], given["place"], given["on"], int(given["hours"] * 60), int(points * 10),
            given["emergencies"], UUID(proof) if proof else None,
        )  # fmt: skip


class WishForm(forms.Form):
    """How many points a year."""

    points = forms.IntegerField(
        label=_("Points of training a year"), min_value=0, max_value=500, help_text=_("0 asks for none.")
    )


class CourseForm(forms.Form):
    """A course that is suggested."""

    title = forms.CharField(label=_("Course"), max_length=160, widget=forms.TextInput(attrs=_AUTO))
    words = forms.CharField(
        label=_("What is it about?"), max_length=600, required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip
    url = forms.URLField(label=_("Where to read more"), max_length=300, required=False, assume_scheme="https")
    points = forms.IntegerField(label=_("Points"), min_value=0, max_value=500, initial=0)
    emergencies = forms.BooleanField(label=_("About first aid, or what to do in an emergency"), required=False)

    def clean_url(self) -> str:
        """Raises ValidationError for another scheme than the web's."""
        url: str = self.cleaned_data["url"]
        if url and not url.startswith(("https://", "http://")):
            raise forms.ValidationError(_("The address begins with https://"))
        return url


class CodeForm(forms.Form):
    """The ethical code in each language."""

    sv = forms.CharField(
        label="Svenska", max_length=8000, widget=forms.Textarea(attrs={"rows": 10, "lang": "sv", "dir": "ltr"})
    )
    en = forms.CharField(
        label="English", max_length=8000, widget=forms.Textarea(attrs={"rows": 10, "lang": "en", "dir": "ltr"})
    )
    fa = forms.CharField(
        label="فارسی", max_length=8000, widget=forms.Textarea(attrs={"rows": 10, "lang": "fa", "dir": "rtl"})
    )

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where languages promise different things: whoever accepts it reads one of them."""
        given: dict[str, Any] = super().clean() or {}
        lines = {sum(1 for line in words.splitlines() if line.strip()) for words in given.values()}
        if len(lines) > 1:
            raise forms.ValidationError(
                _("Write as many promises in each language: each reads the code in one of them.")
            )
        return given
