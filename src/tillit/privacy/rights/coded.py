"""What a stored code means to whoever reads it: the area that stores it says so, for a field or an event's reason.

coded.declare("privacy.objection.state", {"upheld": _("it has stopped"), …})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tillit.kernel.dpv import Words

Speller = Callable[[Any], Words | None]

_SPELLERS: dict[str, Speller] = {}


def declare(where: str, words: Mapping[str, Words] | Speller) -> None:
    """Say what the codes mean of a field ("privacy.objection.state") or of an event's reason (the event's name).
    Raises ValueError for one that is declared already."""
    if where in _SPELLERS:
        raise ValueError(f"{where} has its words already.")
    _SPELLERS[where] = words.get if isinstance(words, Mapping) else words


def spoken(where: str, code: Any) -> Words | None:
    """The words for a code, or for another value that nobody can read as it is stored; None where nobody has declared
    any."""
    speller = _SPELLERS.get(where)
    return speller(code) if speller else None
