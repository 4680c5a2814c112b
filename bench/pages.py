"""The public booking page in the server: from the request to the last byte, through the ASGI program itself.

One host with office hours and 1,000 busy times in 60 days (profile *offhours*), then a team of fifty such hosts with
everything on: they take turns fairly, keep buffers, limits of the type and of their own, public holidays, single days
and other hours, and need a room. The settings and role of a running installation, a warm process, one request after the
other. Run: `tillit bench pages`.
"""

from __future__ import annotations

import asyncio
import gc
import time
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

import psycopg

from bench import _world, slots
from tillit.ops import scratch

TIMES, TEAM = 100, 50
PAGES = {
    "the booking page": ("/o/y/book/y/", 15),
    "the same in Persian, in Tehran": ("/o/y/book/y/?language=fa&zone=Asia/Tehran", 15),
    f"{TEAM} hosts, everything on, 60 days": ("/o/t/book/t/", 80),
}


def run() -> list[dict[str, Any]]:
    """Milliseconds of a whole page."""
    with scratch.database(mode="production") as db:
        db.enter("tillit_app")
        lay_out(db.admin_dsn())
        lay_out_team(db.admin_dsn())
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


def lay_out_team(dsn: str) -> None:
    """The organisation `t` with the meeting type `t`, for which fifty hosts take turns in as many rooms."""
    from tillit.booking.models import OtherHours, Resource, TypeResource
    from tillit.kernel import clock, zones

    today = zones.minute_down(clock.now()) // zones.DAY_MINUTES * zones.DAY_MINUTES
    later = today - slots.BEGIN
    busy = [[(start + later, end + later) for start, end in slots.busy(1_000, 12345 + n)] for n in range(TEAM)]
    days = [(clock.now().date() + timedelta(days=n)).isoformat() for n in range(3, 60, 9)]
    kind = {
        "hosts": range(TEAM), "slug": "t", "assignment": "round_robin", "sharing": "fair", "buffer_before": 5,
        "buffer_after": 10, "notice": 240, "max_per_day": 8, "max_per_week": 30,
    }  # fmt: skip
    schedule = {
        "overrides": {day: [["10:00", "15:00"]] for day in days}, "days_off": days[1::3], "holidays": "SE",
        "minutes_per_day": 300, "meetings_per_day": 9, "meetings_per_week": 40,
    }  # fmt: skip
    with psycopg.connect(dsn) as admin:
        world = _world.lay_out(admin, hosts=TEAM, kinds=[kind], slug="t", schedule=schedule)
        _world.write_busy(admin, world, busy)
        own = {"organisation_id": world.organisation}
        rooms = [
            Resource(**own, pool="room", zone="Europe/Stockholm", words={"en": {"name": f"Room {n}"}})
            for n in range(TEAM)
        ]
        _world.write(admin, rooms)
        _world.write(admin, [TypeResource(**own, meeting_type_id=world.kinds[0], resource_id=one.pk) for one in rooms])
        other = [
            OtherHours(**own, host_id=host, person_id=person, name="Short", weekly={"1": [["09:00", "12:00"]]})
            for host, person in zip(world.hosts[::5], world.people[::5], strict=True)
        ]
        _world.write(admin, other)
        for one in other:
            admin.execute("update booking_typehost set hours_id = %s where host_id = %s", [one.pk, one.host_id])
    _world.settle(dsn)


async def _measure() -> list[dict[str, Any]]:
    figures = []
    for what, (path, goal) in PAGES.items():
        for _ in range(20):
            shown = await page(path)
        if b'class="time"' not in shown:
            raise RuntimeError(f"{path} offers nothing")
        gc.collect()
        taken = []
        for _ in range(TIMES):
            begun = time.perf_counter()
            await page(path)
            taken.append((time.perf_counter() - begun) * 1000)
        middle = round(median(taken), 2)
        figures.append({"what": what, "value": middle, "unit": "ms", "goal": f"≤ {goal} ms", "ok": middle <= goal})
        slow = round(quantiles(taken, n=20)[-1], 2)
        figures.append({"what": f"{what}, 95 % within", "value": slow, "unit": "ms", "goal": None, "ok": None})
    return figures


async def page(path: str, *, cookie: str = "") -> bytes:
    """The body of a page, as whoever the cookie is. Raises when it is not there."""
    from tillit.web.asgi import application

    path, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [
            (b"host", b"localhost"), (b"accept-language", b"en"), (b"user-agent", b"bench"),
            (b"cookie", cookie.encode()),
        ],
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
