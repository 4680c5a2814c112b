"""What an administrator says of a meeting type's bookings beside the time: who says yes, and what comes afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from tillit.booking.models import MeetingType
from tillit.booking.tasks import KEEP_DAYS
from tillit.kernel.normal import clean_text


class AfterwardsForm(forms.Form):
    """Confirmation by hand, how long data is kept, and a message after the meeting."""

    answer_hours = forms.IntegerField(
        label=_("Hours in which a host confirms each booking"),
        min_value=1,
        max_value=14 * 24,
        required=False,
        help_text=_("Empty: a booking stands at once. Otherwise its time is held so long, and free if nobody answers."),
    )
    keep_days = forms.IntegerField(
        label=_("Days after the meeting until booking data is deleted"),
        min_value=KEEP_DAYS.least,
        max_value=KEEP_DAYS.most,
        required=False,
        help_text=_("Empty: as many as the organisation keeps booking data otherwise."),
    )
    follow_up_hours = forms.IntegerField(
        label=_("Hours after the meeting until its guest is written to"),
        min_value=0,
        max_value=60 * 24,
        required=False,
        help_text=_("Empty: nobody is written to. Guests can switch such messages off."),
    )

    def __init__(self, *args: Any, languages: Iterable[str], series: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages, self.series = list(languages), series
        for code in self.languages:
            self.fields[f"words_{code}"] = forms.CharField(
                label=format_lazy("{} ({})", _("What is written then"), get_language_info(code)["name_local"]),
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4, "lang": code, "dir": "rtl" if code == "fa" else "ltr"}),
            )

    def clean(self) -> dict[str, Any]:
        """Adds `fields`: the values as the model has them."""
        data = super().clean() or {}
        if self.errors:
            return data
        said = {code: clean_text(data[f"words_{code}"], lines=True) for code in self.languages}
        words = {code: text for code, text in said.items() if text}
        if data["follow_up_hours"] is not None and not words:
            self.add_error(f"words_{self.languages[0]}", _("Write what shall stand in the message."))
        hours, later = data["answer_hours"], data["follow_up_hours"]
        if hours and self.series:
            self.add_error("answer_hours", _("What is booked week by week stands at once, all of it."))
        data["fields"] = {
            "answer_within": hours and hours * 60,
            "keep_days": data["keep_days"],
            "follow_up": None if later is None else later * 60,
            "follow_up_words": words,
        }
        return data

    @classmethod
    def filled(cls, kind: MeetingType, **given: Any) -> AfterwardsForm:
        """The form with a type's values."""
        initial: dict[str, Any] = {
            "answer_hours": kind.answer_within and -(-kind.answer_within // 60),
            "keep_days": kind.keep_days,
            "follow_up_hours": None if kind.follow_up is None else kind.follow_up // 60,
        }
        return cls(initial=initial | {f"words_{code}": text for code, text in kind.follow_up_words.items()}, **given)
