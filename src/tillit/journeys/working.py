"""When hosts work in a week, on their own clock and on the visitor's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from itertools import groupby

from django.utils.translation import gettext as _

from tillit.booking.engine import Schedule
from tillit.booking.facts import BookableHost
from tillit.kernel import formats, zones

MOST = 3  # hosts whose hours are told; of more, a guest looks at the free times


@dataclass(frozen=True)
class Line:
    """Some days in a row with the same hours: the days, the hours there, and on the visitor's clock ("" where both
    clocks show the same)."""

    days: str
    there: str
    here: str


@dataclass(frozen=True)
class Working:
    """A host's week."""

    name: str
    zone: str
    lines: list[Line]


def weeks(hosts: list[BookableHost], zone: str, day: date, language: str) -> list[Working]:
    """The hours of the hosts in the week around `day`, for a visitor in `zone`; none of them where there are many."""
    own = [host for host in hosts if not host.stands_in]
    if len(own) > MOST:
        return []
    first = formats.week_start(day, formats.first_weekday(language, zone))
    found = []
    for host in own:
        schedule = host.facts.availability
        assert isinstance(schedule, Schedule)
        if lines := _lines(schedule, first, zone, language):
            found.append(Working(host.name, schedule.zone_on(first.toordinal()), list(lines)))
    return found


@lru_cache(maxsize=1024)
def _lines(schedule: Schedule, first: date, zone: str, language: str) -> tuple[Line, ...]:
    days = [first + timedelta(days=n) for n in range(7)]
    told = [(day, *_hours(schedule, day, zone, language)) for day in days]
    found = []
    for (there, here), group in groupby(told, key=lambda one: one[1:]):
        same = [formats.weekday_name(day.weekday(), language) for day, _there, _here in group]
        if there:
            found.append(Line(same[0] if len(same) == 1 else f"{same[0]}–{same[-1]}", there, here))
    return tuple(found)


def _hours(schedule: Schedule, day: date, zone: str, language: str) -> tuple[str, str]:
    """The hours of a date as the host's clock and the visitor's show them."""
    number = day.toordinal()
    where = schedule.zone_on(number)
    cycle = formats.hour_cycle(language, zone)
    there, here, differs = [], [], False
    for start, end in schedule.hours(number):
        there.append(formats.format_time_range(_wall(start), _wall(end), language, cycle=cycle))
        first, last = (zones.minute_to_utc(zones.wall_minute(where, number, minute)) for minute in (start, end))
        differs = differs or bool(formats.zone_difference(zone, where, first))
        words = formats.format_time_range(first, last, language, zone=zone, cycle=cycle)
        away = (formats.local(first, zone).date() - day).days
        if away:
            shown = {"time": words}
            words = _("%(time)s the day before") % shown if away < 0 else _("%(time)s the day after") % shown
        here.append(words)
    return formats.join_words(there, language), formats.join_words(here, language) if differs else ""


def _wall(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
