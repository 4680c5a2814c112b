from __future__ import annotations

import datetime
import logging
import uuid

import pytest
from django.db import DataError, connection, transaction

from tests.kernel import support
from tillit.kernel import clock, signing, tasks
from tillit.kernel.ticket import Actor, acting, current

ran: list[tuple] = []


@tasks.task("test.note")
def note(*, thing: uuid.UUID, times: int, words: str | None) -> None:
    ran.append((thing, times, words, current()))


@tasks.task("test.fail", retries=2)
def fail(*, final: bool) -> None:
    if final:
        raise tasks.Permanent("anna@example.org")
    raise ValueError("anna@example.org")


@tasks.periodic("test.tick", cron="*/5 * * * *", office="sweeper")
def tick() -> None:
    ran.append((current(),))


@pytest.fixture(autouse=True)
def _forget():
    ran.clear()


def test_runs_as_who_queued_it(db):
    actor = Actor(office="member", person=uuid.uuid4(), organisation=uuid.uuid4(), account=uuid.uuid4())
    thing = uuid.uuid4()
    with acting(actor):
        note.defer(thing=thing, times=3, words=None)
    support.run_jobs()
    assert ran == [(thing, 3, None, actor)]


def test_runs_as_another_actor_at_a_moment_and_once(db):
    actor, moment = Actor(office="mail", subject="x"), clock.now() + datetime.timedelta(hours=2)
    with acting(Actor()):
        later = note.configure(actor=actor, run_at=moment, key="k")
        later.defer(thing=uuid.UUID(int=1), times=1, words="a")
        later.defer(thing=uuid.UUID(int=2), times=1, words="b")
    (job,) = support.jobs()
    assert job["scheduled_at"] == moment
    support.run_jobs()
    assert ran == [(uuid.UUID(int=1), 1, "a", actor)]


def test_queued_with_its_transaction_or_not_at_all(db):
    with acting(Actor()), pytest.raises(RuntimeError), transaction.atomic():
        note.defer(thing=uuid.uuid4(), times=1, words=None)
        raise RuntimeError
    assert support.jobs() == []


@pytest.mark.parametrize(
    "change",
    [
        lambda call: call["args"].update(times=99),
        lambda call: call["actor"].update(office="operator"),
        lambda call: call["actor"].update(person=str(uuid.uuid4())),
    ],
)
def test_a_changed_job_is_refused(db, caplog, change):
    with acting(Actor()):
        note.defer(thing=uuid.uuid4(), times=1, words="secret words")
    (job,) = support.jobs()
    change(job["call"])
    before = tasks.counts["refused"]
    with pytest.raises(tasks.Failed) as failed:
        support.run(job)
    assert failed.value.final
    assert ran == []
    assert tasks.counts["refused"] == before + 1
    assert "secret" not in caplog.text


def test_a_signature_holds_for_one_task(db):
    with acting(Actor()):
        note.defer(thing=uuid.uuid4(), times=1, words="w")
    (job,) = support.jobs()
    with pytest.raises(tasks.Failed, match="Refused"):
        support.run({**job, "task": "test.fail"})


@pytest.mark.parametrize("mac", [None, "", "5", "00" * 32, "æ"])
def test_an_injected_job_is_refused(db, mac):
    with acting(Actor()):
        connection.cursor().execute(
            "select kernel.enqueue('test.note', %s, %s, null, null)",
            ['{"args": {"thing": "x", "times": 1, "words": ""}, "actor": {"office": "operator"}}', mac],
        )
    (job,) = support.jobs()
    with pytest.raises(tasks.Failed, match="Refused"):
        support.run(job)


def test_jobs_carry_ids_not_data(db):
    with acting(Actor()):
        with pytest.raises(TypeError):
            note.defer(thing=uuid.uuid4(), times=1.5, words=None)
        with pytest.raises(TypeError):
            note.defer(thing=uuid.uuid4())
        with pytest.raises(DataError), transaction.atomic():
            note.defer(thing=uuid.uuid4(), times=1, words="x" * 20_000)
    with pytest.raises(TypeError):

        @tasks.task("test.bad")
        def bad(*, thing: dict) -> None: ...


def test_failures_tell_kind_and_place_only(db, caplog):
    caplog.set_level(logging.DEBUG)
    with acting(Actor()):
        fail.defer(final=False)
    (job,) = support.jobs()
    for attempt, final in ((1, False), (2, False), (3, True)):
        with pytest.raises(tasks.Failed) as failed:
            support.run(job, attempt)
        assert failed.value.final == final
        assert failed.value.__cause__ is None
    assert "anna@" not in caplog.text + str(failed.value)
    assert "ValueError" in caplog.text


def test_a_permanent_failure_is_not_tried_again(db):
    with acting(Actor()):
        fail.defer(final=True)
    (job,) = support.jobs()
    with pytest.raises(tasks.Failed) as failed:
        support.run(job)
    assert failed.value.final


def test_waits_double_with_jitter_up_to_an_hour():
    for attempt in range(1, 30):
        longest = min(3600.0, 2.0**attempt)
        assert all(longest / 2 <= tasks.wait_before(attempt) <= longest for _ in range(50))


def test_two_tasks_of_one_name():
    with pytest.raises(ValueError, match="Two tasks"):

        @tasks.task("test.note")
        def other() -> None: ...


def test_a_periodic_task_acts_in_its_office(db):
    job = {"task": "test.tick", **tasks.payload(tick, {}, Actor(office="sweeper"))}
    support.run(job)
    assert ran == [(Actor(office="sweeper"),)]


def test_one_spelling_for_signatures():
    assert signing.sign("a", {"b": 1, "a": "å"}) == signing.sign("a", {"a": "å", "b": 1})
    assert signing.sign("a", [1]) != signing.sign("b", [1])
    assert not signing.believed("a", [1], signing.sign("a", [2]))


def test_the_schema_is_the_librarys_own():
    """procrastinate was upgraded: add its new migration to kernel/sql and a kernel migration that runs it."""
    from importlib.metadata import version
    from pathlib import Path

    import procrastinate
    from procrastinate.schema import SchemaManager

    ours = Path(tasks.__file__).parent / "sql" / f"procrastinate-{version('procrastinate')}.sql"
    assert ours.read_text() == SchemaManager.get_schema()
    assert procrastinate


def test_old_things_are_swept(db):
    from tests.conftest import privileged
    from tests.kernel.happenings import KettleBoiled
    from tillit.kernel import mail, outbox, sweep

    organisation = support.an_organisation()
    start = clock.now()
    with clock.at(start):
        with support.as_person(organisation):
            outbox.emit(KettleBoiled(kettle=uuid.uuid4()))
            mail.send(mail.Message("guest@example.org", "s", "t"))
        support.react()
        with support.as_person(organisation):
            mail.send(mail.Message("guest@example.org", "s", "t"))
            outbox.emit(KettleBoiled(kettle=uuid.uuid4()))
        support.relay()  # its jobs still wait
        with support.as_person(organisation):
            outbox.emit(KettleBoiled(kettle=uuid.uuid4()))
    for days, left in ((13, (3, 2)), (15, (2, 0))):
        with clock.at(start + datetime.timedelta(days=days)):
            support.run({"task": "kernel.sweep", **tasks.payload(sweep.sweep, {}, Actor(office="sweeper"))})
        assert (len(support.events()), len(support.mails())) == left
    with privileged(), connection.cursor() as cursor:
        cursor.execute("select count(*) from kernel_delivery")
        assert cursor.fetchone() == (0,)


def test_moving_the_demo_clock_moves_what_waits(db):
    moment = clock.now() + datetime.timedelta(hours=2)
    with acting(Actor()):
        note.configure(run_at=moment).defer(thing=uuid.uuid4(), times=1, words=None)
    with acting(Actor(office="demo")):
        connection.cursor().execute("select kernel.shift_jobs(%s)", [datetime.timedelta(hours=1)])
    assert support.jobs()[0]["scheduled_at"] == moment - datetime.timedelta(hours=1)
