"""What is typed in a thread."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from tillit.kernel.ids import new_id
from tillit.messaging.actions import LONGEST
from tillit.messaging.models import FILES as MOST

LARGEST = 5_000_000  # bytes of one file


class SeveralFiles(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files, none of them too large; an empty list for none."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Raises ValidationError for too many or too large ones."""
        files = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if len(files) > MOST:
            raise forms.ValidationError(_("At most five files at once."))
        if any(one.size > LARGEST for one in files):
            raise forms.ValidationError(_("The file is larger than 5 MB. Send a smaller one."))
        return files


class MessageForm(forms.Form):
    """Words, files, and the key by which a second press sends nothing again."""

    words = forms.CharField(
        label=_("Your message"),
        required=False,
        validators=[
            MaxLengthValidator(LONGEST, _("That is longer than a message can be. Shorten it, or send it in parts."))
        ],
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "class": "draft"}),
    )
    files = FilesField(label=_("Files"), required=False)  # type: ignore[assignment]
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def anew(self) -> None:
        """What was typed stays, under a key of its own."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["key"] = str(new_id())  # type: ignore[index]

    def names(self) -> list[str]:
        """What the files are called, without their endings."""
        return [one.name.rpartition(".")[0] or one.name for one in self.cleaned_data["files"]]


__all__ = ["MessageForm"]
