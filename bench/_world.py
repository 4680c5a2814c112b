"""Worlds to measure in: organisations, hosts and busy times written in bulk, past the policies, as superuser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WEEK = {str(day): [["09:00", "17:00"]] for day in range(1, 6)}
EVERY_HOUR = {str(day): [["00:00", "24:00"]] for day in range(1, 8)}


@dataclass(frozen=True)
class World:
    """One organisation, its hosts in order and their meeting types."""

    organisation: UUID
    slug: str
    hosts: list[UUID]
    people: list[UUID]
    kinds: list[UUID]


def lay_out(
    admin: psycopg.Connection[Any],
    *,
    hosts: int,
    kinds: Sequence[dict[str, Any]] = (),
    weekly: dict[str, Any] | None = None,
    slug: str = "y",
    schedule: dict[str, Any] | None = None,
) -> World:
    """An organisation with `hosts` hosts in Stockholm and meeting types.

    Each of `kinds` is the fields of a meeting type and `hosts`, the places of its hosts in the list; `schedule` is more
    fields of each host's.
    """
    from tillit.booking.models import Host, MeetingType, Schedule, TypeHost
    from tillit.identity.models import Organisation, Person

    organisation = Organisation(
        slug=slug, name=f"Measured {slug}", number="559402-1187", address="Bastugatan 21, Stockholm",
        publisher="Jonas Ek", contact_email="hello@measured.example", region="eu", languages=["sv", "en", "fa"],
        time_zone="Europe/Stockholm", currency="SEK", modules=["booking"], colour="indigo",
    )  # fmt: skip
    own = {"organisation_id": organisation.pk}
    people = [  # their sealed details stay empty: nobody reads them here
        Person(**own, language="sv", time_zone="Europe/Stockholm", verified=True) for _ in range(hosts)
    ]
    bookable = [
        Host(**own, person_id=person.pk, slug=f"host-{n}", name=f"Host {n}", position=n % 30_000)
        for n, person in enumerate(people)
    ]
    schedules = [
        Schedule(
            **own,
            host_id=h.pk,
            person_id=h.person_id,
            zone="Europe/Stockholm",
            weekly=weekly or WEEK,
            **(schedule or {}),
        )
        for h in bookable
    ]
    types, type_hosts = [], []
    for fields in kinds:
        numbers = fields["hosts"]
        more = {name: value for name, value in fields.items() if name != "hosts"}
        kind = MeetingType(**own, **_KIND | {"words": {"en": {"title": "A talk", "summary": "We talk."}}} | more)
        types.append(kind)
        type_hosts += [
            TypeHost(**own, meeting_type_id=kind.pk, host_id=bookable[n].pk, priority=p) for p, n in enumerate(numbers)
        ]
    for rows in ([organisation], people, bookable, schedules, types, type_hosts):
        write(admin, rows)
    return World(organisation.pk, slug, [h.pk for h in bookable], [p.pk for p in people], [kind.pk for kind in types])


def write(admin: psycopg.Connection[Any], rows: Iterable[Any]) -> None:
    """Unsaved model instances of one kind, into their table by COPY."""
    from django.db import connection

    rows = list(rows)
    if not rows:
        return
    fields = rows[0]._meta.local_concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with admin.cursor() as cursor, cursor.copy(f'copy "{rows[0]._meta.db_table}" ({columns}) from stdin') as copy:
        for row in rows:
            copy.write_row([field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields])


def write_busy(admin: psycopg.Connection[Any], world: World, spans: Sequence[Sequence[tuple[int, int]]]) -> None:
    """Busy spans (UTC minutes) of the first hosts, without asking the foreign keys: they are right."""
    admin.execute("create temp table spans (host int, low int, high int) on commit drop")
    with admin.cursor() as cursor, cursor.copy("copy spans from stdin") as copy:
        for number, one in enumerate(spans, 1):
            copy.write("".join(f"{number}\t{low}\t{high}\n" for low, high in one))
    admin.execute("set local session_replication_role = replica")
    admin.execute(
        """
        insert into booking_busytime (id, organisation_id, host_id, person_id, span, made)
        select gen_random_uuid(), %s, (%s::uuid[])[s.host], (%s::uuid[])[s.host],
               tstzrange(to_timestamp(s.low * 60), to_timestamp(s.high * 60)), now()
        from spans s
        """,
        [world.organisation, world.hosts, world.people],
    )
    admin.execute("set local session_replication_role = origin")


def settle(dsn: str) -> None:
    """Statistics and visibility as they are in a database that has been running for a while.

    Not before there are rows in every table that is asked: of an empty one the planner remembers that it is empty.
    """
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute("vacuum analyze")
        admin.execute("checkpoint")


_KIND = {
    "slug": "talk", "place": "video", "duration": 30, "step": 30, "grid": 30, "buffer_before": 0, "buffer_after": 0,
    "notice": 0,
}  # fmt: skip
