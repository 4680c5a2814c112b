"""What a document is made of: sections with a short answer, which unfold. All plain JSON, kept with a version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Part = dict[str, Any]
Section = dict[str, Any]


def section(id: str, title: str, short: str, *parts: Part | None) -> Section:
    """A question of the reader's, its answer in a sentence or two, and what unfolds."""
    return {"id": id, "title": title, "short": short, "parts": [part for part in parts if part]}


def text(words: str) -> Part:
    """A paragraph."""
    return {"is": "text", "text": words}


def points(items: Iterable[str]) -> Part:
    """A list."""
    return {"is": "points", "items": list(items)}


def terms(pairs: Iterable[tuple[str, str]]) -> Part:
    """Words and what is said of each."""
    return {"is": "terms", "pairs": [list(pair) for pair in pairs]}


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Part | None:
    """A table; None where it would be empty."""
    lines = [list(row) for row in rows]
    return {"is": "table", "caption": caption, "head": list(head), "rows": lines} if lines else None


def own(words: str) -> Part | None:
    """The organisation's own words, marked as such; None where it has said nothing."""
    return {"is": "own", "text": words} if words.strip() else None


def way(where: str, label: str) -> Part:
    """A way on inside the product, by a name that the page resolves (views.WAYS)."""
    return {"is": "way", "where": where, "label": label}


def plain(sections: Iterable[Section]) -> list[tuple[str, str]]:
    """Each section as its title and running text: what differences between versions are shown in."""
    return [(one["title"], " ".join([one["short"], *(_text(part) for part in one["parts"])])) for one in sections]


def _text(part: Part) -> str:
    if part["is"] in ("text", "own"):
        return str(part["text"])
    if part["is"] == "points":
        return " · ".join(part["items"])
    if part["is"] == "terms":
        return " · ".join(f"{term}: {says}" for term, says in part["pairs"])
    if part["is"] == "table":
        return " · ".join("; ".join(row) for row in part["rows"])
    return ""
