"""What is recorded, by whom it can be read, and that a page costs one insert."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import privileged
from tests.evidence.conftest import KEPT, MOVED, SEEN, House
from tillit import evidence
from tillit.evidence import entry, events, queries
from tillit.evidence.models import Event, Leaf
from tillit.kernel import clock, happenings

REASON = 'asked, {for} "it", \\ by å\n,null'


def rows(model):
    with privileged():
        return list(model.objects.order_by("pk"))


def test_an_event_carries_who_did_what_to_whom_why_and_when(house: House):
    booking, seen = uuid4(), uuid4()
    with house.acts(house.host):
        ids = evidence.record(
            MOVED, subject=house.anna, reason=REASON, object=booking, detail={"from": seen, "minutes": 30}
        )
    (event,) = rows(Event)
    assert [event.pk] == ids
    assert (event.name, event.actor_id, event.office) == (MOVED, house.host, "member")
    assert (event.subject_id, event.object_id, event.reason) == (house.anna, booking, REASON)
    assert event.detail == f'{{"from":"{seen}","minutes":30}}'
    assert abs(event.made - clock.now()) < timedelta(seconds=5) and event.made.microsecond % 1000 == 0
    assert event.organisation_id == house.organisation and event.kept_until is None and event.law == ""


def test_the_leaf_is_the_salted_hash_of_the_body_and_says_nothing_else(house: House):
    house.record(2, KEPT, detail={"language": "svår"})
    for event, leaf in zip(rows(Event), rows(Leaf), strict=True):
        assert leaf.pk == event.pk and leaf.number is None
        body = queries.body(event)
        assert b'"detail":{"language":"sv\xc3\xa5r"}' in body and b" " not in body.replace(b"booked with", b"")
        assert bytes(leaf.commitment) == entry.commitment(bytes(event.salt), body)
        assert event.kept_until == event.made + timedelta(days=3650)
    assert len({bytes(e.salt) for e in rows(Event)}) == 2


def test_each_person_concerned_gets_an_event_of_their_own(house: House):
    with house.acts(house.host):
        ids = evidence.record(MOVED, subjects=[house.anna, house.bo, house.anna])
    assert [e.subject_id for e in rows(Event)] == [house.anna, house.bo] and len(ids) == 2


def test_an_undeclared_event_raises(house: House):
    with house.acts(house.host):
        with pytest.raises(events.Undeclared, match=r"test\.thing\.done"):
            evidence.record("test.thing.done")
        with pytest.raises(events.Undeclared, match=r"test\.other\.seen"):
            evidence.saw([house.anna], "test.other", "booked with")
    assert not rows(Event)


@pytest.mark.parametrize("name", ["seen", "a.b", "A.b.c", "a.b.c.d", "a..c"])
def test_an_event_is_named_app_object_verb(name):
    with pytest.raises(ValueError, match=r"app\.object\.verb"):
        events.declare(name, label="x", keep=None)


def test_a_kind_is_declared_one_way_only():
    assert events.declare(SEEN, label="Somebody looked", keep=events.YEAR).name == SEEN
    with pytest.raises(ValueError, match="Two kinds"):
        events.declare(SEEN, label="Somebody looked", keep=None)
    with pytest.raises(ValueError, match="how long"):
        events.declare("test.law.kept", label="x", keep=None, law="some law")


def test_detail_holds_ids_and_small_words_only(house: House):
    with house.acts(house.host):
        for detail in ({"x": 1.5}, {"x": {"y": 1}}, {"x": "a" * 3000}):
            with pytest.raises(ValueError, match="detail holds"):
                evidence.record(MOVED, subject=house.anna, detail=detail)


def test_an_event_needs_an_organisation(db):
    from tillit.kernel.ticket import PUBLIC, acting

    with acting(PUBLIC), pytest.raises(ValueError, match="organisation"):
        evidence.record(MOVED)


def test_what_a_page_shows_is_gathered_and_costs_one_insert(house: House):
    with house.acts(house.host), evidence.gathering():
        evidence.saw([house.anna, house.bo], "test.guest", "booked with")
        evidence.saw([house.bo, house.host], "test.guest", "booked with")
        evidence.saw([house.bo], "test.guest", "colleague")
        with CaptureQueriesContext(connection) as taken:
            assert len(evidence.flush()) == 3
            assert evidence.flush() == []
    inserts = [q["sql"] for q in taken if "set_config" not in q["sql"]]
    assert len(inserts) == 1 and "evidence.add" in inserts[0]
    assert [(e.name, e.subject_id, e.reason) for e in rows(Event)] == [
        (SEEN, house.anna, "booked with"),
        (SEEN, house.bo, "booked with"),
        (SEEN, house.bo, "colleague"),
    ]


def test_a_failed_page_leaves_nothing_for_the_next(house: House):
    with house.acts(house.host):
        with pytest.raises(RuntimeError), evidence.gathering():
            evidence.saw([house.anna], "test.guest", "booked with")
            raise RuntimeError
        with evidence.gathering():
            assert evidence.flush() == []


def test_outside_a_page_it_is_recorded_at_once_and_never_of_oneself(house: House):
    with house.acts(house.host):
        evidence.saw([house.host], "test.guest", "booked with")
        assert not rows(Event)
        evidence.saw([house.anna, house.host], "test.guest", "booked with")
    assert [e.subject_id for e in rows(Event)] == [house.anna]


def test_a_person_reads_what_is_about_them_and_nobody_elses(house: House):
    house.record(2)
    with house.acts(house.bo):
        evidence.record(MOVED)
        assert [e.name for e in queries.my_events()] == [MOVED]
    with house.acts(house.anna):
        found = queries.my_events()
        assert [(e.name, e.actor, e.subject, e.number) for e in found] == [(SEEN, house.host, house.anna, None)] * 2
        assert queries.my_events(before=found[0].id) == found[1:]
        assert str(found[0].kind.label) == "Somebody looked"
    with house.acts(house.host):
        assert queries.my_events() == []
    other = House(uuid4())
    with other.acts(house.anna):
        assert queries.my_events() == []


def test_what_the_floors_below_announce_is_recorded_when_declared(house: House):
    with house.acts(house.host):
        happenings.announce(
            "kernel.egress.departed",
            subjects=[house.anna, house.bo],
            object=house.anna,
            reason="mail",
            processor="post",
        )
        happenings.announce("kernel.bell.rung", subject=house.anna)
        happenings.announce("kernel.end.reached", kind="x", objects=[uuid4()] * 900, subjects=[])
    found = rows(Event)
    assert [(e.name, e.subject_id, e.reason, e.detail) for e in found] == [
        *(("kernel.egress.departed", who, "mail", '{"processor":"post"}') for who in (house.anna, house.bo)),
        ("kernel.end.reached", None, "", '{"kind":"x"}'),
    ]
