"""Until when a decision is promised. Elapsed hours, until an app above counts by the organisation's working hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tillit.identity.queries import organisation_by_id
from tillit.kernel import clock

MINUTES = {"look": 8 * 60, "report": 8 * 60, "appeal": 10 * 8 * 60}
"""Working minutes in which something handed in, a report and an appeal are decided."""
LATEST = timedelta(days=2)
Counted = Callable[[Any, datetime, int], datetime]

_counted: list[Counted] = []


def counted_by(function: Counted) -> None:
    """Let a function (organisation, since, working minutes → moment) say when so much working time is over."""
    _counted[:] = [function]


def due(organisation: UUID, what: str) -> datetime:
    """Until when (UTC) what comes in now is to be decided; what: a key of MINUTES."""
    now = clock.now()
    if not _counted:
        return now + LATEST
    return _counted[0](organisation_by_id(organisation), now, MINUTES[what])
