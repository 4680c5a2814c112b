"""Places on an app's pages that other apps fill: the app that owns the page opens them, journeys put parts into them.

PAGE = Slots("actions", "sections")        # the owner
PAGE.add("actions", write_to)              # fn(request, thing) -> the parts, in AppConfig.ready
{% for part in parts %}{% include part.template with it=part.context %}{% endfor %}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

__all__ = ["Part", "Slots"]


class Part(NamedTuple):
    """Something another app shows on a page: a template, and what it needs (there as `it`)."""

    template: str
    context: dict[str, Any]


Fill = Callable[[Any, Any], Iterable[Part]]


class Slots:
    """The places of one kind of page, by name, and who fills them, in the order in which they came."""

    def __init__(self, *places: str) -> None:
        self._fills: dict[str, list[Fill]] = {place: [] for place in places}

    def add(self, where: str, fill: Fill) -> None:
        """Fill a place. Raises KeyError for one that the page does not have."""
        if fill not in self._fills[where]:
            self._fills[where].append(fill)

    def parts(self, where: str, request: Any, thing: Any) -> list[Part]:
        """What stands there on this page."""
        return [part for fill in self._fills[where] for part in fill(request, thing)]
