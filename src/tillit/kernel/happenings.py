"""What happened, told upwards: whoever stands below the evidence log says it here and need not know who listens.

    happenings.declare("kernel.egress.departed", label=gettext_lazy("Your data was sent to a processor"), keep=YEAR)
    happenings.announce("kernel.egress.departed", subjects=people, object=call, reason="sms", detail={...})

Names are "app.object.verb" and declared once, at import. The evidence app listens from the start of every process;
what is announced commits or rolls back with the transaction it is announced in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from django.utils.functional import Promise as LazyText

Word = str | int | bool | UUID | None
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){2}")


class Undeclared(LookupError):
    """An event of a name that no app has declared."""


@dataclass(frozen=True)
class Kind:
    """A kind of event. `keep`: how long its content is kept (None: as long as the log). `law`: the law that forbids
    to erase it earlier, in a short form such as "patientdatalagen 4:3", or None."""

    name: str
    label: str | LazyText
    keep: timedelta | None
    law: str | None = None


class Listener(Protocol):
    """Hears every announcement, in the transaction of whoever announces."""

    def __call__(
        self,
        kind: Kind,
        *,
        subjects: Iterable[UUID],
        object: UUID | None,
        reason: str,
        detail: Mapping[str, Word] | None,
    ) -> None: ...


kinds: dict[str, Kind] = {}
_listeners: list[Listener] = []


def declare(name: str, *, label: str | LazyText, keep: timedelta | None, law: str | None = None) -> Kind:
    """Make an event's name known. Raises ValueError for a name of another form, or declared differently before."""
    if not _NAME.fullmatch(name) or len(name) > 100:
        raise ValueError(f"{name}: an event is named 'app.object.verb'.")
    if law is not None and keep is None:
        raise ValueError(f"{name}: a law that keeps an event says for how long.")
    kind = Kind(name, label, keep, law)
    known = kinds.setdefault(name, kind)
    if (known.keep, known.law) != (keep, law):
        raise ValueError(f"Two kinds of event are called {name}.")
    return known


def kind(name: str) -> Kind:
    """The kind of that name. Raises `Undeclared`."""
    try:
        return kinds[name]
    except KeyError:
        raise Undeclared(f"No app has declared the event {name}.") from None


def subscribe(listener: Listener) -> Callable[[], None]:
    """Let `listener` hear every announcement from now on; returns what ends it."""
    if listener not in _listeners:
        _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def announce(
    name: str,
    *,
    subject: UUID | None = None,
    subjects: Iterable[UUID] = (),
    object: UUID | None = None,
    reason: str = "",
    detail: Mapping[str, Word] | None = None,
) -> None:
    """Say that it happened, to everybody concerned (`subject` and `subjects`: ids of people).

    Raises `Undeclared` for an unknown name; what a listener raises reaches the caller, so that nothing is done
    that could not be recorded.
    """
    declared = kind(name)
    concerned = [*([subject] if subject else []), *subjects]
    for listener in list(_listeners):
        listener(declared, subjects=concerned, object=object, reason=reason, detail=detail)
