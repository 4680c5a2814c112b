"""The worker's part: the round that asks every connection when its turn comes, and one connection at a time."""

from __future__ import annotations

from uuid import UUID

from tillit.booking.calendars import queries
from tillit.booking.calendars import sync as syncing
from tillit.kernel.tasks import periodic, task
from tillit.kernel.ticket import Actor


@periodic("booking.calendars", cron="*/5 * * * *", office="sweeper")
def rounds() -> None:
    """Queue every connection whose turn it is, each as its own host."""
    for organisation, person, connection in queries.due():
        actor = Actor(office="calendar", organisation=organisation, person=person)
        sync.configure(actor=actor, key=f"calendar:{connection}").defer(connection=connection)


@task("booking.calendar_sync", retries=2)
def sync(*, connection: UUID) -> None:
    """Read one connection, and bring what we wrote there up to date. What fails is tried again by the round."""
    syncing.sync(connection)


@task("booking.calendar_write", retries=2)
def write() -> None:
    """The acting host's bookings have changed: bring the calendar up to date that takes them."""
    syncing.write()
