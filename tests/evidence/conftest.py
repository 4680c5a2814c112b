"""A small organisation to record in, with a data folder of its own for the copies of checkpoints."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.kernel import support
from tillit import evidence
from tillit.evidence import events, sequencer
from tillit.evidence.audit import Finding, audit
from tillit.kernel import config
from tillit.kernel.ticket import Actor, acting

SEEN = "test.guest.seen"
MOVED = "test.booking.moved"
KEPT = "test.journal.read"

events.declare(SEEN, label="Somebody looked", keep=events.YEAR)
events.declare(MOVED, label="It was moved", keep=None)
events.declare(KEPT, label="The journal was read", keep=timedelta(days=3650), law="patientdatalagen 4:3")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copies of checkpoints go into a folder of this test."""
    shutil.copytree(Path(config.var()) / "secrets", tmp_path / "secrets", copy_function=shutil.copy2)
    (tmp_path / "secrets").chmod(0o700)
    monkeypatch.setenv("TILLIT_VAR", str(tmp_path))
    return tmp_path


@dataclass
class House:
    """One organisation and three people of it: a host who looks, two guests who are looked at."""

    organisation: UUID
    host: UUID = field(default_factory=uuid4)
    anna: UUID = field(default_factory=uuid4)
    bo: UUID = field(default_factory=uuid4)

    def acts(self, person: UUID | None = None, office: str = "member") -> acting:
        return acting(Actor(office=office, organisation=self.organisation, person=person))

    def record(self, count: int = 1, name: str = SEEN, **more: object) -> list[UUID]:
        """Events about Anna, by the host."""
        with self.acts(self.host):
            return [evidence.record(name, subject=self.anna, reason="booked with", **more)[0] for _ in range(count)]

    def sequence(self, most: int = sequencer.BATCH) -> int:
        with support.worker_rights(), self.acts(office="sequencer"):
            return sequencer.sequence(most)

    def audit(self) -> list[Finding]:
        with support.worker_rights():
            return audit(self.organisation)

    @contextmanager
    def erasing(self, person: UUID) -> Iterator[None]:
        with acting(Actor(office="erasure", organisation=self.organisation, person=self.host, subject=str(person))):
            yield


@pytest.fixture
def house(db: None) -> House:
    return House(support.an_organisation())
