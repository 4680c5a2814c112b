"""Free text of a profile as it is typed: what is invisible goes, and contact details are refused."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _

_KEPT = "\u200c\u200d\n"  # joiners: Persian and emoji need them
_ADDRESS = re.compile(r"[^\s@]{1,64}\s?(?:@|\(at\)|\[at\])\s?[^\s@]{1,190}", re.IGNORECASE)
_LINK = re.compile(r"https?:|www\.|\b[\w-]{2,63}\.(?:se|com|net|org|nu|io|ir|me|eu|info|app)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\+|00)?\d(?:[\s().\-–/·]{0,3}\d){6,}")
_STREET = re.compile(
    r"\b\w{3,40}(?:gatan|vägen|gränd|stigen|allén|torget|backen|plan)\s+\d{1,4}\b|خیابان\s+\S+.{0,40}پلاک",
    re.IGNORECASE,
)


def tidy(text: str) -> str:
    """The text without control and direction characters, in one normal form; lines and joiners stay."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(c for c in plain if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return "\n".join(" ".join(line.split(" ")).strip() for line in kept.split("\n")).strip()


def contact_in(text: str) -> str:
    """What of contact details a text holds, as people call it; "" for nothing."""
    plain = "".join(str(unicodedata.decimal(c, c)) for c in unicodedata.normalize("NFKC", text))
    for found, words in (
        (_ADDRESS, _("an e-mail address")), (_LINK, _("a link")), (_NUMBER, _("a phone number")),
        (_STREET, _("a street address")),
    ):  # fmt: skip
        if found.search(plain):
            return words
    return ""


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
