"""What is typed: by whoever reports or appeals, and by moderators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.identity.details import AddressField, NameField
from tillit.moderation import kinds
from tillit.moderation.actions import LONGEST
from tillit.moderation.models import Case
from tillit.moderation.reasons import REASONS


def _words(label: Any, *, required: bool = True, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 5, "dir": "auto"})
    return forms.CharField(label=label, required=required, max_length=LONGEST, widget=widget, **more)


class ReportForm(forms.Form):
    """What is wrong with something."""

    reason = forms.ChoiceField(label=_("What is wrong?"), widget=forms.RadioSelect)
    words = _words(_("In your words: what, and why"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["reason"].choices = [(key, reason.says) for key, reason in REASONS.items()]


class NoticeForm(ReportForm):
    """The same, by somebody without a login (DSA Art. 16(2)): where it is, who says so, and that it is meant."""

    where = forms.CharField(
        label=_("The address of the page"),
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "url", "autocomplete": "off"}),
        help_text=_("Copy it from your browser’s address line."),
    )
    name = NameField(label=_("Your name"))
    email = AddressField(
        label=_("Your e-mail address"), help_text=_("We send a link there. Whom it is about never learns who you are.")
    )
    sure = forms.BooleanField(label=_("I believe that this is true and complete."))
    field_order = ("where", "reason", "words", "name", "email", "sure")


class AppealForm(forms.Form):
    """Why a decision is wrong."""

    words = _words(_("Why is the decision wrong?"))


class DecideForm(forms.Form):
    """What is decided of a case, with the reason. version: as it was read."""

    outcome = forms.ChoiceField(label=_("What do you decide?"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("The reason"),
        required=False,
        help_text=_("With everything but letting it be. It decides which rule stands in the letter."),
    )
    words = _words(
        _("What you saw, and why it breaks the rule"),
        required=False,
        help_text=_("Whose it is reads it as you write it. Write what would have to be different."),
    )
    unfounded = forms.BooleanField(
        label=_("The report was clearly without any ground"),
        required=False,
        help_text=_("After three of these within half a year somebody can report once a month."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        offered = kinds.get(case.kind).offered(case.queue)
        fields["outcome"].choices = [(one, kinds.OUTCOMES[one]) for one in offered]
        fields["reason"].choices = [("", _("None")), *((key, reason.says) for key, reason in REASONS.items())]
        fields["version"].initial = case.version
        if case.queue != kinds.REPORT:
            del fields["unfounded"]

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError when somebody is cut short without a reason in words."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("outcome") in kinds.AGAINST:
            if not given.get("reason"):
                self.add_error("reason", _("Say which reason."))
            if not given.get("words", "").strip() and "words" not in self.errors:
                self.add_error("words", _("Say what you saw, and why."))
        return given


class AnswerForm(forms.Form):
    """What becomes of an appeal."""

    lift = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[("no", _("The decision stays")), ("yes", _("It was wrong: bring it back"))],
        widget=forms.RadioSelect,
    )
    words = _words(_("Why"), help_text=_("Whoever appealed reads it as you write it."))
