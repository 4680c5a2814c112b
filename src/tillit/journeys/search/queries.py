"""Asking every source, in their order, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from tillit.journeys.search.asking import Question
from tillit.kernel import finding


@dataclass(frozen=True)
class Group:
    """What one source found. more: it left rows unread; days narrow it down where the source knows days."""

    source: finding.Source
    hits: Sequence[finding.Hit]
    more: bool


def search(question: Question, *, slug: str, request: Any) -> list[Group]:
    """What whoever acts can find, by source; those that found nothing and read everything are left out."""
    asked = finding.Asked(
        question.text, slug, get_language() or "en", since=question.since, until=question.until, request=request
    )
    if not asked.words:
        return []
    answers = [(source, source.look(asked)) for source in finding.sources()]
    return [Group(source, answer.hits, answer.more) for source, answer in answers if answer.hits or answer.more]
