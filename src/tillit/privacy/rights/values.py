"""A value that is held, as its person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from tillit.kernel import formats, letters
from tillit.kernel.dpv import Data

LONGEST = 600  # characters shown of one value; the copy has all of it


def words(what: Data, value: Any, *, language: str, zone: str) -> str:
    """The value in the reader's language, moments in `zone`; "" for what cannot be shown as text."""
    if what is Data.LANGUAGE:
        return dict(settings.LANGUAGES).get(value, str(value))
    if what is Data.LOCATION and isinstance(value, str):
        return formats.zone_city(value, language)
    if what in (Data.ACTIVITY, Data.CHOICE) and isinstance(value, str) and (named := _message(value)):
        return named
    text = "\n".join(_lines(value, language, zone))
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + " …"


def _message(value: str) -> str:
    """What a kind of message or a channel is called; "" for other values."""
    if kind := letters.known(value):
        return str(kind.says)
    return str(letters.Channel(value).label) if value in set(letters.Channel) else ""


def _lines(value: Any, language: str, zone: str) -> Iterator[str]:
    if isinstance(value, bool):
        yield _("yes") if value else _("no")
    elif isinstance(value, datetime):
        yield formats.format_datetime(value, language, "short", zone=zone)
    elif isinstance(value, date):
        yield formats.format_date(value, language)
    elif hasattr(value, "lower") and hasattr(value, "upper") and hasattr(value, "isempty"):
        ends = [one for one in (value.lower, value.upper) if one]
        yield " – ".join(line for one in ends for line in _lines(one, language, zone))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield f"{_weekday(key, language)}: {_inline(one, language, zone)}"
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield _inline(one, language, zone)
    elif not isinstance(value, (bytes, memoryview, UUID)):
        yield str(value)


def _inline(value: Any, language: str, zone: str) -> str:
    """A list of pairs is a list of spans; everything else on one line."""
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(one, str) for one in value):
        return f"{value[0]}–{value[1]}"
    if isinstance(value, (list, tuple)):
        return formats.join_words([_inline(one, language, zone) for one in value], language)
    return formats.join_words(_lines(value, language, zone), language)


def _weekday(key: Any, language: str) -> str:
    """Keys of a schedule are ISO weekdays; other keys are words."""
    return formats.weekday_name(int(key) - 1, language) if str(key) in "1234567" else str(key)
