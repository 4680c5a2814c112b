"""What can have happened to promises."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tillit.kernel.outbox import Event
from tillit.privacy.desk import events as desk_events  # noqa: F401 (found by being imported)
from tillit.privacy.incidents import events as incident_events  # noqa: F401 (found by being imported)
from tillit.privacy.rights import events as rights_events  # noqa: F401 (found by being imported)


@dataclass(frozen=True)
class PromiseBroken(Event, name="privacy.promise.broken"):
    """A promise that held, or was never asked, does not hold."""

    result: UUID
