"""What is typed: by whoever asks, by those who answer, during a call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tillit.desk import calls
from tillit.desk.actions import LONGEST
from tillit.desk.shown import DECISIONS, KINDS, number
from tillit.identity.details import AddressField, NameField, PhoneField

_NAMES = {"sv": "Svenska", "en": "English", "fa": "فارسی"}
LANGUAGE_CHOICES = list(_NAMES.items())


def words_field(
    label: Any, *, required: bool = True, rows: int = 5, most: int = LONGEST, **more: Any
) -> forms.CharField:
    """A few lines of text in any script."""
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget, **more)


class WriteForm(forms.Form):
    """More words in a matter, and a file."""

    words = words_field(_("What do you want to say?"))
    file = forms.FileField(
        label=_("A file"), required=False, help_text=_("A PDF, a picture or plain text, up to 5 MB.")
    )

    def clean_file(self) -> Any:
        """Raises ValidationError beyond five megabytes."""
        file = self.cleaned_data["file"]
        if file and file.size > 5_000_000:
            raise forms.ValidationError(_("The file is larger than 5 MB. Send a smaller one."))
        return file


class AskForm(WriteForm):
    """A question, a complaint or praise. known: people whom a complaint can be about, by name."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=list(KINDS.items()), widget=forms.RadioSelect)
    about = forms.ChoiceField(
        label=_("Is a complaint about somebody?"),
        required=False,
        help_text=_("Whoever it is about neither sees it nor answers it."),
    )
    field_order = ("kind", "about", "name", "email", "words", "file")

    def __init__(self, *args: Any, known: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("About nobody in particular")), *((str(one), name) for one, name in known)]
        self.fields["about"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            del self.fields["about"]

    @property
    def whom(self) -> UUID | None:
        """Whom a valid complaint is about."""
        told = self.cleaned_data.get("about")
        return UUID(told) if told else None


class StrangerForm(AskForm):
    """The same, by somebody whom we do not know."""

    name = NameField(label=_("Your name"))
    email = AddressField(
        label=_("Your e-mail address"), help_text=_("We send a link there. The answer can be read only by that link.")
    )


class AnswerForm(forms.Form):
    """An answer. seen: the last thing said when the page was shown."""

    words = words_field(_("Your answer"), rows=7)
    seen = forms.UUIDField(widget=forms.HiddenInput)
    close = forms.BooleanField(label=_("This settles it: close it"), required=False)


class NoteForm(forms.Form):
    """Words between colleagues."""

    words = words_field(
        _("A note for your colleagues"),
        rows=3,
        help_text=_("Whoever it is about finds it in their copy of everything."),
    )


class GiveForm(forms.Form):
    """Who shall answer."""

    to = forms.ChoiceField(label=_("Who answers?"), required=False)
    instead_of = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, helpers: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Nobody yet")), *((str(one), name) for one, name in helpers)]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class RecastForm(forms.Form):
    """What kind of matter it is, and which member a complaint is about."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=list(KINDS.items()))
    about = forms.ChoiceField(
        label=_("Which colleague is a complaint about?"),
        required=False,
        help_text=_("From then on it is closed to them."),
    )

    def __init__(self, *args: Any, helpers: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Nobody in particular")), *((str(one), name) for one, name in helpers)]
        self.fields["about"].choices = choices  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    """Which other matter of the same person is answered together with this one. others: ids and lines (shown.line)."""

    other = forms.ChoiceField(
        label=_("What else did they ask?"),
        help_text=_("Its number then leads here. What was said in both stands here in order."),
    )

    def __init__(self, *args: Any, others: Iterable[tuple[UUID, dict[str, Any]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one), f"{shown['kind']} · {number(shown['thread'])}") for one, shown in others]
        self.fields["other"].choices = choices  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    """The decision on a complaint, with reasons."""

    decision = forms.ChoiceField(label=_("The decision"), choices=list(DECISIONS.items()), widget=forms.RadioSelect)
    words = words_field(
        _("Why, and what you do about it"),
        help_text=_(
            "It goes to whoever complained as you write it. Where they can go if they are not content stands below it."
        ),
    )


class PassOnForm(forms.Form):
    """Which right somebody asks for."""

    kind = forms.ChoiceField(label=_("What do they ask for?"))

    def __init__(self, *args: Any, offered: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(offered)  # type: ignore[attr-defined]


class RatingForm(forms.Form):
    """How content somebody was; each star is a button."""

    stars = forms.IntegerField(min_value=1, max_value=5)
    words = words_field(_("In words, if you like"), required=False, rows=3, most=2000)


class NumberField(forms.CharField):
    """A telephone number as it is read out, in any digits, with or without its country."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.widget.attrs.update({"type": "tel", "inputmode": "tel", "autocomplete": "off", "dir": "ltr"})
        self.organisation: Any = None

    def clean(self, value: Any) -> str:
        """Raises ValidationError for what is no number."""
        try:
            return calls.read_number(super().clean(value), self.organisation)
        except ValueError:
            raise forms.ValidationError(_("This is not a telephone number.")) from None


class NumberForm(forms.Form):
    """Which number calls."""

    number = NumberField(label=_("The number that calls"))

    def __init__(self, *args: Any, organisation: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].organisation = organisation  # type: ignore[attr-defined]


class OpenForm(NumberForm):
    """Why what is known of a caller is opened."""

    person = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Why do you open it?"), choices=list(calls.REASONS.items()))
    words = forms.CharField(
        label=_("In a few words"), max_length=500, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("The caller can read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].widget = forms.HiddenInput()


class EnterForm(forms.Form):
    """What a caller asks."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=list(KINDS.items()))
    words = words_field(_("What do they say?"))


class NewCallerForm(EnterForm):
    """The same, with who they are: somebody who calls for the first time."""

    name = NameField(label=_("Their name"))
    phone = PhoneField(label=_("Their number"))
    email = AddressField(label=_("Their e-mail address, if they give one"), required=False)
    language = forms.ChoiceField(label=_("Their language"), choices=LANGUAGE_CHOICES)
    field_order = ("name", "phone", "email", "language", "kind", "words")
