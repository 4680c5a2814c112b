"""Events and consumers for the kernel's own tests."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tillit.kernel.outbox import Envelope, Event, consumer

seen: list[tuple[Event, Envelope]] = []


@dataclass(frozen=True)
class KettleBoiled(Event, name="test.kettle.boiled"):
    kettle: UUID
    cups: int = 1
    by: UUID | None = None


@dataclass(frozen=True)
class KettleBroke(Event, name="test.kettle.broke"):
    kettle: UUID


@consumer("test.pour", KettleBoiled)
def pour(event: KettleBoiled, about: Envelope) -> None:
    seen.append((event, about))


@consumer("test.warn", KettleBoiled, KettleBroke)
def warn(event: Event, about: Envelope) -> None:
    if isinstance(event, KettleBroke):
        raise ValueError("the kettle of Anna Svensson broke")
