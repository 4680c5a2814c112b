"""What somebody says in a poll: who they are, and for each time yes, if need be, or no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillit.booking.actions import NAME_LENGTH
from tillit.booking.polls.models import WORDS
from tillit.booking.polls.queries import key
from tillit.journeys.forms import has_letters
from tillit.kernel import mail
from tillit.kernel.normal import clean_text

if TYPE_CHECKING:
    from tillit.booking.polls.queries import TimeRow

NOTE_LENGTH = 1000


class AnswerForm(forms.Form):
    """said: what was said before (booking.polls.queries.key → word). known: the address that is known already, which is
    not asked again."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        error_messages={"required": gettext_lazy("Please write your name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr", "inputmode": "email"}),
        help_text=gettext_lazy("Then you are told which time was chosen. Nothing more."),
    )
    note = forms.CharField(
        label=gettext_lazy("Something they should know?"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def __init__(
        self,
        *args: Any,
        rows: Sequence[TimeRow],
        said: Mapping[str, str] | None = None,
        known: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.before = said or {}
        if known is not None:  # their own link: the address stays what it was
            del self.fields["email"]

    def asked(self) -> list[dict[str, Any]]:
        """Each time with its three answers, the one that was given marked; none is given beforehand."""
        found = []
        for row in self.rows:
            name = f"t-{key(row.start)}"
            given = str(self.data.get(name) or "") if self.is_bound else self.before.get(key(row.start), "")
            answers = [{"value": word, "label": WORDS[word], "picked": word == given} for word in WORDS]
            found.append({"row": row, "name": name, "answers": answers})
        return found

    def clean_name(self) -> str:
        name = clean_text(self.cleaned_data["name"], lines=False)
        if not has_letters(name):
            raise ValidationError(_("Please write your name."))
        return name

    def clean_email(self) -> str:
        email = str(self.cleaned_data.get("email") or "")
        if email and not mail.can_reach(email):
            raise ValidationError(_("This does not look like an e-mail address. Please look at it once more."))
        return email

    def clean_note(self) -> str:
        return clean_text(self.cleaned_data["note"], lines=True)

    def clean(self) -> dict[str, Any]:
        """Adds `said`: start → word. What is left out counts as no; nothing at all is no answer."""
        data = super().clean() or {}
        said = {}
        for row in self.rows:
            word = str(self.data.get(f"t-{key(row.start)}") or "")
            if word in WORDS:
                said[row.start] = word
        if not said:
            raise ValidationError(_("Say of at least one time whether you can."))
        return data | {"said": said}
