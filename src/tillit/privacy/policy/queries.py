"""Reads for the pages about what an organisation publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from tillit.privacy.models import Document, Notice
from tillit.privacy.policy import changes, versions
from tillit.privacy.policy.parts import Section

_WAYS = {
    "my-data": "me:data",
    "my-evidence": "me:evidence",
    "promises": "trust",
    "cookies": "policy:cookies",
    "versions": "policy:versions",
    "agreement": "policy:document",
}


def ways(slug: str) -> dict[str, str]:
    """Where the ways on inside a document lead (parts.way)."""
    more = {"versions": [Document.NOTICE], "agreement": [Document.AGREEMENT]}
    return {way: reverse(name, args=[slug, *more.get(way, [])]) for way, name in _WAYS.items()}


@dataclass(frozen=True)
class Shown:
    """A document as a page shows it. `version` is None where nothing is published yet and a draft is shown."""

    document: Document
    sections: list[Section]
    version: Notice | None
    coming: Notice | None = None


def shown(organisation: Any, document: str, number: int | None = None) -> Shown | None:
    """The version that holds (or that of a number) in the reader's language; the draft where none was published.

    None for a number that was never published.
    """
    kind = Document(document)
    if number is not None:
        row = versions.version(organisation, kind, number)
        return Shown(kind, in_language(row), row) if row else None
    row = versions.current(organisation, kind)
    if row is None:
        language = _language()
        return Shown(kind, versions.draft(organisation, kind, [language]).pages[language], None)
    return Shown(kind, in_language(row), row, versions.coming(organisation, kind))


def in_language(version: Notice) -> list[Section]:
    """A version's sections in the reader's language; in English where it was not drawn in that."""
    found: list[Section] = version.pages.get(_language()) or version.pages["en"]
    return found


def _language() -> str:
    return (get_language() or "en")[:2]


@dataclass(frozen=True)
class Standing:
    """How one document stands at the office: what is published, what is coming, what it no longer says rightly."""

    document: Document
    last: Notice | None
    outdated: versions.Outdated | None
    differs: tuple[str, ...]

    @property
    def state(self) -> str:
        """none (never published), wrong (facts have changed), worded (only the wording has), or fine."""
        if self.last is None:
            return "none"
        if self.outdated is None:
            return "fine"
        return "wrong" if self.outdated.in_facts else "worded"


def standings(organisation: Any) -> list[Standing]:
    """How every document of the acting organisation stands."""
    found = []
    for document in Document:
        last = versions.latest(organisation, document)
        old = versions.outdated(organisation, document) if last else None
        found.append(Standing(document, last, old, tuple(changes.summary(old.changes)) if old else ()))
    return found
