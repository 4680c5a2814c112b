"""What happened, told inside the process to whoever listens: so that kernel and access reach evidence, which
stands above them, without importing it.

    happenings.announce("access.grant.opened", grant=g.pk, subject=g.subject_id)    # below
    happenings.subscribe("access.grant.opened", record)                             # above, in AppConfig.ready

A listener is called as `listener(name, **ids)`, at once and in the transaction of the announcer, whom its error
stops: what must be recorded is recorded, or it does not happen. Across transactions there is the outbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

Id = UUID | str | int | bool | None
EVERYTHING = "*"


class Listener(Protocol):
    """What listens. `ids` are ids and small words that say nothing about a person, or sequences of them."""

    def __call__(self, name: str, /, **ids: Id | Sequence[Id]) -> object: ...


_listeners: dict[str, list[Listener]] = {}


def subscribe(name: str, listener: Listener) -> None:
    """Call `listener` whenever `name` ("app.object.verb", or "*" for everything) is announced; once, however
    often it subscribes. Raises ValueError for another form of name."""
    if name != EVERYTHING:
        _named(name)
    heard = _listeners.setdefault(name, [])
    if listener not in heard:
        heard.append(listener)


def unsubscribe(name: str, listener: Listener) -> None:
    """Stop calling it: for tests. Raises ValueError when it was not subscribed."""
    _listeners.get(name, []).remove(listener)


def announce(name: str, /, **ids: Id | Sequence[Id]) -> None:
    """Say that it happened; listeners are called in the order in which they subscribed, those for everything
    last. Raises ValueError for a name that is not "app.object.verb", and whatever a listener raises."""
    _named(name)
    for listener in (*_listeners.get(name, ()), *_listeners.get(EVERYTHING, ())):
        listener(name, **ids)


def _named(name: str) -> None:
    parts = name.split(".")
    if len(parts) != 3 or not all(part.isidentifier() for part in parts):
        raise ValueError(f"What happens is named 'app.object.verb', not {name!r}.")
