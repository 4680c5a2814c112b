"""The door of the search: each app says in its own `finding.py` what of it can be found.

    from tillit.kernel import finding

    def look(asked: finding.Asked) -> finding.Answer:
        rows = Thread.objects.order_by("-pk")[: MOST + 1]                  # row security decides which
        found, more = asked.sift(rows, MOST, lambda row: asked.match([row.title], [row.words]))
        ...
        evidence.saw(...)                                                   # of whom something is shown

    finding.declare(finding.Source("threads", _("Questions"), "chat", look))

A source runs as whoever asks, in the page's transaction. It reads a bounded number of rows that its own pages show
them anyway, opens what is sealed in those alone, and records whom it shows. `more` says that rows were left unread,
never how many; nothing that is not shown is counted.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.kernel import discovery, normal
from tillit.kernel.dpv import Words

Row = TypeVar("Row")

LONGEST = 100  # characters of a question
MOST_WORDS = 8
READ = 2000  # characters of a text that are looked through
SHOWN = 8  # results of one source
SECONDS = 0.15  # for opening what is sealed, of all sources together
_HALF_SPACE = "\u200c"
_SIMILAR_FROM = 4  # letters of a word, from which on a similar spelling counts


class Why(IntEnum):
    """Why something was found; the lower, the higher it stands."""

    EXACT = 0
    WORD = 1
    BEGINS = 2
    TEXT = 3
    SIMILAR = 4

    @property
    def words(self) -> Words:
        """The reason, as the page says it."""
        return _REASONS[self]


_REASONS: dict[Why, Words] = {
    Why.EXACT: _("exactly what you wrote"),
    Why.WORD: _("a word that you wrote"),
    Why.BEGINS: _("begins with what you wrote"),
    Why.TEXT: _("stands in its text"),
    Why.SIMILAR: _("is spelt in a similar way"),
}


@dataclass(frozen=True)
class Hit:
    """One result. order: its place among equals, the smaller the earlier. about: of whom it tells, for the evidence."""

    title: str
    url: str
    why: Why
    note: str = ""
    order: Any = 0
    about: UUID | None = None


@dataclass(frozen=True)
class Answer:
    """What a source found. more: it left rows unread, since there were too many or no time."""

    hits: Sequence[Hit] = ()
    more: bool = False


@dataclass
class Asked:
    """A question: its text, perhaps bounds of days, where and in which language it is asked.

    slug: of the organisation; empty outside of one. request: of the page, for a source that shows what the page's
    navigation shows. zone: by which clock results say when, once a source has looked it up. Raises
    nothing: what cannot be understood finds nothing.
    """

    text: str
    slug: str = ""
    language: str = "en"
    since: date | None = None
    until: date | None = None
    request: Any = None
    zone: str = ""
    patience: float = field(default_factory=lambda: SECONDS)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What was written, word by word, as it is compared."""
        return tuple(dict.fromkeys(_joined(self.text)))[:MOST_WORDS]

    @cached_property
    def email(self) -> str:
        """The address that was written, "" where it is none."""
        return _or_nothing(normal.email, self.text)

    @cached_property
    def phone(self) -> str:
        """The telephone number that was written (E.164), "" where it is none."""
        return _or_nothing(normal.phone, self.text)

    @cached_property
    def _readings(self) -> tuple[tuple[str, ...], ...]:
        apart = tuple(dict.fromkeys(_joined(self.text.replace(_HALF_SPACE, " "))))[:MOST_WORDS]
        return (self.words,) if apart == self.words else (self.words, apart)

    def match(self, names: Iterable[str], texts: Iterable[str] = ()) -> Why | None:
        """Whether every word is found, and how well the worst of them: in names also when spelt similarly, in texts
        as the beginning of a word. None when one is found nowhere."""
        called, said = [_words(name) for name in names], [text[:READ] for text in texts]
        found = [why for words in self._readings if (why := _match(words, called, said)) is not None]
        return min(found, default=None)

    def sift(
        self, rows: Iterable[Row], most: int, test: Callable[[Row], Why | None]
    ) -> tuple[list[tuple[Why, Row]], bool]:
        """Those of the first `most` rows that pass, with why; and whether rows were left unread. What all sources
        together may take in this way is `patience` (seconds)."""
        found: list[tuple[Why, Row]] = []
        begun = time.monotonic()
        left = False
        for number, row in enumerate(rows):
            left = number == most or time.monotonic() - begun > self.patience
            if left:
                break
            why = test(row)
            if why is not None:
                found.append((why, row))
        self.patience -= time.monotonic() - begun
        return found, left


@dataclass(frozen=True)
class Source:
    """A kind of thing that can be found. dated: days narrow it down. place: among the groups of the page."""

    key: str
    label: Words
    icon: str
    look: Callable[[Asked], Answer]
    dated: bool = False
    place: int = 50


_sources: dict[str, Source] = {}


def declare(source: Source) -> Source:
    """Make something findable. Raises ValueError for a key that another source has."""
    if _sources.setdefault(source.key, source) != source:
        raise ValueError(f"Two sources of the search are called {source.key}.")
    return source


def sources() -> list[Source]:
    """Everything that can be found, in the order of the page."""
    discovery.load("finding")
    return sorted(_sources.values(), key=lambda source: (source.place, source.key))


def best(found: Iterable[Hit]) -> list[Hit]:
    """The results that are shown, the best first."""
    return sorted(found, key=lambda hit: (hit.why, hit.order, hit.title))[:SHOWN]


def similar(one: str, other: str) -> bool:
    """Do two words differ by at most one letter: more, less, another, or two that changed places?"""
    if one == other:
        return True
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) != len(other):
        return one[at:] == other[at + 1 :]
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return swapped or one[at + 1 :] == other[at + 1 :]


def _match(words: tuple[str, ...], called: list[list[str]], texts: list[str]) -> Why | None:
    if not words:
        return None
    if list(words) in called:
        return Why.EXACT
    named = {word for name in called for word in name}
    said: set[str] | None = None
    worst = Why.EXACT
    for wanted in words:
        why = _among(wanted, named)
        if why is None or why is Why.SIMILAR:
            said = {word for text in texts for word in _words(text)} if said is None else said
            why = Why.TEXT if any(word.startswith(wanted) for word in said) else why
        if why is None:
            return None
        worst = max(worst, why)
    return worst


def _among(wanted: str, named: set[str]) -> Why | None:
    if wanted in named:
        return Why.WORD
    if any(word.startswith(wanted) for word in named):
        return Why.BEGINS
    if len(wanted) < _SIMILAR_FROM or wanted.isdecimal():
        return None
    ahead = {wanted[0], wanted[1]}  # a first letter is mistaken for its neighbour at most
    near = (word for word in named if word[0] in ahead)
    return Why.SIMILAR if any(similar(wanted, word) or similar(wanted, word[: len(wanted)]) for word in near) else None


def _joined(text: str) -> list[str]:
    """The words of a text as they are compared; what a half-space joins is one."""
    return re.findall(r"\w+", normal.folded(text))


def _words(text: str) -> list[str]:
    """The same, and the parts of what a half-space joins."""
    return _joined(text) + (_joined(text.replace(_HALF_SPACE, " ")) if _HALF_SPACE in text else [])


def _or_nothing(normalise: Callable[[str], str], text: str) -> str:
    try:
        return normalise(text)
    except ValueError:
        return ""
