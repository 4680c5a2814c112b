"""The public booking page in the server: from the request to the last byte, through the ASGI program itself.

One host with office hours and 1,000 busy times in 60 days (profile *offhours*), the settings and role of a running
installation, a warm process, one request after the other. Run: `tillit bench pages`.
"""

from __future__ import annotations

import asyncio
import gc
import time
from statistics import median, quantiles
from typing import Any

import psycopg

from bench import _world, slots
from tillit.ops import scratch

TIMES = 150
PAGES = {
    "the booking page": "/o/y/book/y/",
    "the same in Persian, in Tehran": "/o/y/book/y/?language=fa&zone=Asia/Tehran",
}


def run() -> list[dict[str, Any]]:
    """Milliseconds of a whole page."""
    with scratch.database(mode="production") as db:
        db.enter("tillit_app")
        lay_out(db.admin_dsn())
        import tillit.web.asgi  # noqa: F401 (looks at the keys as it starts, which no event loop may wait for)

        return asyncio.run(_measure())


def lay_out(dsn: str) -> None:
    """The organisation `y` with the meeting type `y`, free from tomorrow on."""
    from tillit.kernel import clock, zones

    today = zones.minute_down(clock.now()) // zones.DAY_MINUTES * zones.DAY_MINUTES
    later = today - slots.BEGIN
    busy = [(start + later, end + later) for start, end in slots.busy(1_000, 12345)]
    with psycopg.connect(dsn) as admin:
        world = _world.lay_out(admin, hosts=1, kinds=[{"hosts": [0], "slug": "y"}], slug="y")
        _world.write_busy(admin, world, [busy])
    _world.settle(dsn)


async def _measure() -> list[dict[str, Any]]:
    figures = []
    for what, path in PAGES.items():
        for _ in range(20):
            await page(path)
        gc.collect()
        taken = []
        for _ in range(TIMES):
            begun = time.perf_counter()
            await page(path)
            taken.append((time.perf_counter() - begun) * 1000)
        middle = round(median(taken), 2)
        figures.append({"what": what, "value": middle, "unit": "ms", "goal": "≤ 15 ms", "ok": middle <= 15})
        slow = round(quantiles(taken, n=20)[-1], 2)
        figures.append({"what": f"{what}, 95 % within", "value": slow, "unit": "ms", "goal": None, "ok": None})
    return figures


async def page(path: str) -> bytes:
    """The body of a page. Raises when it is not there."""
    from tillit.web.asgi import application

    path, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", b"localhost"), (b"accept-language", b"en"), (b"user-agent", b"bench")],
        "client": ("127.0.0.1", 1), "server": ("localhost", 80),
    }  # fmt: skip
    incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    incoming.put_nowait({"type": "http.request", "body": b"", "more_body": False})
    status, body = 0, bytearray()

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)
        body.extend(message.get("body", b""))

    await application(scope, incoming.get, send)
    if status != 200:
        raise RuntimeError(f"{path} answers {status}")
    return bytes(body)
