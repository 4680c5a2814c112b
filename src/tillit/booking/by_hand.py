"""What a host moves by hand: also to outside their own hours and off the grid, as long as nothing else stands there and
no limit of the meeting type is passed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from tillit.booking import engine
from tillit.booking.engine import Refusal, Spans, Start
from tillit.booking.facts import BookableHost, assignment_of, load_hosts, rules_of
from tillit.booking.resources.queries import resources_at
from tillit.kernel import clock, zones

if TYPE_CHECKING:
    from tillit.booking.models import MeetingType


def hosts_at(kind: MeetingType, minute: int, host: UUID, *, aside: UUID | None) -> list[BookableHost]:
    """Who receives what this host moves to a minute (since the epoch, UTC): all hosts of a joint meeting, else this one
    alone; nobody where the host does not take the type. aside: the booking that is moved."""
    day = zones.DAY_MINUTES
    hosts = load_hosts(kind, minute - day, minute + kind.duration + day, aside=aside)
    if not any(one.id == host for one in hosts):
        return []
    return hosts if kind.assignment == "collective" else [one for one in hosts if one.id == host]


def check(kind: MeetingType, minute: int, host: UUID, *, aside: UUID | None) -> Start | Refusal:
    """Whether this host may move a booking to a minute, or why not; the database looks once more."""
    hosts = hosts_at(kind, minute, host, aside=aside)
    if not hosts:
        return Refusal.CLOSED
    always = Spans([minute - zones.DAY_MINUTES], [minute + kind.duration + zones.DAY_MINUTES])
    answer = engine.check(
        replace(rules_of(kind), step=1, grid=1),
        [replace(one.facts, availability=always) for one in hosts],
        minute,
        now=zones.minute_down(clock.now()),
        viewer_zone=hosts[0].zone,
        assignment=assignment_of(kind, hosts),
    )
    if isinstance(answer, Start) and resources_at(kind, minute, aside=aside) is None:
        return Refusal.TAKEN
    return answer
