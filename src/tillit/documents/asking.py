"""What is typed where two people speak of a document: asking, opening, noting that an extract was shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.documents import kinds, shown
from tillit.documents.actions import LONGEST
from tillit.kernel import clock
from tillit.kernel.day_fields import DayField


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
        fields: dict[str, Any] = self.fields
        fields["what"].choices = [*listed, *missing]

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
        fields: dict[str, Any] = self.fields
        fields["document"].choices = [(str(one), words) for one, words in documents]
        fields["hours"].choices = [(hours, shown.span(hours)) for hours in kinds.HOURS]
        if len(documents) == 1:
            self.fields["document"].widget = forms.HiddenInput()
            self.fields["document"].initial = str(documents[0][0])


class ShownForm(forms.Form):
    """On which day an extract was shown."""

    on = DayField(label=_("Shown on"))

    def clean_on(self) -> Any:
        """Raises ValidationError for a day to come."""
        day = self.cleaned_data["on"]
        if day > clock.now().date():
            raise forms.ValidationError(_("That day is still to come."))
        return day
