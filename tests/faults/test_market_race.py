"""Clients of one person at the same moment, on a real server: what is counted and what is once stays so."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tests.conftest import connected_to
from tests.faults.test_erasing_race import together
from tests.marketplace import lay_out
from tillit.access import PUBLIC, acting
from tillit.kernel import tasks
from tillit.kernel.ids import new_id
from tillit.messaging import actions as messaging
from tillit.messaging.models import Thread
from tillit.moderation import actions as moderation
from tillit.moderation.models import Report

CLIENTS = 8


@pytest.fixture
def market(server, real_db):
    tasks.load()
    with connected_to(server.admin_dsn(real_db)), acting(PUBLIC):
        connection.ticketless = True
        try:
            with transaction.atomic():
                made = lay_out()
        finally:
            connection.ticketless = False
    return made


def test_eight_clients_are_one_person(market, server, real_db):
    about = ("test.profile", new_id())
    petra = market.person("Petra").pk

    def begins():
        with acting(market.as_("Sara")):
            messaging.begin(to=petra, about=("test.profile", new_id()), words="Hej!")

    def reports():
        with acting(market.as_("Sara")):
            moderation.report(kind="thread", object=about[1], of=petra, reason="danger", words="Hjälp")

    refused = [str(one) for one in together(*[begins] * CLIENTS)]
    assert refused == ["many"] * (CLIENTS - 5)
    refused = [str(one) for one in together(*[reports] * CLIENTS)]
    assert refused == ["again"] * (CLIENTS - 1)
    with connected_to(server.admin_dsn(real_db)), acting(PUBLIC):
        connection.ticketless = True
        try:
            assert (Thread.objects.count(), Report.objects.count()) == (5, 1)
        finally:
            connection.ticketless = False
