"""What is typed at the desk: by whoever asks, and by those who answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tillit.identity.details import AddressField, NameField, PhoneField
from tillit.kernel.day_fields import DayField
from tillit.kernel.dpv import Delay, Refusal
from tillit.privacy.desk import actions, kinds
from tillit.privacy.desk.telling import WHY
from tillit.privacy.models import RightsRequest

_LANGUAGES = {"sv": "Svenska", "en": "English", "fa": "فارسی"}


def words_field(
    label: Any, *, required: bool = True, most: int = actions.LONGEST_WORDS, **more: Any
) -> forms.CharField:
    """A few lines of text in any script."""
    widget = forms.Textarea(attrs={"rows": 4, "dir": "auto"})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget, **more)


class AskForm(forms.Form):
    """What somebody asks, who is known already."""

    kind = forms.ChoiceField(label=_("What do you want?"), widget=forms.RadioSelect)
    words = words_field(_("What should we know to do it right?"), required=False)

    def __init__(self, *args: Any, offered: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, kinds.WORDS[kind]) for kind in offered]  # type: ignore[attr-defined]


class StrangerForm(AskForm):
    """The same, by somebody whom we do not know: where the answer goes, and for whom they ask."""

    name = NameField()
    address = AddressField(
        label=_("Your e-mail address"),
        help_text=_(
            "The one by which we know you, if you have given us one. We write there to make sure that it is you."
        ),
    )
    behalf = forms.BooleanField(
        label=_("I ask for somebody else"),
        required=False,
        help_text=_("Then we also need to see that you may, for example a power of attorney."),
    )
    field_order = ("kind", "name", "address", "behalf", "words")


class EnterForm(AskForm):
    """What came by mail, letter or telephone, as somebody of the office writes it down."""

    channel = forms.ChoiceField(
        label=_("How did it come?"),
        choices=[(one, kinds.CHANNELS[one]) for one in ("letter", "telephone", "mail")],
        widget=forms.RadioSelect,
    )
    received = DayField(label=_("When did it come?"))
    name = NameField(label=_("Who asks?"))
    address = AddressField(label=_("Their e-mail address"), required=False)
    language = forms.ChoiceField(label=_("Which language shall the answer be in?"))
    behalf = forms.BooleanField(label=_("They ask for somebody else"), required=False)
    field_order = ("channel", "received", "kind", "name", "address", "behalf", "language", "words")

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].label = _("What do they want?")
        self.fields["words"].label = _("What did they write or say?")
        choices = [(code, _LANGUAGES.get(code, code)) for code in languages]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]


class LinkForm(forms.Form):
    """Under which registered address the asker is known."""

    address = AddressField(
        label=_("The address that stands in our records"),
        help_text=_(
            "You see nothing of what is known under it. If it only looks like the one that was typed, we say so."
        ),
    )


class ShownForm(forms.Form):
    """The further proof that was looked at."""

    proof = forms.ChoiceField(
        label=_("What have you looked at?"),
        choices=list(kinds.SHOWN.items()),
        widget=forms.RadioSelect,
        help_text=_("Keep no copy of it. We note the day, that it was shown, and to whom."),
    )


class ExtendForm(forms.Form):
    """Why the answer takes longer."""

    delay = forms.ChoiceField(
        label=_("It takes longer, because"),
        choices=[(one.name, one.says) for one in Delay],
        widget=forms.RadioSelect,
    )


class DecideForm(forms.Form):
    """The decision, its reason of the law, and the office's own words."""

    outcome = forms.ChoiceField(
        label=_("The decision"),
        choices=[
            ("granted", _("Do it")),
            ("partly", _("Do a part of it, and refuse the rest")),
            ("refused", _("Refuse")),
        ],
        widget=forms.RadioSelect,
    )
    refusal = forms.ChoiceField(label=_("Refused because"), required=False)
    display_name = NameField(label=_("The right name"), required=False)
    phone = PhoneField(label=_("The right phone number"))
    words = words_field(
        _("In your own words"),
        required=False,
        help_text=_("It stands in the answer as you write it. A refusal needs it; an answer to a question is it."),
    )

    def __init__(self, *args: Any, request: RightsRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        reasons = [(one.name, capfirst(str(one.says))) for one in kinds.refusals(request.kind)]
        self.fields["refusal"].choices = [("", _("Choose a reason")), *reasons]  # type: ignore[attr-defined]
        if request.kind != "correct":
            del self.fields["display_name"], self.fields["phone"]
        if request.kind in ("question", "complaint"):
            self.fields["outcome"].choices = [  # type: ignore[attr-defined]
                ("granted", _("Answer")), ("refused", _("Refuse to answer")),
            ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        answer: dict[str, Any] = super().clean() or {}
        outcome, words = answer.get("outcome"), (answer.get("words") or "").strip()
        if outcome == "granted":
            answer["refusal"] = ""
            if self.request.kind in ("question", "complaint") and not words:
                self.add_error("words", _now("Write the answer."))
        elif outcome:
            if not answer.get("refusal"):
                self.add_error("refusal", _now("Say which of the law's reasons it is."))
            if not words:
                self.add_error("words", _now("Say in your own words what is refused and why."))
        return answer

    @property
    def reason(self) -> Refusal | None:
        """The reason of a valid refusal."""
        name = self.cleaned_data.get("refusal")
        return Refusal[name] if name else None

    @property
    def corrections(self) -> dict[str, str]:
        """What is corrected: field → new value."""
        return {
            f"identity.person.{name}": self.cleaned_data[name]
            for name in ("display_name", "phone")
            if self.cleaned_data.get(name)
        }


class ImpossibleForm(forms.Form):
    """Why a receiver cannot be told."""

    why = forms.ChoiceField(label=_("It cannot be told, because"), choices=list(WHY.items()))
