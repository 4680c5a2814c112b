"""Words as the search compares them. å, ä and ö stay letters of their own, yet a typed "a" finds "å": each word is kept
as written and without its marks, and a typed word is looked for as typed. Arabic letters count as Persian ones, a
half-space both joins and parts, digits of every script are the same (kernel.normal)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from math import floor
from uuid import UUID

from tillit.directory.places import Place
from tillit.kernel.normal import folded

LONGEST = 40
MOST_TYPED = 8
_FINE = (4, 1)  # parts of a degree of latitude, or of two of longitude: some 28 and 110 km in the north
_PARTS = 9
ANYWHERE = "@"
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


def cells(place: Place) -> tuple[str, ...]:
    """The marks, among the words of a listing, of the parts of the world where it is, at each fineness of _FINE. No
    typed word is written so."""
    return tuple(f"@{fine}_{floor(place.latitude * fine)}_{floor(place.longitude / 2 * fine)}" for fine in _FINE)


def marks(place: Place, services: Collection[UUID]) -> list[str]:
    """Where a listing is, and what is offered where."""
    there = cells(place)
    return [*there, *(offered(mark, service) for mark in (*there, ANYWHERE) for service in services)]


def offered(mark: str, service: UUID) -> str:
    """The mark of a service in a part of the world. Two may end alike: the search reads who really offers it."""
    return f"{mark}/{service.hex[-10:]}"


def within(around: Iterable[Place], service: UUID | None) -> str:
    """What a tsquery adds for whatever lies in the same parts of the world as these places (none: anywhere) and offers
    this (None: whatever): in the finest parts that are not too many, as the index looks into each."""
    there = [ANYWHERE]
    for found in zip(*(cells(place) for place in around), strict=True):
        if len(parts := sorted(set(found))) <= _PARTS:
            there = parts
            break
    asked = there if service is None else [offered(mark, service) for mark in there]
    return "" if asked == [ANYWHERE] else " & (" + " | ".join(f"'{mark}'" for mark in asked) + ")"
