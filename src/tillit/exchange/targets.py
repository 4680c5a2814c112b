"""What can be brought in from a file. An app, or a journey for the apps beside, says it once:

    targets.register(Target("offers", _("What can be booked"), …))

`read` makes a record of one row or says what is wrong; nothing is stored before the administrator has confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tillit.exchange.columns import Column
from tillit.kernel.dpv import Words

if TYPE_CHECKING:
    from tillit.exchange.models import Batch


class Wrong(ValueError):
    """A row that cannot be taken. `why`: a word of the target's `wrong`; `column`: the key of the column."""

    def __init__(self, why: str, column: str = "") -> None:
        super().__init__(why)
        self.why, self.column = why, column


@dataclass(frozen=True)
class Double:
    """What a row repeats: `earlier`, the place of a row of the same file, or what is known already by `name`. other:
    somebody else who has the row's number. people: who these are. wishes: what may become of the row (WISHES)."""

    name: str = ""
    earlier: int | None = None
    other: str = ""
    people: tuple[UUID, ...] = ()
    wishes: tuple[str, ...] = ("skip",)


WISHES = ("skip", "fill", "phone", "new")
"""What becomes of a row that is known: left out, merged into whoever has its address (else its number), merged into
whoever has its number, taken over once more."""


@dataclass
class Tally:
    """What a part of a file came to: rows added, changed and passed over, and lines that were refused at last."""

    added: int = 0
    changed: int = 0
    passed: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Target:
    """One kind of thing that files bring.

    columns: what can be taken from a file. wrong: what can be wrong with a row, in words. personal: are the rows
    people? read(row, organisation): a record of one row (column key → text); raises Wrong. known(records): the places
    of those that are known already, or that repeat an earlier place, with what they repeat. folded(records, wishes):
    the same records, rows that are merged into earlier ones folded into these. take(batch, lines, records): store
    them, in the present transaction; `wish` says what becomes of a double. take_back(batch, most): undo at most so
    many; answers whether any is left, how many stay. stays: why something stays, in words.
    """

    key: str
    title: Words
    lead: Words
    columns: tuple[Column, ...]
    needed: tuple[str, ...]
    wrong: Mapping[str, Words]
    read: Callable[[Mapping[str, str], Any], Any]
    known: Callable[[Sequence[Any]], dict[int, Double]]
    take: Callable[[Batch, Sequence[int], Sequence[Any]], Tally]
    take_back: Callable[[Batch, int], tuple[bool, int]]
    stays: Mapping[str, Words]
    choices: tuple[str, ...] = ("skip",)
    personal: bool = False
    folded: Callable[[Sequence[Any], Sequence[str]], list[Any]] = lambda records, wishes: list(records)

    def column(self, key: str) -> Column | None:
        """The column of that key."""
        return next((one for one in self.columns if one.key == key), None)


def wish(batch: Batch, line: int) -> str:
    """What becomes of a line that is known already: as it was decided for this one, or for all."""
    return str(batch.decided.get(str(line), batch.same))


_targets: dict[str, Target] = {}


def register(target: Target) -> Target:
    """Make it known. Raises ValueError for a key that is taken."""
    if _targets.setdefault(target.key, target) is not target:
        raise ValueError(f"Two kinds of import are called {target.key}.")
    return target


def get(key: str) -> Target:
    """The target of that key. Raises KeyError."""
    return _targets[key]


def every() -> list[Target]:
    """All of them, people first."""
    return sorted(_targets.values(), key=lambda target: not target.personal)
