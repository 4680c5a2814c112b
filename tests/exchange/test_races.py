"""Several administrators at one moment: real clients on connections of their own."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection, transaction

from tests.booking.conftest import NOW, lay_out, make_person
from tests.conftest import connected_to
from tests.exchange.conftest import folder  # noqa: F401
from tests.faults.test_booking_race import together
from tillit.access import PUBLIC, Actor, acting
from tillit.exchange import actions, tasks
from tillit.identity.models import Person
from tillit.kernel import clock


@pytest.fixture
def four(server, real_db):
    """Four administrators, and each one's file with the same person in it."""
    with clock.at(NOW), acting(PUBLIC), connected_to(server.admin_dsn(real_db)):
        connection.ticketless = True
        with transaction.atomic():
            here = lay_out().organisation
            chiefs = [make_person(here, f"Chief {n}", "administrator").pk for n in range(4)]
        connection.ticketless = False
    actors = [Actor(organisation=here.pk, person=chief, office="member") for chief in chiefs]
    connection.close()
    yield actors


def test_one_person_however_often_they_are_brought(server, real_db, four):
    def bring(n):
        with acting(four[0]):
            with transaction.atomic():
                batch = actions.give(
                    "people", f"name,email\nGrace,grace@example.org\nNumber {n},n{n}@example.org\n".encode()
                )
                actions.confirm(batch.pk, same="skip", source="system")
            with transaction.atomic():
                tasks.take_over(batch=batch.pk)
        return "done"

    assert together(4, PUBLIC, bring) == ["done"] * 4
    with acting(PUBLIC), connected_to(server.admin_dsn(real_db)):
        connection.ticketless = True
        with transaction.atomic():
            names = Counter(p.display_name for p in Person.objects.filter(account=None))
        connection.ticketless = False
    assert names["Grace"] == 1 and sum(names.values()) == 5


def test_one_file_runs_once(four):
    def confirm(n):
        with acting(four[n]):
            with transaction.atomic():
                batch = actions.give("people", b"name,email\nGrace,grace@example.org\n")
            try:
                with transaction.atomic():
                    actions.confirm(batch.pk, same="skip", source="system")
            except actions.Refused as refused:
                return refused.why
        return "runs"

    assert Counter(together(4, PUBLIC, confirm)) == {"runs": 1, "twice": 3}


def test_no_more_files_wait_than_may(server, real_db, four, monkeypatch):
    monkeypatch.setattr(actions, "MOST_WAITING", 2)

    def give(n):
        with acting(four[n]), transaction.atomic():
            try:
                actions.give("people", f"name,email\nGrace {n},grace{n}@example.org\n".encode())
            except actions.Refused as refused:
                return refused.why
        return "waits"

    assert Counter(together(4, PUBLIC, give)) == {"waits": 2, "many": 2}
