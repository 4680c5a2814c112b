"""Sabotage: the superuser changes the log behind its back, in every way we could think of, and is found out."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from tests.conftest import privileged
from tests.evidence.conftest import SEEN, House
from tillit import evidence
from tillit.evidence import audit, entry, sequencer, tiles, tree
from tillit.evidence.audit import Kind
from tillit.evidence.models import Checkpoint, Event, Leaf, Log, Tile
from tillit.evidence.receipts import Checkpoint as Signed
from tillit.kernel import clock, notes
from tillit.kernel.ids import new_id


@pytest.fixture
def full(house: House) -> House:
    """Three hundred events under two checkpoints, the last one also in the second place; and it is sound."""
    with house.acts(house.host):
        evidence.record(SEEN, subjects=[house.anna, *(uuid4() for _ in range(279))])
    house.sequence()
    house.record(20)
    house.sequence()
    with privileged():
        sequencer.keep_copy(house.organisation, Checkpoint.objects.latest("size").note)
    assert house.audit() == []
    return house


def sabotage(statement: str, *values: Any) -> None:
    with privileged(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0, "the sabotage did nothing"


def leaf(number: int) -> Leaf:
    with privileged():
        return Leaf.objects.get(number=number)


def found(house: House) -> set[tuple[str, int | None]]:
    return {(finding.kind.value, finding.number) for finding in house.audit()}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "test.booking.moved"), ("actor_id", str(UUID(int=1))), ("actor_id", None), ("office", "operator"),
        ("subject_id", str(UUID(int=2))), ("object_id", str(UUID(int=3))), ("reason", "cooked"), ("detail", '{"x":1}'),
        ("detail", "no json"), ("made", "2020-01-01T00:00:00Z"), ("salt", b"x" * 32),
    ],
)  # fmt: skip
def test_a_changed_event_is_named(full: House, column, value):
    sabotage(f"update evidence_event set {column} = %s where id = %s", value, leaf(41).pk)
    assert [(f.kind, f.number, f.event) for f in full.audit()] == [("changed", 41, leaf(41).pk)]
    assert "changed" in full.audit()[0].says


def test_a_changed_event_with_a_leaf_to_match_is_named(full: House):
    salt, one = os.urandom(32), leaf(41)
    with privileged():
        event = Event.objects.get(pk=one.pk)
        event.reason, event.salt = "cooked", salt
        event.save()
        body = entry.body(
            event=event.pk, organisation=event.organisation_id, name=event.name, made=event.made, office=event.office,
            actor=event.actor_id, subject=event.subject_id, object=event.object_id, reason=event.reason,
        )  # fmt: skip
        Leaf.objects.filter(pk=one.pk).update(commitment=entry.commitment(salt, body))
    assert found(full) == {("changed", 41)}
    # and with a tile to match
    with privileged():
        tile = Tile.objects.get(level=0, place=0)
        hashes = bytearray(bytes(tile.hashes))
        hashes[41 * 32 : 42 * 32] = tree.leaf(entry.entry(bytes(Leaf.objects.get(pk=one.pk).commitment)))
        Tile.objects.filter(pk=tile.pk).update(hashes=bytes(hashes))
        Tile.objects.filter(level=1).update(hashes=tiles.top(bytes(hashes)))
    kinds = found(full)
    assert ("added", 41) in kinds and ("rewritten", None) in kinds


def test_a_removed_event_is_named(full: House):
    sabotage("delete from evidence_event where id = %s", leaf(7).pk)
    assert [(f.kind, f.number, f.where) for f in full.audit()] == [("removed", 7, "an event")]


@pytest.mark.parametrize("number", [0, 7, 255, 256, 299])
def test_a_removed_leaf_is_named(full: House, number):
    sabotage("delete from evidence_leaf where id = %s", leaf(number).pk)
    assert found(full) == {("removed", number), ("added", None)}  # and its event stands there alone


def test_a_removed_pair_of_event_and_leaf_is_named(full: House):
    one = leaf(299).pk
    sabotage("delete from evidence_leaf where id = %s", one)
    sabotage("delete from evidence_event where id = %s", one)
    assert found(full) == {("removed", 299)}


def test_a_removed_end_of_the_log_is_named(full: House):
    sabotage("delete from evidence_event where id in (select id from evidence_leaf where number >= 290)")
    sabotage("delete from evidence_leaf where number >= 290")
    assert found(full) == {("removed", number) for number in range(290, 300)}


def test_events_that_changed_places_are_named(full: House):
    one, other = leaf(3).pk, leaf(280).pk
    sabotage("update evidence_leaf set number = -1 where id = %s", one)
    sabotage("update evidence_leaf set number = 3 where id = %s", other)
    sabotage("update evidence_leaf set number = 280 where id = %s", one)
    assert found(full) == {("reordered", 3), ("reordered", 280)}


def test_added_rows_are_named(full: House):
    one, other = new_id(), leaf(3)
    with privileged():
        event = Event.objects.get(pk=other.pk)
        event.pk = one
        event.save(force_insert=True)
    assert found(full) == {("added", None)}
    for number, kinds in ((300, {("added", 300)}), (None, {("added", None)})):
        with privileged():
            Leaf.objects.filter(pk=one).delete()
            Leaf(pk=one, organisation_id=full.organisation, number=number, commitment=b"x" * 32, mac=b"y" * 32).save(
                force_insert=True
            )
        assert found(full) == kinds
    # also when the sequencer has met it, and when it is signed like another event
    full.sequence()
    assert found(full) == {("added", None)}
    with privileged():
        Leaf.objects.filter(pk=one).update(refused=False, mac=bytes(other.mac), commitment=bytes(other.commitment))
    assert full.sequence() == 0 and found(full) == {("added", None)}


@pytest.mark.parametrize(("level", "place"), [(0, 0), (0, 1), (1, 0)])
def test_a_changed_or_removed_tile_is_named(full: House, level, place):
    with privileged():
        tile = Tile.objects.get(level=level, place=place)
        hashes = bytes(tile.hashes)
    sabotage("update evidence_tile set hashes = %s where id = %s", bytes(32) + hashes[32:], tile.pk)
    where = {f.where for f in full.audit()}
    assert f"tile {level}/{place}" in where and {f.kind for f in full.audit()} == {Kind.REWRITTEN}
    sabotage("update evidence_tile set hashes = %s where id = %s", hashes[:-32], tile.pk)
    assert full.audit()
    sabotage("delete from evidence_tile where id = %s", tile.pk)
    assert f"tile {level}/{place}" in {f.where for f in full.audit() if f.kind == Kind.REMOVED}


def test_an_added_tile_is_named(full: House):
    sabotage("update evidence_tile set hashes = hashes || %s where level = 0 and place = 1", bytes(32))
    assert ("added", None) in found(full)
    sabotage(
        "insert into evidence_tile (id, organisation_id, level, place, hashes) values (%s, %s, 5, 0, %s)",
        uuid4(), full.organisation, bytes(32),
    )  # fmt: skip
    assert "tile 5/0" in {f.where for f in full.audit()}


def test_nothing_is_signed_over_a_broken_log(full: House):
    full.record()
    with privileged():
        before = bytes(Tile.objects.get(level=0, place=1).hashes)
    sabotage("update evidence_tile set hashes = %s where level = 0 and place = 1", bytes(32) + before[32:])
    with pytest.raises(sequencer.Broken):
        full.sequence()
    sabotage("delete from evidence_tile where level = 1")
    with pytest.raises(sequencer.Broken):
        full.sequence()


def test_a_forged_or_changed_checkpoint_is_named(full: House):
    with privileged():
        log, last = Log.objects.get(), Checkpoint.objects.latest("size")
    forged = notes.sign(Signed(log.origin, 300, bytes(32)).text(), name=log.origin, seed=bytes(32))
    sabotage("update evidence_checkpoint set note = %s where size = 300", forged)
    assert [(f.kind, f.where) for f in full.audit()] == [("forged", "checkpoint 300")]
    sabotage("update evidence_checkpoint set note = %s, root = %s where size = 300", last.note, bytes(32))
    assert {f.kind for f in full.audit()} == {Kind.FORGED}
    sabotage("update evidence_log set verifier = %s", str(notes.verifier(log.origin, bytes(32))))
    assert "the log's verifier key" in {f.where for f in full.audit()}
    sabotage("update evidence_log set sealed = %s", b"nonsense")
    assert "the log's private key" in {f.where for f in full.audit()}


def test_a_log_that_went_back_in_time_is_named_and_never_signed_again(full: House):
    sabotage("delete from evidence_checkpoint where size = 300")
    assert ("added", 280) in found(full) and ("removed", None) in found(full)
    with privileged(), connection.cursor() as cursor:
        cursor.execute("delete from evidence_event where id in (select id from evidence_leaf where number >= 280)")
        cursor.execute("delete from evidence_leaf where number >= 280")
        for tile in Tile.objects.all():
            width = tiles.width_at(280, tile.level, tile.place)
            Tile.objects.filter(pk=tile.pk).update(hashes=bytes(tile.hashes)[: width * 32])
    assert [(f.kind, f.where) for f in full.audit()] == [("removed", "the log is older than the copy in checkpoints")]
    full.record()
    with pytest.raises(sequencer.Broken, match="does not contain"):
        full.sequence()
    sequencer.copy_of(full.organisation).unlink()  # an operator who has restored a backup says so
    assert full.sequence() == 1 and full.audit() == []


def test_a_log_written_anew_with_its_own_key_is_found_by_the_copy(full: House):
    """Whoever has the root key as well can sign another history; the copy (and every receipt) tells."""
    with privileged(), connection.cursor() as cursor:
        cursor.execute("delete from evidence_checkpoint")
        cursor.execute("delete from evidence_tile")
        cursor.execute("delete from evidence_event where id in (select id from evidence_leaf where number = 5)")
        cursor.execute("delete from evidence_leaf where number = 5")
        cursor.execute("update evidence_leaf set number = null")
    with pytest.raises(sequencer.Broken):
        full.sequence()
    copy = sequencer.copy_of(full.organisation)
    kept = copy.read_text()
    copy.unlink()
    full.sequence()
    copy.write_text(kept)
    assert ("removed", None) in found(full)
    full.record()
    copy.unlink()
    full.sequence()
    copy.write_text(kept)
    assert ("rewritten", None) in found(full)


def test_a_copy_that_is_no_checkpoint_or_is_signed_by_another_is_named(full: House):
    copy = sequencer.copy_of(full.organisation)
    copy.write_text("nonsense")
    assert [(f.kind, f.where) for f in full.audit()] == [("forged", "the copy in checkpoints")]
    full.record()
    with pytest.raises(sequencer.Broken, match="no checkpoint"):
        full.sequence()


def test_a_log_that_is_gone_altogether_is_named(full: House):
    with privileged(), connection.cursor() as cursor:
        for table in ("event", "leaf", "tile", "checkpoint", "log"):
            cursor.execute(f"delete from evidence_{table}")
    assert found(full) == {("removed", None)}
    full.record()
    with pytest.raises(sequencer.Broken):
        full.sequence()


def test_the_loss_of_name_and_key_is_named(full: House):
    sabotage("delete from evidence_log")
    assert "the log's name and key" in {f.where for f in full.audit()}
    full.record()
    with pytest.raises(sequencer.Broken, match="name and key"):
        full.sequence()


def test_an_erasure_that_was_none_is_named(full: House):
    with full.erasing(full.anna):
        done = evidence.erase_person()
    assert done.gone == 21 and full.audit() == []
    sabotage("delete from evidence_event where id = %s", leaf(50).pk)
    assert found(full) == {("removed", 50)}
    sabotage("update evidence_removal set events = events || %s", leaf(50).pk.bytes)
    assert "the list of what was erased" in {f.where for f in full.audit()}
    sabotage("delete from evidence_removal")
    assert len(full.audit()) == 23


def test_an_event_that_waits_too_long_is_named(full: House):
    (event,) = full.record()
    assert full.audit() == []
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert [(f.kind, f.event) for f in full.audit()] == [("late", event)]


def test_a_changed_event_that_still_waits_is_named(full: House):
    (event,) = full.record()
    sabotage("update evidence_event set reason = 'cooked' where id = %s", event)
    assert [(f.kind, f.event) for f in full.audit()] == [("changed", event)]


def test_findings_have_an_end(full: House):
    sabotage("update evidence_event set reason = 'cooked'")
    assert len(full.audit()) == audit.MOST
