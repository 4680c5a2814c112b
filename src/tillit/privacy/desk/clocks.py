"""Until when an answer is due: calendar months as the frame counts them, to the end of the day in the organisation's
zone (Regulation 1182/71, Art. 3; GDPR Art. 12(3))."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from tillit.kernel import clock, zones
from tillit.privacy.policy.frames import frame

REMIND = timedelta(days=7)
"""How long before the last day the office is reminded."""


def today(organisation: Any) -> date:
    """The day it is for the organisation."""
    return clock.now().astimezone(zones.zone(organisation.time_zone)).date()


def due(organisation: Any, received: date) -> datetime:
    """The end of the last day for an answer, in UTC."""
    return end_of(organisation, frame(organisation).answer_due(received))


def extended_due(organisation: Any, received: date) -> datetime:
    """The end of the last day after an extension, in UTC."""
    return end_of(organisation, frame(organisation).extended_due(received))


def end_of(organisation: Any, day: date) -> datetime:
    """The moment at which a day is over in the organisation's zone, in UTC."""
    return zones.local_to_utc(datetime.combine(day + timedelta(days=1), time()), zones.zone(organisation.time_zone))


def last_day(organisation: Any, due: datetime) -> date:
    """The day that ends at `due`, as it is written in a letter."""
    return (due - timedelta(microseconds=1)).astimezone(zones.zone(organisation.time_zone)).date()


def days_left(organisation: Any, due: datetime) -> int:
    """Whole days until the last one; negative once it is over."""
    return (last_day(organisation, due) - today(organisation)).days
