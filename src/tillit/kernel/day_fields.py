"""Form fields for days and moments: the browser's own calendar, and for who reads Persian a line for a Jalali date.

No browser offers a Jalali calendar. Whatever the language, both calendars and all digits are understood when typed:
no year that anybody means lies below 1700 in one and above it in the other.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tillit.kernel import formats, jalali

_DAY = re.compile(r"(\d{3,4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_FIRST_GREGORIAN = 1700
_BEYOND = 3000  # the calendar of the machine ends in 9999, and much is counted on from a day


def typed_day(text: str) -> str:
    """What somebody typed as a day, as ISO 8601 in the Gregorian calendar; the same text where it is no day.

    Years below 1700 are of the Jalali calendar.
    """
    plain = formats.ascii_digits(text).strip()
    found = _DAY.match(plain)
    if not found:
        return plain
    year, month, day = (int(part) for part in found.groups())
    try:
        meant = date(year, month, day) if year >= _FIRST_GREGORIAN else jalali.from_jalali(year, month, day)
    except ValueError:
        return plain
    return meant.isoformat() + plain[found.end() :]


def _in_jalali(day: date) -> str:
    year, month, of_month = jalali.to_jalali(day)
    return formats.digits(f"{year:04}/{month:02}/{of_month:02}", "fa")


def _jalali_now() -> bool:
    return formats.calendar_for(get_language() or "en") == "jalali"


class DayInput(forms.DateInput):
    """A day: the browser's calendar, or year/month/day in the Jalali one."""

    input_type = "date"
    example: date = date(2026, 11, 22)

    def __init__(self, attrs: dict[str, Any] | None = None, format: str = "%Y-%m-%d") -> None:
        super().__init__(attrs, format)

    def format_value(self, value: Any) -> str | None:
        """What stands in the field: what was typed, or the day in the reader's calendar."""
        return self.shown(value) if isinstance(value, date) else super().format_value(value)

    def shown(self, value: Any) -> str:
        """The day as the reader writes it."""
        return _in_jalali(value) if _jalali_now() else f"{value:%Y-%m-%d}"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Where the calendar is Jalali: a line of text, written from left to right as numbers are."""
        context = super().get_context(name, value, attrs)
        if _jalali_now():
            context["widget"]["type"] = "text"
            more = {"dir": "ltr", "autocomplete": "off", "placeholder": self.shown(self.example)}
            context["widget"]["attrs"] = more | context["widget"]["attrs"]
        return context


class MomentInput(DayInput):
    """A day and a time on the wall clock."""

    input_type = "datetime-local"
    example = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)

    def __init__(self, attrs: dict[str, Any] | None = None, format: str = "%Y-%m-%dT%H:%M") -> None:
        super().__init__(attrs, format)

    def shown(self, value: Any) -> str:
        """Day and time as the reader writes them."""
        if not _jalali_now():
            return f"{value:%Y-%m-%dT%H:%M}"
        return f"{_in_jalali(value)} {formats.digits(f'{value:%H:%M}', 'fa')}"


class _EitherCalendar:
    """A field that says with an example, in the reader's calendar, how a day is written."""

    def to_python(self, value: Any) -> Any:
        """Raises ValidationError for what is no day in either calendar, or so far off that nobody can count from it."""
        try:
            day = super().to_python(typed_day(value) if isinstance(value, str) else value)  # type: ignore[misc]
            if day and not _FIRST_GREGORIAN <= day.year < _BEYOND:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")  # type: ignore[attr-defined]
            return day
        except forms.ValidationError as wrong:
            example = self.widget.shown(self.widget.example)  # type: ignore[attr-defined]
            wrong.params = (wrong.params or {}) | {"example": example}
            raise


class DayField(_EitherCalendar, forms.DateField):
    """A day, typed or chosen in either calendar."""

    widget = DayInput
    default_error_messages: ClassVar = {
        "invalid": _("There is no such day. Write year, month and day, as in %(example)s.")
    }


class MomentField(_EitherCalendar, forms.DateTimeField):
    """A day and a time on the wall clock of the active time zone, typed or chosen in either calendar."""

    widget = MomentInput
    default_error_messages: ClassVar = {"invalid": _("There is no such day and time. Write them as in %(example)s.")}
