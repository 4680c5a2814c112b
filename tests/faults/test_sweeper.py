"""The sweeper killed half way, doubled, and cut off: nothing is lost, nothing happens twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial

import psycopg
import pytest

import tests.faults.sweeping  # noqa: F401 (registers the kind)
from tests.conftest import ROOT
from tests.kernel import support
from tillit.kernel import clock, ends, sweeper
from tillit.kernel.ticket import Actor, acting

pytestmark = pytest.mark.faults


def wait_for(true: Callable[[], object], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


class Stage:
    """A database of its own with an organisation, ends that are due, a table of effects, and processes."""

    def __init__(self, server, name: str) -> None:
        self.server, self.name = server, name
        self.admin = psycopg.connect(server.admin_dsn(name), autocommit=True)
        self.organisation = uuid.uuid4()
        self.admin.execute("create table effects (object uuid, pid int)")
        self.admin.execute("grant insert on effects to tillit_worker")
        support.insert_organisation(self.admin.cursor(), self.organisation, "nordan")
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str, slow: float = 0) -> subprocess.Popen[bytes]:
        dsn = self.server.dsn("tillit_worker", "test", self.name)
        self.processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.faults.sweeping", *arguments],
                env={**os.environ, "TILLIT_DSN": dsn, "TEST_SLOW": str(slow)},
                cwd=ROOT,
                stderr=subprocess.PIPE,
            )
        )
        return self.processes[-1]

    def due(self, count: int) -> None:
        from django.db import transaction

        with acting(Actor(office="member", organisation=self.organisation)), transaction.atomic():
            for _ in range(count):
                ends.set("test.effect", object=uuid.uuid4(), subject=None, due=clock.now())

    def count(self, table: str) -> int:
        return self.admin.execute(f"select count(*) from {table}").fetchone()[0]

    def beyond(self, effects: int) -> bool:
        return self.count("effects") > effects

    def figures(self) -> dict[str, int]:
        """Read in one statement: what the handler did, what the clock says, and what was told of it."""
        row = self.admin.execute(
            "select (select count(*) from effects), (select count(distinct object) from effects), "
            "(select count(*) from kernel_end where state = 'reached'), (select sum(reached) from kernel_endbatch), "
            "(select sum((data ->> 'count')::int) from kernel_outbox where name = 'kernel.end.reached')"
        ).fetchone()
        return dict(
            zip(("effects", "objects", "reached", "history", "events"), (value or 0 for value in row), strict=True)
        )

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            if process.stderr and not process.stderr.closed:
                sys.stderr.write(process.communicate()[1].decode())
        self.admin.close()


@pytest.fixture
def stage(server, real_db) -> Iterator[Stage]:
    stage = Stage(server, real_db)
    yield stage
    stage.end()


def all_are(figures: dict[str, int], number: int) -> bool:
    return set(figures.values()) == {number}


def test_killed_half_way_through_a_batch_it_leaves_whole_batches_and_the_next_finishes(stage):
    stage.due(200)
    first = stage.start(slow=0.01)
    wait_for(lambda: stage.count("effects") >= 40)
    first.kill()
    first.wait()
    time.sleep(0.3)  # the server notices that its client is gone
    done = stage.figures()
    assert 40 <= done["effects"] < 200
    assert all_are(done, done["effects"])
    second = stage.start()
    second.communicate(timeout=30)
    assert all_are(stage.figures(), 200)


def test_killed_again_and_again_it_comes_to_an_end(stage):
    stage.due(150)
    kills = 0
    while (before := stage.count("effects")) < 150:
        process = stage.start(slow=0.004)
        wait_for(partial(stage.beyond, before))
        process.kill()
        process.wait()
        kills += 1
    assert kills > 1
    time.sleep(0.3)
    assert all_are(stage.figures(), 150)


def test_three_sweepers_at_once_share_the_work_and_repeat_nothing(stage):
    stage.due(600)
    processes = [stage.start(slow=0.002) for _ in range(3)]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert all_are(stage.figures(), 600)
    assert stage.count("(select distinct pid from effects) pids") > 1


def test_the_worker_sweeps_by_itself_and_takes_over_from_one_that_died(stage):
    from django.db import transaction

    stage.due(60)
    first = stage.start("worker", slow=0.05)
    with acting(Actor(office="sweeper")), transaction.atomic():
        sweeper.sweep.configure(key="now").defer()
    wait_for(lambda: stage.count("procrastinate.procrastinate_jobs where status = 'doing'"))
    time.sleep(0.5)
    first.kill()
    first.wait()
    stage.start("worker")
    wait_for(lambda: stage.figures()["reached"] == 60)
    assert all_are(stage.figures(), 60)


def test_cut_off_from_the_database_it_says_so_and_leaves_whole_batches(stage):
    stage.due(200)
    process = stage.start(slow=0.01)
    wait_for(lambda: stage.count("effects") >= 20)
    stage.admin.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and usename = 'tillit_worker'",
        [stage.name],
    )
    said = process.communicate(timeout=90)[1].decode()
    assert "OperationalError" in said
    assert "effects" not in said
    done = stage.figures()
    assert all_are(done, done["effects"])
    stage.start().communicate(timeout=30)
    assert all_are(stage.figures(), 200)


def test_an_old_transaction_does_not_slow_it_down_or_hide_anything(stage):
    """A dump holds its view of the database for minutes; what is marked meanwhile stays in the index till then."""
    stage.due(400)
    with psycopg.connect(stage.server.admin_dsn(stage.name)) as dump:
        dump.execute("set transaction isolation level repeatable read")
        dump.execute("select count(*) from kernel_end")
        stage.start().communicate(timeout=30)
        assert dump.execute("select count(*) from kernel_end where state = 'open'").fetchone() == (400,)
    assert all_are(stage.figures(), 400)
