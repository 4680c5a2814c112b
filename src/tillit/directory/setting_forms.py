"""What administrators and moderators type: services, what profiles have to say, what was checked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tillit.directory import facts
from tillit.directory.typed import Words


class CategoryForm(forms.Form):
    """A service's name in each of the organisation's languages."""

    def __init__(self, *args: Any, languages: list[str], held: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {"sv": "Svenska", "en": "English", "fa": "فارسی"}
        for number, code in enumerate(languages):
            self.fields[code] = Words(
                label=names.get(code, code), max_length=60, required=number == 0, initial=(held or {}).get(code, "")
            )

    def said(self) -> dict[str, str]:
        """Language → words."""
        return {code: words for code, words in self.cleaned_data.items() if words}


class DemandForm(forms.Form):
    """Which facts have to be there before a profile is looked at."""

    required = forms.MultipleChoiceField(
        label=gettext_lazy("A profile says at least"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(one.name, one.heading) for one in facts.KINDS.values()],
    )  # fmt: skip
    to_check = forms.MultipleChoiceField(
        label=gettext_lazy("Moderators check, before they let it through"), required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(one.name, one.heading) for one in facts.KINDS.values() if one.checkable],
    )  # fmt: skip


class CheckForm(forms.Form):
    """How somebody of the organisation checked a fact, and until when that counts."""

    fact = forms.UUIDField(widget=forms.HiddenInput)
    how = forms.ChoiceField(
        label=gettext_lazy("How was it checked?"), required=False,
        choices=[("", gettext_lazy("Not checked")), *facts.HOW.items()],
    )  # fmt: skip
    ends = forms.DateField(
        label=gettext_lazy("It counts until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
