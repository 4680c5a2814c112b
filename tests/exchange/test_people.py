"""People from a file: nothing stored before it is confirmed, bad rows named, doubles offered, undone for a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection

from tests.booking.conftest import NOW, make_person
from tests.booking.test_actions import at, order
from tests.conftest import privileged
from tests.exchange.conftest import PEOPLE, acts, brought, fresh, people
from tests.kernel.ending import swept
from tests.kernel.support import jobs, mails, react, run, run_jobs
from tillit.access import Actor, acting
from tillit.evidence.models import Event
from tillit.exchange import actions, files, queries, reading, targets
from tillit.exchange.models import Batch, Imported
from tillit.identity.models import Person
from tillit.kernel import clock
from tillit.privacy import registry
from tillit.privacy.models import Restriction


def events(name: str) -> list[Event]:
    with privileged():
        return list(Event.objects.filter(name=name))


def test_nothing_is_stored_before_it_is_confirmed(chief):
    batch = actions.give("people", PEOPLE)
    assert batch.mapping == ["name", "email", "phone", "language", "note"] and batch.encoding == "utf-8"
    looked = queries.looked(queries.batch(batch.pk))
    assert [line for line, _record in looked.records] == [2, 3, 4]
    assert [(bad.line, bad.why, bad.column) for bad in looked.bad] == [(5, "name", "name"), (6, "email", "email")]
    assert people() == {} and jobs() == []
    assert PEOPLE[:30] not in files.place(batch.pk).read_bytes()  # sealed
    actions.drop(batch.pk)
    assert Batch.objects.count() == 0


def test_taken_over(chief, desk):
    batch = brought()
    assert (batch.state, batch.added, batch.passed, batch.done, batch.total) == ("done", 3, 0, 3, 3)
    assert batch.refused == [[5, "name", "name"], [6, "email", "email"]]
    found = people()
    narges = found["نرگس رضایی"]
    assert (narges.email, narges.phone, narges.language) == ("narges@example.org", "+989121234567", "fa")
    assert found["Grace Miller"].phone == "+46701740607" and found["Grace Miller"].language == "sv"
    assert {row.note for row in Imported.objects.all()} == {"Föredrar förmiddagar", ""}
    assert {e.subject_id for e in events("exchange.person.imported")} == {p.pk for p in found.values()}
    assert len(events("access.grant.opened")) == 3


def test_only_who_brought_them_sees_them(chief, desk):
    brought()
    assert Person.objects.filter(account=None).count() == 3
    with privileged():
        other = make_person(desk.organisation, "Sara Ek", "administrator")
    for actor in (acts(desk, other), desk.as_host(desk.h1), desk.visitor()):
        with acting(actor):
            assert Person.objects.filter(account=None).count() == 0 and Imported.objects.count() == 0


def test_colleagues_cannot_bring_anything(desk, chief):
    batch = actions.give("people", PEOPLE)
    with acting(desk.as_host(desk.h1)):
        assert Batch.objects.count() == 0
        with pytest.raises(actions.Refused):
            actions.confirm(batch.pk, same="skip", source="themselves")
        with pytest.raises(ProgrammingError), privileged_savepoint():
            connection.cursor().execute("select * from exchange.known('{}', '{}')")
        with pytest.raises(ProgrammingError), privileged_savepoint():
            connection.cursor().execute("select * from exchange.take_back(%s, 5)", [batch.pk])


def privileged_savepoint():
    from django.db import transaction

    return transaction.atomic()


@pytest.mark.parametrize(("same", "outcome"), [("skip", (0, 0, 3)), ("fill", (0, 1, 2)), ("new", (3, 0, 0))])
def test_doubles(chief, same, outcome):
    brought()
    again = (
        b"name,email,phone\nAsa,ASA@example.org,\nNarges,narges@example.org,\nGrace M,grace@example.org,0701740607\n"
    )
    batch = actions.give("people", again)
    looked = queries.looked(queries.batch(batch.pk))
    assert targets.get("people").known([record for _line, record in looked.records]).keys() == {0, 1, 2}
    actions.confirm(batch.pk, same=same, source="system")
    run_jobs()
    done = fresh(batch)
    assert (done.added, done.changed, done.passed) == outcome
    assert people()["Grace Miller"].email == ("grace@example.org" if same == "fill" else "")
    assert people()["Åsa Öberg"].email == "asa@example.org"  # what is there stays


def test_the_same_row_twice_in_a_file_is_one_person(chief):
    batch = brought(b"name,email\nGrace,g@example.org\nGrace M,G@example.org\n", same="fill")
    assert (batch.added, batch.passed) == (1, 1)


def test_details_of_members_are_their_own(chief, desk):
    with privileged():
        Person.objects.filter(pk=desk.h1.person_id).update(phone="", phone_index="")
        mail = Person.objects.get(pk=desk.h1.person_id).email
    batch = brought(f"name,email,phone\nHelena,{mail},0701112233\n".encode(), same="fill")
    assert (batch.added, batch.changed, batch.passed) == (0, 0, 1)


def test_a_file_gives_nobody_who_has_booked_an_address(chief, desk):
    """Their links would go there: with them their bookings and what else is known of them."""
    brought()
    with acting(Actor(office="guest", person=people()["Grace Miller"].pk, organisation=desk.organisation.pk)):
        order(desk.kinds["consultation"], at(10))
    batch = brought(b"name,email,phone\nGrace,mine@example.org,0701740607\n", same="fill")
    assert (batch.changed, batch.passed, people()["Grace Miller"].email) == (0, 1, "")


def test_what_lies_at_rest_is_neither_filled_nor_undone(chief, desk):
    first = brought()
    grace = people()["Grace Miller"]
    with privileged():
        Restriction(organisation=desk.organisation, person=grace).save(force_insert=True)
    batch = brought(b"name,email,phone\nGrace,grace@example.org,0701740607\n", same="fill")
    assert (batch.changed, batch.passed) == (0, 1)
    actions.undo(first.pk)
    run_jobs()
    assert sorted(people()) == ["Grace Miller"] and people()["Grace Miller"].phone == "+46701740607"


def test_the_same_file_again_says_so_and_changes_nothing(chief):
    first = brought()
    again = actions.give("people", PEOPLE)
    assert queries.earlier(again).pk == first.pk
    assert (brought().added, len(people())) == (0, 3)


def test_two_at_once_with_the_same_file(chief):
    one, two = actions.give("people", PEOPLE), actions.give("people", PEOPLE)
    actions.confirm(one.pk, same="skip", source="themselves")
    with pytest.raises(actions.Refused, match="twice"):
        actions.confirm(two.pk, same="skip", source="themselves")
    with pytest.raises(actions.Refused, match="state"):
        actions.confirm(one.pk, same="skip", source="themselves")


def test_part_by_part_and_each_part_once(chief, monkeypatch):
    from tillit.exchange import tasks

    monkeypatch.setattr(tasks, "PART", 2)
    batch = actions.confirm(actions.give("people", PEOPLE).pk, same="skip", source="themselves")
    (job,) = jobs()
    run(job)
    assert (fresh(batch).done, fresh(batch).state) == (2, "running")
    run_jobs()
    assert (fresh(batch).added, fresh(batch).state) == (3, "done")
    run(job)  # a job that runs once more
    assert len(people()) == 3


def test_the_file_is_gone_halfway(chief):
    batch = actions.confirm(actions.give("people", PEOPLE).pk, same="skip", source="themselves")
    files.remove(batch.pk)
    from tillit.kernel.tasks import Failed

    with pytest.raises(Failed):
        run_jobs()
    assert fresh(batch).state == "failed" and people() == {}


# -- undoing ----------------------------------------------------------------------------------------------------------


def test_undone(chief):
    batch = brought()
    actions.undo(batch.pk)
    run_jobs()
    assert (fresh(batch).state, fresh(batch).stayed, people()) == ("undone", 0, {})
    assert len(events("exchange.person.undone")) == 3
    with privileged():
        assert Imported.objects.count() == 0
        assert not Person.objects.filter(account=None).exclude(email_index="", phone_index="").exists()
    assert brought().added == 3  # and it can be taken over once more


def test_what_was_changed_since_stays(chief, desk):
    batch = brought()
    asa = people()["Åsa Öberg"]
    with acting(Actor(office="guest", person=asa.pk, organisation=desk.organisation.pk)):
        row = Person.objects.get(pk=asa.pk)
        row.phone = "+46700000000"
        row.save(update_fields=["phone", "phone_index"])
    with acting(Actor(office="guest", person=people()["Grace Miller"].pk, organisation=desk.organisation.pk)):
        order(desk.kinds["consultation"], at(10))
    actions.undo(batch.pk)
    run_jobs()
    assert (fresh(batch).state, fresh(batch).stayed) == ("undone", 2)
    assert sorted(people()) == ["Grace Miller", "Åsa Öberg"]
    assert {(line, why) for line, _name, why in queries.stayed(batch)} == {(2, "changed"), (4, "dealings")}


def test_what_was_filled_in_is_taken_out_again(chief):
    brought()
    batch = brought(b"name,email,phone\nGrace M,grace@example.org,0701740607\n", same="fill")
    actions.undo(batch.pk)
    run_jobs()
    assert people()["Grace Miller"].email == "" and people()["Grace Miller"].phone == "+46701740607"


def test_not_after_a_day(chief, desk):
    batch = brought()
    with clock.at(NOW + timedelta(days=1, minutes=1)), pytest.raises(actions.Refused, match="state"):
        actions.undo(batch.pk)


# -- what ends --------------------------------------------------------------------------------------------------------


def test_who_gives_a_file_and_leaves_it_leaves_nothing(chief):
    batch = actions.give("people", PEOPLE)
    with clock.at(NOW + timedelta(days=1, minutes=5)):
        sweep_now()
    with privileged():
        assert not Batch.objects.exists()
    assert not files.there(batch.pk)


def sweep_now() -> None:
    """What is due ends, and what that queues runs."""
    swept()
    react()


def test_they_are_told_when_the_day_is_over(chief, desk):
    batch = brought()
    with clock.at(NOW + timedelta(days=1, minutes=5)):
        sweep_now()
    told = {mail.to for mail in mails()}
    assert told == {"asa@example.org", "narges@example.org"} and not files.there(batch.pk)
    (persian,) = [mail for mail in mails() if mail.to == "narges@example.org"]
    assert 'dir="rtl"' in persian.html and "/my/" in persian.text


def test_of_whom_something_was_added_is_told(chief):
    brought()
    with clock.at(NOW + timedelta(days=1, minutes=5)):
        sweep_now()
        brought(b"name,email,phone\nGrace M,grace@example.org,0701740607\n", same="fill")
    with clock.at(NOW + timedelta(days=2, minutes=10)):
        sweep_now()
    assert [mail.to for mail in mails()].count("grace@example.org") == 1


def test_who_was_undone_is_not_told(chief):
    actions.undo(brought().pk)
    run_jobs()
    with clock.at(NOW + timedelta(days=2)):
        sweep_now()
    assert mails() == []


def test_after_their_days_they_are_forgotten(chief):
    brought()
    with clock.at(NOW + timedelta(days=365, minutes=5)):
        sweep_now()
    assert people() == {}
    with privileged():
        assert Imported.objects.count() == 0


def test_they_read_where_it_comes_from(chief, desk):
    brought()
    asa = people()["Åsa Öberg"]
    with acting(Actor(office="guest", person=asa.pk, organisation=desk.organisation.pk)):
        held = {one.label: one.value for one in registry.held(asa.pk)}
    assert held["exchange.imported.note"] == "Föredrar förmiddagar" and held["exchange.imported.source"] == "themselves"


def test_files_that_nobody_can_read_are_refused(chief):
    with pytest.raises(reading.Unreadable):
        actions.give("people", b"%PDF-")
    for _ in range(actions.MOST_WAITING):
        actions.give("people", PEOPLE)
    with pytest.raises(actions.Refused, match="many"):
        actions.give("people", PEOPLE)
