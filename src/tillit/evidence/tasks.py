"""Every minute: the logs of the organisations in which something happened grow; what served its time goes."""

from __future__ import annotations

from django.db import connection

from tillit.evidence import actions, sequencer
from tillit.kernel.tasks import periodic, task
from tillit.kernel.ticket import Actor


@periodic("evidence.minute", cron="* * * * *", office="sequencer")
def minute() -> None:
    """Queue the work of each organisation: one that fails stops no other."""
    with connection.cursor() as cursor:
        cursor.execute("select organisation, sequence, sweep from evidence.to_do()")
        found = cursor.fetchall()
    for organisation, sequence, sweep in found:
        if sequence:
            actor = Actor(office="sequencer", organisation=organisation)
            grow.configure(actor=actor, key=f"evidence.grow:{organisation}").defer()
        if sweep:
            actor = Actor(office="sweeper", organisation=organisation)
            expire.configure(actor=actor, key=f"evidence.expire:{organisation}").defer()


@task("evidence.grow", retries=2)
def grow() -> None:
    """Take what waits into the acting organisation's log, and sign it."""
    if sequencer.sequence() == sequencer.BATCH:
        grow.defer()


@task("evidence.expire", retries=2)
def expire() -> None:
    """Remove events of the acting organisation that have served their time."""
    actions.remove_expired()
