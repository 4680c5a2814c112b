"""Has anybody changed the log behind its back? Everything is computed anew, from the events up to the signatures.

Compared are: each event with its commitment, the commitments with the tiles, the tiles with one another and with
every signed checkpoint, the checkpoints with the log's key and with the copy kept outside the database, and what is
missing with what the log itself says was removed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tillit.access import Actor, acting
from tillit.evidence import actions, entry, events, sequencer, tiles, tree
from tillit.evidence.models import Checkpoint, Tile
from tillit.evidence.receipts import Checkpoint as Signed
from tillit.evidence.receipts import Invalid
from tillit.kernel import clock, notes
from tillit.kernel.dpv import Words

Tiles = dict[tiles.Place, bytes]

BATCH = 5_000
WAITING = 50_000  # waiting leaves that are looked at
LATE = timedelta(minutes=5)
MOST = 200  # findings that are named; a log that is broken all over need not say so a million times


class Kind(StrEnum):
    """What was found."""

    CHANGED = "changed"
    REMOVED = "removed"
    REORDERED = "reordered"
    ADDED = "added"
    REWRITTEN = "rewritten"
    FORGED = "forged"
    LATE = "late"


SAYS: dict[Kind, Words] = {
    Kind.CHANGED: _("An event was changed after it was recorded."),
    Kind.REMOVED: _("Something was removed without a trace of why."),
    Kind.REORDERED: _("Events changed places."),
    Kind.ADDED: _("Something was added that the program did not record."),
    Kind.REWRITTEN: _("The log's hashes are not those that were signed."),
    Kind.FORGED: _("A checkpoint is not signed with the log's key."),
    Kind.LATE: _("An event has waited too long for a signed checkpoint."),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `where` names the place for whoever mends it, without personal data."""

    kind: Kind
    where: str
    number: int | None = None
    event: UUID | None = None

    @property
    def says(self) -> str:
        """What it means, in the reader's language."""
        return str(SAYS[self.kind])


class _Row(NamedTuple):
    leaf: UUID
    number: int | None
    commitment: bytes
    mac: bytes
    refused: bool
    event: UUID | None
    name: str
    actor: UUID | None
    office: str
    subject: UUID | None
    object: UUID | None
    reason: str
    detail: str
    made: Any
    salt: bytes


def audit(organisation: UUID) -> list[Finding]:
    """What is wrong with the organisation's log; an empty list is good. At most 200 findings.

    Runs in the worker, in the present transaction or one of its own, as the office "auditor" of the organisation.
    """
    with acting(Actor(office="auditor", organisation=organisation)), transaction.atomic():
        return _Audit(organisation).run()


class _Audit:
    """One examination: the leaves are read once, in order, and the tree that they make is grown beside."""

    def __init__(self, organisation: UUID) -> None:
        self.organisation = organisation
        self.found: list[Finding] = []
        self.named: set[int] = set()
        self.stored: Tiles = {
            (level, place): bytes(hashes)
            for level, place, hashes in Tile.objects.values_list("level", "place", "hashes")
        }
        self.grown: Tiles = {}
        self.size = 0
        self.strange: list[tuple[int, bytes, bytes, UUID]] = []  # number, the leaf's hash, the tile's, the leaf
        self.gone: dict[UUID, int | None] = {}
        self.removals: dict[UUID, str] = {}
        self.checkpoints = list(Checkpoint.objects.order_by("size"))
        self.last = self.checkpoints[-1].size if self.checkpoints else 0
        self.key = self._key()

    def run(self) -> list[Finding]:
        """Everything, in the order in which one thing rests on another."""
        if self.stored and not self.checkpoints:
            self.say(Kind.REMOVED, "every checkpoint")
        for batch in self._batches():
            self.grow(batch)
        for row in _rows("select * from evidence.examine_waiting(%s)", [WAITING]):
            self.waits(row)
        self.compare_tiles()
        self.check_checkpoints()
        self.check_copy()
        self.check_removed()
        for (event,) in _ask("select * from evidence.strays()", []):
            self.say(Kind.ADDED, "an event without a leaf", event=event)
        return self.found

    def say(self, kind: Kind, where: str, number: int | None = None, event: UUID | None = None) -> None:
        """Note a finding; of one leaf only the first."""
        if number is not None and number in self.named:
            return
        if number is not None:
            self.named.add(number)
        if len(self.found) < MOST:
            self.found.append(Finding(kind, where, number, event))

    def grow(self, rows: list[_Row]) -> None:
        """The next leaves: each against its event and its place; then the tree over them."""
        hashes: list[bytes] = []
        for row in rows:
            number = row.number or 0
            if number >= self.last:
                self.say(Kind.ADDED, "a leaf that no checkpoint covers", number, row.leaf)
                continue
            if number < self.size + len(hashes):
                self.say(Kind.ADDED, "a second leaf of this number", number, row.leaf)
                continue
            while self.size + len(hashes) < number:
                hashes.append(self._missing(self.size + len(hashes)))
            hashed = tree.leaf(entry.entry(row.commitment))
            placed = self._placed(number)
            hashes.append(hashed)
            if placed and placed != hashed:
                self.strange.append((number, hashed, placed, row.leaf))
            else:
                self.examine(row)
        self.grown.update(tiles.extend(self.size, hashes, lambda level, place: self.grown[level, place]))
        self.size += len(hashes)

    def examine(self, row: _Row) -> None:
        """A leaf against the application's signature, and its event against the leaf."""
        if not hmac.compare_digest(actions.mac(self.organisation, row.leaf, row.commitment), row.mac):
            self.say(Kind.ADDED, "a leaf that the program did not sign", row.number, row.leaf)
        elif row.event is None:
            self.gone[row.leaf] = row.number
        elif not _fits(self.organisation, row):
            self.say(Kind.CHANGED, "an event", row.number, row.leaf)
        elif row.name in (events.ERASED.name, events.EXPIRED.name):
            self.removals[row.leaf] = row.detail

    def waits(self, row: _Row) -> None:
        """A leaf that has no number yet."""
        if row.refused:
            self.say(Kind.ADDED, "a leaf that the program did not sign", event=row.leaf)
            return
        self.examine(row)
        if row.made and row.made < clock.now() - LATE:
            self.say(Kind.LATE, "an event", event=row.leaf)

    def compare_tiles(self) -> None:
        """The stored tiles against those that the leaves make; the signed root says which of two is right."""
        while self.size < self.last and len(self.found) < MOST:
            missing = [self._missing(self.size)]
            self.grown.update(tiles.extend(self.size, missing, lambda level, place: self.grown[level, place]))
            self.size += 1
        here, there = {hashed for _, hashed, _, _ in self.strange}, {placed for _, _, placed, _ in self.strange}
        leaves_signed = bool(self.strange) and self._signed(self.grown)
        for number, hashed, placed, leaf in self.strange:
            if leaves_signed:
                self.say(Kind.REWRITTEN, f"tile 0/{number // tiles.WIDTH}", number, leaf)
            elif hashed in there and placed in here:
                self.say(Kind.REORDERED, "a leaf", number, leaf)
            else:
                self.say(Kind.CHANGED, "a leaf", number, leaf)
        for place in sorted(self.stored.keys() | self.grown.keys()):
            stored, grown = self.stored.get(place), self.grown.get(place)
            named = f"tile {place[0]}/{place[1]}"
            if stored is None:
                self.say(Kind.REMOVED, named)
            elif grown is None or len(stored) > len(grown):
                self.say(Kind.ADDED, named)
            elif stored != grown and (place[0] or len(stored) < len(grown)) and (leaves_signed or not self.strange):
                self.say(Kind.REWRITTEN, named)

    def check_checkpoints(self) -> None:
        """Every signed checkpoint against the key and against the tree."""
        for checkpoint in self.checkpoints:
            where = f"checkpoint {checkpoint.size}"
            if self.key is None or self._read(checkpoint.note) != Signed(
                self.key.name, checkpoint.size, bytes(checkpoint.root)
            ):
                self.say(Kind.FORGED, where)
            elif not self._is_root(checkpoint.size, bytes(checkpoint.root)):
                self.say(Kind.REWRITTEN, where)

    def check_copy(self) -> None:
        """The checkpoint kept outside the database: the log contains it."""
        path = sequencer.copy_of(self.organisation)
        if not path.exists():
            return
        where = f"the copy in {path.parent.name}"
        signed = self._read(path.read_text(encoding="utf-8", errors="replace")) if self.key else None
        if self.key is None or (signed and signed.size > self.last):
            self.say(Kind.REMOVED, f"the log is older than {where}")
        elif signed is None:
            self.say(Kind.FORGED, where)
        elif not self._is_root(signed.size, signed.root):
            self.say(Kind.REWRITTEN, where)

    def check_removed(self) -> None:
        """What is missing was removed by an event of the log that says how much and what."""
        lists = dict(_ask("select removal, events from evidence.removals()", []))
        explained: set[bytes] = set()
        for removal, detail in self.removals.items():
            listed = bytes(lists.get(removal, b""))
            if json.loads(detail).get("sha256") != hashlib.sha256(listed).hexdigest():
                self.say(Kind.REMOVED, "the list of what was erased", event=removal)
            else:
                explained |= {listed[at : at + 16] for at in range(0, len(listed), 16)}
        for leaf, number in self.gone.items():
            if leaf.bytes not in explained:
                self.say(Kind.REMOVED, "an event", number, leaf)

    def _batches(self) -> Iterator[list[_Row]]:
        begin = 0
        while rows := _rows("select * from evidence.examine(%s, %s)", [begin, BATCH]):
            yield rows
            begin = (rows[-1].number or 0) + 1

    def _missing(self, number: int) -> bytes:
        """A leaf that is not there: named, and replaced by what the tile holds."""
        self.say(Kind.REMOVED, "a leaf", number)
        return self._placed(number) or bytes(tiles.HASH)

    def _placed(self, number: int) -> bytes:
        index, at = divmod(number, tiles.WIDTH)
        return self.stored.get((0, index), b"")[at * tiles.HASH : (at + 1) * tiles.HASH]

    def _key(self) -> notes.VerifierKey | None:
        """The log's key, derived from the sealed private one."""
        for origin, verifier, sealed in _ask("select * from evidence.examine_log()", []):
            try:
                key = notes.verifier(origin, sequencer.opened(self.organisation, bytes(sealed)))
            except ValueError:
                self.say(Kind.FORGED, "the log's private key")
                return None
            if str(key) != verifier:
                self.say(Kind.FORGED, "the log's verifier key")
            return key
        if self.checkpoints:
            self.say(Kind.REMOVED, "the log's name and key")
        return None

    def _read(self, note: str) -> Signed | None:
        """What a note says, when the log's key signed it."""
        try:
            return Signed.parse(notes.read(note, [self.key] if self.key else []).text)
        except (notes.BadNote, Invalid):
            return None

    def _signed(self, held: Tiles) -> bool:
        last = self.checkpoints[-1] if self.checkpoints else None
        return last is not None and _root(last.size, held) == bytes(last.root)

    def _is_root(self, size: int, root: bytes) -> bool:
        """Is it the root at this size, of what the leaves make or of what is stored?"""
        return size == 0 or root in (_root(size, self.grown), _root(size, self.stored))


def _fits(organisation: UUID, row: _Row) -> bool:
    """Does the event make its commitment?"""
    try:
        body = entry.body(
            event=row.leaf, organisation=organisation, name=row.name, made=row.made, office=row.office, actor=row.actor,
            subject=row.subject, object=row.object, reason=row.reason, detail=row.detail,
        )  # fmt: skip
    except ValueError:
        return False
    return entry.commitment(bytes(row.salt), body) == row.commitment


def _root(size: int, held: Tiles) -> bytes | None:
    try:
        return tiles.root(size, lambda level, place: held[level, place])
    except LookupError:
        return None


def _rows(statement: str, values: list[Any]) -> list[_Row]:
    return [_Row(*row)._replace(commitment=bytes(row[2]), mac=bytes(row[3])) for row in _ask(statement, values)]


def _ask(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
