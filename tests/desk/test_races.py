"""Two of the desk at one matter at one moment: real clients on connections of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import connection, transaction

from tests.booking.conftest import NOW, lay_out, make_person
from tests.conftest import connected_to
from tests.faults.test_booking_race import together
from tillit.access import PUBLIC, Actor, acting
from tillit.desk import actions, merging, queries, working
from tillit.desk.models import Message, Thread
from tillit.identity.models import Organisation
from tillit.kernel import clock, tasks


@pytest.fixture
def matter(server, real_db) -> Iterator[tuple[Organisation, list[UUID], Thread]]:
    """A committed question, and four who may answer it."""
    tasks.load()
    with clock.at(NOW), acting(PUBLIC), connected_to(server.admin_dsn(real_db)):
        connection.ticketless = True
        with transaction.atomic():
            here = lay_out().organisation
            asker = make_person(here, "Mona Medlem").pk
            helpers = [make_person(here, f"Helper {n}", "staff").pk for n in range(4)]
        connection.ticketless = False
    with clock.at(NOW), acting(Actor(organisation=here.pk, person=asker, office="member")), transaction.atomic():
        thread = actions.ask("question", "Who is fastest?", language="en")
    connection.close()
    yield here, helpers, thread


def test_one_takes_it(matter):
    here, helpers, thread = matter

    def take(n):
        with acting(Actor(organisation=here.pk, person=helpers[n], office="member")), transaction.atomic():
            try:
                working.give(queries.get_thread(thread.pk), helpers[n], instead_of=None)
            except working.Overtaken:
                return "late"
            return "mine"

    assert Counter(together(4, PUBLIC, take)) == {"mine": 1, "late": 3}


def test_one_answers(matter):
    here, helpers, thread = matter

    def answer(n):
        with acting(Actor(organisation=here.pk, person=helpers[n], office="member")), transaction.atomic():
            found = queries.get_thread(thread.pk)
            seen = first
            try:
                working.answer(found, f"Answer {n}", seen=seen, close_it=True)
            except (working.Overtaken, working.TooLate):
                return "late"
            return "answered"

    with clock.at(NOW), acting(Actor(organisation=here.pk, person=helpers[0], office="member")), transaction.atomic():
        first = Message.objects.get(thread=thread).pk
    connection.close()
    assert Counter(together(4, PUBLIC, answer)) == {"answered": 1, "late": 3}
    with clock.at(NOW), acting(Actor(organisation=here.pk, person=helpers[0], office="member")), transaction.atomic():
        assert Message.objects.filter(thread=thread, side="us").count() == 1


def test_two_are_put_together_from_both_sides_at_once(matter):
    """One of them wins, nobody waits for ever, and no matter leads in a circle."""
    here, helpers, first = matter
    asker = Actor(organisation=here.pk, person=first.person_id, office="member")
    with clock.at(NOW), acting(asker), transaction.atomic():
        second = actions.ask("question", "And who is second?", language="en")
    connection.close()

    def put(n):
        with acting(Actor(organisation=here.pk, person=helpers[n], office="member")), transaction.atomic():
            one, into = (first, second) if n % 2 else (second, first)
            try:
                merging.merge(queries.get_thread(one.pk), queries.get_thread(into.pk))
            except working.TooLate:
                return "late"
            return "done"

    assert Counter(together(4, PUBLIC, put)) == {"done": 1, "late": 3}
    with clock.at(NOW), acting(Actor(organisation=here.pk, person=helpers[0], office="member")), transaction.atomic():
        states = sorted(Thread.objects.filter(pk__in=(first.pk, second.pk)).values_list("state", flat=True))
    assert states == ["merged", "new"]
