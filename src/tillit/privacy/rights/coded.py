"""What a stored code means to whoever reads it: the area that stores it says so, for a field or an event's reason.

coded.declare("privacy.objection.state", {"upheld": _("it has stopped"), …})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from tillit.kernel.dpv import Words

Speller = Callable[[Any], Words | None]

_SPELLERS: dict[str, Speller] = {}
_OF_ROWS: dict[str, Callable[[UUID, Any], Words | None]] = {}


def declare(where: str, words: Mapping[str, Words] | Speller) -> None:
    """Say what the codes mean of a field ("privacy.objection.state") or of an event's reason (the event's name).
    Raises ValueError for one that is declared already."""
    if where in _SPELLERS:
        raise ValueError(f"{where} has its words already.")
    _SPELLERS[where] = words.get if isinstance(words, Mapping) else words


def declare_rows(where: str, words: Callable[[UUID, Any], Words | None]) -> None:
    """Say what a field's values mean where that stands beside them: words(row's id, value). Raises as `declare`."""
    if _OF_ROWS.setdefault(where, words) is not words:
        raise ValueError(f"{where} has its words already.")


def spoken_of(where: str, row: UUID | None, value: Any) -> Words | None:
    """The words for a value in its row; None where nobody has declared any."""
    if row is not None and (of_row := _OF_ROWS.get(where)):
        return of_row(row, value)
    return spoken(where, value)


def spoken(where: str, code: Any) -> Words | None:
    """The words for a code, or for another value that nobody can read as it is stored; None where nobody has declared
    any."""
    speller = _SPELLERS.get(where)
    return speller(code) if speller else None
