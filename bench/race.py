"""Two hundred guests want the same time at the same moment: one gets it, the others are told so at once.

By journey: threads that call `journeys.book` as a web process does, through its pool of connections. By page: real
requests to as many web processes (uvicorn, the application's role) as the supervisor starts here, each on a connection
of its own, all sent before the first is answered; whoever comes too late gets a page with the nearest free times. In
the end the tables are looked at: one booking, one meeting, one span of the host. Run: `tillit bench race`.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any
from urllib.parse import urlencode

import psycopg

from bench import _world
from tillit.ops import children, scratch

GUESTS = 200
SETTLE = 3.0  # seconds after the first answer, until the other web processes are there too
WARM = 3  # smaller races before, each with one winner
ZONE = "Europe/Stockholm"
NAME, EMAIL = "Grace Miller", "grace@example.org"
PAGE = "/o/y/book/y/"


def run() -> list[dict[str, Any]]:
    """Seconds until the last answer, and how many bookings there were."""
    with scratch.database(mode="production") as db:
        db.enter("tillit_app")
        with psycopg.connect(db.admin_dsn()) as admin:
            world = _world.lay_out(admin, hosts=1, kinds=[{"hosts": [0], "slug": "y"}], slug="y")
        _world.settle(db.admin_dsn())
        figures = []
        minutes = _minutes()
        for way, race in (("journeys.book", _by_journey), ("by page", _by_page)):
            before, deadlocks = _state(db)
            taken, outcomes = race(db, world, minutes)
            after, later = _state(db)
            figures += _figures(way, taken, outcomes, after - before - WARM, later - deadlocks)
        return figures


def _figures(way: str, taken: list[float], outcomes: Counter[str], won: int, deadlocks: int) -> list[dict[str, Any]]:
    slowest = round(max(taken), 3)
    said = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    return [
        {"what": f"{way}: bookings ({said})", "value": won, "unit": "", "goal": "1", "ok": won == 1},
        {"what": f"{way}: slowest answer", "value": slowest, "unit": "s", "goal": "≤ 1", "ok": slowest <= 1},
        {"what": f"{way}: median answer", "value": round(median(taken), 3), "unit": "s", "goal": None, "ok": None},
        {"what": f"{way}: deadlocks", "value": deadlocks, "unit": "", "goal": "0", "ok": deadlocks == 0},
    ]


def _minutes() -> Iterator[int]:
    """Free starts of the one host: each may be raced for once."""
    from tillit.booking.engine import HostFacts, Rules, Schedule, Window, free_starts
    from tillit.kernel import clock, zones

    now = zones.minute_down(clock.now())
    week = Schedule.of(ZONE, weekly={int(day): hours for day, hours in _world.WEEK.items()})
    window = Window(now + zones.DAY_MINUTES, now + 30 * zones.DAY_MINUTES)
    rules = Rules(duration=30, step=30, grid=30)
    return (s.minute for s in free_starts(rules, [HostFacts(1, week)], window=window, now=now, viewer_zone=ZONE))


def _state(db: scratch.Database) -> tuple[int, int]:
    """How many bookings there are, and how many deadlocks the database has seen. Raises when rows do not agree."""
    with psycopg.connect(db.admin_dsn()) as admin:
        counts = {
            admin.execute(f"select count(*) from {table}").fetchone()[0]  # type: ignore[index]
            for table in ("booking_booking", "booking_meeting", "booking_hosttime", "kernel_outbox")
        }
        (deadlocks,) = admin.execute(
            "select deadlocks from pg_stat_database where datname = current_database()"
        ).fetchone()  # type: ignore[misc]
    if len(counts) != 1:
        raise RuntimeError("Something is half written.")
    return counts.pop(), deadlocks


def _by_journey(db: scratch.Database, world: _world.World, minutes: Iterator[int]) -> tuple[list[float], Counter[str]]:
    from django.db import connection, transaction

    from tillit.access import Actor, acting
    from tillit.booking.models import MeetingType
    from tillit.journeys.book import NotBooked, book

    actor = Actor(organisation=world.organisation)
    with acting(actor), transaction.atomic():
        kind = MeetingType.objects.get(pk=world.kinds[0])

    def race(count: int, minute: int) -> tuple[list[float], Counter[str]]:
        start = threading.Barrier(count)
        taken: list[float] = []
        outcomes: Counter[str] = Counter()

        def guest() -> None:
            start.wait()
            begun = time.perf_counter()
            try:
                with acting(actor):
                    book(
                        kind=kind, minute=minute, request_key=uuid.uuid4(), name=NAME, email=EMAIL, language="en",
                        zone=ZONE,
                    )  # fmt: skip
                outcome = "booked"
            except NotBooked as refused:
                outcome = str(refused)
            finally:
                connection.close()
            taken.append(time.perf_counter() - begun)
            outcomes[outcome] += 1

        threads = [threading.Thread(target=guest) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return taken, outcomes

    try:
        for _ in range(WARM):
            race(24, next(minutes))
        taken, outcomes = race(GUESTS, next(minutes))
    finally:
        connection.close_pool()  # type: ignore[attr-defined]
    return taken, outcomes


def _by_page(db: scratch.Database, world: _world.World, minutes: Iterator[int]) -> tuple[list[float], Counter[str]]:
    from tillit.kernel import zones

    def start(minute: int) -> str:
        return zones.minute_to_utc(minute).strftime("%Y-%m-%dT%H:%MZ")

    async def races(port: int) -> tuple[list[float], Counter[str]]:
        token, cookie = await _form(port)
        await asyncio.sleep(SETTLE)
        for _ in range(WARM):
            await _race(port, 24, start(next(minutes)), token, cookie)
        return await _race(port, GUESTS, start(next(minutes)), token, cookie)

    with _server(db) as port:
        return asyncio.run(races(port))


@contextmanager
def _server(db: scratch.Database) -> Iterator[int]:
    """The web processes as the supervisor starts them; their port."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        web = children.web({**os.environ, **db.environment("tillit_app")}, listening.fileno())
        for child in web:
            child.start()
        try:
            yield listening.getsockname()[1]
        finally:
            for child in web:
                child.ask_to_stop()
            for child in web:
                child.wait_stopped(time.monotonic() + 20)


async def _form(port: int) -> tuple[str, str]:
    """The form's token and its cookie, from the page; waits until the server is there."""
    _, head, body = await _ask(port, f"GET {PAGE} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    cookie = re.search(r"(?mi)^set-cookie: form=([^;]+)", head)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body)
    if token is None:  # the form comes with a chosen time only; the cookie's own value is accepted as well
        return (cookie[1] if cookie else "0" * 32), (cookie[1] if cookie else "0" * 32)
    return token[1], cookie[1] if cookie else ""


async def _race(port: int, count: int, start: str, token: str, cookie: str) -> tuple[list[float], Counter[str]]:
    def request() -> bytes:
        fields = {
            "csrfmiddlewaretoken": token, "request_key": str(uuid.uuid4()), "start": start, "zone": ZONE,
            "name": NAME, "email": EMAIL, "note": "",
        }  # fmt: skip
        content = urlencode(fields)
        return (
            f"POST {PAGE} HTTP/1.1\r\nHost: localhost\r\nCookie: form={cookie}\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(content)}\r\n\r\n{content}"
        ).encode()

    async def guest() -> tuple[float, str]:
        begun = time.perf_counter()
        status, _, _ = await _ask(port, request())
        return time.perf_counter() - begun, {302: "booked", 409: "told what is near"}.get(status, str(status))

    answers = await asyncio.gather(*(guest() for _ in range(count)))
    return [taken for taken, _ in answers], Counter(outcome for _, outcome in answers)


async def _ask(port: int, request: bytes) -> tuple[int, str, str]:
    """Status, head and body of the answer to a request, on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    head, _, body = answer.decode(errors="replace").partition("\r\n\r\n")
    return int(head.split(" ", 2)[1]), head, body
