"""What can have happened to incidents and alarms: for reactions, and for the log."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.evidence import events
from tillit.kernel.dpv import Words
from tillit.kernel.outbox import Event


@dataclass(frozen=True)
class IncidentOpened(Event, name="privacy.incident.opened"):
    """An incident is known: whoever answers for it here is told."""

    incident: UUID


@dataclass(frozen=True)
class IncidentDue(Event, name="privacy.incident.due"):
    """`hours` are left to tell of it (0: the time is over); `supplement`: to tell what was missing at first."""

    incident: UUID
    hours: int
    supplement: bool


@dataclass(frozen=True)
class PeopleToTell(Event, name="privacy.incident.people"):
    """The people whom it concerns are to be told."""

    incident: UUID


@dataclass(frozen=True)
class AlarmRaised(Event, name="privacy.alarm.raised"):
    """A rule noticed something that it had not noticed before."""

    alarm: UUID


STORY: dict[str, Words] = {
    "opened": _("The incident was reported"),
    "officers": _("Those who answer for data here were told"),
    "reminded": _("The time that is left was pointed out"),
    "described": _("What happened was described"),
    "counted": _("The people whom it concerns were counted"),
    "uncounted": _("A count was taken back"),
    "judged": _("The risk for people was judged"),
    "reporting": _("It was decided to tell the authority"),
    "unreported": _("It was decided not to tell the authority"),
    "reported": _("The authority was told"),
    "supplemented": _("The authority was told more"),
    "telling": _("It was decided to tell the people"),
    "untold": _("It was decided not to tell the people"),
    "told": _("The people were told"),
    "noted": _("Something was noted"),
    "closed": _("The incident was closed"),
    "drilled": _("The drill was measured"),
}
"""Kinds of lines in an incident's story; each is an event of the log, too."""

for _kind, _says in STORY.items():
    events.declare(f"privacy.incident.{_kind}", label=_says, keep=5 * events.YEAR)

WARNED = events.declare("privacy.incident.warned", label=_("You were told of an incident"), keep=5 * events.YEAR)
TRIED = events.declare("privacy.alarm.seen", label=_("The alarms were tried"), keep=events.YEAR)
RAISED = events.declare("privacy.alarm.raised", label=_("Something unusual was noticed"), keep=events.YEAR)
ANSWERED = events.declare("privacy.alarm.answered", label=_("An alarm was answered"), keep=events.YEAR)
TUNED = events.declare("privacy.alarm.tuned", label=_("A rule for alarms was changed"), keep=5 * events.YEAR)
