"""What a person writes about their own data, and the office about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tillit.access.actions import LONGEST_WORDS as LONGEST_REASON
from tillit.access.scopes import REASONS
from tillit.kernel import formats
from tillit.privacy.rights import coded
from tillit.privacy.rights.actions import LONGEST_WORDS


class ObjectForm(forms.Form):
    """Why a use should stop for this person."""

    words = forms.CharField(
        label=_("What is it about your situation that should stop it?"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={"required": _("Please write a few words, so that it can be weighed.")},
    )


REST_REASONS = [
    ("accuracy", _("Something is wrong, and I want it used by nobody until it is right")),
    ("unlawful", _("I think that you may not use it, and do not want it erased")),
    ("claims", _("You no longer need it, and I need it for a claim of mine")),
    ("objection", _("I have objected, and wait for the answer")),
]
coded.declare("privacy.restriction.reason", dict(REST_REASONS))


class RestForm(forms.Form):
    """For which of the law's reasons the data shall lie at rest (GDPR Art. 18(1))."""

    reason = forms.ChoiceField(
        label=_("Why?"),
        widget=forms.RadioSelect,
        choices=REST_REASONS,
        error_messages={"required": _("Please choose what fits best.")},
    )


class AnswerForm(forms.Form):
    """What was decided about an objection, and why."""

    decision = forms.ChoiceField(
        label=_("What weighs more?"),
        widget=forms.RadioSelect,
        choices=[
            ("upheld", _("The person's reasons: it stops for this person")),
            ("refused", _("Ours: it goes on, for the reasons that follow")),
        ],
    )
    words = forms.CharField(
        label=_("The answer, as the person reads it"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def clean(self) -> dict[str, Any]:
        """A refusal has reasons."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == "refused" and not cleaned.get("words"):
            self.add_error("words", _("Please write the reasons; the person has a right to them."))
        return cleaned


class GlassForm(forms.Form):
    """What somebody wants to open, of whom, why and for how long."""

    address = forms.EmailField(
        label=_("The person's e-mail address"),
        help_text=_("Exactly as they gave it. Nobody is searched for by name."),
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    person = forms.TypedChoiceField(
        label=_("Several have this address. Which one?"), coerce=UUID, required=False, widget=forms.RadioSelect
    )
    scope = forms.ChoiceField(label=_("What is opened?"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=_("Why?"), choices=[*REASONS.items()])
    words = forms.CharField(
        label=_("In your words; the person can read them"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    minutes = forms.TypedChoiceField(
        label=_("For how long?"),
        coerce=int,
        choices=[(15, _("a quarter of an hour")), (60, _("an hour")), (240, _("four hours")), (1440, _("a day"))],
    )

    def __init__(self, *args: Any, scopes: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["scope"].choices = scopes
        self.unasked = fields.pop("person")

    def choose(self, found: list[tuple[UUID, datetime]]) -> UUID | None:
        """The one that was chosen of several people; None, and the question in the form, where none was."""
        language = get_language() or "en"
        self.unasked.choices = [(str(who), formats.format_date(since.date(), language)) for who, since in found]
        self.fields = {"person": self.unasked, **self.fields}
        chosen = self.data.get("person", "")
        if chosen in {str(who) for who, _since in found}:
            return UUID(chosen)
        self.add_error("person", _("Known here since these days: choose one."))
        return None
