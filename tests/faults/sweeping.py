"""The sweeper as a process, with a handler whose effects can be counted: run until nothing is due, or as a worker."""

from __future__ import annotations

import os
import sys
import time
from uuid import UUID

import django

if __name__ == "__main__":
    django.setup()

from django.core.management import execute_from_command_line
from django.db import connection

from tillit.kernel import ends, sweeper, worker

SLOW = float(os.environ.get("TEST_SLOW", "0"))  # seconds for each object


@ends.handler("test.effect", says="an effect", batch=20)
def effect(objects: list[UUID]) -> None:
    with connection.cursor() as cursor:
        for one in objects:
            cursor.execute("insert into effects values (%s, %s)", [one, os.getpid()])
            time.sleep(SLOW)


def main() -> None:
    """`worker`: a whole worker. Otherwise sweep until nothing is due."""
    if sys.argv[1:] == ["worker"]:
        execute_from_command_line(["worker", "worker", "--stalled", "1.5"])
        return
    worker.prepare_process()
    while (swept := sweeper.run(60)).reached or swept.more:
        pass
    print(f"failed: {swept.failed}", file=sys.stderr)  # noqa: T201 (a program's output)


if __name__ == "__main__":
    sys.modules["tests.faults.sweeping"] = sys.modules["__main__"]
    main()
