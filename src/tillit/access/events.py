"""What can have happened to what is closed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tillit.kernel.outbox import Event


@dataclass(frozen=True)
class GlassBroken(Event, name="access.glass.broken"):
    """What was closed of a person was opened; `request` says by whom, why and until when."""

    request: UUID
