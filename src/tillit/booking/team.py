"""Who of the organisation is booked when, for its administrators: times, and nothing of what they are for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tillit import evidence
from tillit.booking.models import Host
from tillit.booking.periods import Period, period
from tillit.booking.queries import all_hosts
from tillit.booking.setup_views import administrator
from tillit.identity.queries import current_organisation
from tillit.kernel import clock, formats, zones

Spans = list[tuple[datetime, datetime]]
MOST = timedelta(days=62)  # of one look


@dataclass(frozen=True)
class Row:
    """A host and their booked times, one list a day."""

    host: Host
    days: list[Spans]


def booked(first: datetime, last: datetime) -> dict[Any, Spans]:
    """Host id → booked spans (aware, merged) that touch the window of at most 62 days; as administrator, and recorded
    for each host as a look at their times."""
    with connection.cursor() as cursor:
        cursor.execute("select host, starts, ends from booking.team(%s, %s)", [first, last])
        return {host: list(zip(starts, ends, strict=True)) for host, starts, ends in cursor.fetchall()}


def times(first: datetime, last: datetime) -> list[tuple[Host, Spans]]:
    """Everybody who can be booked, with their booked spans as `booked` gives them; recorded as a look at each."""
    spans = booked(first, last)
    hosts = [host for host in all_hosts() if host.pk in spans]
    evidence.saw([host.person_id for host in hosts], "booking.team", "administrator")
    return [(host, spans[host.pk]) for host in hosts]


@never_cache
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A week of everybody who can be booked, on the organisation's clock. For administrators."""
    administrator(request)
    organisation = current_organisation(request)
    assert organisation is not None
    language, zone = get_language() or "en", organisation.time_zone
    today = clock.now().astimezone(zones.zone(zone)).date()
    shown = period("week", request.GET.get("on", ""), today=today, zone=zone, language=language)
    here = reverse("team", args=[slug])
    rows = _rows(shown)
    context = {
        "title": formats.format_date_range(shown.first, shown.last, language),
        "days": [one.begin for one in _days(shown)],
        "rows": rows,
        "zone": zone,
        "previous_url": f"{here}?on={shown.previous.isoformat()}",
        "following_url": f"{here}?on={shown.following.isoformat()}",
        "today_url": here,
    }
    return render(request, "booking/team.html", context)


def _rows(shown: Period) -> list[Row]:
    days = _days(shown)
    return [
        Row(
            host,
            [[(max(a, d.begin), min(b, d.end)) for a, b in spans if a < d.end and b > d.begin] for d in days],
        )
        for host, spans in times(shown.begin, shown.end)
    ]


def _days(shown: Period) -> list[Period]:
    dates = [shown.first + timedelta(days=n) for n in range((shown.last - shown.first).days + 1)]
    return [Period("day", shown.zone, one, one, one, one) for one in dates]
