"""What the clock and the watch do by themselves."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from tillit.access import Actor
from tillit.kernel import clock, ends, keys, outbox
from tillit.kernel.tasks import periodic, task
from tillit.privacy.incidents import clocks, telling, watch
from tillit.privacy.incidents.actions import tell
from tillit.privacy.incidents.events import IncidentDue
from tillit.privacy.models import Incident
from tillit.privacy.models.incidents import KEEP_SETTING

KEEP_DAYS = ends.Setting(
    KEEP_SETTING,
    default=1826,
    least=365,
    most=3653,
    says=_("Days after an incident was closed until what was written about it is deleted"),
)


@ends.handler(
    clocks.NOTICE,
    says=_("the time in which an incident is told"),
    why=_("the law counts hours from the moment at which it became known"),
    batch=1,
)
def remind(incidents: list[UUID]) -> None:
    """Point out the time that is left, and set the next moment; nothing once it was told, or decided not to be."""
    now = clock.now()
    for incident in Incident.objects.select_related("organisation").filter(pk__in=incidents, closed=None):
        if incident.reported or incident.authority == "no":
            continue
        left = max(0, round((clocks.deadline(incident) - now).total_seconds() / 3600))
        outbox.emit(IncidentDue(incident=incident.pk, hours=left, supplement=False))
        tell(incident, "reminded", facts={"hours": left})
        if following := clocks.following(incident, now):
            ends.set(clocks.NOTICE, object=incident.pk, subject=None, due=following)


@ends.handler(
    clocks.SUPPLEMENT,
    says=_("the time in which the authority is told what was missing"),
    why=_("what was missing in the first report follows within four weeks"),
    batch=1,
)
def remind_supplement(incidents: list[UUID]) -> None:
    """Point out that something is missing, a week before and on the last day."""
    now = clock.now()
    rows = Incident.objects.select_related("organisation").filter(pk__in=incidents, closed=None, supplemented=None)
    for incident in rows:
        last = clocks.supplement_deadline(incident)
        if last is None:
            continue
        left = max(0, round((last - now).total_seconds() / 3600))
        outbox.emit(IncidentDue(incident=incident.pk, hours=left, supplement=True))
        tell(incident, "reminded", facts={"hours": left, "supplement": True})
        if now < last:
            ends.set(clocks.SUPPLEMENT, object=incident.pk, subject=None, due=last)


@ends.handler(
    clocks.INCIDENT,
    says=_("what was written about an incident"),
    why=_("the days that closed incidents are kept are over"),
    setting=KEEP_DAYS,
)
def forget(incidents: list[UUID]) -> None:
    """Closed incidents go, with their story, their counts and their keys; the log keeps that they were."""
    rows = Incident.objects.filter(pk__in=incidents).values_list("pk", "organisation_id")
    for incident, organisation in list(rows):
        keys.shred(organisation, incident)
    with connection.cursor() as cursor:
        cursor.execute("select privacy.forget_incidents(%s)", [incidents])


@task("privacy.tell_affected")
def tell_affected(*, incident: UUID) -> None:
    """Write to the next people whom an incident concerns, and come back until nobody is left."""
    if telling.write_to_people(incident):
        tell_affected.defer(incident=incident)


@periodic("privacy.watch", cron="*/5 * * * *", office="watch")
def look() -> None:
    """Queue the watch of each organisation: one that fails stops no other."""
    for organisation in watch.organisations():
        actor = Actor(office="watch", organisation=organisation)
        look_at.configure(actor=actor, key=f"privacy.watch:{organisation}").defer()


@task("privacy.watch_one", retries=1)
def look_at() -> None:
    """Hold the rules of the acting organisation against what happened since they last looked."""
    watch.look()


@periodic("privacy.audit", cron="31 1 * * *", office="watch")
def audit() -> None:
    """Queue the examination of each organisation's log."""
    for organisation in watch.organisations():
        actor = Actor(office="watch", organisation=organisation)
        audit_one.configure(actor=actor, key=f"privacy.audit:{organisation}").defer()


@task("privacy.audit_one", retries=1)
def audit_one() -> None:
    """Has anybody changed the acting organisation's log behind its back?"""
    watch.audit()


@periodic("privacy.sweep_alarms", cron="11 3 * * *", office="sweeper")
def sweep() -> None:
    """Alarms, refusals and devices that have served their time go."""
    with connection.cursor() as cursor:
        cursor.execute("select privacy.sweep_alarms()")
