"""What requests and answers are made of: strict values whose written form the schema says in full."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    StrictStr,
    WithJsonSchema,
    field_validator,
)

from tillit.kernel import zones

_DAY = (
    r"(20[0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|1[0-9]|2[0-8]))|20([02468][048]|[13579][26])-02-29)"
)
DAY_PATTERN = f"^{_DAY}$"
INSTANT_PATTERN = rf"^{_DAY}T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])$"
CLOCK_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"

InstantText = Annotated[StrictStr, Field(pattern=INSTANT_PATTERN, examples=["2027-03-18T13:00Z"])]
"""An instant in a request (RFC 3339, with or without seconds); `instant` reads it."""

DayText = Annotated[StrictStr, Field(pattern=DAY_PATTERN, examples=["2027-03-18"])]
"""A date in a request (ISO 8601)."""

ClockText = Annotated[StrictStr, Field(pattern=CLOCK_PATTERN, examples=["09:00"])]


def _known_zone(name: str) -> str:
    zones.zone(name)
    return name


Zone = Annotated[
    StrictStr,
    AfterValidator(_known_zone),
    WithJsonSchema({"type": "string", "enum": sorted(zones.names()), "description": "IANA time zone"}),
]
Slug = Annotated[StrictStr, Field(pattern=r"^[-a-zA-Z0-9_]{1,60}$")]


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 61.0 is 61. Nothing else becomes a number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("Not a whole number.")
    return value


Whole = BeforeValidator(_whole)
"""Beside a number: `Annotated[int, Field(ge=1), Whole]`."""

Email = Annotated[
    StrictStr,
    Field(
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9_+-]*\.?[A-Za-z0-9_+-]+)*@([A-Za-z0-9]+(-[A-Za-z0-9]+)*\.)+[A-Za-z]{2,20}$",
        max_length=120,
    ),
]

At = Annotated[
    datetime,
    PlainSerializer(lambda at: at.astimezone(UTC).isoformat().replace("+00:00", "Z"), return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant in an answer, in UTC."""


def instant(text: str) -> datetime:
    """The instant that a request wrote."""
    return datetime.fromisoformat(text)


_HALF = re.compile("[\ud800-\udfff]")


def _texts(value: Any) -> Iterator[str]:
    """Every text in what was sent, however deep; schemas within look at their own."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for one in pair for text in _texts(one))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from (text for one in value for text in _texts(one))


class In(Schema):
    """What a program sends: nothing that is not known, and no text that the database cannot hold."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        """No database text holds a NUL, and half of a surrogate pair is no character."""
        if any("\0" in text or _HALF.search(text) for text in _texts(value)):
            raise ValueError("Not text.")
        return value


class Out(Schema):
    """What a program gets. Every field of it stands in tests/guards/api_fields.txt."""


Language = Literal["sv", "en", "fa"]

__all__ = [
    "At",
    "ClockText",
    "DayText",
    "Email",
    "Field",
    "In",
    "InstantText",
    "Language",
    "Out",
    "Slug",
    "StrictBool",
    "StrictStr",
    "Whole",
    "Zone",
    "instant",
]
