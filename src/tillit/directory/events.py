"""What can have happened to a profile: for the evidence log, and for whoever must react."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.evidence import events
from tillit.kernel.outbox import Event

WROTE = events.declare("directory.profile.changed", label=_("You changed your profile"), keep=events.YEAR)
SUBMITTED = events.declare(
    "directory.profile.submitted", label=_("You sent your profile to be looked at"), keep=events.YEAR
)
DECIDED = events.declare(
    "directory.profile.decided", label=_("A moderator decided about your profile"), keep=2 * events.YEAR
)
CHECKED = events.declare(
    "directory.fact.checked", label=_("Something that your profile says was checked"), keep=2 * events.YEAR
)
SEEN = events.declare("directory.profile.seen", label=_("Your profile was read"), keep=events.YEAR)
SHOWN = events.declare("directory.profile.shown", label=_("You chose who sees your profile"), keep=events.YEAR)
DELETED = events.declare("directory.profile.deleted", label=_("You deleted your profile"), keep=events.YEAR)
RULES = events.declare("directory.rules.changed", label=_("What profiles have to say was changed"), keep=events.YEAR)


@dataclass(frozen=True)
class ProfileChanged(Event, name="directory.profile.moved"):
    """What others see of a profile has changed, or that they see it; also when it is gone."""

    profile: UUID
    person: UUID


@dataclass(frozen=True)
class SearchFound(Event, name="directory.saved.found"):
    """A kept search finds somebody who was not there before."""

    search: UUID
    person: UUID
