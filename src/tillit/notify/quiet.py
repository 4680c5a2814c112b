"""Quiet hours: when a message that disturbs may arrive."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

DAY = 1440  # minutes


def until(now: datetime, zone: str, starts: int, ends: int) -> datetime | None:
    """The first moment outside of the hours, or None when `now` (aware) is outside.

    starts, ends: minutes of the day on the clock of `zone`; ends before starts: over midnight. An end that the
    clocks skip in spring is the moment after the gap.
    """
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    within = starts <= minute < ends if starts < ends else minute >= starts or minute < ends
    if not within:
        return None
    day = local.date() + timedelta(days=1 if starts > ends and minute >= starts else 0)
    end = datetime(day.year, day.month, day.day, ends // 60, ends % 60, tzinfo=ZoneInfo(zone))
    return end.astimezone(now.tzinfo)
