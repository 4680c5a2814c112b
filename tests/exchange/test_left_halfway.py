"""A file whose administrator is gone before it is through, and one that holds what no row can."""

from __future__ import annotations

from datetime import timedelta

from tests.booking.conftest import make_person
from tests.conftest import privileged
from tests.exchange.conftest import acts, brought, fresh, people
from tests.kernel.ending import swept
from tests.kernel.support import forget, jobs, mails, react, run
from tillit.access import acting
from tillit.exchange import actions, files, tasks
from tillit.identity.models import Membership
from tillit.kernel import clock


def test_whom_a_file_brought_is_told_also_where_its_administrator_left(desk, monkeypatch):
    monkeypatch.setattr(tasks, "PART", 1)
    with privileged():
        sara = make_person(desk.organisation, "Sara Ek", "administrator")
    with acting(acts(desk, sara)):
        batch = actions.give("people", b"name,email\nGrace,grace@example.org\nAda,ada@example.org\n")
        actions.confirm(batch.pk, same="skip", source="system")
    (job,) = [one for one in jobs() if one["task"] == tasks.take_over.name]
    forget(job)
    run(job)
    assert list(people()) == ["Grace"]
    with privileged():
        Membership.objects.filter(person=sara).update(ended=clock.now())
    (job,) = [one for one in jobs() if one["task"] == tasks.take_over.name]
    forget(job)
    try:
        run(job, attempt=99)
    except Exception as error:
        assert "Failed" in type(error).__name__
    with clock.at(clock.now() + timedelta(days=1, hours=1)):
        swept()
    assert fresh(batch).state == "running" and files.there(batch.pk)
    with clock.at(clock.now() + timedelta(days=4)):
        swept()
        react()
    assert fresh(batch).state == "failed" and not files.there(batch.pk)
    assert [one.to for one in mails()] == ["grace@example.org"]


def test_letters_that_no_row_holds_are_a_bad_row(chief):
    batch = brought(b"title,duration\nA\x00B,30\nGood,30\n", target="offers")
    assert (batch.state, batch.added) == ("done", 1 if batch.refused else 2)
