"""Chats: the page of a thread in the server, and a thousand chats open on one web process while people write.

The page is made by the ASGI program itself, as whoever is logged in: fifty messages of two hundred, twenty threads
beside it, what the other shows and what can be done. Then five hundred pairs have their thread open, each person with a
stream as browsers open them, on the process that `tillit up` starts and with its worker; some write, through the
product's own action, and the pages that hear of it fetch themselves anew as browsers do (static/web/js/live.js).
Run: `tillit bench chats`.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import psycopg

from bench import _world, live
from bench.pages import page
from tillit.ops import children, scratch

CHATS, WRITTEN, PAUSE = 1000, 120, 0.25  # open pages, messages, seconds between them
TIMES, SAID, BESIDE = 100, 200, 19  # pages made, messages of the long thread, other threads of the same person
MODULES = ["directory", "messaging", "documents", "hiring", "sales", "booking"]
WORDS = "Hello again, and see you on Saturday between nine and twelve as we said. "


@dataclass
class Heard:
    """What the open pages saw: by page and thread, when they were told, and when the words stood on the page."""

    told: defaultdict[tuple[int, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    shown: dict[tuple[int, str], float] = field(default_factory=dict)


def run() -> list[dict[str, Any]]:
    """Milliseconds of the page; memory, and milliseconds from a commit to both open pages."""
    with scratch.database(mode="production") as db:
        db.enter("tillit_app")
        with psycopg.connect(db.admin_dsn()) as admin:
            world = _world.lay_out(admin, hosts=CHATS, slug=live.SLUG)
            admin.execute("update identity_organisation set modules = %s", [MODULES])
            cookies = live.log_in(admin, world)
        threads = [_begin(world, n, n + 1) for n in range(0, CHATS, 2)]
        _fill(world, threads[0])
        _world.settle(db.admin_dsn())
        with live.serving(db) as (port, process), _worker(db):
            chats = asyncio.run(_open_chats(port, process, world, threads, cookies))
        import tillit.web.asgi  # noqa: F401 (looks at the keys as it starts, and shuts the way to other programs)

        return asyncio.run(_pages(threads[0], cookies[0])) + chats


def _begin(world: _world.World, one: int, other: int) -> UUID:
    from tillit.access import Actor, acting
    from tillit.messaging import actions

    with acting(Actor(organisation=world.organisation, person=world.people[one], office="member")):
        return actions.begin(to=world.people[other], about=("bench", world.people[other]), words=WORDS)


def _fill(world: _world.World, thread: UUID) -> None:
    """The first person's thread is long and goes over weeks, and they have others."""
    from tillit.access import Actor, acting
    from tillit.kernel import clock
    from tillit.messaging import actions

    now = clock.now()
    for n in range(SAID):
        with (
            acting(Actor(organisation=world.organisation, person=world.people[n % 2], office="member")),
            clock.at(now - (SAID - n) * timedelta(hours=4)),
        ):
            actions.send(thread, f"{n}: {WORDS}")
    for n in range(BESIDE):
        _begin(world, 2 + n, 0)


async def _pages(thread: UUID, cookie: str) -> list[dict[str, Any]]:
    path, cookies = f"/o/{live.SLUG}/messages/{thread}/", f"session={cookie}"
    for _ in range(20):
        shown = await page(path, cookie=cookies)
    if shown.count(b'class="msg') < 50:
        raise RuntimeError("The thread is not on its page.")
    gc.collect()
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        await page(path, cookie=cookies)
        taken.append((time.perf_counter() - begun) * 1000)
    return [
        _figure("the page of a thread, 50 messages", median(taken), "ms", 30),
        _figure("the same, 95 % within", quantiles(taken, n=20)[-1], "ms"),
    ]


async def _open_chats(
    port: int, process: int, world: _world.World, threads: list[UUID], cookies: list[str]
) -> list[dict[str, Any]]:
    heard, turns = Heard(), asyncio.Semaphore(live.OPENING)

    async def reader(number: int) -> tuple[asyncio.Task[None], asyncio.StreamWriter]:
        async with turns:
            stream, writer = await live.open_stream(port, number, cookies[number])
        return asyncio.create_task(_listen(stream, number, heard, port, cookies[number])), writer

    _, first = await live.open_stream(port, 0, cookies[0])  # the process is up once it answers
    first.close()
    before = live.megabytes(process)
    streams = await asyncio.gather(*(reader(number) for number in range(CHATS)))
    await asyncio.sleep(2)
    sent = await asyncio.to_thread(_write, world, threads)
    await asyncio.sleep(10)
    after = live.megabytes(process)
    for task, writer in streams:
        task.cancel()
        writer.close()
    return [_figure(f"memory of the process with {CHATS} open chats", after, "MB", 200),
            _figure("the same without", before, "MB"), *_deliveries(sent, heard)]  # fmt: skip


def _write(world: _world.World, threads: list[UUID]) -> dict[tuple[int, str], float]:
    """One message in each of many threads; when it was committed, for both its open pages."""
    from django.db import close_old_connections

    from tillit.access import Actor, acting
    from tillit.messaging import actions

    sent = {}
    for number in range(WRITTEN):
        at = 1 + number * 7 % (len(threads) - 1)
        with acting(Actor(organisation=world.organisation, person=world.people[2 * at], office="member")):
            actions.send(threads[at], f"now {threads[at]}")
        done = time.perf_counter()
        sent |= {(2 * at + side, str(threads[at])): done for side in (0, 1)}
        close_old_connections()
        time.sleep(PAUSE)
    return sent


async def _listen(stream: asyncio.StreamReader, number: int, heard: Heard, port: int, cookie: str) -> None:
    while line := await stream.readline():
        if not line.startswith(b"data: "):
            continue
        event = json.loads(line[6:])
        if event["kind"] != "messaging.said":
            continue
        heard.told[number, event["id"]].append(time.perf_counter())
        shown = await _get(port, f"/o/{live.SLUG}/messages/{event['id']}/", cookie)
        if f"now {event['id']}".encode() in shown:
            heard.shown.setdefault((number, event["id"]), time.perf_counter())


async def _get(port: int, path: str, cookie: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: session={cookie}\r\n\r\n"
    writer.write(asked.encode())
    answer = await reader.read()
    writer.close()
    return answer


def _deliveries(sent: dict[tuple[int, str], float], heard: Heard) -> list[dict[str, Any]]:
    after = {one: [told for told in heard.told[one] if told > at - PAUSE] for one, at in sent.items()}
    told = [max(0.0, after[one][0] - at) * 1000 for one, at in sent.items() if after[one]]
    shown = [max(0.0, heard.shown[one] - at) * 1000 for one, at in sent.items() if one in heard.shown]
    if not told or not shown:
        raise RuntimeError("No page heard of anything.")
    return [
        _figure("from the commit until an open chat is told, median", median(told), "ms"),
        _figure("the same, 95 % within", quantiles(told, n=20)[-1], "ms", 1000),
        _figure("from the commit until the words are on its page, median", median(shown), "ms"),
        _figure("the same, 95 % within", quantiles(shown, n=20)[-1], "ms"),
        _figure(f"of {len(sent)} pages without the words", len(sent) - len(shown), "", 0),
    ]


@contextmanager
def _worker(db: scratch.Database) -> Iterator[None]:
    """The worker, as the supervisor starts it."""
    child = children.Child(
        "worker", [sys.executable, "-m", "django", "worker"], {**os.environ, **db.environment("tillit_worker")}
    )
    child.start()
    try:
        yield
    finally:
        child.ask_to_stop()
        child.wait_stopped(time.monotonic() + 20)


def _figure(what: str, value: float, unit: str, goal: float | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {"what": what, "value": round(value, 1), "unit": unit, "goal": None, "ok": None}
    return row if goal is None else row | {"goal": f"≤ {goal} {unit}".strip(), "ok": value <= goal}
