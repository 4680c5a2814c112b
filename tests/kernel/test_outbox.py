from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.kernel import happenings, support
from tests.kernel.happenings import KettleBoiled, KettleBroke
from tillit.kernel import outbox, tasks
from tillit.kernel.outbox import Event
from tillit.kernel.ticket import Actor, acting


@pytest.fixture(autouse=True)
def _forget():
    happenings.seen.clear()


def test_an_event_reaches_each_consumer_once(db):
    organisation, person, kettle = support.an_organisation(), uuid.uuid4(), uuid.uuid4()
    with support.as_person(organisation, person):
        event_id = outbox.emit(KettleBoiled(kettle=kettle, cups=3))
    assert support.relay() == 1
    assert support.relay() == 0
    assert support.run_jobs() == 2
    ((event, about),) = happenings.seen
    assert event == KettleBoiled(kettle=kettle, cups=3, by=None)
    assert (about.id, about.organisation, about.person) == (event_id, organisation, person)


def test_a_repeated_delivery_changes_nothing(db):
    organisation = support.an_organisation()
    with support.as_person(organisation):
        outbox.emit(KettleBoiled(kettle=uuid.uuid4()))
    support.relay()
    job = next(j for j in support.jobs() if j["call"]["args"]["consumer"] == "test.pour")
    support.run_jobs()
    support.run(job)
    assert len(happenings.seen) == 1


def test_reaction_acts_in_its_office_for_one_event(db):
    acted = []

    @outbox.consumer("test.who", KettleBoiled)
    def who(event, about):
        from tillit.kernel.ticket import current

        acted.append(current())

    try:
        organisation = support.an_organisation()
        with support.as_person(organisation, uuid.uuid4()):
            event_id = outbox.emit(KettleBoiled(kettle=uuid.uuid4()))
        support.react()
    finally:
        outbox._wanted[KettleBoiled.name].remove("test.who")
    assert acted == [Actor(office="reaction", organisation=organisation, subject=str(event_id))]


def test_undone_work_leaves_no_event(db):
    with support.as_person(support.an_organisation()), pytest.raises(RuntimeError), transaction.atomic():
        outbox.emit(KettleBoiled(kettle=uuid.uuid4()))
        raise RuntimeError
    assert support.events() == []


def test_emit_is_one_statement(db):
    organisation = support.an_organisation()
    with support.as_person(organisation):
        outbox.emit(KettleBoiled(kettle=uuid.uuid4()))
        with connection.execute_wrapper(lambda run, *a: statements.append(a[0]) or run(*a)):
            statements: list[str] = []
            outbox.emit(KettleBoiled(kettle=uuid.uuid4()))
    assert len(statements) == 1


def test_the_application_never_reads_or_writes_the_tables(db):
    organisation = support.an_organisation()
    with support.as_person(organisation):
        outbox.emit(KettleBoiled(kettle=uuid.uuid4()))
        for statement in (
            "select * from kernel_outbox",
            "delete from kernel_outbox",
            "update kernel_outbox set relayed = now()",
            "insert into kernel_delivery (id) values (gen_random_uuid())",
            "select * from kernel.take_events(1)",
            "select kernel.pass_on('{}', '[]', '{}')",
            "select * from procrastinate.procrastinate_jobs",
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement)


def test_an_event_needs_an_organisation(db):
    from django.db import IntegrityError

    with acting(Actor()), pytest.raises(IntegrityError), transaction.atomic():
        outbox.emit(KettleBoiled(kettle=uuid.uuid4()))


def test_a_forged_event_is_refused_and_left_as_dead_letter(db, caplog):
    organisation = support.an_organisation()
    with support.as_person(organisation):
        event_id, name, data, mac = outbox.prepare(KettleBoiled(kettle=uuid.uuid4()))
        other = data.replace("1", "2")
        connection.cursor().execute("select kernel.emit(%s, %s, %s, %s)", [event_id, name, other, mac])
    assert support.relay() == 1
    assert support.jobs() == []
    assert [letter["reason"] for letter in outbox.dead_letters()] == ["Refused: not signed by this installation"]
    assert "refused 1 event" in caplog.text


def test_a_consumer_that_keeps_failing_ends_as_dead_letter_without_personal_data(db, caplog):
    organisation = support.an_organisation()
    with support.as_person(organisation):
        event_id = outbox.emit(KettleBroke(kettle=uuid.uuid4()))
    support.relay()
    (job,) = support.jobs()
    for attempt in range(1, tasks.RETRIES + 2):
        with pytest.raises(tasks.Failed) as failed:
            support.run(job, attempt)
        assert failed.value.final == (attempt > tasks.RETRIES)
    (letter,) = outbox.dead_letters()
    assert (letter["event"], letter["consumer"], letter["attempts"]) == (event_id, "test.warn", tasks.RETRIES + 1)
    assert letter["reason"].startswith("ValueError")
    assert "Svensson" not in caplog.text + letter["reason"] + str(failed.value)


def test_a_dead_letter_can_be_delivered_after_all(db, monkeypatch):
    organisation = support.an_organisation()
    with support.as_person(organisation):
        event_id = outbox.emit(KettleBroke(kettle=uuid.uuid4()))
    support.relay()
    (job,) = support.jobs()
    support.forget(job)
    with pytest.raises(tasks.Failed):
        support.run(job, attempt=99)
    mended = []
    monkeypatch.setitem(outbox._consumers, "test.warn", lambda event, about: mended.append(event))
    with acting(Actor(office="operator")):
        outbox.revive(event_id, organisation, "test.warn")
    support.run_jobs()
    assert len(mended) == 1
    assert outbox.dead_letters() == []


def test_events_carry_ids_only():
    with pytest.raises(TypeError, match="object"):

        @dataclass(frozen=True)
        class Nameless(Event):
            pass

    @dataclass(frozen=True)
    class Talkative(Event, name="test.kettle.spoke"):
        words: str

    try:
        with pytest.raises(TypeError, match="ids"):
            Talkative(words="Anna").data()
    finally:
        del outbox._events["test.kettle.spoke"]


def test_two_events_or_consumers_of_one_name_are_refused():
    with pytest.raises(TypeError, match="Two events"):

        @dataclass(frozen=True)
        class Other(Event, name="test.kettle.boiled"):
            pass

    with pytest.raises(ValueError, match="Two consumers"):

        @outbox.consumer("test.pour", KettleBoiled)
        def other(event, about):
            pass


def test_dead_letters_are_for_operators(db):
    with support.as_person(support.an_organisation()), pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute("select * from kernel.dead_deliveries()")
