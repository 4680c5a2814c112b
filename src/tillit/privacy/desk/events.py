"""What can have happened at the desk: for the evidence log, and for whoever must react."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.evidence import events
from tillit.kernel.outbox import Event

_FIVE = 5 * events.YEAR

RECEIVED = events.declare("privacy.request.received", label=_("Something was asked about your data"), keep=_FIVE)
PROVED = events.declare("privacy.request.proved", label=_("It was made sure that it is you who asks"), keep=_FIVE)
LINKED = events.declare("privacy.request.linked", label=_("A request was found to be about your data"), keep=_FIVE)
EXTENDED = events.declare("privacy.request.extended", label=_("An answer takes longer"), keep=_FIVE)
DONE = events.declare("privacy.request.done", label=_("What you asked for was carried out"), keep=_FIVE)
ANSWERED = events.declare("privacy.request.answered", label=_("What you asked was answered"), keep=_FIVE)
SEEN = events.declare("privacy.request.seen", label=_("What you asked about your data was read"), keep=events.YEAR)
TOLD = events.declare("privacy.receiver.told", label=_("A receiver of your data was told of a change"), keep=_FIVE)
HELD = events.declare("privacy.hold.opened", label=_("Data of yours is held back from erasure"), keep=_FIVE)
FREED = events.declare("privacy.hold.ended", label=_("Data of yours is no longer held back"), keep=_FIVE)
ASKED = events.declare("privacy.disclosure.asked", label=_("Handing something out was proposed"), keep=_FIVE)
DECIDED = events.declare("privacy.disclosure.decided", label=_("Handing something out was decided"), keep=_FIVE)
HANDED = events.declare("privacy.disclosure.handed", label=_("Something was handed out"), keep=_FIVE)
DISCLOSED = events.declare("privacy.person.disclosed", label=_("Data of yours was handed out"), keep=_FIVE)


@dataclass(frozen=True)
class ProofWanted(Event, name="privacy.request.proof_wanted"):
    """Somebody asked; a link goes to the registered address, or to the one that was typed if none is known."""

    request: UUID


@dataclass(frozen=True)
class RequestWaits(Event, name="privacy.request.waits"):
    """A request needs somebody of the office: it was proven, or its time is nearly over (days) or over (0)."""

    request: UUID
    days: int | None


@dataclass(frozen=True)
class RequestExtended(Event, name="privacy.request.extended"):
    """The answer takes longer; whoever asked is told."""

    request: UUID


@dataclass(frozen=True)
class Handed(Event, name="privacy.disclosure.told"):
    """Data of a person was handed out, and nothing forbids to say so: the person is told."""

    disclosure: UUID
    person: UUID
