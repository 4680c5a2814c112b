"""What can be looked at and reported. Each app declares its own where it starts (AppConfig.ready of a journey too):

    kinds.declare("profile", label=_("a profile"), show=show_profile, decided=profile_decided)

`show(object)` answers a `Part` (or None when it is gone) and runs as the moderator who has the case; rows open by
`visible.under_case("profile")`. `decided(object, outcome, reason)` carries the decision out, in the same transaction,
as office "moderation" narrowed to the object (`rls.subject_id("id", of="moderation")`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.kernel.dpv import Words
from tillit.kernel.slots import Part

__all__ = ["Kind", "Part", "declare", "every", "get"]

LOOK, REPORT = "look", "report"
"""The two queues: what is looked at before it shows, and what was reported."""

OUTCOMES: dict[str, Words] = {
    "through": _("Let it through"),
    "change": _("Ask for a change"),
    "refuse": _("Refuse it"),
    "nothing": _("Nothing is wrong: it stays"),
    "hide": _("Hide it until it is changed"),
    "remove": _("Remove it"),
    "warn": _("Warn whose it is"),
    "pause": _("Pause the account for a month"),
    "end": _("End the membership"),
    "restore": _("It was wrong: bring it back"),
}
"""What can be decided, in words for whoever decides. "restore" comes of an appeal alone."""
OF_QUEUE = {
    LOOK: ("through", "change", "refuse"),
    REPORT: ("nothing", "change", "hide", "remove", "warn", "pause", "end"),
}
AGAINST = ("change", "refuse", "hide", "remove", "warn", "pause", "end")
"""Outcomes that cut somebody short: they need a reason and words, and can be appealed."""
ON_PERSON = ("warn", "pause", "end")
"""Outcomes that concern the person and leave the thing as it is."""


Show = Callable[[UUID], Any]
Decided = Callable[[UUID, str, str], None]
Chosen = Callable[[UUID, Sequence[UUID], UUID], Any]


@dataclass(frozen=True)
class Kind:
    """A kind of thing. show_chosen(object, ids, of): for reports of chosen parts (messages of a thread), and whom these
    are about. whose(object): whom it belongs to, for a visitor's notice; None where visitors do not see it. at(path):
    the object that a page's path shows, or None. outcomes: those of OF_QUEUE that fit. questions: what a moderator asks
    of each such thing."""

    name: str
    label: Words
    show: Show
    decided: Decided
    show_chosen: Chosen | None = None
    whose: Callable[[UUID], UUID | None] = lambda object: None
    at: Callable[[str], UUID | None] = lambda path: None
    outcomes: tuple[str, ...] = tuple(OUTCOMES)
    questions: tuple[Words, ...] = ()

    def offered(self, queue: str) -> list[str]:
        """What can be decided of it in a queue."""
        return [one for one in OF_QUEUE[queue] if one in self.outcomes]


_known: dict[str, Kind] = {}


def declare(
    kind: str,
    *,
    label: Words,
    show: Show,
    decided: Decided,
    show_chosen: Chosen | None = None,
    whose: Callable[[UUID], UUID | None] = lambda object: None,
    at: Callable[[str], UUID | None] = lambda path: None,
    outcomes: tuple[str, ...] = tuple(OUTCOMES),
    questions: tuple[Words, ...] = (),
) -> Kind:
    """Make a kind known. Raises ValueError for a second one of the same name, or a name that is too long."""
    if not kind.isidentifier() or len(kind) > 20:
        raise ValueError("A kind of thing is one word, of at most 20 letters.")
    made = Kind(kind, label, show, decided, show_chosen, whose, at, outcomes, questions)
    if (before := _known.get(kind)) and before.show.__qualname__ != show.__qualname__:
        raise ValueError(f"Two kinds of things are called {kind}.")
    _known[kind] = made
    return made


def get(name: str) -> Kind:
    """The kind of that name. KeyError for an unknown one."""
    return _known[name]


def every() -> list[Kind]:
    """All of them, by name."""
    return [_known[name] for name in sorted(_known)]
