"""A value that is held, as its person reads it: never a code, an id, or a word of another language than theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillit.identity.sessions import device_words
from tillit.kernel import formats, letters, zones
from tillit.kernel.dpv import Data, Words
from tillit.privacy.rights import coded

LONGEST = 600  # characters shown of one value; the copy has all of it
LANGUAGES: dict[str, Words] = {
    "sv": gettext_lazy("Swedish"),
    "en": gettext_lazy("English"),
    "fa": gettext_lazy("Persian"),
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MARK = re.compile(r"[0-9a-f]{32,}")


def of(label: str, what: Data, value: Any, *, row: UUID | None = None, language: str, zone: str) -> str:
    """The value of a field (app.model.field) in words: what it means where somebody has said so, else as `words`.
    row: whose value it is, where the meaning stands beside it."""
    meant = coded.spoken_of(label, row, value) if value is not None else None
    return words(what, value, language=language, zone=zone) if meant is None else str(meant)


def words(what: Data, value: Any, *, language: str, zone: str) -> str:
    """The value in the reader's language, moments in `zone`; "" for what cannot be shown as text."""
    if what is Data.LANGUAGE and isinstance(value, str):
        return str(LANGUAGES.get(value, value))
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
    elif isinstance(value, int):
        yield formats.format_number(value, language)
    elif hasattr(value, "lower") and hasattr(value, "upper") and hasattr(value, "isempty"):
        ends = [one for one in (value.lower, value.upper) if one]
        yield " – ".join(line for one in ends for line in _lines(one, language, zone))
    elif isinstance(value, dict):
        for key, one in value.items():
            called, said = _key(key, language), _inline(one, language, zone)
            yield f"{called}: {said or '–'}" if called else said
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield _inline(one, language, zone)
    elif isinstance(value, str) and _MARK.fullmatch(value):
        yield _("a mark that only programs read")
    elif value is not None and not isinstance(value, (bytes, memoryview, UUID)):
        yield str(value)


def _inline(value: Any, language: str, zone: str) -> str:
    """What stands inside another value, on one line: a list of pairs is a list of spans, a day is a day."""
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(one, str) for one in value):
        return formats.digits(f"{value[0]}–{value[1]}", language)
    if isinstance(value, (list, tuple)):
        return formats.join_words([_inline(one, language, zone) for one in value], language)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return formats.format_date(date.fromisoformat(value), language)
    if isinstance(value, str) and "/" in value and value in zones.names():
        return formats.zone_city(value, language)
    return formats.join_words(_lines(value, language, zone), language)


def _key(key: Any, language: str) -> str:
    """What a part of a value is called: an ISO weekday, a language, a day; "" for a program's own word."""
    text = str(key)
    if text in set("1234567"):
        return formats.weekday_name(int(text) - 1, language)
    if _DAY.fullmatch(text):
        return formats.format_date(date.fromisoformat(text), language)
    return str(LANGUAGES.get(text, ""))


# of the floors below, which know nothing of us
coded.declare("identity.session.device", device_words)
coded.declare("kernel.liveevent.kind", lambda _kind: _("a change, for pages that stand open"))
