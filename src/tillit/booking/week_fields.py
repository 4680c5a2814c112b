"""Seven fields for the hours of a week, as forms of hosts and of rooms have them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst

from tillit.booking import hours
from tillit.kernel import formats


def add_week(form: forms.Form, language: str, zone: str | None = None) -> list[int]:
    """Add a field for each weekday in the reader's order; returns the ISO weekdays in it."""
    first = formats.first_weekday(language, zone)
    example = hours.write_spans([["09:00", "12:00"], ["13:00", "16:00"]], language)
    weekdays = [(first + n) % 7 + 1 for n in range(7)]
    for weekday in weekdays:
        form.fields[f"day{weekday}"] = forms.CharField(
            label=capfirst(formats.weekday_name(weekday - 1, language)),
            required=False,
            max_length=400,
            widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": example}),
        )
    return weekdays


def read_week(form: forms.Form, data: dict[str, Any], weekdays: list[int]) -> dict[str, Any]:
    """The week as the engine takes it; what cannot be read is said at its field."""
    weekly = {}
    for day in weekdays:
        try:
            if spans := hours.read_spans(data.get(f"day{day}") or ""):
                weekly[str(day)] = spans
        except hours.Unreadable as wrong:
            form.add_error(f"day{day}", str(wrong))
    return weekly


def written_week(weekly: dict[str, Any], language: str) -> dict[str, str]:
    """The fields' values for a stored week."""
    return {f"day{day}": hours.write_spans(spans, language) for day, spans in weekly.items()}
