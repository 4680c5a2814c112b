"""Until when an answer is promised: working hours and working days of the organisation, on its own clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tillit import evidence
from tillit.desk import events, free_days
from tillit.desk.models import Rules
from tillit.kernel import clock, zones

WEEK = {"eu": [1, 2, 3, 4, 5], "ir": [6, 7, 1, 2, 3]}
"""Working days where nothing else is chosen, by region (1: Monday)."""
_LONGEST = 400  # days that are looked through


def rules(organisation: Any) -> Rules:
    """What the organisation has chosen, else the defaults; read once for an organisation in hand."""
    if not hasattr(organisation, "_desk_rules"):
        found = Rules.objects.filter(organisation_id=organisation.pk).first()
        organisation._desk_rules = found or Rules(
            organisation_id=organisation.pk,
            weekdays=WEEK.get(organisation.region, WEEK["eu"]),
            country=free_days.OF_REGION.get(organisation.region, ""),
        )
    found = organisation._desk_rules
    assert isinstance(found, Rules)
    return found


def after(organisation: Any, since: datetime, minutes: int) -> datetime:
    """The moment (UTC) at which so many working minutes of the organisation have passed since then."""
    return worked(rules(organisation), organisation.time_zone, since, minutes)


def worked(how: Rules, zone: str, since: datetime, minutes: int) -> datetime:
    """The moment (UTC) at which so many working minutes have passed in an IANA zone, by these rules: on their weekdays,
    between their hours, never on a holiday or a free day. Pure."""
    moment = zones.minute_up(since)
    day, left = zones.local_day(zone, moment), minutes
    for ahead in range(_LONGEST):
        if _works(how, day + ahead):
            opens = max(moment, zones.wall_minute(zone, day + ahead, how.opens))
            closes = zones.wall_minute(zone, day + ahead, how.closes)
            if opens < closes:
                if left <= closes - opens:
                    return zones.minute_to_utc(opens + left)
                left -= closes - opens
    return since.astimezone(UTC) + timedelta(days=_LONGEST)


def due(organisation: Any, kind: str, since: datetime | None = None) -> datetime:
    """Until when (UTC) a first answer, or the decision on a complaint, is promised."""
    how, begun = rules(organisation), since or clock.now()
    if kind == "complaint":
        return after(organisation, begun, how.complaint_days * (how.closes - how.opens))
    return after(organisation, begun, how.answer_hours * 60)


def reminder(organisation: Any, kind: str, since: datetime | None = None) -> datetime:
    """When (UTC) whoever answers is reminded: half of the working time is over."""
    how, begun = rules(organisation), since or clock.now()
    whole = how.complaint_days * (how.closes - how.opens) if kind == "complaint" else how.answer_hours * 60
    return after(organisation, begun, whole // 2)


def _works(how: Rules, day: int) -> bool:
    if (day - 1) % 7 + 1 not in how.weekdays:  # ordinal 1 is a Monday
        return False
    return not free_days.is_free(how.country, how.free_days or (), date.fromordinal(day))


def choose(rules: Rules) -> None:
    """As administrator, let these rules hold from now on; the database refuses others."""
    rules.save(force_update=True) if Rules.objects.filter(pk=rules.pk).exists() else rules.save(force_insert=True)
    evidence.record(
        events.RULES.name, object=rules.pk,
        detail={"answer_hours": rules.answer_hours, "complaint_days": rules.complaint_days, "country": rules.country},
    )  # fmt: skip
