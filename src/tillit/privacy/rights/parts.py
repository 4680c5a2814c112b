"""What other apps add to a person's copy, erasure and rest. An app says it in its `rights.py`:

    parts.add(parts.Part("booking", tells=tells, before=cancel, files=calendar))

Which values there are, and what becomes of them, the declarations say (kernel/declare.py); this is for what they
cannot: what an erasure means to others, and formats that fit one kind of data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from tillit.kernel import discovery
from tillit.kernel.dpv import Words

_parts: dict[str, Part] = {}


@dataclass(frozen=True)
class File:
    """A file of a copy: its name in the ZIP, what it is, its bytes."""

    name: str
    says: Words
    content: bytes


@dataclass(frozen=True)
class Refer:
    """Records that have a route of their own, such as journals: what, why they are not here, and where to ask."""

    what: Words
    says: Words
    address: str = ""


@dataclass(frozen=True)
class Part:
    """What one app adds. Every function gets the person's id and runs as that person, inside a transaction.

    tells: sentences for the preview of an erasure, about what others rely on. before: what happens first, while it is
    still known who they are. files: for the copy, in the person's language. refers: what is asked for elsewhere.
    rests: what cannot be delivered while the person's data lies at rest, told before they choose it (GDPR Art. 18).
    knows: people whom the person may know of anyhow, with their names: to these they may show something.
    """

    name: str
    tells: Callable[[UUID], Iterable[Words]] = lambda person: ()
    before: Callable[[UUID], None] = lambda person: None
    files: Callable[[UUID], Iterable[File]] = lambda person: ()
    refers: Callable[[UUID], Iterable[Refer]] = lambda person: ()
    rests: Callable[[UUID], Iterable[Words]] = lambda person: ()
    knows: Callable[[UUID], Iterable[tuple[UUID, str]]] = lambda person: ()


def add(part: Part) -> None:
    """Add an app's part. Raises ValueError for a second one of the same name."""
    known = _parts.setdefault(part.name, part)
    if known != part:
        raise ValueError(f"Two parts are called {part.name}.")


def every() -> list[Part]:
    """The parts of all apps."""
    discovery.load("rights")
    return [_parts[name] for name in sorted(_parts)]


def refers(person: UUID) -> list[Refer]:
    """Records of the acting person that are not in a copy, as they have a route of their own."""
    return [one for part in every() for one in part.refers(person)]
