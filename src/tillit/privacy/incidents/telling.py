"""Mail about incidents and alarms: to those who answer for data here, and to the people whom an incident concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tillit.identity.queries import people_by_id
from tillit.kernel import letters, mail
from tillit.kernel.dpv import Words
from tillit.privacy.incidents import actions, clocks, drafts
from tillit.privacy.models import Affected, Alarm, Incident

BATCH = 50
ROLES = ("administrator", "privacy")
WAITS = letters.declare("privacy.waits", says=_("What waits in the privacy office"), roles=ROLES)
INCIDENT = letters.declare("privacy.incident", says=_("Incidents, while their clock runs"), must=True, roles=ROLES)
CONCERNED = letters.declare("privacy.concerned", says=_("That something happened with your data"), must=True)


def officers() -> list[Any]:
    """Administrators and privacy officers of the acting organisation (office "reaction"), with an address."""
    with connection.cursor() as cursor:
        cursor.execute("select * from privacy.officers()")
        ids = [row[0] for row in cursor.fetchall()]
    return [person for person in people_by_id(ids).values() if person.email]


def to_officers(template: str, incident: Incident, context: Mapping[str, Any]) -> int:
    """Write to each officer in their language; returns to how many. Of a drill nothing leaves."""
    organisation, people = incident.organisation, officers()
    path = reverse("office_incident", args=[organisation.slug, incident.pk])
    known = {
        "reference": incident.reference, "deadline": clocks.deadline(incident), "zone": organisation.time_zone,
        "url": mail.link(path), **context,
    }  # fmt: skip
    _send(INCIDENT, template, organisation, people, known, path, really=not incident.drill)
    return len(people)


def of_alarm(alarm: Alarm, title: Words, says: Callable[[], str]) -> int:
    """Write to each officer that a rule noticed something; returns to how many."""
    organisation, people = alarm.organisation, officers()
    path = reverse("office_alarms", args=[organisation.slug])
    known = {"title": title, "says": says, "last": alarm.last, "zone": organisation.time_zone, "url": mail.link(path)}
    _send(WAITS, "privacy/alarm", organisation, people, known, path)
    return len(people)


def write_to_people(incident_id: UUID, most: int = BATCH) -> bool:
    """Write to the next people (office "reaction"); True while somebody is left. No address is written to twice, also
    where it is that of several people (a guest who booked three times without a login)."""
    incident = Incident.objects.select_related("organisation").filter(pk=incident_id).first()
    if incident is None or incident.drill:
        return False
    rows = Affected.objects.filter(count__incident=incident, told=None, unreachable=False).order_by("person")
    ids = list(rows.values_list("person", flat=True).distinct()[:most])
    people = people_by_id(ids)
    written = [people[one] for one in ids if one in people and people[one].email]
    known = _addresses_told(incident, [person.email_index for person in written])
    first = {person.email_index: person for person in reversed(written) if person.email_index not in known}
    _to_people(incident, first.values())
    reached = {person.pk for person in written}
    actions.mark_told(incident, reached, [one for one in ids if one not in reached])
    if len(ids) == most:
        return True
    told = Affected.objects.filter(count__incident=incident, told__isnull=False).values("person").distinct().count()
    actions.tell(incident, "told", facts={"people": told})
    return False


def _addresses_told(incident: Incident, indexes: Iterable[str]) -> set[str]:
    """Which of these addresses (by their blind index) were written to already."""
    told = Affected.objects.filter(count__incident=incident, told__isnull=False, person__email_index__in=list(indexes))
    return set(told.values_list("person__email_index", flat=True))


def _to_people(incident: Incident, people: Iterable[Any]) -> None:
    organisation = incident.organisation
    written: dict[str, mail.Message] = {}
    for person in people:
        if person.language not in written:
            written[person.language] = drafts.letter(incident, person.language)
        message = replace(written[person.language], to=person.email)
        letters.send(CONCERNED, message, organisation=organisation, person=person.pk)


def _send(
    kind: letters.Kind, template: str, organisation: Any, people: Iterable[Any], context: Mapping[str, Any], path: str,
    *, really: bool = True,
) -> None:  # fmt: skip
    """In each reader's language: what is callable in the context is asked while that one is active."""
    for person in people:
        message = mail.render(
            template, to=person.email, language=person.language, context=context,
            reply_to=organisation.contact_email, organisation_name=organisation.name,
        )  # fmt: skip
        if really:
            letters.send(kind, message, organisation=organisation, person=person.pk, path=path)
