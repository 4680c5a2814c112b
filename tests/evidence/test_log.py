"""The log: numbers, tiles, checkpoints, proofs, receipts, and its pages."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from tests.conftest import privileged
from tests.evidence.conftest import SEEN, House
from tests.evidence.test_tree import slow_path, slow_proof, slow_root
from tests.kernel import support
from tillit import evidence
from tillit.evidence import entry, queries, receipts, tiles, tree
from tillit.evidence.models import Checkpoint, Event, Leaf, Tile
from tillit.identity.models import Organisation
from tillit.kernel import clock, notes, tasks
from tillit.kernel.ticket import Actor, acting


def leaves(house: House) -> list[bytes]:
    """What the leaves hold, in the log's order."""
    with privileged():
        found = Leaf.objects.filter(organisation_id=house.organisation).exclude(number=None).order_by("number")
        return [entry.entry(bytes(leaf.commitment)) for leaf in found]


def key(house: House) -> str:
    with house.acts():
        return queries.verifier() or ""


def signed(house: House) -> receipts.Checkpoint:
    with house.acts():
        note = queries.checkpoints()[0].note
    return receipts.Checkpoint.parse(notes.read(note, [notes.VerifierKey.parse(key(house))]).text)


def test_events_are_numbered_in_order_and_signed(house: House):
    ids = house.record(3)
    assert house.sequence() == 3
    assert house.sequence() == 0
    ids += house.record(2)
    assert house.sequence() == 2
    with house.acts(house.anna):
        assert queries.numbers(ids) == {event: number for number, event in enumerate(ids)}
    checkpoint = signed(house)
    assert checkpoint.size == 5 and checkpoint.root == slow_root(leaves(house))
    with house.acts():
        slug = key(house).partition("+")[0].rpartition("/")[2]
        assert checkpoint.origin == f"localhost:8000/log/{slug}"


def test_the_log_keeps_its_name_and_key(house: House, monkeypatch):
    house.record()
    house.sequence()
    before = key(house)
    monkeypatch.setenv("TILLIT_ORIGIN", "https://elsewhere.example")
    house.record()
    house.sequence()
    assert key(house) == before and signed(house).size == 2


def test_two_organisations_have_two_logs(house: House):
    other = House(support.an_organisation())
    house.record(2)
    other.record(1)
    assert house.sequence() == 2 and other.sequence() == 1
    assert signed(house).size == 2 and signed(other).size == 1 and key(house) != key(other)
    assert signed(house).origin != signed(other).origin


def test_a_batch_has_an_end_and_the_next_goes_on(house: House):
    house.record(5)
    assert [house.sequence(most=2) for _ in range(4)] == [2, 2, 1, 0]
    assert signed(house).size == 5 and signed(house).root == slow_root(leaves(house))


def test_proofs_made_from_stored_tiles_are_those_of_the_obvious_tree(house: House):
    with house.acts(house.host):
        evidence.record(SEEN, subjects=[uuid4() for _ in range(700)])
    assert [house.sequence(most=n) for n in (255, 1, 1, 443)] == [255, 1, 1, 443]
    data = leaves(house)
    assert signed(house).root == slow_root(data)
    with house.acts():
        assert Tile.objects.count() == 4
        for number, size in ((0, 1), (0, 700), (255, 256), (256, 257), (699, 700), (511, 700), (42, 257)):
            assert queries.inclusion(number, size) == slow_path(number, data[:size])
        for old, size in ((1, 700), (255, 256), (256, 257), (257, 700), (512, 700), (700, 700), (0, 5)):
            assert queries.consistency(old, size) == (slow_proof(old, data[:size]) if old else [])


def test_a_receipt_verifies_offline_and_only_unchanged(house: House):
    (event,) = house.record()
    with house.acts(house.anna), pytest.raises(evidence.NotYet):
        evidence.receipt(event)
    house.sequence()
    house.record(3)
    house.sequence()
    with house.acts(house.anna):
        receipt = evidence.receipt(event)
    with house.acts(house.bo), pytest.raises(evidence.Unknown):
        evidence.receipt(event)
    found = evidence.verify(receipt, key(house))
    assert (found.number, found.size, found.origin) == (0, 4, signed(house).origin)
    assert found.event["subject"] == str(house.anna) and found.event["event"] == str(event)
    assert found.event["name"] == SEEN and found.event["reason"] == "booked with"

    text = receipt.decode()
    lines = text.split("\n")
    extra = base64.b64decode(lines[1][6:])
    other = notes.verifier(found.origin, bytes(32))
    forged = notes.sign(receipts.Checkpoint(found.origin, 4, bytes(32)).text(), name=found.origin, seed=bytes(32))
    for wrong in (
        text.replace("index 0", "index 1"),
        text.replace(lines[1], "extra " + base64.b64encode(extra.replace(b"booked", b"cooked")).decode()),
        text.replace(lines[1] + "\n", ""),
        text.replace(lines[3], lines[4]),
        text.replace(lines[3] + "\n", ""),
        text.replace("\n4\n", "\n5\n"),
        text.replace("tlog-proof@v1", "tlog-proof@v2"),
        text.partition("\n\n")[0] + "\n\n" + forged,
        "",
        "nonsense",
        text + "\x00",
    ):
        assert wrong != text
        with pytest.raises(evidence.Invalid):
            evidence.verify(wrong, key(house))
    with pytest.raises(evidence.Invalid, match="No key"):
        evidence.verify(receipt, str(other))
    with pytest.raises(evidence.Invalid, match="verifier key"):
        evidence.verify(receipt, "no key at all")


def test_the_command_verifies_without_django_database_and_settings(house: House, tmp_path: Path):
    (event,) = house.record()
    house.sequence()
    with house.acts(house.anna):
        (tmp_path / "a.tlog-proof").write_bytes(evidence.receipt(event))
    (tmp_path / "key").write_text(key(house) + "\n")
    program = (
        "import sys\n"
        "from tillit.evidence.receipts import main\n"
        "status = main(sys.argv[1:])\n"
        "assert not any(m.split('.')[0] in ('django', 'psycopg') for m in sys.modules), 'imported too much'\n"
        "sys.exit(status)"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TILLIT_", "DJANGO_"))}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", program, *arguments], cwd=tmp_path, env=clean, capture_output=True, text=True
        )

    done = run("a.tlog-proof", "--key", "key")
    assert done.returncode == 0 and f"event: {event}" in done.stdout and "Proven: event 0 of 1" in done.stdout
    (tmp_path / "b").write_bytes((tmp_path / "a.tlog-proof").read_bytes().replace(b"index 0", b"index 1"))
    done = run("b", "--key", key(house))
    assert done.returncode == 1 and "Not proven." in done.stderr and not done.stdout
    assert run("missing", "--key", key(house)).returncode == 1
    by_command = subprocess.run(
        [sys.executable, "-m", "tillit.ops.cli", "verify", "a.tlog-proof", "--key", "key"],
        cwd=tmp_path, env=clean, capture_output=True, text=True,
    )  # fmt: skip
    assert by_command.returncode == 0, by_command.stderr
    assert "Proven: event 0 of 1" in by_command.stdout


def test_the_log_is_served_as_tiles(house: House):
    with house.acts(house.host):
        evidence.record(SEEN, subjects=[uuid4() for _ in range(300)])
    house.sequence(most=10)
    house.sequence()
    with privileged():
        slug = Organisation.objects.get(pk=house.organisation).slug
    client = Client()

    def get(path: str):
        return client.get(f"/o/{slug}/log/{path}")

    answer = get("checkpoint")
    assert answer.status_code == 200 and answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "max-age=5" in answer["Cache-Control"]
    assert get("key").content.decode() == key(house) + "\n"
    note = notes.read(answer.content.decode(), [notes.VerifierKey.parse(key(house))])
    assert receipts.Checkpoint.parse(note.text) == signed(house)

    data = leaves(house)
    full = get("tile/0/000")
    assert full["Content-Type"] == "application/octet-stream" and "immutable" in full["Cache-Control"]
    assert "Cookie" not in full.get("Vary", "") and not full.cookies
    assert full.content == b"".join(map(tree.leaf, data[:256]))
    assert get("tile/0/001.p/44").content == b"".join(map(tree.leaf, data[256:]))
    assert get("tile/0/000.p/10").content == full.content[:320]
    assert get("tile/1/000.p/1").content == tiles.top(full.content)
    bundle = get("tile/entries/001.p/44").content
    assert bundle == b"".join(len(d).to_bytes(2, "big") + d for d in data[256:])
    assert get("tile/entries/000").status_code == 200
    for nothing in (
        "tile/0/001", "tile/0/001.p/45", "tile/0/002", "tile/0/0", "tile/00/000", "tile/64/000", "tile/1/000.p/2",
        "tile/entries/001", "tile/entries/001.p/45", "tile/entries/002.p/1", "tile/entries/x",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
    ):  # fmt: skip
        assert get(nothing).status_code == 404, nothing
    assert client.post(f"/o/{slug}/log/checkpoint").status_code in (403, 405)
    assert client.get("/o/no-such-organisation/log/checkpoint").status_code == 404


def test_every_minute_what_waits_is_sequenced_and_what_served_its_time_goes(house: House):
    house.record(2)
    tasks.load()

    def minute() -> None:
        with support.worker_rights(), acting(Actor(office="sequencer")):
            tasks.registry["evidence.minute"]()
        support.run_jobs()

    minute()
    assert signed(house).size == 2
    minute()
    assert signed(house).size == 2 and not support.jobs()
    with clock.at(clock.now() + timedelta(days=366)):
        minute()
        minute()
        with house.acts(house.anna):
            assert queries.my_events() == []
        assert signed(house).size == 3 and house.audit() == []
    assert tasks.registry["evidence.minute"].cron == "* * * * *"


def test_erasing_removes_body_and_salt_and_leaves_the_log_verifiable(house: House):
    seen = house.record(3)
    kept = house.record(1, "test.journal.read")
    with house.acts(house.anna):
        (own,) = evidence.record("test.booking.moved")
        (towards,) = evidence.record("test.booking.moved", subject=house.bo)
    house.sequence()
    with house.acts(house.anna):
        before = evidence.receipt(seen[1])
    with house.erasing(house.anna):
        done = evidence.erase_person()
    assert (done.gone, done.kept) == (4, 1) and done.kept_until and done.event
    with house.acts(house.anna):
        assert [e.id for e in queries.my_events()] == kept
        with pytest.raises(evidence.Unknown):
            evidence.receipt(seen[1])
        assert evidence.verify(evidence.receipt(kept[0]), key(house)).event["event"] == str(kept[0])
    with house.acts(house.bo):
        assert [e.id for e in queries.my_events()] == [towards]
    with privileged():
        left = Event.objects.get(pk=done.event)
        assert (left.actor_id, left.subject_id, left.name) == (None, None, "evidence.event.erased")
        listed = b"".join(sorted(e.bytes for e in [*seen, own]))
        assert json.loads(left.detail) == {"count": 4, "sha256": hashlib.sha256(listed).hexdigest()}
    house.sequence()
    assert signed(house).size == 7 and signed(house).root == slow_root(leaves(house))
    assert evidence.verify(before, key(house)).number == 1  # what was handed out stays provable
    assert house.audit() == []
    with house.erasing(house.anna):
        assert evidence.erase_person().gone == 0
    with clock.at(done.kept_until), house.erasing(house.anna):
        assert evidence.erase_person().gone == 1


def test_an_event_that_the_application_did_not_sign_never_enters(house: House):
    (good,) = house.record()
    with privileged(), connection.cursor() as cursor:
        cursor.execute(
            "insert into evidence_leaf (id, organisation_id, commitment, mac, refused) values (%s, %s, %s, %s, false)",
            [uuid4(), house.organisation, os.urandom(32), os.urandom(32)],
        )
    assert house.sequence() == 1 and house.sequence() == 0
    with house.acts(house.anna):
        assert queries.numbers([good]) == {good: 0}
    assert [f.kind for f in house.audit()] == ["added"]


def test_checkpoints_are_consistent_with_one_another(house: House):
    for count in (1, 2, 7, 300):
        house.record(1)
        with house.acts(house.host):
            evidence.record(SEEN, subjects=[uuid4() for _ in range(count)])
        house.sequence()
    with house.acts():
        taken = [(c.size, bytes(c.root)) for c in Checkpoint.objects.order_by("size")]
        for (old, before), (size, root) in pairwise(taken):
            tree.check_consistency(old, before, size, root, queries.consistency(old, size))
