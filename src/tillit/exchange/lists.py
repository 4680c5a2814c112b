"""What can be taken out as a file: every list of the product, said once beside the query that its page asks.

    lists.register(lists.List("meeting-types", _("What can be booked"), …))

Whoever may see the page may take the list out: `may` asks the same, `rows` runs the same query under the same ticket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tillit.kernel.dpv import Words

Cell = str | int | date | datetime | None

MOST = 10_000  # rows of one file


@dataclass(frozen=True)
class Line:
    """One row. person: whose data it is, if it is somebody's. thing: what a card or a calendar is made of."""

    cells: Sequence[Cell]
    person: UUID | None = None
    thing: Any = None


@dataclass(frozen=True)
class Between:
    """The days between which rows are wanted, both included; None where there is no bound."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class List:
    """One list. heads: headings, in the reader's language. may(request): may whoever asks take it out? rows(request,
    between): at most `MOST` + 1 of them. others: does it hold other people's data? days: can it be narrowed to days?
    own: is it about whoever asks and nobody else? back: the name of the page's address. forms: further forms ("vcf",
    "ics") with what makes them of the rows."""

    key: str
    title: Words
    heads: Sequence[Words]
    may: Callable[[Any], bool]
    rows: Callable[[Any, Between], Iterable[Line]]
    back: str
    others: bool = False
    days: bool = False
    own: bool = False
    forms: tuple[tuple[str, Callable[[Any, Sequence[Line]], bytes]], ...] = ()


_lists: dict[str, List] = {}


def register(one: List) -> List:
    """Make it known. Raises ValueError for a key that is taken."""
    if _lists.setdefault(one.key, one) is not one:
        raise ValueError(f"Two lists are called {one.key}.")
    return one


def get(key: str) -> List | None:
    """The list of that key."""
    return _lists.get(key)


def every() -> list[List]:
    """All of them, in the order in which they were registered."""
    return list(_lists.values())
