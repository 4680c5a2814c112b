"""What notify does by itself: the daily mail, clearing away, and hearing of mail that came back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import connection

from tillit.kernel import clock
from tillit.kernel.tasks import periodic, task
from tillit.kernel.ticket import Actor
from tillit.notify import deliveries, digests, news

__all__ = ["daily", "news", "returned", "send_daily", "sweep"]
KEEP = timedelta(days=90)
HOUR = 8  # o'clock, where the person is


@periodic("notify.sweep", cron="41 3 * * *", office="sweeper")
def sweep() -> None:
    """Messages in the product, the delivery log, and texts that could not be sent."""
    with connection.cursor() as cursor:
        cursor.execute("select notify.sweep(make_interval(secs => %s))", [KEEP.total_seconds()])


@periodic("notify.daily", cron="5 * * * *", office="digest")
def daily() -> None:
    """Queue the daily mail of everybody for whom it is eight o'clock and something waits."""
    with connection.cursor() as cursor:
        cursor.execute("select organisation, person from notify.gathered(%s)", [HOUR])
        waiting: list[tuple[UUID, UUID]] = cursor.fetchall()
    for organisation, person in waiting:
        actor = Actor(office="reaction", organisation=organisation)
        send_daily.configure(actor=actor, key=f"{person}:{clock.now():%Y-%m-%d}").defer(person=person)


@task("notify.send_daily")
def send_daily(*, person: UUID) -> None:
    """One person's daily mail."""
    digests.send_daily(person)


@task("notify.returned")
def returned(*, mail: UUID, why: str) -> None:
    """A mail server reported on one of our mails."""
    deliveries.returned(mail, why)
