"""The sequencer killed between row and checkpoint, doubled, and cut off: nothing is lost, nothing is told twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import transaction

from tests.conftest import ROOT, connected_to
from tests.evidence.conftest import SEEN
from tests.kernel import support
from tillit import evidence
from tillit.evidence import sequencer
from tillit.evidence.audit import audit
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor, acting

pytestmark = pytest.mark.faults


def wait_for(true: Callable[[], object], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


class Stage:
    """A database of its own, and sequencers as processes."""

    def __init__(self, server: Any, name: str) -> None:
        self.worker_dsn = server.dsn("tillit_worker", "test", name)
        self.admin = psycopg.connect(server.admin_dsn(name), autocommit=True)
        self.organisation = new_id()
        support.insert_organisation(self.admin.cursor(), self.organisation, "north")
        self.processes: list[subprocess.Popen[str]] = []

    def record(self, count: int) -> list[UUID]:
        with acting(Actor(office="member", organisation=self.organisation, person=new_id())), transaction.atomic():
            return evidence.record(SEEN, subjects=[new_id() for _ in range(count)])

    def start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.evidence.sequencing", str(self.organisation)]
        env = {**os.environ, "TILLIT_DSN": self.worker_dsn}
        self.processes.append(subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True))
        return self.processes[-1]

    def took(self, process: subprocess.Popen[str]) -> int:
        return int(process.communicate(timeout=60)[0])

    def one(self, question: str) -> Any:
        return self.admin.execute(question).fetchone()[0]

    def numbers(self) -> list[int]:
        return [row[0] for row in self.admin.execute("select number from evidence_leaf order by number")]

    def examine(self) -> list[Any]:
        with connected_to(self.worker_dsn):
            return audit(self.organisation)

    def dawdle(self) -> None:
        """Whoever writes a checkpoint has numbered the leaves and written the tiles; now it takes its time."""
        self.admin.execute(
            "create function dawdle() returns trigger language plpgsql as 'begin perform pg_sleep(60); return new; end'"
        )
        self.admin.execute(
            "create trigger dawdle before insert on evidence_checkpoint for each row execute function dawdle()"
        )

    def hurry(self) -> None:
        self.admin.execute("drop trigger dawdle on evidence_checkpoint")

    def sleeping(self) -> bool:
        return self.one("select count(*) from pg_stat_activity where wait_event = 'PgSleep'") == 1


@pytest.fixture
def stage(server: Any, real_db: str) -> Iterator[Stage]:
    made = Stage(server, real_db)
    yield made
    for process in made.processes:
        process.kill()
        process.wait()
    made.admin.close()


def test_killed_between_row_and_checkpoint_nothing_is_lost(stage: Stage):
    stage.record(300)
    assert stage.took(stage.start()) == 300
    events = stage.record(40)
    stage.dawdle()
    process = stage.start()
    wait_for(stage.sleeping)
    process.kill()
    process.wait()
    # its session ends as on a machine that is gone; what it had written was never to be seen
    stage.admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'")
    wait_for(lambda: not stage.sleeping())
    stage.hurry()
    assert stage.one("select count(*) from evidence_leaf where number is null") == 40
    assert stage.one("select max(size) from evidence_checkpoint") == 300
    assert stage.examine() == []
    assert stage.took(stage.start()) == 40
    assert stage.numbers() == list(range(340))
    assert stage.one("select max(size) from evidence_checkpoint") == 340
    assert len(events) == 40 and stage.examine() == []


def test_killed_before_the_copy_was_kept_the_next_one_keeps_it(stage: Stage):
    stage.record(3)
    assert stage.took(stage.start()) == 3
    copy = sequencer.copy_of(stage.organisation)
    before = copy.read_text()
    stage.record(3)
    stage.took(stage.start())
    copy.write_text(before)  # as if it had been killed right after the commit
    assert stage.examine() == []
    stage.record(1)
    assert stage.took(stage.start()) == 1 and "\n7\n" in copy.read_text()


def test_two_sequencers_at_once_do_no_harm(stage: Stage):
    stage.record(500)
    both = [stage.start() for _ in range(3)]
    assert sorted(stage.took(process) for process in both) == [0, 0, 500]
    assert stage.numbers() == list(range(500)) and stage.one("select count(*) from evidence_checkpoint") == 1
    assert stage.examine() == []


def test_a_second_sequencer_waits_for_the_first_and_goes_on_behind_it(stage: Stage):
    stage.record(10)
    with connected_to(stage.worker_dsn), acting(Actor(office="sequencer", organisation=stage.organisation)):
        with transaction.atomic():
            assert sequencer.sequence() == 10
            second = stage.start()
            wait_for(lambda: stage.one("select count(*) from pg_locks where locktype = 'advisory' and not granted"))
            assert second.poll() is None
        assert stage.took(second) == 0
    assert stage.numbers() == list(range(10)) and stage.examine() == []


def test_an_event_of_a_rolled_back_request_is_none(stage: Stage):
    with pytest.raises(RuntimeError), transaction.atomic():
        stage.record(2)
        raise RuntimeError
    stage.record(1)
    assert stage.took(stage.start()) == 1 and stage.numbers() == [0] and stage.examine() == []
