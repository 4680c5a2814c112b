"""What a program sends when it books or cancels, read by the rules of the pages' forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tillit.journeys.forms import BookingForm, CallerForm, CancelForm

_BOOKING = {"request_key", "start", "zone", "name", "email", "note"}


def booking(typed: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Who comes and when: the values as `book` takes them, and for each name that is not right the sentences."""
    values, wrong = _read(BookingForm(typed))
    return {name: value for name, value in values.items() if name in _BOOKING}, wrong


def caller(typed: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Who calls, and when they come: the values as the page of those who take calls reads them, and what is wrong."""
    return _read(CallerForm(typed))


def reason(text: str) -> tuple[str, dict[str, list[str]]]:
    """Why something is cancelled, and what is not right with it."""
    values, wrong = _read(CancelForm({"reason": text}))
    return values.get("reason", ""), wrong


def _read(form: Any) -> tuple[dict[str, Any], dict[str, list[str]]]:
    form.is_valid()
    return form.cleaned_data, {name: [str(one) for one in errors] for name, errors in form.errors.items()}
