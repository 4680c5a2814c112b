"""What one fills in to find somebody. It is sent by the address, so that a search can be kept and shared as a link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.directory import facts
from tillit.directory.queries import categories
from tillit.directory.search import formula
from tillit.directory.search.question import DISTANCES, LONGEST_TEXT, Question
from tillit.directory.telling import category_words
from tillit.kernel import formats

WEIGHTS = [
    ("0", _("does not matter")), ("1", _("matters a little")), ("2", _("matters")), ("3", _("matters much")),
]  # fmt: skip


class FindForm(forms.Form):
    """The question. Only what is filled in counts."""

    service = forms.ChoiceField(label=_("What do you need?"), required=False)
    place = forms.CharField(label=_("Near which place?"), required=False, max_length=80)
    km = forms.ChoiceField(label=_("How far away at most?"), required=False)
    day = forms.DateField(label=_("Which day?"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    since = forms.TimeField(label=_("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    until = forms.TimeField(label=_("Until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    q = forms.CharField(label=_("Words"), required=False, max_length=LONGEST_TEXT)
    price = forms.CharField(label=_("Price an hour at most"), required=False, max_length=12)
    speaks = forms.MultipleChoiceField(
        label=_("Who speaks"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=list(facts.LANGUAGES.items()),
    )  # fmt: skip
    age = forms.MultipleChoiceField(
        label=_("Used to looking after"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=list(facts.AGES.items()),
    )  # fmt: skip

    def __init__(self, question: Question, language: str, **kwargs: Any) -> None:
        initial = {
            "service": str(question.service), "place": question.place.shown if question.place else "",
            "km": str(question.km), "day": question.day.isoformat() if question.day else "",
            "since": f"{question.since:%H:%M}" if question.day else "",
            "until": f"{question.until:%H:%M}" if question.day else "",
            "q": question.text, "price": question.price or "", "speaks": list(question.languages),
            "age": list(question.ages),
        }  # fmt: skip
        for key, weight in zip(formula.KEYS, question.weights, strict=True):
            initial[f"w_{key}"] = str(weight)
        super().__init__(initial=initial, **kwargs)
        services = [("", _("Anything")), *((str(one.pk), category_words(one)) for one in categories())]
        fields: dict[str, Any] = self.fields
        fields["service"].choices = services
        fields["km"].choices = [
            (str(km), _("%(km)s km") % {"km": formats.format_number(km, language)}) for km in DISTANCES
        ]
        for part in formula.PARTS:
            self.fields[f"w_{part.key}"] = forms.ChoiceField(label=part.label, required=False, choices=WEIGHTS)

    def weights(self) -> list[Any]:
        """The fields that say what counts."""
        return [self[f"w_{key}"] for key in formula.KEYS]


class SaveForm(forms.Form):
    """Keep a search."""

    name = forms.CharField(label=_("What shall it be called?"), max_length=80)
    alerts = forms.BooleanField(label=_("Tell me when somebody new is found"), required=False)
