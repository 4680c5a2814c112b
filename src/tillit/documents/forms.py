"""What is typed about documents: by their owners, by whoever opens one, by those who check."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.documents import kinds
from tillit.documents.actions import Facts
from tillit.kernel.day_fields import DayField


class FactsForm(forms.Form):
    """What a document says of itself, and what of it strangers may know."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=[])
    title = forms.CharField(label=_("Title"), max_length=120, widget=forms.TextInput(attrs={"dir": "auto"}))
    issuer = forms.CharField(
        label=_("Who issued it?"), max_length=120, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    issued = DayField(label=_("Issued on"), required=False)
    expires = DayField(label=_("Last day"), required=False, help_text=_("You are reminded 60, 30 and 7 days before."))
    listed = forms.ChoiceField(
        label=_("What do others know of it?"), choices=list(kinds.SHOWN_ON_PROFILE.items()), required=False,
        widget=forms.RadioSelect,
        help_text=_("The document itself is closed. You open it to one person at a time, for as long as you say."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = list(kinds.ASKED_FOR.items())

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for a last day before the first."""
        given: dict[str, Any] = super().clean() or {}
        issued, expires = given.get("issued"), given.get("expires")
        if issued and expires and expires < issued:
            self.add_error("expires", _("The last day lies before the day of issue."))
        return given

    @property
    def facts(self) -> Facts:
        """What a valid form says."""
        return Facts(**{name: self.cleaned_data[name] for name in Facts.__dataclass_fields__})


class KeepForm(FactsForm):
    """The same with the file."""

    file = forms.FileField(
        label=_("The file"), help_text=_("A PDF of at most 30 pages, or a photo; 10 MB at most."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp"}),
    )  # fmt: skip
    field_order = ("file", "kind", "title", "issuer", "issued", "expires", "listed")


class OpenForm(forms.Form):
    """Whoever opens a document has read what we did and did not check."""

    accepted = forms.BooleanField(label=_("I have read this. What I make of the document is my own decision."))


class CheckForm(forms.Form):
    """How a document was checked."""

    how = forms.ChoiceField(label=_("How was it checked?"), choices=list(kinds.HOW.items()))
