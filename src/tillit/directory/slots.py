"""Places on a profile that other apps fill, through their journeys.

slots.add("actions", write_to)                  # in AppConfig.ready of journeys
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

WHERE = ("actions", "sections", "card")
"""actions: what one can do, under the price. sections: below the facts. card: a line in the box of the price, such as
free times, and in lists of profiles."""


@dataclass(frozen=True)
class Part:
    """A piece of a page: a template and what it is filled with."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)


Filler = Callable[[HttpRequest, Any], "Iterable[Part] | Part | None"]
"""Of the request and the profile (queries.Shown): a part, some, or none."""

_fillers: dict[str, list[Filler]] = {where: [] for where in WHERE}


def add(where: str, fn: Filler) -> None:
    """Let a function fill a place; once, however often it is added. Raises KeyError for an unknown place."""
    if fn not in _fillers[where]:
        _fillers[where].append(fn)


def filled(where: str, request: HttpRequest, profile: Any) -> list[Part]:
    """The parts of a place for this request, in the order in which they were added."""
    found: list[Part] = []
    for fn in _fillers[where]:
        parts = fn(request, profile)
        found += [parts] if isinstance(parts, Part) else list(parts or ())
    return found
