"""What Tidboken asks of whoever books: questions of some meeting types, none of which must be answered."""

from __future__ import annotations

from typing import Any

_Words = dict[str, str]


def _said(en: str, sv: str, fa: str) -> _Words:
    return {"en": en, "sv": sv, "fa": fa}


def _labels(words: _Words) -> dict[str, dict[str, str]]:
    return {language: {"label": text, "hint": ""} for language, text in words.items()}


QUESTIONS: dict[str, list[dict[str, Any]]] = {
    "together": [
        {
            "key": "about",
            "kind": "choice",
            "words": _labels(_said("What is it about?", "Vad gäller det?", "موضوع چیست؟")),
            "options": [
                {"key": "home", "words": _said("A first home", "En första bostad", "خانهٔ اول")},
                {"key": "company", "words": _said("A small company", "Ett litet företag", "شرکت کوچک")},
            ],
        },
        {
            "key": "people",
            "kind": "number",
            "least": 1,
            "when": ["about", "company"],
            "words": _labels(_said("How many work there?", "Hur många arbetar där?", "چند نفر آنجا کار می‌کنند؟")),
        },
        {
            "key": "paper",
            "kind": "file",
            "words": _labels(
                _said("A paper that we should see", "Ett papper som vi bör se", "سندی که بهتر است ببینیم")
            ),
        },
    ]
}
