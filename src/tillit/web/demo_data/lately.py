"""What happened at Tidboken today: guests wait for an answer, and Helena asks when others can."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import NAMESPACE_URL, UUID, uuid5

from tillit.access import Actor, acting
from tillit.booking.polls import actions, queries
from tillit.booking.queries import all_hosts
from tillit.kernel import zones
from tillit.web.demo_data.calendar import ANTON, EBBA, LATELY, LEILA, NOOR, ZONE, As, take_bookings, workday
from tillit.web.demo_data.tidboken import HELENA, OMID

SAID = (
    (ANTON, ("yes", "yes", "no", "maybe"), ""),
    (LEILA, ("no", "yes", "yes", "yes"), "با قطار می‌آیم، صبح زود سخت است."),
    (NOOR, ("yes", "yes", "maybe", "no"), ""),
    (EBBA, ("no", "maybe", "yes", "yes"), ""),
)
"""Who answers the poll, what they say to each of its times, and what they add."""


def happen(organisation: UUID, today: date, as_person: As) -> None:
    """Bookings that a host has still to confirm, and a poll with answers, as of the clock's present moment."""
    take_bookings(organisation, today, LATELY)
    zone = zones.zone(ZONE)
    starts = sorted(
        datetime.combine(workday(today, day), time(hour), zone) for day, hour in ((9, 13), (10, 10), (10, 14), (11, 13))
    )
    with as_person(HELENA):
        hosts = {host.name: host.pk for host in all_hosts()}
        made = actions.open_poll(
            organisation=organisation,
            hosts=[hosts[HELENA], hosts[OMID]],
            title="An evening about letting out a room",
            place="Lyktgatan 21",
            minutes=60,
            starts=starts,
            closes=datetime.combine(workday(today, 8), time(18), zone),
        )
    with acting(Actor(office="poll", organisation=organisation, subject=str(made))):
        for guest, said, note in SAID:
            actions.answer(
                queries.get_poll(made),
                form=uuid5(NAMESPACE_URL, f"tillit:demo:{made}:{guest.email}"),
                name=guest.name,
                email=guest.email,
                note=note,
                said=dict(zip(starts, said, strict=True)),
                language=guest.language,
                zone=guest.zone,
            )
