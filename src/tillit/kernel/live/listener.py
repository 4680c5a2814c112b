"""The one connection of a process that listens for NOTIFY: direct, never pooled, made again when it is lost."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable

import psycopg
from psycopg.conninfo import make_conninfo

from tillit.kernel import config
from tillit.kernel.db import address
from tillit.kernel.live import NOTIFIED

log = logging.getLogger("tillit.live")

SIGN_OF_LIFE = 20.0  # seconds without a word, after which the server is asked whether it is still there
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0  # seconds between two tries


async def listen(heard: Callable[[str], None], missed: Callable[[], None], lost: Callable[[], None]) -> None:
    """Listen until cancelled. `heard(topic)` for each notification, `missed()` whenever listening has begun (whatever
    was said before was not heard), `lost()` when the connection is gone."""
    wait = FIRST_WAIT
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(direct(), autocommit=True) as connection:
                await connection.execute(f"listen {NOTIFIED}")
                wait = FIRST_WAIT
                missed()
                while True:
                    async for note in connection.notifies(timeout=SIGN_OF_LIFE):
                        heard(note.payload)
                    await connection.execute("select 1")
        except (psycopg.Error, OSError) as error:
            log.warning("live pages lost the database (%s); trying again", type(error).__name__)
        lost()
        await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 (spreads load, guards nothing)
        wait = min(LONGEST_WAIT, wait * 2)


def possible() -> bool:
    """Can this process listen? Not through a PgBouncer, which hands every transaction another session."""
    return not config.flag("TILLIT_PGBOUNCER") or bool(config.text("TILLIT_DIRECT"))


def direct() -> str:
    """How this process reaches the server itself."""
    parts = address.parts(config.text("TILLIT_DSN"))
    if told := config.text("TILLIT_DIRECT"):
        host, _, port = told.rpartition(":")
        parts |= {"host": host, "port": port}
    parts |= {"application_name": "tillit live", "tcp_user_timeout": "10000", "keepalives_idle": "10"}
    return make_conninfo("", **parts)
