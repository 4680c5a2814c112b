"""Free text of a profile as it is typed: what is invisible goes, and contact details are refused."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillit.kernel import contact_words

_KEPT = "\u200c\u200d\n"  # joiners: Persian and emoji need them
_WHAT = {
    "phone": gettext_lazy("a phone number"), "email": gettext_lazy("an e-mail address"),
    "link": gettext_lazy("a link"), "address": gettext_lazy("a street address"),
}  # fmt: skip


def tidy(text: str) -> str:
    """The text without control and direction characters, in one normal form; lines and joiners stay."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(c for c in plain if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return "\n".join(" ".join(line.split(" ")).strip() for line in kept.split("\n")).strip()


def contact_in(text: str) -> str:
    """What of contact details a text holds, as people call it; "" for nothing."""
    found = contact_words.find(text)
    return str(_WHAT[found[0].kind]) if found else ""


class Words(forms.CharField):
    """Text that everybody may read: no contact details. one_line: without line breaks."""

    def __init__(self, *, rows: int = 0, **kwargs: Any) -> None:
        self.one_line = not rows
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        super().__init__(widget=widget, **kwargs)
        self.widget.attrs["dir"] = "auto"

    def to_python(self, value: Any) -> str:
        """The text, tidied."""
        text = tidy(super().to_python(value) or "")
        return " ".join(text.split()) if self.one_line else text

    def validate(self, value: str) -> None:
        """Raises ValidationError for contact details, saying which and what to do instead."""
        super().validate(value)
        if what := contact_in(value):
            raise forms.ValidationError(
                _("Here is %(what)s. Leave it out: everybody reads this. You show it later to those you choose."),
                params={"what": what}, code="contact",
            )  # fmt: skip
