"""Places on a profile that other apps fill, through their journeys.

    slots.add("actions", write_to)                  # in AppConfig.ready of journeys

actions: what one can do, under the price. sections: below the facts. card: a line in the box of the price, such as free
times. A filler gets the request and the profile (queries.Shown), and answers a part, some, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest

from tillit.kernel.slots import Part, Slots

PAGE = Slots("actions", "sections", "card")
Filler = Callable[[HttpRequest, Any], "Iterable[Part] | Part | None"]


def add(where: str, fn: Filler) -> None:
    """Let a function fill a place; once, however often it is added. Raises KeyError for an unknown place."""
    PAGE.add(where, _several(fn))


def filled(where: str, request: HttpRequest, profile: Any) -> list[Part]:
    """The parts of a place for this request, in the order in which they were added."""
    return PAGE.parts(where, request, profile)


_made: dict[Filler, Callable[[Any, Any], list[Part]]] = {}


def _several(fn: Filler) -> Callable[[Any, Any], list[Part]]:
    def fill(request: Any, profile: Any) -> list[Part]:
        found = fn(request, profile)
        return [found] if isinstance(found, Part) else list(found or ())

    return _made.setdefault(fn, fill)


__all__ = ["Part", "add", "filled"]
