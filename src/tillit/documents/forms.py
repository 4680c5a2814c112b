"""What is typed about documents: by their owners, by whoever asks, by those who check."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.documents import kinds, shown
from tillit.documents.actions import LONGEST, Facts
from tillit.kernel import clock
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
        self.fields["kind"].choices = list(kinds.ASKED_FOR.items())  # type: ignore[attr-defined]

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


class AskForm(forms.Form):
    """Which document somebody would like to see. titles: what stands on the profile (id, words)."""

    what = forms.ChoiceField(label=_("Which document would you like to see?"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What for?"), max_length=LONGEST, required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )  # fmt: skip

    def __init__(self, *args: Any, titles: list[tuple[UUID, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kinds = {str(document): kind for document, kind, _words in titles}
        listed = [(str(document), words) for document, _kind, words in titles]
        missing = [(kind, _("Do you have one? %(kind)s") % {"kind": label}) for kind, label in kinds.ASKED_FOR.items()]
        self.fields["what"].choices = [*listed, *missing]  # type: ignore[attr-defined]

    @property
    def wish(self) -> dict[str, Any]:
        """What `actions.ask` takes, of a valid form."""
        what, words = self.cleaned_data["what"], self.cleaned_data["words"]
        if what in self._kinds:
            return {"document": UUID(what), "kind": self._kinds[what], "words": words}
        return {"kind": what, "words": words}


class ApproveForm(forms.Form):
    """Which document, for how long, and whether the file itself too. documents: the owner's (id, words)."""

    document = forms.ChoiceField(label=_("Which of your documents?"))
    hours = forms.TypedChoiceField(label=_("For how long?"), coerce=int, initial=48)
    download = forms.BooleanField(
        label=_("They may download the file too"), required=False,
        help_text=_("What has been downloaded cannot be taken back."),
    )  # fmt: skip

    def __init__(self, *args: Any, documents: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].choices = [(str(one), words) for one, words in documents]  # type: ignore[attr-defined]
        self.fields["hours"].choices = [(hours, shown.span(hours)) for hours in kinds.HOURS]  # type: ignore[attr-defined]
        if len(documents) == 1:
            self.fields["document"].widget = forms.HiddenInput()
            self.fields["document"].initial = str(documents[0][0])


class OpenForm(forms.Form):
    """Whoever opens a document has read what we did and did not check."""

    accepted = forms.BooleanField(label=_("I have read this. What I make of the document is my own decision."))


class CheckForm(forms.Form):
    """How a document was checked."""

    how = forms.ChoiceField(label=_("How was it checked?"), choices=list(kinds.HOW.items()))


class ShownForm(forms.Form):
    """On which day an extract was shown."""

    on = DayField(label=_("Shown on"))

    def clean_on(self) -> Any:
        """Raises ValidationError for a day to come."""
        day = self.cleaned_data["on"]
        if day > clock.now().date():
            raise forms.ValidationError(_("That day is still to come."))
        return day
