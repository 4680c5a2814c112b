"""What a host takes at most over all meeting types: said by the host and by administrators, kept by the database."""

from __future__ import annotations

from tillit import evidence
from tillit.access import Actor, current
from tillit.booking.engine import Limits
from tillit.booking.models import Host, Schedule

MINUTES = (5, 24 * 60)
A_DAY = (1, 200)
A_WEEK = (1, 1000)
"""The least and the most of each limit, as the database checks them too."""


def limits_of(host: Host) -> Limits:
    """A host's limits, none where there are none or where the actor may not know them. Recorded as a look at them, for
    whoever is not that host."""
    found = Schedule.objects.filter(host=host).first()
    if found is None:
        return Limits()
    if not _own(host):
        evidence.saw([host.person_id], "booking.limits", "administrator")
    return Limits(found.minutes_per_day, found.meetings_per_day, found.meetings_per_week)


def set_limits(*, host: Host, most: Limits) -> bool:
    """The acting host's limits, or those of a colleague as administrator; what is booked already stays. False where the
    host has no hours yet or the actor may not. Raises ValueError for an impossible number."""
    for value, (least, top) in zip(most, (MINUTES, A_DAY, A_WEEK), strict=True):
        if value is not None and not least <= value <= top:
            raise ValueError(f"a limit lies between {least} and {top}")
    done = Schedule.objects.filter(host=host).update(
        minutes_per_day=most.minutes, meetings_per_day=most.a_day, meetings_per_week=most.a_week
    )
    if done and not _own(host):
        evidence.record("booking.limits.set", subject=host.person_id, object=host.pk)
    return bool(done)


def _own(host: Host) -> bool:
    return (current() or Actor()).person == host.person_id
