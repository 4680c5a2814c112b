"""Cards: what other apps show in a thread (a proposal, a request for a document, an invoice).

    cards.declare("hiring.proposal", load=proposals)      # load(ids, viewer) -> {id: Part}
    messaging.actions.post_card(thread, "hiring.proposal", proposal.pk)

`load` runs as whoever reads the thread, once for a page; what it leaves out is shown as gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from tillit.kernel.slots import Part

Load = Callable[[list[UUID], UUID], Mapping[UUID, Part]]
_kinds: dict[str, Load] = {}


def declare(kind: str, *, load: Load) -> None:
    """Make a kind of card known, "app.thing". Raises ValueError for a second one of the same name."""
    before = _kinds.setdefault(kind, load)
    if before.__qualname__ != load.__qualname__:
        raise ValueError(f"Two kinds of cards are called {kind}.")


def shown(things: Iterable[tuple[str, UUID]], viewer: UUID) -> dict[tuple[str, UUID], Part]:
    """The cards of a page: one question for each kind."""
    wanted: defaultdict[str, list[UUID]] = defaultdict(list)
    for kind, thing in things:
        wanted[kind].append(thing)
    return {
        (kind, thing): part
        for kind, ids in wanted.items()
        if kind in _kinds
        for thing, part in _kinds[kind](ids, viewer).items()
    }
