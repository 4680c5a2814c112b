"""The statistics as they may be shown: on their page, in a file, to a program. Twelve whole weeks, and no number that
tells of somebody (`statistics`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillit.booking.periods import period
from tillit.booking.queries import all_hosts, all_meeting_types
from tillit.booking.statistics import Counts, columns, counted, gathered, series, total, with_hours
from tillit.kernel import clock, zones

WEEKS = 12
_FIRST = date(1970, 1, 5)  # a Monday: stretches are counted from it, so that no two that overlap can be compared


@dataclass(frozen=True)
class Row:
    """One type or host, or several put together; a count is None where it stays hidden."""

    name: str
    counts: Counts
    cancelled: int | None
    no_shows: int | None
    host_no_shows: int | None


@dataclass(frozen=True)
class Numbers:
    """weeks: Mondays and the bookings of each, None where hidden. types, hosts: the last row is for all of them."""

    first: date
    last: date
    whole: Counts | None
    weeks: list[tuple[date, int | None]]
    types: list[Row]
    hosts: list[Row]


def numbers(on: str, zone: str) -> Numbers:
    """The twelve weeks in which a day lies (ISO 8601; else today), on the clock of `zone`. As administrator.

    A week lies in one such stretch only: of two that overlap, the difference would tell of the weeks they do not share.
    """
    language = get_language() or "en"
    today = clock.now().astimezone(zones.zone(zone)).date()
    # Monday weeks, as the database counts them, whatever the reader's week
    monday = period("week", on, today=today, zone="Europe/Stockholm", language="sv").first
    first = monday - timedelta(weeks=(monday - _FIRST).days // 7 % WEEKS)
    last = first + timedelta(weeks=WEEKS, days=-1)
    begin = period("day", first.isoformat(), today=today, zone=zone, language=language).begin
    end = period("day", last.isoformat(), today=today, zone=zone, language=language).end
    found = counted(begin, end, zone)
    types = {str(kind.pk): kind.word("title", language) for kind in all_meeting_types()}
    hosts = {str(host.pk): host.name for host in all_hosts()}
    mondays = [first + timedelta(weeks=n) for n in range(WEEKS)]
    by_week = {one.key: one.bookings for one in found["week"]}
    shown = series([by_week.get(monday.isoformat(), 0) for monday in mondays])
    return Numbers(
        first,
        last,
        total(found["type"]),
        list(zip(mondays, shown, strict=True)),
        _rows(found["type"], types),
        _rows(with_hours(found["host"], begin, end), hosts),
    )


def _rows(found: list[Counts], names: dict[str, str]) -> list[Row]:
    rows = gathered(found)
    whole = total(rows)
    hidden = columns(rows, whole, lambda c: c.cancelled, lambda c: c.no_shows, lambda c: c.host_no_shows)
    every: list[Counts] = [*rows, whole] if whole and len(rows) > 1 else rows
    rest = _("Others") if len(rows) > 1 else _("All")
    called = [names.get(one.key, rest) if number < len(rows) else _("All") for number, one in enumerate(every)]
    return [
        Row(name, one, *(column[number] for column in hidden))
        for number, (name, one) in enumerate(zip(called, every, strict=True))
    ]
