"""What can have happened to documents: for the evidence log, for whoever must react, and what people are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.evidence import events
from tillit.kernel import letters
from tillit.kernel.letters import Channel
from tillit.kernel.outbox import Event

KEPT = events.declare("documents.document.kept", label=_("You put a document here"), keep=events.YEAR)
CHANGED = events.declare("documents.document.changed", label=_("You changed a document"), keep=events.YEAR)
REMOVED = events.declare("documents.document.removed", label=_("You removed a document"), keep=events.YEAR)
SEEN = events.declare("documents.document.seen", label=_("Your document was opened"), keep=events.YEAR)
FETCHED = events.declare("documents.document.fetched", label=_("Your document was downloaded"), keep=events.YEAR)
TITLE = events.declare(
    "documents.title.seen", label=_("What stands on your profile of your documents was read"), keep=events.YEAR
)
ASKED = events.declare("documents.request.asked", label=_("Somebody asked for a document of yours"), keep=events.YEAR)
ANSWERED = events.declare(
    "documents.request.answered", label=_("A request for a document was answered"), keep=events.YEAR
)
CHECKED = events.declare("documents.check.made", label=_("Your document was checked"), keep=5 * events.YEAR)
SHOWN = events.declare(
    "documents.extract.shown", label=_("Somebody noted that you showed an extract in person"), keep=events.YEAR
)

_WAYS = (Channel.MAIL, Channel.SMS, Channel.INSIDE)
WANTED = letters.declare("documents.asked", says=_("Somebody asks to see a document of yours"), offered=_WAYS)
TOLD = letters.declare("documents.answered", says=_("A document that you asked for was opened to you"), offered=_WAYS)
ENDING = letters.declare("documents.expires", says=_("A certificate of yours ends soon"), offered=_WAYS)


@dataclass(frozen=True)
class Asked(Event, name="documents.request.made"):
    """Somebody asked: the owner is told."""

    request: UUID


@dataclass(frozen=True)
class Answered(Event, name="documents.request.settled"):
    """The owner answered: whoever asked is told."""

    request: UUID


@dataclass(frozen=True)
class Expiring(Event, name="documents.document.expiring"):
    """A document ends in so many days: its owner is reminded."""

    document: UUID
    days: int


__all__ = ["ENDING", "TOLD", "WANTED", "Answered", "Asked", "Expiring"]
