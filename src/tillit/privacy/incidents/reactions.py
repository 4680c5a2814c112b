"""What follows from an incident and an alarm: those who answer for data here are told at once."""

from __future__ import annotations

from uuid import UUID

from tillit.kernel.outbox import Envelope, consumer
from tillit.privacy.incidents import rules, telling
from tillit.privacy.incidents.actions import tell
from tillit.privacy.incidents.events import AlarmRaised, IncidentDue, IncidentOpened, PeopleToTell
from tillit.privacy.incidents.tasks import tell_affected
from tillit.privacy.models import Alarm, Incident


@consumer("mail.incident_opened", IncidentOpened)
def opened(event: IncidentOpened, about: Envelope) -> None:
    """Administrators and privacy officers learn of it by mail, whoever reported it."""
    if incident := _incident(event.incident):
        people = telling.to_officers("privacy/incident_opened", incident, {"source": incident.source})
        tell(incident, "officers", facts={"people": people})


@consumer("mail.incident_due", IncidentDue)
def due(event: IncidentDue, about: Envelope) -> None:
    """They are reminded of the time that is left."""
    if incident := _incident(event.incident):
        telling.to_officers("privacy/incident_due", incident, {"hours": event.hours, "supplement": event.supplement})


@consumer("mail.incident_people", PeopleToTell)
def people(event: PeopleToTell, about: Envelope) -> None:
    """The people are written to, a batch at a time."""
    tell_affected.defer(incident=event.incident)


@consumer("mail.alarm_raised", AlarmRaised)
def raised(event: AlarmRaised, about: Envelope) -> None:
    """Those who answer for data here are told what was noticed, and where to answer."""
    alarm = Alarm.objects.select_related("organisation").filter(pk=event.alarm).first()
    if alarm is not None and alarm.state == "waiting":
        rule = rules.RULES[alarm.rule]
        telling.of_alarm(alarm, rule.title, lambda: rule.noticed(alarm.figure))


def _incident(id: UUID) -> Incident | None:
    return Incident.objects.select_related("organisation").filter(pk=id).first()
