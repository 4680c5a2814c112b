"""The promises of incidents and alarms: green on the product, and red when the defence is switched off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from unittest import mock

from tests.booking.conftest import NOW
from tests.conftest import privileged
from tests.privacy.conftest import house  # noqa: F401
from tests.privacy.test_sabotage import asked, breaks, holds, sql
from tillit.access import Actor, acting
from tillit.kernel import clock
from tillit.privacy.incidents import actions, drafts, rules
from tillit.privacy.models import Alarm, AlarmRule, Incident, Watched


def test_breach_72h(house, desk):  # noqa: F811
    holds(house, "breach-72h")
    with mock.patch("tillit.kernel.ends.set"):
        breaks(house, "breach-72h", "no clock")
    with mock.patch.dict(drafts._FIELDS):
        del drafts._FIELDS["measures"]
        breaks(house, "breach-72h", "lacks measures")
    with mock.patch.object(drafts, "letter", lambda incident, language: mock.Mock(text="")):
        breaks(house, "breach-72h", "no letter")
    with sql("update evidence_event set subject_id = null"), mock.patch("tillit.evidence.record"):
        breaks(house, "breach-72h", "not found in the records")
    holds(house, "breach-72h")
    with acting(Actor(organisation=house.pk, person=desk.administrator.pk, office="member")):
        incident = actions.open_incident("A list was lost.", source="staff")
    with clock.at(NOW + timedelta(hours=71)):
        holds(house, "breach-72h")
    with clock.at(NOW + timedelta(hours=73)):
        breaks(house, "breach-72h", "1 incidents are older")
        with privileged():
            Incident.objects.filter(pk=incident.pk).update(authority="no")
        holds(house, "breach-72h")
    with privileged():
        assert Incident.objects.count() == 1  # of what the probe rehearsed nothing stays


def test_alarms(house, desk):  # noqa: F811
    holds(house, "alarms")
    with mock.patch.dict(rules.RULES, reads=replace(rules.RULES["reads"], find=lambda low, high, tuned: [])):
        breaks(house, "alarms", "no alarm was raised")
    with clock.at(NOW + timedelta(hours=1)):
        breaks(house, "alarms", "has not looked")
        with privileged():
            Watched.objects.create(organisation=house, until=NOW + timedelta(minutes=55))
        holds(house, "alarms")
    with privileged():
        row = AlarmRule.objects.create(organisation=house, rule="reads", on=False, most=100, minutes=10, chosen=NOW)
    breaks(house, "alarms", "off without a reason")
    with privileged():
        AlarmRule.objects.filter(pk=row.pk).update(why="We print lists.")
        assert not Alarm.objects.exists()
    holds(house, "alarms")
    with sql("alter function privacy.watch_tallies(timestamptz, timestamptz, text, integer, integer) rename to gone"):
        assert "probe itself failed" in asked(house, "fraud-watch").detail


def test_fraud_watch(house, desk):  # noqa: F811
    holds(house, "fraud-watch")
    with mock.patch("tillit.privacy.incidents.noting.note"):
        breaks(house, "fraud-watch", "no alarm was raised")
    with mock.patch.dict(rules.RULES, login=replace(rules.RULES["login"], says=" ")):
        breaks(house, "fraud-watch", "without words: login")
