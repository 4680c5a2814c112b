"""What the office types about its policy, and how old somebody is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tillit.privacy.policy.documents.places import PLACES
from tillit.privacy.policy.frames import ADDITIONS, Frame, of
from tillit.privacy.policy.settings import NOTICE_DAYS

LONGEST = 2000


class ChoicesForm(forms.Form):
    """Whom to ask about data, how old people must be, which further laws hold, how early changes are announced."""

    contact_name = forms.CharField(label=_("Who answers questions about data"), max_length=200, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    contact_phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    minimum_age = forms.IntegerField(label=_("Youngest age, in years"), max_value=21)
    age_at_booking = forms.BooleanField(label=_("Ask for the age before a booking too"), required=False)
    notice_days = forms.IntegerField(
        label=_("Days between the announcement of a change and the day from which it holds"),
        min_value=NOTICE_DAYS.least,
        max_value=NOTICE_DAYS.most,
    )
    additions = forms.MultipleChoiceField(
        label=_("Further laws"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )

    def __init__(self, *args: Any, frame: Frame, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = of(frame.region, ADDITIONS).additions
        self.fields["additions"].choices = [(one.id, str(one.name)) for one in named]  # type: ignore[attr-defined]
        self.fields["minimum_age"].min_value = frame.age.least  # type: ignore[attr-defined]
        self.fields["minimum_age"].help_text = str(frame.age.law)


class WordsForm(forms.Form):
    """The organisation's own words, for each marked place and language. Everybody can read them."""

    def __init__(self, *args: Any, words: dict[str, dict[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in PLACES:
            for code, language in settings.LANGUAGES:
                self.fields[f"{place}-{code}"] = forms.CharField(
                    label=language,
                    required=False,
                    max_length=LONGEST,
                    initial=words.get(place, {}).get(code, ""),
                    widget=forms.Textarea(attrs={"rows": 2, "dir": "auto", "lang": code}),
                )

    def places(self) -> Iterator[tuple[Any, list[Any], bool]]:
        """Each place with its fields, and whether anything is said there."""
        for place, title in PLACES.items():
            fields = [self[f"{place}-{code}"] for code, _language in settings.LANGUAGES]
            yield title, fields, any(one.value() or one.errors for one in fields)

    def words(self) -> dict[str, dict[str, str]]:
        """Place → language → words, without empty ones."""
        said: dict[str, dict[str, str]] = {}
        for name, value in self.cleaned_data.items():
            place, _sign, code = name.partition("-")
            if text := value.strip():
                said.setdefault(place, {})[code] = text
        return said


class AcceptForm(forms.Form):
    """Yes, I have read it."""

    accepted = forms.BooleanField(
        label=_("I have read this and accept it"),
        error_messages={"required": _("Tick the box if you accept it; otherwise choose one of the ways below.")},
    )
