"""Somebody is erased while they book, in real processes on a real server: never a booking of nobody that takes time."""

from __future__ import annotations

import threading
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction

from tests.booking.conftest import NOW, lay_out
from tests.booking.test_actions import at
from tests.conftest import connected_to
from tillit.access import PUBLIC, Actor, acting
from tillit.identity.models import Person
from tillit.journeys.book import NotBooked, book
from tillit.kernel import clock, keys
from tillit.privacy.rights import erasing

ROUNDS = 6


@pytest.fixture
def house(server, real_db):
    """The organisation and as many members as there are rounds, committed."""
    with connected_to(server.admin_dsn(real_db)), clock.at(NOW), acting(PUBLIC):
        connection.ticketless = True
        try:
            with transaction.atomic():
                made = lay_out()
                people = []
                for number in range(ROUNDS):
                    person = Person(organisation=made.organisation, language="en", time_zone="Europe/Stockholm")
                    keys.prepare(made.organisation.pk, [person.pk])
                    person.display_name, person.email = f"Guest {number}", f"guest{number}@example.org"
                    person.save(force_insert=True)
                    people.append(person.pk)
        finally:
            connection.ticketless = False
    return made, people


def together(*work):
    """Run all of it at the same time, each with a connection of its own."""
    ready, failures = threading.Barrier(len(work)), []

    def run(one):
        try:
            with clock.at(NOW):
                ready.wait()
                one()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[one]) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


def test_erased_while_booking(house, server, real_db):
    desk, people = house
    kind, organisation = desk.kinds["either"], desk.organisation.pk

    def books(person, hour, note):
        def work():
            with acting(Actor(office="member", person=person, organisation=organisation)), transaction.atomic():
                book(
                    kind=kind, minute=at(hour), request_key=uuid4(), name="", email="", note=note, language="en",
                    zone="Europe/Stockholm",
                )  # fmt: skip

        return work

    def erases(person):
        def work():
            with acting(Actor(office="member", person=person, organisation=organisation)):
                erasing.erase(person, request_key=uuid4())

        return work

    outcomes = []
    for number, person in enumerate(people):
        work = [books(person, 9 + number, "My knee" if number % 2 else ""), erases(person), erases(person)]
        failures = together(*work)
        assert all(isinstance(error, NotBooked) for error in failures), failures
        outcomes.append(len(failures))
    with psycopg.connect(server.admin_dsn(real_db)) as admin:
        left = admin.execute("select count(*) from booking_booking where state = 'confirmed'").fetchone()
        taken = admin.execute("select count(*) from booking_hosttime where live").fetchone()
        receipts = admin.execute("select count(*), count(distinct person_id) from privacy_erasure").fetchone()
        living = admin.execute(
            "select count(*) from keys.person where person = any(%s) and wrapped is not null", [people]
        ).fetchone()
    assert (left, taken, living) == ((0,), (0,), (0,)), outcomes
    assert receipts == (ROUNDS, ROUNDS)
