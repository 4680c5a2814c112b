"""Two people write to each other: who reads it, who may not, what happens twice, and what blocking hides."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from tests.conftest import privileged
from tests.messaging.conftest import HELLO, Talking
from tillit.kernel import clock
from tillit.kernel.ids import new_id
from tillit.messaging import actions, queries
from tillit.messaging.models import Block, Message, Seat, Thread


def counts(talking: Talking, first: str) -> list[int]:
    with talking.as_(first):
        return [model.objects.count() for model in (Thread, Seat, Message, Block)]


def test_two_write_and_nobody_else_reads(talking: Talking) -> None:
    thread = talking.begin()
    talking.send(thread, "Petra", "Hej Sara, vad roligt!")
    for first in ("Sara", "Petra"):
        assert talking.seen_by(first, thread) == [HELLO, "Hej Sara, vad roligt!"]
        assert counts(talking, first)[:3] == [1, 1, 2]
    for first in ("Amir", "Omar", "Maria", "Jonas"):
        assert counts(talking, first) == [0, 0, 0, 0]
        with talking.as_(first), pytest.raises(Http404):
            queries.talk(thread)
        with talking.as_(first), pytest.raises(Http404):
            actions.send(thread, "Hej")
    with talking.as_("Petra"):
        assert (queries.talk(thread).called, queries.unseen()) == ("Sara", 0)
    with talking.as_("Sara"):
        assert (queries.talk(thread).called, queries.unseen()) == ("Petra", 1)
    with privileged(), connection.cursor() as cursor:
        cursor.execute("select words from messaging_message")
        assert all(HELLO.encode() not in bytes(row[0]) for row in cursor.fetchall())


def test_one_thread_for_two_and_a_thing(talking: Talking) -> None:
    thread = talking.begin()
    assert talking.begin(words="En sak till") == thread
    assert talking.begin("Petra", "Sara", "Jag svarar härifrån") == thread
    assert talking.begin(about=("test.profile", new_id())) != thread
    assert talking.seen_by("Sara", thread) == [HELLO, "En sak till", "Jag svarar härifrån"]


def test_twice_is_once_and_not_another_s(talking: Talking) -> None:
    thread, key = talking.begin(), new_id()
    assert talking.send(thread, "Sara", "Klockan nio", key=key) == talking.send(thread, "Sara", "Klockan nio", key=key)
    assert talking.seen_by("Petra", thread) == [HELLO, "Klockan nio"]
    with pytest.raises(Http404):
        talking.send(thread, "Petra", "Jag tar din nyckel", key=key)


@pytest.mark.parametrize(("words", "why"), [("x" * 1_000_000, "long"), ("  \n", "empty")])
def test_too_long_or_nothing(talking: Talking, words: str, why: str) -> None:
    thread = talking.begin()
    with pytest.raises(actions.Refused) as refused:
        talking.send(thread, "Sara", words)
    assert refused.value.why == why


def test_whoever_is_blocked_learns_nothing(talking: Talking) -> None:
    thread = talking.begin()
    talking.send(thread, "Petra", "Hej!")
    with talking.as_("Petra"):
        actions.block(thread)
    talking.send(thread, "Sara", "Är du där?")
    second = talking.begin(about=("test.profile", new_id()), words="Jag försöker här i stället")
    assert talking.seen_by("Sara", thread)[-1] == "Är du där?"
    assert talking.seen_by("Petra", thread) == [HELLO, "Hej!"]
    with talking.as_("Petra"):
        assert [one.id for one in queries.talks()] == [thread]
        with pytest.raises(Http404):
            queries.talk(second)
    assert counts(talking, "Sara")[3] == 0
    with talking.as_("Sara"):
        assert {one.id for one in queries.talks()} == {thread, second}
    with talking.as_("Petra"):
        actions.unblock(thread)
    talking.send(thread, "Sara", "Och nu?")
    assert talking.seen_by("Petra", thread) == [HELLO, "Hej!", "Och nu?"]


def test_limits_of_a_new_account_stand_in_the_database(talking: Talking) -> None:
    for _number in range(3):
        talking.begin(about=("test.profile", new_id()), words="Det här är samma ord till alla som jag hittar " * 2)
    with pytest.raises(actions.Refused) as same:
        talking.begin(about=("test.profile", new_id()), words="Det här är samma ord till alla som jag hittar " * 2)
    assert same.value.why == "same"
    for number in range(2):
        talking.begin(about=("test.profile", new_id()), words=f"Andra ord {number}")
    with pytest.raises(actions.Refused) as many:
        talking.begin(about=("test.profile", new_id()), words="Ännu en")
    assert many.value.why == "many"
    with clock.at(clock.now() + timedelta(days=8)):
        for number in range(6):
            talking.begin(about=("test.profile", new_id()), words=f"Senare {number}")


def test_taken_back_within_a_quarter_of_an_hour(talking: Talking) -> None:
    thread = talking.begin()
    message = talking.send(thread, "Sara", "Fel fil", files=[(io.BytesIO(b"hello there"), "a.txt")])
    with talking.as_("Petra"):
        assert [one.name for one in queries.said(thread).files[message]] == ["a.txt"]
        assert not actions.take_back(message)
    with talking.as_("Sara"):
        assert actions.take_back(message)
        assert not actions.take_back(message)
    assert talking.seen_by("Petra", thread) == [HELLO, ""]
    with talking.as_("Petra"):
        assert queries.said(thread).files == {}
    later = talking.send(thread, "Sara", "Blir kvar")
    with clock.at(clock.now() + timedelta(minutes=16)), talking.as_("Sara"):
        assert not actions.take_back(later)


def test_reading_is_told_by_choice_and_both_ways(talking: Talking) -> None:
    thread = talking.begin()
    with talking.as_("Petra"):
        actions.mark_read(thread, clock.now())
    with talking.as_("Sara"):
        actions.tell_read(thread, True)
        assert queries.talk(thread).other_read is None
    with talking.as_("Petra"):
        actions.tell_read(thread, True)
        actions.mark_read(thread, clock.now())
    with talking.as_("Sara"):
        assert queries.talk(thread).other_read is not None
        actions.tell_read(thread, False)
        assert queries.talk(thread).other_read is None


def test_rows_are_written_by_the_functions_alone(talking: Talking) -> None:
    thread = talking.begin()
    seat = talking.rows()[0].by_id
    for sql in (
        "update messaging_message set reached = true",
        "insert into messaging_seat (id, organisation_id, thread_id, number, unseen, tells, opening, shown_as)"
        f" values (gen_random_uuid(), '{talking.market.organisation.pk}', '{thread}', 1, 0, false, '', '')",
        f"update messaging_seat set person_id = '{talking.id('Amir')}' where id = '{seat}'",
        "select messaging.begin('{}', '00', gen_random_uuid(), '', gen_random_uuid(), '', gen_random_uuid(), '', '',"
        " gen_random_uuid(), '', '{}', 1, gen_random_uuid(), '', '{}', '')",
        "select messaging.forget('{}')",
    ):
        with talking.as_("Amir"), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_end_comes_a_year_after_the_last_word(talking: Talking) -> None:
    thread = talking.begin()
    now = clock.now()
    with clock.at(now + timedelta(days=200)):
        talking.send(thread, "Petra", "Ett ord till")
    talking.sweep(now + timedelta(days=400))
    assert len(talking.rows()) == 2
    talking.sweep(now + timedelta(days=566))
    assert talking.rows() == []
    with privileged():
        assert not Thread.objects.exists()
