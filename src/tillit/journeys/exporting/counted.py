"""The statistics and the team's times: what administrators see on these pages, under the same rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillit.booking import team
from tillit.booking.numbers import Row, numbers
from tillit.exchange.lists import Between, Line, List, register
from tillit.identity import queries as identity
from tillit.journeys.exporting.common import administrators, instants
from tillit.kernel import clock

_FEW = _("under five")


def _statistics(request: Any, between: Between) -> Iterable[Line]:
    """The twelve weeks in which we are; no other weeks, so that no two files lay open what each of them hides."""
    organisation: Any = identity.current_organisation(request)
    found = numbers("", organisation.time_zone)
    for monday, count in found.weeks:
        yield Line((str(_("Week from")), monday.isoformat(), _shown(count)))
    for by, rows in ((_("By what is booked"), found.types), (_("By host"), found.hosts)):
        for row in rows:
            yield Line((str(by), row.name, *_cells(row)))


def _cells(row: Row) -> tuple[str | int | None, ...]:
    counts = row.counts
    plain = f"{counts.lead_days:.1f}", _shown(row.cancelled), _shown(row.no_shows), _shown(row.host_no_shows)
    return (counts.bookings, *plain, f"{counts.hours:.1f}", counts.fill)


def _shown(count: int | None) -> int | str:
    return str(_FEW) if count is None else count


def _team(request: Any, between: Between) -> Iterable[Line]:
    """When everybody is booked, in at most two months; the next week where no days are said."""
    first, last = instants(request, between)
    first = first if between.first else min(clock.now(), last)
    last = min(last if between.last else first + timedelta(days=7), first + team.MOST)
    for host, spans in team.times(first, last):
        for start, end in spans:
            yield Line((host.name, start, end), host.person_id)


register(
    List(
        "statistics", _("Statistics"),
        (
            _("By"), _("Name"), _("Bookings"), _("Days ahead"), _("Cancelled"), _("Guest did not come"),
            _("Nobody received"), _("Hours booked"), _("Of open hours"),
        ),
        administrators, _statistics, "statistics",
    )
)  # fmt: skip
register(
    List(
        "team", _("Who is booked when"), (_("Host"), _("Begins"), _("Ends")), administrators, _team, "team",
        others=True, days=True,
    )
)  # fmt: skip
