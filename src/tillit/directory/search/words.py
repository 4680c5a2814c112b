"""Words as the search compares them. å, ä and ö stay letters of their own, yet a typed "a" finds "å": each word is kept
as written and without its marks, and a typed word is looked for as typed. Arabic letters count as Persian ones, a
half-space both joins and parts, digits of every script are the same (kernel.normal)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from math import floor

from tillit.directory.places import Place
from tillit.kernel.normal import folded

LONGEST = 40
MOST_TYPED = 8
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_HALF_SPACE = "\u200c"
_OURS = "åäö"


def tokens(texts: Iterable[str]) -> set[str]:
    """Every form under which the words of these texts are found."""
    found: set[str] = set()
    for text in texts:
        for form in {text.replace(_HALF_SPACE, " "), text.replace(_HALF_SPACE, "")}:
            for word in _WORD.findall(_marked(form)):
                found |= {word[:LONGEST], _plain(word)[:LONGEST]}
    return found - {""}


def typed(text: str) -> list[str]:
    """The words of a search, as they are looked for: at most MOST_TYPED."""
    words = _WORD.findall(_marked(text[:200].replace(_HALF_SPACE, "")))
    return list(dict.fromkeys(word[:LONGEST] for word in words))[:MOST_TYPED]


def _marked(text: str) -> str:
    """Compared as kernel.normal.folded does, but that å, ä and ö stay."""
    parts = re.split(f"([{_OURS}]+)", unicodedata.normalize("NFC", text).casefold())
    return "".join(part if part and part[0] in _OURS else folded(part) for part in parts)


def _plain(word: str) -> str:
    return folded(word)


def query(words: Iterable[Iterable[str]]) -> str:
    """The tsquery in which each word has one of its forms, as a beginning. Forms hold letters and digits only."""
    return " & ".join("(" + " | ".join(f"'{form}':*" for form in forms) + ")" for forms in words)


def cell(place: Place) -> str:
    """The mark, among the words of a listing, of the part of the world where it is: a degree high, two wide. No typed
    word is written so. Marks of single places would be too many to ask for at once."""
    return f"@{floor(place.latitude)}_{floor(place.longitude / 2)}"


def within(around: Iterable[Place]) -> str:
    """The tsquery of whatever lies in the same parts of the world as these places."""
    return "(" + " | ".join(f"'{mark}'" for mark in sorted({cell(place) for place in around})) + ")"
