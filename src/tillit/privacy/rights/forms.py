"""What a person writes about their own data."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.privacy.rights.actions import LONGEST_WORDS


class ObjectForm(forms.Form):
    """Why a use should stop for this person."""

    words = forms.CharField(
        label=_("What is it about your situation that should stop it?"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={"required": _("Please write a few words, so that it can be weighed.")},
    )


class RestForm(forms.Form):
    """For which of the law's reasons the data shall lie at rest (GDPR Art. 18(1))."""

    reason = forms.ChoiceField(
        label=_("Why?"),
        widget=forms.RadioSelect,
        choices=[
            ("accuracy", _("Something is wrong, and I want it used by nobody until it is right")),
            ("unlawful", _("I think that you may not use it, and do not want it erased")),
            ("claims", _("You no longer need it, and I need it for a claim of mine")),
            ("objection", _("I have objected, and wait for the answer")),
        ],
        error_messages={"required": _("Please choose what fits best.")},
    )
