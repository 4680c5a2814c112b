"""Which column of a file is which: guessed from its heading, in Swedish, English and Persian."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tillit.kernel.dpv import Words

_LETTERS = str.maketrans({"ي": "ی", "ك": "ک", "ة": "ه", "\u200c": None, "\u200d": None})


@dataclass(frozen=True)
class Column:
    """What can be taken from a file. heads: headings by which it is known, as files write them."""

    key: str
    label: Words
    heads: tuple[str, ...]


def guess(headings: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """For each heading the key of a column, each at most once; "" for what is not taken."""
    known = {plain(head): column.key for column in columns for head in (column.key, *column.heads)}
    found: list[str] = []
    for heading in headings:
        key = known.get(plain(heading), "")
        found.append(key if key not in found else "")
    return found


def plain(heading: str) -> str:
    """A heading without case, signs, and the differences between Arabic and Persian keyboards."""
    text = unicodedata.normalize("NFKC", heading).casefold().translate(_LETTERS)
    return re.sub(r"[^\w]|_", "", text)
