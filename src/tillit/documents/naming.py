"""What the owners of documents are called where moderators look at them: whoever knows says so in AppConfig.ready:
naming.by(public_names)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

Called = Callable[[Iterable[UUID]], Mapping[UUID, str]]
_sources: list[Called] = []


def by(source: Called) -> None:
    """Ask this, too, what people are called; it leaves out those whom it does not know."""
    if source not in _sources:
        _sources.append(source)


def called(people: Iterable[UUID]) -> dict[UUID, str]:
    """The names of these people, as far as anybody knows one."""
    wanted, found = list(people), dict[UUID, str]()
    for source in _sources:
        found = {**source(wanted), **found}
    return found
