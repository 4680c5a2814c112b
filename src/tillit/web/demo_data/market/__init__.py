"""What the demo's care marketplace has to show, by the same doors as everybody: filled in this order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tillit.access import Actor
from tillit.web.demo_data.market import documents, hiring, listings, messages, moderating, money, profiles


@dataclass(frozen=True)
class World:
    """The organisation, its people by name, the day it is there, and acting as one of them. now: when somebody looks at
    the demo, which is filled as of some days before."""

    organisation: UUID
    people: dict[str, UUID]
    today: date
    now: datetime
    as_person: Callable[[str], AbstractContextManager[Actor]]


def fill(world: World) -> None:
    """Everything, inside the caller's transaction."""
    for part in (profiles, listings, documents, hiring, messages, money, moderating):
        part.fill(world)
