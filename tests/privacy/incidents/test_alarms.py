"""Each rule notices what it says, and not less; one cause raises one alarm; answers and settings are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tests.booking.conftest import NOW
from tests.conftest import privileged
from tests.evidence.conftest import own_folder  # noqa: F401
from tests.kernel import support
from tests.privacy.incidents.conftest import guests, look
from tillit import evidence
from tillit.access import Actor, acting
from tillit.evidence import events as kinds
from tillit.evidence import sequencer
from tillit.kernel import clock
from tillit.kernel.tables import Outbox
from tillit.privacy.incidents import alarming, noting, questions, rules, watch
from tillit.privacy.models import Alarm, AlarmRule, Incident, Tally, Watched

EXPORTED = kinds.declare("tests.copy.made", label="A copy was made", keep=kinds.YEAR)


@pytest.fixture
def set_rules(desk):
    """Chooses numbers small enough for a test."""

    def choose(key, most, minutes=10, on=True, **more):
        with acting(desk.visitor()), privileged():
            AlarmRule.objects.create(
                organisation=desk.organisation, rule=key, on=on, most=most, minutes=minutes, chosen=NOW, **more
            )

    return choose


def watched(desk, minutes=5, only=""):
    """What the watch raises some minutes later."""
    with clock.at(NOW + timedelta(minutes=minutes)), acting(Actor(office="watch", organisation=desk.organisation.pk)):
        return [(alarm.rule, alarm.figure) for alarm in watch.look(only)]


def as_officer(desk):
    return acting(Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member"))


def noted(desk, what, times, actor=None):
    with acting(actor or desk.visitor()):
        for _ in range(times):
            noting._call("privacy.note_refusal", what, "m" * 64)


def test_many_people_looked_up(desk, set_rules):
    set_rules("reads", 5)
    people = guests(desk, 6)
    look(desk, desk.h1, people[:5])
    assert watched(desk) == []
    with clock.at(NOW + timedelta(minutes=11)):
        look(desk, desk.h1, people[5:])  # the sixth after more than ten minutes
    assert watched(desk, 12) == []
    with clock.at(NOW + timedelta(minutes=14)):
        look(desk, desk.h1, people)
    assert watched(desk, 15) == [("reads", 6)]
    with as_officer(desk):
        alarm = Alarm.objects.get()
        assert (alarm.person_id, alarm.state) == (desk.h1.person_id, "waiting")


def test_the_same_cause_raises_no_second_alarm(desk, set_rules):
    set_rules("reads", 2)
    people = guests(desk, 8)
    look(desk, desk.h1, people[:3])
    assert len(watched(desk, 1)) == 1
    with clock.at(NOW + timedelta(minutes=2)):
        look(desk, desk.h1, people[3:])
    assert watched(desk, 3) == []
    with as_officer(desk):
        alarm = Alarm.objects.get()
        assert alarm.figure == 8
        alarming.answer(alarm, "explained", "The list was printed for the archive.")
        with pytest.raises(alarming.Answered):
            alarming.answer(alarm, "false", "Again.")
    assert watched(desk, 4) == []  # answered: the same minutes are no new cause
    with clock.at(NOW + timedelta(hours=2)):
        look(desk, desk.h1, people[:3])
    assert len(watched(desk, 121)) == 1
    with privileged():
        assert Outbox.objects.filter(name="privacy.alarm.raised").count() == 2


def test_nothing_is_missed_while_the_watch_stood_still(desk, set_rules):
    set_rules("reads", 2)
    assert watched(desk, 0) == []
    with clock.at(NOW + timedelta(hours=1)):
        look(desk, desk.h1, guests(desk, 3))
    assert watched(desk, 60 * 30) == [("reads", 3)]


def test_odd_hours_are_those_of_the_organisation(desk, set_rules):
    set_rules("nights", 2, 0, evening=22, morning=6)
    people = guests(desk, 3)
    look(desk, desk.h1, people)  # nine in the morning in Stockholm
    assert watched(desk, 1, "nights") == []
    with clock.at(NOW + timedelta(hours=13, minutes=30)):  # half past ten in the evening
        look(desk, desk.h1, people[:2])
    with clock.at(NOW + timedelta(hours=20)):  # five in the morning
        look(desk, desk.h1, people[2:])
    assert watched(desk, 60 * 21, "nights") == [("nights", 3)]


def test_refusals_are_counted_for_people_and_networks(desk, set_rules):
    set_rules("refused", 3)
    set_rules("limited", 3)
    noted(desk, "refused", 3)
    noted(desk, "refused", 4, desk.as_host(desk.h1))
    noted(desk, "limited", 4)
    noted(desk, "nonsense", 9)
    assert sorted(watched(desk)) == [("limited", 4), ("refused", 4)]
    with as_officer(desk):
        assert {alarm.person_id for alarm in Alarm.objects.all()} == {None, desk.h1.person_id}


def test_a_refused_page_is_noted(desk, set_rules):
    client = Client()
    set_rules("refused", 2)
    for _ in range(3):
        assert client.get("/o/tidboken/office/").status_code in {302, 404}
        assert client.get("/o/tidboken/nothing-here/").status_code == 404
    assert watched(desk) == [("refused", 3)]


def test_failed_logins(desk, set_rules):
    set_rules("login", 3, 30)
    account = desk.h1.person.account
    for _ in range(4):
        with acting(Actor(office="login", subject=account.email_index)):
            noting._refused("identity.login.refused", network="192.0.2.7")
        with acting(Actor(office="login", subject="nobody")):
            noting._refused("identity.login.refused", network="192.0.2.7")
    assert watched(desk) == [("login", 4)]
    with privileged():
        assert Tally.objects.get(organisation=None).times == 4


def test_a_new_device_is_told_to_both(desk, monkeypatch):
    told = []
    monkeypatch.setattr("tillit.identity.post.new_device", told.append)
    account = desk.h1.person.account

    def arrive(agent, network="192.0.2.7"):
        with acting(Actor(office="login", subject=str(account.pk))):
            noting._arrived("identity.login.done", account=account.pk, network=network, agent=agent, languages="sv,en")

    arrive("Firefox/140.0 (Windows)")
    arrive("Firefox/141.0 (Windows)", "192.0.99.1")
    assert told == [] and watched(desk, 1) == []
    arrive("Version/18 Safari/605 (iPhone)")
    arrive("Version/18 Safari/605 (iPhone)", "198.51.100.1")
    assert told == [account.pk]
    assert watched(desk, 2) == [("device", 1)]  # the rule about networks is off until somebody wants it
    assert not {"192.0.2.7", "Firefox"} & set(str(rules._ask("privacy.note_arrival", "x", "y")))


def test_exports_by_staff(desk, monkeypatch):
    monkeypatch.setattr(rules, "EXPORTS", {EXPORTED.name})
    one = guests(desk, 1)[0]
    with acting(Actor(organisation=desk.organisation.pk, person=one.pk, office="member")):
        evidence.record(EXPORTED.name, subject=one.pk)  # one's own copy is nobody's business
    assert watched(desk, 1) == []
    with acting(desk.as_host(desk.h1)):
        evidence.record(EXPORTED.name, subject=one.pk)
    assert watched(desk, 2) == [("exports", 1)]


def test_a_changed_log(desk, monkeypatch):
    from tillit.evidence.audit import Finding, Kind

    with acting(Actor(office="watch", organisation=desk.organisation.pk)):
        monkeypatch.setattr(watch, "examine", lambda _organisation: [])
        assert watch.audit() == 0
        monkeypatch.setattr(watch, "examine", lambda _organisation: [Finding(Kind.CHANGED, "an event", 3)])
        assert watch.audit() == 1
    with as_officer(desk):
        assert Alarm.objects.get().rule == "log"
        assert Watched.objects.get().findings == 1


def test_the_real_log_is_examined(desk, own_folder):  # noqa: F811
    look(desk, desk.h1, guests(desk, 3))
    with support.worker_rights(), acting(Actor(office="sequencer", organisation=desk.organisation.pk)):
        sequencer.sequence()
    watching = Actor(office="watch", organisation=desk.organisation.pk)
    with support.worker_rights(), acting(watching):
        assert watch.audit() == 0
    with privileged():
        connection.cursor().execute("update evidence_event set reason = 'nothing'")
    with support.worker_rights(), acting(watching):
        assert watch.audit() >= 1
    with as_officer(desk):
        alarm = Alarm.objects.get()
        assert (alarm.rule, alarm.who) == ("log", "changed")


def test_an_alarm_becomes_an_incident_with_its_people(desk, set_rules):
    set_rules("reads", 2)
    look(desk, desk.h1, guests(desk, 4))
    watched(desk)
    with as_officer(desk), clock.at(NOW + timedelta(minutes=6)):
        incident = alarming.answer(Alarm.objects.get(), "incident", "")  # one tap
        assert incident == Incident.objects.get()
        assert questions.people_affected(incident).people == 4


def test_rules_have_bounds_and_are_off_with_a_reason(desk):
    rule = rules.RULES["reads"]
    with as_officer(desk):
        for wrong in ({"on": True, "most": 1, "minutes": 10}, {"on": False, "most": 100, "minutes": 10}):
            with pytest.raises(ValueError, match="bounds"):
                alarming.tune(desk.organisation.pk, rule, wrong)
        off = {"on": False, "most": 100, "minutes": 10, "why": "We print lists every Friday."}
        alarming.tune(desk.organisation.pk, rule, off)
        assert not rules.tuned("UTC")["reads"].on
    look(desk, desk.h1, guests(desk, 120))
    assert watched(desk) == []
    with acting(desk.as_host(desk.h1)), pytest.raises(DatabaseError), transaction.atomic():
        alarming.tune(desk.organisation.pk, rule, {"on": True, "most": 5000, "minutes": 10})


def test_alarms_are_closed_to_others(desk, set_rules):
    set_rules("reads", 2)
    look(desk, desk.h1, guests(desk, 3))
    watched(desk)
    for actor in (desk.visitor(), desk.as_host(desk.h1)):
        with acting(actor):
            assert not Alarm.objects.exists()
            with pytest.raises(DatabaseError), transaction.atomic():
                rules._ask("privacy.watch_reads", NOW, NOW, 10, 0)
