"""Words that come as data, not through the catalogue: names of laws and authorities, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

FALLBACK = "en"


@dataclass(frozen=True)
class Said:
    """One thing said in several languages. As text it speaks the reader's, else English."""

    words: Mapping[str, str]

    def __post_init__(self) -> None:
        if not self.words.get(FALLBACK):
            raise ValueError("What is said is said in English at least.")

    def __str__(self) -> str:
        return self.words.get((get_language() or FALLBACK)[:2]) or self.words[FALLBACK]

    def __hash__(self) -> int:
        return hash(self.words[FALLBACK])
