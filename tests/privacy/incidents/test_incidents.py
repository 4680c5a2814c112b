"""From the report to its end: the clock, who was counted, what was decided, who was told."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from tests.booking.conftest import NOW
from tests.conftest import privileged
from tests.privacy.incidents.conftest import guests, look
from tillit.access import Actor, acting, as_office
from tillit.kernel import clock, happenings, outbox
from tillit.kernel.end_tables import End
from tillit.kernel.ids import new_id
from tillit.kernel.tables import Outbox
from tillit.privacy.incidents import actions, clocks, drafts, drill, questions, tasks, telling
from tillit.privacy.incidents.questions import Question
from tillit.privacy.models import Affected, Incident, IncidentCount, IncidentLine


def opened(**more):
    return actions.open_incident("A list was sent to the wrong person.", source="staff", **more)


def open_ends(kind):
    with privileged():
        return list(End.objects.filter(kind=kind, state="open").values_list("due", flat=True))


def events(name):
    with privileged():
        return list(Outbox.objects.filter(name=name))


def test_the_clock_starts_when_it_is_known(officer):
    known = NOW - timedelta(hours=5)
    incident = opened(known=known)
    assert clocks.deadline(incident) == known + timedelta(hours=72)
    assert open_ends(clocks.NOTICE) == [known + timedelta(hours=24)]
    assert len(events("privacy.incident.opened")) == 1
    with pytest.raises(ValueError, match="not later than now"):
        opened(known=NOW + timedelta(minutes=1))


def test_reminders_come_until_the_time_is_over(officer, desk):
    incident = opened()
    sweeper = Actor(office="sweeper", organisation=desk.organisation.pk)
    for after, left in ((24, 48), (48, 24), (66, 6), (72, 0)):
        assert open_ends(clocks.NOTICE) == [NOW + timedelta(hours=after)]
        with clock.at(NOW + timedelta(hours=after)), acting(sweeper):
            with privileged():
                End.objects.filter(kind=clocks.NOTICE).delete()  # as the sweeper has reached it
            tasks.remind([incident.pk])
        assert events("privacy.incident.due")[-1].data["hours"] == left
    assert open_ends(clocks.NOTICE) == []


def test_people_are_counted_from_the_evidence(officer, desk):
    seen = guests(desk, 6)
    look(desk, desk.h1, seen[:4])
    look(desk, desk.h2, seen[3:])
    with clock.at(NOW + timedelta(hours=1)):
        look(desk, desk.h1, seen[5:])
    incident = opened()

    def count(**more):
        return actions.count(incident, Question(**more)).people

    assert count(actor=desk.h1.person_id) == 5
    assert count(actor=desk.h1.person_id, high=NOW + timedelta(minutes=1)) == 4
    assert count(kind="booking.guest") == 6
    assert count(kind="booking.guest", low=NOW + timedelta(minutes=1)) == 1
    happenings.announce(
        questions.SENT, subjects=[one.pk for one in seen[:2]], object=new_id(), reason="coordinate",
        processor=str(new_id()), to="korta-ord", categories=["pd:TelephoneNumber"],
    )  # fmt: skip
    assert count(processor="korta-ord") == 2
    assert count(processor="nobody") == 0
    assert count(everyone=True) == 9
    found = questions.people_affected(incident)
    assert (found.people, found.reachable, found.told) == (9, 9, 0)
    assert "pd:EmailAddress" in incident.categories
    with pytest.raises(ValueError, match="Nothing is recorded"):
        Question(kind="nonsense")
    with pytest.raises(ValueError, match="ends after"):
        Question(low=NOW, high=NOW)


def test_a_count_is_for_those_who_deal_with_incidents(officer, desk):
    incident = opened()
    for actor in (desk.visitor(), desk.as_host(desk.h1)):
        with acting(actor):
            assert not Incident.objects.exists()
            with pytest.raises(DatabaseError), transaction.atomic():
                actions.count(incident, Question(everyone=True))
    with pytest.raises(DatabaseError, match="did not sign"), transaction.atomic():
        connection.cursor().execute("select privacy.count_affected(%s, 'forged')", ['{"incident": null}'])
    assert not IncidentCount.objects.exists()


def test_a_count_is_taken_back_before_anybody_was_told(officer, desk):
    people = guests(desk, 2)
    look(desk, desk.h1, people)
    incident = opened()
    wide, narrow = actions.count(incident, Question(everyone=True)), actions.count(incident, Question(kind="booking"))
    actions.uncount(incident, wide.pk)
    assert Affected.objects.filter(count__incident=incident).count() == 2
    with as_office("incidents"):
        actions.mark_told(incident, [people[0].pk])
    with pytest.raises(actions.Unfinished):
        actions.uncount(incident, narrow.pk)


def test_not_to_tell_the_authority_needs_reasons_and_stops_the_clock(officer):
    incident = opened()
    with pytest.raises(actions.Unfinished):
        actions.decide_authority(incident, False, " ")
    actions.decide_authority(incident, False, "The list held no more than first names, and came back unopened.")
    assert open_ends(clocks.NOTICE) == []
    assert "unreported" in [line.kind for line in IncidentLine.objects.all()]


def test_late_needs_the_reason_and_what_is_missing_follows(officer):
    incident = opened()
    with clock.at(NOW + timedelta(hours=73)):
        with pytest.raises(actions.Unfinished):
            actions.reported(incident)
        actions.reported(incident, "We could not reach the form.")
        assert open_ends(clocks.NOTICE) == []
        assert open_ends(clocks.SUPPLEMENT) == [NOW + timedelta(hours=73, days=21)]
        assert "could not reach" in drafts.authority(incident).text()
        with pytest.raises(actions.Unfinished, match="missing"):
            actions.close(incident, "We learnt.")
    with clock.at(NOW + timedelta(days=20)):
        actions.supplement(incident, "All of it now.", whole=True)
    assert open_ends(clocks.SUPPLEMENT) == []


def test_the_people_are_told_once_each_in_their_language(officer, desk):
    people = guests(desk, 3)
    with privileged():
        type(people[0]).objects.filter(pk=people[0].pk).update(language="fa")
        silent = people[2]
        silent.email = ""
        silent.save()
    look(desk, desk.h1, people)
    incident = opened()
    actions.count(incident, Question(kind="booking.guest"))
    with pytest.raises(actions.Unfinished):
        actions.tell_people(incident, {"sv": {"happened": " "}})
    actions.tell_people(incident, {"sv": {"happened": "En lista skickades fel.", "help": "Inget behövs."}})
    assert len(events("privacy.incident.people")) == 1
    with mock.patch("tillit.kernel.letters.send") as sent, as_office("reaction"):
        while telling.write_to_people(incident.pk, most=2):
            pass
        assert not telling.write_to_people(incident.pk)
    letters = [call.args[1] for call in sent.call_args_list]
    assert sorted(letter.to for letter in letters) == sorted(person.email for person in people[:2])
    assert all("En lista skickades fel." in letter.text for letter in letters)
    found = questions.people_affected(incident)
    assert (found.told, found.unreachable) == (2, 1)


def test_one_address_gets_one_mail(officer, desk):
    people = guests(desk, 3)
    with privileged():
        for person in people[1:]:
            person.email = people[0].email
            person.save()
    look(desk, desk.h1, people)
    incident = opened()
    actions.count(incident, Question(kind="booking.guest"))
    actions.tell_people(incident, {"sv": {"happened": "En lista skickades fel."}})
    with mock.patch("tillit.kernel.letters.send") as sent, as_office("reaction"):
        while telling.write_to_people(incident.pk, most=2):
            pass
    assert sent.call_count == 1
    assert questions.people_affected(incident).told == 3


def test_it_closes_when_everything_is_done(officer, desk):
    incident = opened()
    with pytest.raises(actions.Unfinished) as missing:
        actions.close(incident, "We learnt.")
    assert len(missing.value.why) == 3
    actions.judge(incident, "none", "Nobody opened it.")
    actions.decide_authority(incident, False, "No risk.")
    actions.decide_people(incident, False, "No risk.")
    actions.close(incident, "Lists are sent by link now.")
    assert open_ends(clocks.INCIDENT) == [NOW + timedelta(days=1826)]
    with acting(Actor(office="sweeper", organisation=desk.organisation.pk)):
        tasks.forget([incident.pk])
    with privileged():
        assert not Incident.objects.exists() and not IncidentLine.objects.exists()


def test_anybody_reports_from_outside_and_reads_nothing(desk):
    with acting(desk.visitor()):
        actions.open_incident("I see other people's bookings.", source="outside", contact="eve@example.org")
        with pytest.raises(ProgrammingError), transaction.atomic():
            actions.open_incident("Not mine to say.", source="staff")
        assert not Incident.objects.exists()
    with privileged():
        assert len(events("privacy.incident.opened")) == 1
    officer = Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")
    with acting(officer):
        incident = Incident.objects.get()
        assert (incident.what, incident.contact) == ("I see other people's bookings.", "eve@example.org")


def test_a_drill_does_all_of_it_and_sends_nothing(officer, desk):
    look(desk, desk.h1, guests(desk, 4))
    with mock.patch("tillit.kernel.letters.send") as sent:
        done = drill.run()
    assert not sent.called
    assert not events("privacy.incident.opened") and not events("privacy.incident.people")
    assert done.people == 4 and done.officers == 1 and done.languages == 1
    assert [name for name, _ in done.steps][-1] == "closed"
    assert done.incident.closed
    assert drill.last().facts["people"] == 4
    assert open_ends(clocks.NOTICE) == open_ends(clocks.SUPPLEMENT) == []


def test_another_organisation_sees_nothing(officer, desk):
    opened()
    stranger = Actor(organisation=outbox.new_id(), person=desk.administrator.pk, office="member")
    with acting(stranger):
        assert not Incident.objects.exists()
