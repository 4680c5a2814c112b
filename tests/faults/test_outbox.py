"""The outbox under real workers that are killed, doubled, cut off and told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.conftest import ROOT
from tests.faults.outbox_worker import BellRung, poison
from tests.kernel import support
from tillit.kernel import mail, outbox
from tillit.kernel.ticket import Actor, acting

pytestmark = pytest.mark.faults

# what runs by itself every minute is none of these tests' business
REACTIONS = "procrastinate.procrastinate_jobs where task_name = 'kernel.react'"


def wait_for(true: Callable[[], object], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


class Stage:
    """A database of its own with an organisation, a table of effects, and workers."""

    def __init__(self, server, name: str) -> None:
        self.server, self.name = server, name
        self.admin = psycopg.connect(server.admin_dsn(name), autocommit=True)
        self.organisation = uuid.uuid4()
        self.admin.execute("create table effects (who text, event uuid, pid int)")
        self.admin.execute("create table ticks (office text)")
        self.admin.execute("grant insert on effects, ticks to tillit_worker")
        support.insert_organisation(self.admin.cursor(), self.organisation, "nordan")
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self, **env: str) -> subprocess.Popen[bytes]:
        dsn = self.server.dsn("tillit_worker", "test", self.name)
        self.workers.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.faults.outbox_worker"],
                env={**os.environ, "TILLIT_DSN": dsn, **env},
                cwd=ROOT,
                stderr=subprocess.PIPE,
            )
        )
        return self.workers[-1]

    def emit(self, count: int) -> None:
        from django.db import transaction

        for _ in range(count):
            with acting(Actor(organisation=self.organisation)), transaction.atomic():
                outbox.emit(BellRung(bell=uuid.uuid4()))

    def count(self, table: str = "effects") -> int:
        return self.admin.execute(f"select count(*) from {table}").fetchone()[0]

    def repeated(self) -> int:
        return self.count("(select 1 from effects group by who, event having count(*) > 1) twice")

    def settled(self) -> bool:
        return not self.count(f"{REACTIONS} and status in ('todo', 'doing')")

    def end(self) -> None:
        for worker in self.workers:
            worker.kill()
            if worker.stderr and not worker.stderr.closed:
                sys.stderr.write(worker.communicate()[1].decode())
        self.admin.close()


@pytest.fixture
def stage(server, real_db) -> Iterator[Stage]:
    stage = Stage(server, real_db)
    yield stage
    stage.end()


def test_killed_half_way_nothing_is_lost_and_nothing_repeated(stage):
    stage.emit(20)
    first = stage.start(TEST_SLOW="0.15")
    wait_for(lambda: stage.count() >= 4)
    first.kill()
    first.wait()
    assert stage.count() < 40
    stage.emit(5)
    stage.start()
    wait_for(lambda: stage.count() >= 50)
    wait_for(stage.settled)
    assert (stage.count(), stage.repeated()) == (50, 0)


def test_two_workers_share_the_work(stage):
    stage.start(TEST_SLOW="0.005")
    stage.start(TEST_SLOW="0.005")
    stage.emit(150)
    wait_for(lambda: stage.count() >= 300)
    wait_for(stage.settled)
    assert (stage.count(), stage.repeated()) == (300, 0)
    assert stage.count("(select distinct pid from effects) pids") == 2


def test_the_database_goes_away_and_comes_back(stage):
    worker = stage.start()
    stage.emit(3)
    wait_for(lambda: stage.count() == 6)
    with psycopg.connect(stage.server.admin_dsn(), autocommit=True) as other:
        other.execute(f'alter database "{stage.name}" allow_connections false')
        other.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and usename = 'tillit_worker'",
            [stage.name],
        )
        time.sleep(1)
        other.execute(f'alter database "{stage.name}" allow_connections true')
    stage.emit(3)
    wait_for(lambda: stage.count() == 12, 25)
    assert worker.poll() is None
    assert stage.repeated() == 0


def test_told_to_stop_it_finishes_what_it_began(stage):
    worker = stage.start(TEST_SLOW="1")
    stage.emit(1)
    wait_for(lambda: stage.count(f"{REACTIONS} and status = 'doing'") == 2)
    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=8)
    assert worker.returncode == 0, said.decode()
    assert stage.count() == 2
    assert stage.settled()
    assert stage.count("procrastinate.procrastinate_workers") == 0


def test_a_mail_is_sent_by_the_worker_within_moments_and_memory_stays_low(stage):
    from django.db import transaction

    worker = stage.start()
    wait_for(lambda: stage.count("procrastinate.procrastinate_workers") == 1)
    started = time.monotonic()
    with acting(Actor()), transaction.atomic():
        mail.send(mail.Message("guest@example.org", "s", "t"))
    wait_for(lambda: stage.count("kernel_sentmail") == 1)
    assert time.monotonic() - started < 5
    status = Path(f"/proc/{worker.pid}/status").read_text()
    resident = int(status.split("VmRSS:")[1].split()[0]) / 1024
    assert resident < 110, f"{resident:.0f} MB"


def test_a_job_that_kills_its_worker_ends_as_failed(stage):
    from django.db import transaction

    with acting(Actor()), transaction.atomic():
        poison.defer()
    deaths = 0
    while not stage.count("procrastinate.procrastinate_jobs where status = 'failed'"):
        worker = stage.start()
        wait_for(
            lambda w=worker: w.poll() or stage.count("procrastinate.procrastinate_jobs where status = 'failed'"), 12
        )
        deaths += worker.poll() == 9
        worker.kill()
        assert deaths < 5
    assert deaths == 2  # the first try and one retry


def test_periodic_tasks_come_by_themselves_in_their_office(stage):
    stage.start(TEST_TICKS="yes")
    stage.start(TEST_TICKS="yes")
    wait_for(lambda: stage.count("ticks") >= 2)
    assert stage.admin.execute("select distinct office from ticks").fetchall() == [("sweeper",)]
