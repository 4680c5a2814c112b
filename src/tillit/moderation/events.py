"""What can have happened in moderation: for the evidence log, and for whoever tells people of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.access import scopes
from tillit.evidence import events
from tillit.kernel.outbox import Event

SCOPE = scopes.declare("moderation.case", _("what a moderator looks into"))

SUBMITTED = events.declare(
    "moderation.case.submitted", label=_("Something of yours was handed in to be looked at"), keep=events.YEAR
)
SEEN = events.declare("moderation.case.seen", label=_("A moderator looked at something of yours"), keep=events.YEAR)
DECIDED = events.declare(
    "moderation.case.decided", label=_("Something of yours was decided by a moderator"), keep=5 * events.YEAR
)
REPORTED = events.declare("moderation.report.made", label=_("You reported something"), keep=events.YEAR)
READ = events.declare("moderation.report.seen", label=_("What you reported was read"), keep=events.YEAR)
APPEALED = events.declare("moderation.appeal.made", label=_("You appealed against a decision"), keep=5 * events.YEAR)
ANSWERED = events.declare("moderation.appeal.decided", label=_("Your appeal was decided"), keep=5 * events.YEAR)


@dataclass(frozen=True)
class Waits(Event, name="moderation.case.waits"):
    """Something waits to be looked at: moderators are told."""

    case: UUID


@dataclass(frozen=True)
class Decided(Event, name="moderation.case.ruled"):
    """It is decided: whose it is reads the reasons, who had reported it learns the outcome."""

    decision: UUID


@dataclass(frozen=True)
class Noticed(Event, name="moderation.report.received"):
    """Somebody without a login reports something: their address has to answer by a mail."""

    report: UUID


@dataclass(frozen=True)
class Appealed(Event, name="moderation.appeal.received"):
    """A decision is appealed against: those who may decide it are told."""

    appeal: UUID


@dataclass(frozen=True)
class Answered(Event, name="moderation.appeal.ruled"):
    """An appeal is decided: who appealed is told."""

    appeal: UUID
