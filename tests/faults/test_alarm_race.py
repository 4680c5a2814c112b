"""Two officers answer one alarm at the same moment, on a real server: one incident, and the other one is told."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tests.booking.conftest import NOW, lay_out
from tests.conftest import connected_to
from tests.faults.test_erasing_race import together
from tillit.access import PUBLIC, Actor, acting
from tillit.kernel import clock
from tillit.privacy.incidents import alarming
from tillit.privacy.models import Alarm, Incident


@pytest.fixture
def house(server, real_db):
    with connected_to(server.admin_dsn(real_db)), clock.at(NOW), acting(PUBLIC):
        connection.ticketless = True
        try:
            with transaction.atomic():
                made = lay_out()
                alarm = Alarm.objects.create(
                    organisation=made.organisation,
                    rule="log",
                    figure=200,
                    first=NOW,
                    last=NOW,
                    state="waiting",
                    made=NOW,
                )
        finally:
            connection.ticketless = False
    return made, alarm.pk


def test_one_alarm_becomes_one_incident(house, server, real_db):
    desk, alarm = house
    officer = Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")
    refused = []

    def answers():
        with acting(officer), transaction.atomic():
            try:
                alarming.answer(Alarm.objects.get(pk=alarm), "incident", "Somebody tried names.")
            except alarming.Answered as again:
                refused.append(again)

    assert together(answers, answers, answers) == []
    assert len(refused) == 2
    with connected_to(server.admin_dsn(real_db)), acting(PUBLIC):
        connection.ticketless = True
        try:
            assert Incident.objects.count() == 1
            assert Alarm.objects.get().state == "incident"
        finally:
            connection.ticketless = False
