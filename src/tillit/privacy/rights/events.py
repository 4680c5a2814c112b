"""What can have happened to a person's choices and details: for the evidence log, and for whoever must react."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.evidence import events
from tillit.kernel.outbox import Event

GIVEN = events.declare("privacy.consent.given", label=_("You agreed to something"), keep=5 * events.YEAR)
WITHDRAWN = events.declare(
    "privacy.consent.withdrawn", label=_("You took back what you agreed to"), keep=5 * events.YEAR
)
OBJECTED = events.declare("privacy.objection.made", label=_("You objected to a use"), keep=5 * events.YEAR)
ANSWERED = events.declare("privacy.objection.answered", label=_("Your objection was answered"), keep=5 * events.YEAR)
ALLOWED = events.declare("privacy.objection.withdrawn", label=_("You took an objection back"), keep=5 * events.YEAR)
RESTED = events.declare("privacy.restriction.made", label=_("You laid your data at rest"), keep=5 * events.YEAR)
LIFTED = events.declare("privacy.restriction.lifted", label=_("You let your data be used again"), keep=5 * events.YEAR)
CORRECTED = events.declare("privacy.detail.corrected", label=_("You corrected a detail"), keep=events.YEAR)
DELETED = events.declare("privacy.detail.deleted", label=_("You deleted a detail"), keep=events.YEAR)
SOUGHT = events.declare("privacy.person.sought", label=_("You looked for somebody by their address"), keep=events.YEAR)
WEIGHED = events.declare("privacy.objection.seen", label=_("Your objection was read"), keep=5 * events.YEAR)
READ = events.declare("privacy.glass.seen", label=_("What was opened of you was read"), keep=5 * events.YEAR)
SHOWN = events.declare("privacy.shown.seen", label=_("What you showed was read"), keep=events.YEAR)


@dataclass(frozen=True)
class ObjectionMade(Event, name="privacy.objection.made"):
    """Somebody objects with reasons; the use is paused until whoever answers for the data decides."""

    objection: UUID


@dataclass(frozen=True)
class ObjectionAnswered(Event, name="privacy.objection.answered"):
    """An objection was decided; the person is told."""

    objection: UUID
    person: UUID
