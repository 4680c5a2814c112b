"""Sending a message under load: 32 people in 1,000 threads of 200 organisations, beside three bare inserts and beside
plain psycopg, in one run.

*Bare* is a transaction of three inserts (message, outbox, audit) sent by PostgreSQL's own pgbench in prepared mode:
what the same server does when nobody asks who acts, whose thread it is or who has blocked whom, and nothing is sealed
or hashed. *Plain psycopg* sends the statements of `messaging.actions.send` (ticket, place, send, commit) with ready
arguments. Ratios are medians of the rounds' ratios. Run: `tillit bench message`; BENCH_ROUNDS and BENCH_SECONDS make it
shorter or longer.
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
ORGANISATIONS, THREADS = 200, 1000
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "3"))
WORDS = "hello " * 34

BARE_TABLES = """
create table message(id uuid primary key default gen_random_uuid(), organisation_id bigint, conversation_id bigint,
  sender uuid, body text, at timestamptz default now());
create index on message(conversation_id, at);
create table outbox(id bigint generated always as identity primary key, organisation_id bigint, kind text,
  payload jsonb, at timestamptz default now());
create table audit(id bigint generated always as identity primary key, organisation_id bigint, person uuid, verb text,
  object uuid, detail jsonb, at timestamptz default now());
create index on audit(organisation_id, at);
"""
BARE = r"""
\set conv random(1, 100000)
\set org random(1, 200)
begin;
insert into message(organisation_id,conversation_id,sender,body) values(:org,:conv,gen_random_uuid(),repeat('hello ',34));
insert into outbox(organisation_id,kind,payload) values(:org,'message.sent',jsonb_build_object('c',:conv::bigint,'p',repeat('x',150)));
insert into audit(organisation_id,person,verb,object,detail) values(:org,gen_random_uuid(),'message.send',gen_random_uuid(),jsonb_build_object('c',:conv::bigint,'ip','10.0.0.1','ua',repeat('y',80)));
commit;
"""  # noqa: E501 (as it was given)

Place = tuple[uuid.UUID, uuid.UUID, uuid.UUID, uuid.UUID]
"""Organisation, thread, who writes, who receives."""


def run() -> list[dict[str, Any]]:
    """Rates a second and their ratios."""
    with scratch.database() as db:
        db.enter("tillit_app")
        with psycopg.connect(db.admin_dsn()) as admin:
            each = THREADS // ORGANISATIONS * 2
            worlds = [_world.lay_out(admin, hosts=each, slug=f"o{n}") for n in range(ORGANISATIONS)]
        places = _begin(worlds)
        bootstrap.create_database(db.server.admin_dsn(), name="bare")
        with psycopg.connect(db.server.admin_dsn("bare"), autocommit=True) as admin:
            admin.execute(BARE_TABLES)
        rates = measure(places, db, db.server.admin_dsn("bare"))
        _check(db.admin_dsn())
    return _figures(rates)


def measure(places: list[Place], db: scratch.Database, bare_dsn: str) -> dict[str, list[float]]:
    """The rates of each way in each round."""
    rates: dict[str, list[float]] = {"bare": [], "plain": [], "ours": []}
    ways: dict[str, _guests.Way] = {"plain": (plain, (places, db.dsn("tillit_app"))), "ours": (ours, (places,))}
    size = {"processes": PROCESSES, "threads": GUESTS // PROCESSES}
    with _guests.crowd(ways, environment=db.environment("tillit_app"), **size) as crowd:
        for way in ways:
            crowd.turn(way, seconds=1)
        _bare(bare_dsn)
        for dsn in (db.admin_dsn(), bare_dsn):
            _world.settle(dsn)
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

    def ratio(one: str, other: str) -> float:
        return round(median(a / b for a, b in zip(rates[one], rates[other], strict=True)), 3)

    crowd = f"{PROCESSES} × {GUESTS // PROCESSES} threads"
    return [
        row(f"three bare inserts, pgbench, {GUESTS} clients", round(median(rates["bare"])), "/s"),
        row(f"our statements by plain psycopg, {crowd}", round(median(rates["plain"])), "/s"),
        row(f"messaging.actions.send, {crowd}", round(median(rates["ours"])), "/s"),
        row("messaging.actions.send, of the bare inserts", ratio("ours", "bare"), "", 0.15),
        row("messaging.actions.send, of plain psycopg", ratio("ours", "plain"), "", 0.5),
    ]


def _begin(worlds: list[_world.World]) -> list[Place]:
    """A thread for each two of a world, neighbours in the list in different organisations."""
    from django.db import connection

    from tillit.access import Actor, acting
    from tillit.messaging import actions

    found = []
    for world in worlds:
        pairs = zip(world.people[::2], world.people[1::2], strict=True)
        mine = []
        for one, other in pairs:
            with acting(Actor(organisation=world.organisation, person=one, office="member")):
                mine.append(
                    (world.organisation, actions.begin(to=other, about=("bench", other), words=WORDS), one, other)
                )
        found.append(mine)
    connection.close()
    return [place for group in zip(*found, strict=True) for place in group]


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


def ours(places: list[Place]) -> Callable[[], _guests.Visit]:
    """People who write through the product."""
    from tillit.access import Actor, acting
    from tillit.messaging.actions import send

    def guest() -> _guests.Visit:
        def visit(n: int) -> None:
            organisation, thread, me, _other = places[n % THREADS]
            with acting(Actor(organisation=organisation, person=me, office="member")):
                send(thread, WORDS)

        return visit

    return guest


def plain(places: list[Place], dsn: str) -> Callable[[], _guests.Visit]:
    """People who send the same statements by psycopg alone: arguments ready, answers unread."""
    from tillit.access import Actor, acting
    from tillit.kernel.db.base import PRESENT
    from tillit.kernel.ids import new_id
    from tillit.kernel.ticket import sign
    from tillit.messaging.actions import PLACE, SEND, parameters

    tickets = {}
    for organisation, _thread, me, _other in places:
        tickets[me] = sign(Actor(organisation=organisation, person=me, office="member"), life=3600)
    organisation, thread, me, other = places[0]
    with acting(Actor(organisation=organisation, person=me, office="member")):
        ready = parameters(thread, new_id(), other, b"x" * 240, [])

    def guest() -> _guests.Visit:
        connection = psycopg.connect(dsn)
        cursor = connection.cursor()

        def visit(n: int) -> None:
            _organisation, thread, me, _other = places[n % THREADS]
            cursor.execute(PRESENT, [tickets[me]])
            cursor.fetchone()
            cursor.execute(PLACE, [thread])
            cursor.fetchone()
            values = [*ready]
            values[0], values[1], values[7] = thread, new_id(), new_id()
            values[11] = f'{{"{new_id()}"}}'
            cursor.execute(SEND, values)
            if cursor.fetchone()[0] != "ok":
                raise RuntimeError("Not sent.")
            connection.commit()

        return visit

    return guest


def _check(dsn: str) -> None:
    """Raises when anything is half written: every message has its event and its leaf."""
    with psycopg.connect(dsn) as admin:
        tables = ("messaging_message", "kernel_outbox", "evidence_leaf")
        counts = [admin.execute(f"select count(*) from {table}").fetchone() for table in tables]
    if len(set(counts)) != 1:
        raise RuntimeError(f"Not whole: {dict(zip(tables, counts, strict=True))}")
