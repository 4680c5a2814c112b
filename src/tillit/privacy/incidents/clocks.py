"""The hours that an incident has: when those who answer for it are reminded, and when the time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from tillit.privacy.models import Incident
from tillit.privacy.models.incidents import KEEP_SETTING
from tillit.privacy.policy.frames import frame

NOTICE = "privacy.breach"
SUPPLEMENT = "privacy.supplement"
INCIDENT = "privacy.incident"

SUPPLEMENT_DAYS = 28
"""What was missing in the first report is told within four weeks (IMY; the law says "without undue delay")."""
SUPPLEMENT_WARNING = timedelta(days=7)


def hours(incident: Incident) -> int:
    """How many hours the organisation's frame gives."""
    return frame(incident.organisation).breach.hours


def deadline(incident: Incident) -> datetime:
    """When the authority is told at the latest (UTC)."""
    return incident.known + timedelta(hours=hours(incident))


def marks(incident: Incident) -> list[datetime]:
    """When the time that is left is pointed out: after a third, after two thirds, six hours before, at the end."""
    whole = hours(incident)
    return [incident.known + timedelta(hours=after) for after in sorted({whole // 3, whole * 2 // 3, whole - 6, whole})]


def following(incident: Incident, after: datetime) -> datetime | None:
    """The next of these moments after `after`; None when the last one is over."""
    return next((mark for mark in marks(incident) if mark > after), None)


def supplement_deadline(incident: Incident) -> datetime | None:
    """When what was missing is told at the latest; None before the authority was told."""
    return incident.reported + timedelta(days=SUPPLEMENT_DAYS) if incident.reported else None


def supplement_from(incident: Incident) -> datetime:
    """When the supplement is pointed out: a week before its last day."""
    last = supplement_deadline(incident)
    assert last is not None
    return last - SUPPLEMENT_WARNING


__all__ = [
    "INCIDENT", "KEEP_SETTING", "NOTICE", "SUPPLEMENT", "deadline", "following", "hours", "marks",
    "supplement_deadline", "supplement_from",
]  # fmt: skip
