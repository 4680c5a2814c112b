"""A thousand open pages on one web process: its memory, and how long it takes from a commit to the page.

Streams as browsers open them, over HTTP, each of another logged-in person, on the process that `tillit up` starts; what
is published is published by the product's own function, one transaction each, and received by these streams. Then all
thousand at once: one transaction that tells everybody. Run: `tillit bench live`.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

import psycopg

from bench import _world
from tillit.ops import children, scratch

STREAMS, EVENTS, PAUSE = 1000, 1500, 0.008
OPENING = 40  # streams that are being opened at the same moment
NETWORKS = 10  # addresses of this machine that they come from
SLUG = "y"


def run() -> list[dict[str, Any]]:
    """Megabytes of the web process, milliseconds of deliveries."""
    with scratch.database(mode="production") as db:
        db.enter("tillit_app")
        with psycopg.connect(db.admin_dsn()) as admin:
            world = _world.lay_out(admin, hosts=STREAMS, slug=SLUG)
            cookies = log_in(admin, world)
        _world.settle(db.admin_dsn())
        with serving(db) as (port, process):
            return asyncio.run(_measure(port, process, world, cookies))


def log_in(admin: psycopg.Connection[Any], world: _world.World) -> list[str]:
    """A session for each host; returns their cookies."""
    from tillit.identity.models import Account, Membership, Session
    from tillit.identity.sessions import LIFE, SessionStore, key_hash
    from tillit.kernel import clock

    now = clock.now()
    marks = [uuid4().hex for _ in world.people]
    accounts = [Account(email=f"{mark}@account.invalid", email_index=mark, email_sealed=b"") for mark in marks]
    roles = [Membership(organisation_id=world.organisation, person_id=one, role="host") for one in world.people]
    sessions = [
        Session(
            key_hash=key_hash(mark),
            account_id=one.pk,
            data=SessionStore(mark).encode(_logged_in(one)),
            device="",
            started=now,
            seen=now,
            expires=now + LIFE,
        )
        for mark, one in zip(marks, accounts, strict=True)
    ]
    for rows in (accounts, roles, sessions):
        _world.write(admin, rows)
    for person, account in zip(world.people, accounts, strict=True):
        admin.execute("update identity_person set account_id = %s where id = %s", [account.pk, person])
    return marks


def _logged_in(account: Any) -> dict[str, Any]:
    """What a session holds once somebody has logged in with it."""
    return {
        "_auth_user_id": str(account.pk),
        "_auth_user_backend": "allauth.account.auth_backends.AuthenticationBackend",
        "_auth_user_hash": account.get_session_auth_hash(),
    }


@contextmanager
def serving(db: scratch.Database) -> Iterator[tuple[int, int]]:
    """One web process as the supervisor starts it: port and process id."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        command = [sys.executable, "-m", "tillit.ops.serve", str(listening.fileno())]
        web = children.Child("web", command, {**os.environ, **db.environment("tillit_app")}, (listening.fileno(),))
        web.start()
        try:
            assert web.process
            yield listening.getsockname()[1], web.process.pid
        finally:
            web.ask_to_stop()
            web.wait_stopped(time.monotonic() + 20)


async def _measure(port: int, process: int, world: _world.World, cookies: list[str]) -> list[dict[str, Any]]:
    heard: dict[tuple[int, str], float] = {}
    _, writer = await open_stream(port, 0, cookies[0])
    writer.close()
    before = megabytes(process)
    turns = asyncio.Semaphore(OPENING)

    async def listener(number: int) -> tuple[asyncio.Task[None], asyncio.StreamWriter]:
        async with turns:
            reader, writer = await open_stream(port, number, cookies[number])
        return asyncio.create_task(_listen(reader, number, heard)), writer

    begun = time.perf_counter()
    streams = await asyncio.gather(*(listener(number) for number in range(STREAMS)))
    opened = time.perf_counter() - begun
    await asyncio.sleep(2)
    one_by_one = await asyncio.to_thread(_publish, world, [[n * 7919 % STREAMS] for n in range(EVENTS)])
    at_once = await asyncio.to_thread(_publish, world, [list(range(STREAMS))])
    await asyncio.sleep(2)
    after = megabytes(process)
    for task, writer in streams:
        task.cancel()
        writer.close()
    return [
        _figure(f"memory of the process with {STREAMS} streams", after, "MB", 150),
        _figure("the same without", before, "MB"),
        _figure(f"opening {STREAMS} streams", opened, "s"),
        *_deliveries("one by one", one_by_one, heard, 100),
        *_deliveries("everybody at once", at_once, heard, None),
    ]


def _publish(world: _world.World, rounds: list[list[int]]) -> dict[tuple[int, str], float]:
    """Publish each round in a transaction of its own; when each event was committed."""
    from django.db import close_old_connections, transaction

    from tillit.access import Actor, acting
    from tillit.kernel import live

    told: dict[tuple[int, str], float] = {}
    for numbers in rounds:
        objects = {number: uuid4() for number in numbers}
        with acting(Actor(office="reaction", organisation=world.organisation)), transaction.atomic():
            for number, what in objects.items():
                live.publish(world.people[number], "bench.told", what)
            begun = time.perf_counter()  # the commit itself counts
        told |= {(number, str(what)): begun for number, what in objects.items()}
        close_old_connections()
        time.sleep(PAUSE)
    return told


async def open_stream(port: int, number: int, cookie: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A stream as a logged-in browser opens it, after the head of the answer. Raises RuntimeError when refused."""
    while True:
        try:
            here = f"127.0.0.{2 + number % NETWORKS}"
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(here, 0))
            break
        except OSError:
            await asyncio.sleep(0.1)
    writer.write(f"GET /o/{SLUG}/live/ HTTP/1.1\r\nHost: localhost\r\nCookie: session={cookie}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise RuntimeError(head.decode())
    return reader, writer


async def _listen(reader: asyncio.StreamReader, number: int, heard: dict[tuple[int, str], float]) -> None:
    while line := await reader.readline():
        if line.startswith(b"data: "):
            what = json.loads(line[6:])["id"]
            if (number, what) in heard:
                raise RuntimeError("An event came twice.")
            heard[number, what] = time.perf_counter()


def _deliveries(
    what: str, told: dict[tuple[int, str], float], heard: dict[tuple[int, str], float], goal: float | None
) -> list[dict[str, Any]]:
    lost = sum(1 for one in told if one not in heard)
    taken = [(heard[one] - at) * 1000 for one, at in told.items() if one in heard]
    return [
        _figure(f"{what}: from the commit to the page, median", median(taken), "ms"),
        _figure(f"{what}: 95 % within", quantiles(taken, n=20)[-1], "ms", goal),
        _figure(f"{what}: of {len(told)} events lost", lost, "", 0),
    ]


def _figure(what: str, value: float, unit: str, goal: float | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {"what": what, "value": round(value, 1), "unit": unit, "goal": None, "ok": None}
    return row if goal is None else row | {"goal": f"≤ {goal} {unit}".strip(), "ok": value <= goal}


def megabytes(process: int) -> float:
    """The memory that a process holds."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024
