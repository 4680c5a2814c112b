"""The worker as a process, with consumers whose effects can be counted."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from uuid import UUID

import django

if __name__ == "__main__":
    django.setup()

from django.core.management import execute_from_command_line
from django.db import connection

from tillit.kernel.outbox import Envelope, Event, consumer
from tillit.kernel.tasks import periodic, task


@dataclass(frozen=True)
class BellRung(Event, name="test.bell.rung"):
    bell: UUID


def _write(who: str, about: Envelope) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into effects values (%s, %s, %s)", [who, about.id, os.getpid()])
    time.sleep(float(os.environ.get("TEST_SLOW", "0")))


@consumer("test.hear", BellRung)
def hear(event: BellRung, about: Envelope) -> None:
    _write("hear", about)


@consumer("test.answer", BellRung)
def answer(event: BellRung, about: Envelope) -> None:
    _write("answer", about)


@task("test.poison", retries=1)
def poison() -> None:
    os._exit(9)


if "TEST_TICKS" in os.environ:

    @periodic("test.tick", cron="* * * * * */1", office="sweeper")
    def tick() -> None:
        with connection.cursor() as cursor:
            cursor.execute("insert into ticks values (access.office())")


if __name__ == "__main__":
    sys.modules["tests.faults.outbox_worker"] = sys.modules["__main__"]
    execute_from_command_line(["worker", "worker", "--stalled", "1.5"])
