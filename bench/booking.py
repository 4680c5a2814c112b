"""Booking under load: 32 guests over 1,000 hosts, beside a bare insert and beside plain psycopg, in one run.

*Bare* is one insert with an exclusion constraint, sent by PostgreSQL's own pgbench in prepared mode: what the same
server does when nobody asks who acts, whether the host works then, or who has to be told. *Plain psycopg* sends the
statements of `journeys.book` (ticket, take, commit) with ready arguments from as many
processes and threads. The three take short turns, as the machine may be shared; rates are medians, and ratios are
medians of the rounds' ratios. As in the bare statement, the hosts belong to 200 organisations. Run: `tillit bench
booking`; BENCH_ROUNDS and BENCH_SECONDS make it shorter or longer.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable
from statistics import median
from typing import Any

import psycopg

from bench import _guests, _world
from tillit.ops import bootstrap, embedded, scratch

GUESTS, PROCESSES = 32, 2
ORGANISATIONS, HOSTS = 200, 1000
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "3"))
DAYS = 60
NAME, EMAIL, LANGUAGE, ZONE = "Grace Miller", "grace@example.org", "en", "Europe/Stockholm"

BARE_TABLE = """
create extension if not exists btree_gist;
create sequence s cache 1;
create table booking(id uuid primary key default gen_random_uuid(), organisation_id bigint not null,
  provider_id bigint not null, person_id uuid not null, during tstzrange not null, state text not null default 'held',
  created timestamptz not null default now(),
  constraint no_double exclude using gist(provider_id with =, during with &&) where (state <> 'cancelled'));
create index on booking(organisation_id, created);
"""
BARE = """
with x as (select nextval('s') n)
insert into booking(organisation_id, provider_id, person_id, during)
select n % 200, n % 1000, gen_random_uuid(), tstzrange(t, t + interval '30 min')
from (select n, timestamptz '2027-01-01' + ((n / 1000 * 7919) % 175200) * interval '30 min' t from x) y;
"""


def run() -> list[dict[str, Any]]:
    """Rates a second and their ratios."""
    with scratch.database() as db:
        db.enter("tillit_app")
        with psycopg.connect(db.admin_dsn()) as admin:
            worlds = _lay_out(admin)
        bootstrap.create_database(db.server.admin_dsn(), name="bare")
        with psycopg.connect(db.server.admin_dsn("bare"), autocommit=True) as admin:
            admin.execute(BARE_TABLE)
        rates = measure(worlds, db, db.server.admin_dsn("bare"))
        _check(db.admin_dsn())
    return _figures(rates)


def measure(worlds: list[_world.World], db: scratch.Database, bare_dsn: str) -> dict[str, list[float]]:
    """The rates of each way in each round."""
    rates: dict[str, list[float]] = {"bare": [], "plain": [], "ours": []}
    ways: dict[str, _guests.Way] = {"plain": (plain, (worlds, 0, db.dsn("tillit_app"))), "ours": (ours, (worlds, 1))}
    size = {"processes": PROCESSES, "threads": GUESTS // PROCESSES}
    with _guests.crowd(ways, environment=db.environment("tillit_app"), **size) as crowd:
        for way in ways:
            crowd.turn(way, seconds=1)
        _bare(bare_dsn)
        for dsn in (db.admin_dsn(), bare_dsn):
            _world.settle(dsn)  # now that there are rows: plans made for empty tables read whole ones
        for _ in range(ROUNDS):
            rates["bare"].append(_bare(bare_dsn))
            for way in ways:
                rates[way].append(crowd.turn(way, seconds=SECONDS))
            print("   ".join(f"{way} {values[-1]:.0f}" for way, values in rates.items()), file=sys.stderr)
    return rates


def _figures(rates: dict[str, list[float]]) -> list[dict[str, Any]]:
    def row(what: str, value: float, unit: str, goal: float | None = None) -> dict[str, Any]:
        said = f"≥ {goal:g}" if goal else None
        return {"what": what, "value": value, "unit": unit, "goal": said, "ok": value >= goal if goal else None}

    def rate(way: str) -> int:
        return round(median(rates[way]))

    def ratio(one: str, other: str) -> float:
        return round(median(a / b for a, b in zip(rates[one], rates[other], strict=True)), 3)

    crowd = f"{PROCESSES} × {GUESTS // PROCESSES} threads"
    return [
        row(f"bare insert, pgbench, {GUESTS} clients", rate("bare"), "/s"),
        row(f"our statements by plain psycopg, {crowd}", rate("plain"), "/s"),
        row(f"journeys.book, {crowd}", rate("ours"), "/s"),
        row("journeys.book, of the bare insert", ratio("ours", "bare"), "", 0.2),
        row("journeys.book, of plain psycopg", ratio("ours", "plain"), "", 0.5),
    ]


def _lay_out(admin: psycopg.Connection[Any]) -> list[_world.World]:
    each = HOSTS // ORGANISATIONS
    kinds = [{"hosts": [n], "slug": f"talk-{n}"} for n in range(each)]
    return [_world.lay_out(admin, hosts=each, kinds=kinds, slug=f"o{n}") for n in range(ORGANISATIONS)]


def _bare(dsn: str) -> float:
    """Transactions a second of pgbench."""
    parts = psycopg.conninfo.conninfo_to_dict(dsn)
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "dbname"}
    environment = {ours: str(parts[theirs]) for ours, theirs in names.items()}
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(BARE)
        script.flush()
        command = [
            str(embedded.programs() / "pgbench"), "-n", "-M", "prepared", "-c", str(GUESTS), "-j", "2",
            "-T", str(SECONDS), "-f", script.name,
        ]  # fmt: skip
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])


def ours(worlds: list[_world.World], turn: int) -> Callable[[], _guests.Visit]:
    """Guests who book through the product."""
    from tillit.access import Actor, acting
    from tillit.journeys.book import book
    from tillit.kernel.ids import new_id

    offers = _offers(worlds)
    minutes = _free_minutes(turn)

    def guest() -> _guests.Visit:
        def visit(n: int) -> None:
            organisation, kind, _ = offers[n % HOSTS]
            with acting(Actor(organisation=organisation)):
                book(
                    kind=kind, minute=minutes(n), request_key=new_id(), name=NAME, email=EMAIL,
                    language=LANGUAGE, zone=ZONE,
                )  # fmt: skip

        return visit

    return guest


def plain(worlds: list[_world.World], turn: int, dsn: str) -> Callable[[], _guests.Visit]:
    """Guests who send the same statements by psycopg alone: arguments ready, answers unread."""
    from tillit.booking.actions import TAKE
    from tillit.booking.events import BookingMade
    from tillit.kernel import signing, zones
    from tillit.kernel.db.base import PRESENT
    from tillit.kernel.ids import new_id
    from tillit.kernel.ticket import Actor, sign

    offers = _offers(worlds)
    minutes = _free_minutes(turn)
    tickets = {organisation: sign(Actor(organisation=organisation), life=3600) for organisation, _, _ in offers}
    sealed = _sealed(offers[0][0])

    def guest() -> _guests.Visit:
        connection = psycopg.connect(dsn)
        cursor = connection.cursor()

        def visit(n: int) -> None:
            organisation, kind, host = offers[n % HOSTS]
            minute = minutes(n)
            booking = new_id()
            cursor.execute(PRESENT, [tickets[organisation]])
            cursor.fetchone()
            told = (new_id(), BookingMade.name, signing.canonical({"booking": str(booking)}), "")
            cursor.execute(
                TAKE,
                [
                    kind.pk, kind.revision, [host], zones.minute_to_utc(minute), None, None, booking, new_id(),
                    new_id(), new_id(), *sealed, LANGUAGE, ZONE, *told, False, None, None,
                ],
            )  # fmt: skip
            if cursor.fetchone()[0] != "ok":
                raise RuntimeError("Not booked.")
            connection.commit()

        return visit

    return guest


def _offers(worlds: list[_world.World]) -> list[tuple[uuid.UUID, Any, uuid.UUID]]:
    """Organisation, meeting type and host of the n-th host, neighbours in different organisations."""
    from django.db import connection, transaction

    from tillit.access import Actor, acting
    from tillit.booking.models import MeetingType

    found = []
    for world in worlds:
        with acting(Actor(organisation=world.organisation)), transaction.atomic():
            kinds = MeetingType.objects.in_bulk(world.kinds)
        found.append([(world.organisation, kinds[k], host) for k, host in zip(world.kinds, world.hosts, strict=True)])
    connection.close()
    return [offer for group in zip(*found, strict=True) for offer in group]


def _sealed(organisation: uuid.UUID) -> list[Any]:
    """A new guest's details as `take` gets them, each as long as a real one."""
    from django.db import connection, transaction

    from tillit.access import Actor, acting
    from tillit.identity.queries import sealed_person
    from tillit.kernel import keys
    from tillit.kernel.ids import new_id

    person = new_id()
    with acting(Actor(organisation=organisation)), transaction.atomic():
        key = keys.fresh(organisation, person)
    details = sealed_person(organisation=organisation, person=person, key=key, name=NAME, email=EMAIL, phone="")
    connection.close()
    return [*details, key.wrapped, b""]


def _free_minutes(turn: int) -> Callable[[int], int]:
    """The minute of the n-th visit, within the schedule: another one for each of a host's, and for turns 0 and 1."""
    from tillit.booking.engine import HostFacts, Rules, Schedule, Window, free_starts
    from tillit.kernel import clock, zones

    now = zones.minute_down(clock.now())
    week = Schedule.of(ZONE, weekly={int(day): hours for day, hours in _world.WEEK.items()})
    window = Window(now + zones.DAY_MINUTES, now + DAYS * zones.DAY_MINUTES)
    rules = Rules(duration=30, step=30, grid=30)
    starts = [s.minute for s in free_starts(rules, [HostFacts(1, week)], window=window, now=now, viewer_zone=ZONE)]
    return lambda n: starts[(n // HOSTS * 2 + turn) * 7919 % len(starts)]


def _check(dsn: str) -> None:
    """Raises when anything is half written: every booking has its meeting, its host's time, its event and its grant."""
    with psycopg.connect(dsn) as admin:
        tables = ("booking_booking", "booking_meeting", "booking_hosttime", "kernel_outbox", "access_grant")
        counts = [admin.execute(f"select count(*) from {table}").fetchone() for table in tables]
    if len(set(counts)) != 1:
        raise RuntimeError(f"Not whole: {dict(zip(tables, counts, strict=True))}")
