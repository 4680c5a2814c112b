"""What can have happened to an advertisement."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit import notify
from tillit.evidence import events
from tillit.kernel.outbox import Event

WROTE = events.declare("directory.advert.written", label=_("You wrote an advertisement"), keep=events.YEAR)
CLOSED = events.declare("directory.advert.closed", label=_("You closed an advertisement"), keep=events.YEAR)
SEEN = events.declare("directory.advert.seen", label=_("A moderator read your advertisement"), keep=events.YEAR)
APPLIED = events.declare("directory.advert.applied", label=_("Somebody answered your advertisement"), keep=events.YEAR)
DECIDED = events.declare("directory.application.decided", label=_("It was decided about your offer"), keep=events.YEAR)
ANSWER = notify.declare("directory.answer", says=_("What was decided about an offer that you made"))


@dataclass(frozen=True)
class Answered(Event, name="directory.application.answered"):
    """Whoever advertised chose somebody's offer, or did not."""

    application: UUID
