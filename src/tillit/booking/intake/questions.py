"""Questions as they are stored, and which of them are asked.

Stored as JSON, a list in the order of asking:

    {"key": "topic", "kind": "choice", "required": true,
     "words": {"en": {"label": "What is it about?", "hint": ""}, …},
     "options": [{"key": "roof", "words": {"en": "The roof", …}}, …],
     "when": ["customer", "yes"]}

`key` names the question in addresses and in answers, and stays when words change. `when` names an earlier question and
what must have been answered there: an option's key, or "yes" for a consent. Answers are a dictionary from key to text
(text, long, hidden, and numbers as they are written with a point), an option's key, a date in ISO 8601, true for a
consent, or the id of a file (kernel.uploads).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KINDS = ("text", "long", "choice", "number", "date", "file", "consent", "hidden")
LEADS = ("choice", "consent")
"""Kinds whose answer can lead to other questions, to another type or to a host."""
YES = "yes"
MOST = 40  # questions of a form
MOST_OPTIONS = 60
Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Option:
    """One of the answers of a choice."""

    key: str
    words: Mapping[str, str]

    def label(self, language: str) -> str:
        """What it is called in a language, else in the first one it has."""
        return self.words.get(language) or next(iter(self.words.values()), self.key)


@dataclass(frozen=True)
class Question:
    """One question. least, most: of a number. signed: a hidden one takes only what a signed link says."""

    key: str
    kind: str
    words: Words
    required: bool = False
    options: Sequence[Option] = ()
    when: tuple[str, str] | None = None
    least: int | None = None
    most: int | None = None
    signed: bool = False
    name: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"q_{self.key}")

    def word(self, part: str, language: str) -> str:
        """Its label or hint in a language, else in the first one it has."""
        texts = self.words.get(language) or next(iter(self.words.values()), {})
        return str(texts.get(part, ""))

    def option(self, key: Any) -> Option | None:
        """The answer of a choice with this key."""
        return next((one for one in self.options if one.key == key), None)

    def stored(self) -> dict[str, Any]:
        """As it lies in the database."""
        found: dict[str, Any] = {
            "key": self.key,
            "kind": self.kind,
            "words": {k: dict(v) for k, v in self.words.items()},
        }
        more = {
            "required": self.required, "signed": self.signed, "least": self.least, "most": self.most,
            "options": [{"key": one.key, "words": dict(one.words)} for one in self.options],
            "when": list(self.when) if self.when else None,
        }  # fmt: skip
        return found | {name: value for name, value in more.items() if value not in (None, False, [])}


def read(stored: Iterable[Mapping[str, Any]]) -> list[Question]:
    """The questions of a stored form."""
    return [
        Question(
            key=one["key"],
            kind=one["kind"],
            words=one["words"],
            required=one.get("required", False),
            options=[Option(o["key"], o["words"]) for o in one.get("options", ())],
            when=tuple(one["when"]) if one.get("when") else None,
            least=one.get("least"),
            most=one.get("most"),
            signed=one.get("signed", False),
        )
        for one in stored
    ]


def asked(questions: Iterable[Question], answers: Mapping[str, Any]) -> list[Question]:
    """Those that are asked of whoever has answered so: what hangs on an answer that was not given, or on a question
    that was not asked itself, is not."""
    found: dict[str, Question] = {}
    for one in questions:
        if one.when is None or (one.when[0] in found and leads(found[one.when[0]], answers) == one.when[1]):
            found[one.key] = one
    return list(found.values())


def leads(question: Question, answers: Mapping[str, Any]) -> str:
    """What an answer is in a condition: the option's key, "yes" for a consent, "" for none."""
    given = answers.get(question.key)
    if question.kind == "consent":
        return YES if given else ""
    return str(given) if question.kind == "choice" and given else ""
