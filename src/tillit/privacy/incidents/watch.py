"""The watch: holds the rules against what happened since it last looked, and raises an alarm once for each cause."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from tillit import evidence
from tillit.access import Actor, current
from tillit.evidence import entry
from tillit.evidence.audit import audit as examine
from tillit.identity.queries import organisation_by_id
from tillit.kernel import clock, outbox
from tillit.privacy.incidents import rules
from tillit.privacy.incidents.events import AlarmRaised
from tillit.privacy.incidents.rules import Hit
from tillit.privacy.models import Alarm, Watched

LOOKS_BACK = timedelta(hours=1)
"""How far the very first look goes."""
OVERLAP = timedelta(minutes=2)
"""Looked at once more: a transaction that lasted writes what happened before the last look."""


def organisations() -> list[UUID]:
    """Every organisation of the installation (office "watch")."""
    with connection.cursor() as cursor:
        cursor.execute("select * from privacy.watched_organisations()")
        return [row[0] for row in cursor.fetchall()]


def look(only: str = "") -> list[Alarm]:
    """Ask every rule that is on (or this one) in the acting organisation, in office "watch". Returns new alarms."""
    organisation, now = _organisation(), clock.now()
    seen = Watched.objects.filter(organisation_id=organisation).first()
    low = seen.until - OVERLAP if seen else now - LOOKS_BACK
    raised = []
    for key, tuned in rules.tuned(_zone(organisation)).items():
        if tuned.on and only in ("", key):
            raised += [alarm for hit in rules.RULES[key].find(low, now, tuned) if (alarm := _raise(key, hit))]
    _watched(until=now)
    return raised


def audit() -> int:
    """Examine the acting organisation's log; what is wrong with it raises an alarm. Returns how many findings."""
    organisation, now = _organisation(), clock.now()
    findings = examine(organisation)
    kinds = ",".join(sorted({finding.kind.value for finding in findings}))
    if findings and rules.tuned(_zone(organisation))["log"].on:
        _raise("log", Hit(kinds[:64], None, now, now, len(findings)))
    _watched(audited=now, findings=len(findings))
    return len(findings)


def stands_still(longer: timedelta) -> str:
    """Since when the rules of the acting organisation have not looked, if that is longer ago; "" while they do."""
    organisation = organisation_by_id(_organisation())
    seen = Watched.objects.filter(organisation=organisation).first()
    last = seen.until if seen else organisation.made
    return entry.moment(last) if last < clock.now() - longer else ""


def _raise(rule: str, hit: Hit) -> Alarm | None:
    """A new alarm; None where one with this cause waits already (it is brought up to date), or was answered."""
    known = Alarm.objects.filter(rule=rule, who=hit.who)
    waiting = known.filter(state="waiting").first()
    if waiting:
        known.filter(pk=waiting.pk).update(last=max(waiting.last, hit.last), figure=max(waiting.figure, hit.figure))
        return None
    if known.filter(last__gte=hit.last).exists():
        return None
    alarm = Alarm(
        organisation_id=_organisation(), rule=rule, who=hit.who, person_id=hit.person, first=hit.first, last=hit.last,
        figure=hit.figure,
    )  # fmt: skip
    with transaction.atomic():
        alarm.save(force_insert=True)
    evidence.record("privacy.alarm.raised", object=alarm.pk, reason=rule)
    outbox.emit(AlarmRaised(alarm=alarm.pk))
    return alarm


def _watched(**changes: datetime | int) -> None:
    organisation = _organisation()
    if not Watched.objects.filter(organisation_id=organisation).update(**changes):
        row = Watched(organisation_id=organisation, until=clock.now() - LOOKS_BACK)
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(force_insert=True)


def _organisation() -> UUID:
    actor = current() or Actor()
    if actor.organisation is None:
        raise ValueError("The watch looks at one organisation.")
    return actor.organisation


def _zone(organisation: UUID) -> str:
    return organisation_by_id(organisation).time_zone
