"""The page of numbers, for administrators."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tillit.booking.periods import period
from tillit.booking.queries import all_hosts, all_meeting_types
from tillit.booking.setup_views import administrator
from tillit.booking.statistics import Counts, columns, counted, gathered, series, total, with_hours
from tillit.identity.queries import current_organisation
from tillit.kernel import clock, formats, zones

WEEKS = 12


@never_cache
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Twelve weeks until the one in the address: how much, how early, how full. For administrators."""
    administrator(request)
    organisation = current_organisation(request)
    assert organisation is not None
    language, zone = get_language() or "en", organisation.time_zone
    today = clock.now().astimezone(zones.zone(zone)).date()
    # Monday weeks, as the database counts them, whatever the reader's week
    last = period("week", request.GET.get("on", ""), today=today, zone="Europe/Stockholm", language="sv")
    first_day = last.first - timedelta(weeks=WEEKS - 1)
    begin = period("day", first_day.isoformat(), today=today, zone=zone, language=language).begin
    end = period("day", last.last.isoformat(), today=today, zone=zone, language=language).end
    found = counted(begin, end, zone)
    types = {str(kind.pk): kind.word("title", language) for kind in all_meeting_types()}
    hosts = {str(host.pk): host.name for host in all_hosts()}
    weeks = [first_day + timedelta(weeks=n) for n in range(WEEKS)]
    by_week = {one.key: one.bookings for one in found["week"]}
    numbers = series([by_week.get(week.isoformat(), 0) for week in weeks])
    here = reverse("statistics", args=[slug])
    context = {
        "title": formats.format_date_range(first_day, last.last, language),
        "whole": total(found["type"]),
        "values": numbers,
        "weeks": [(_week(week, language), n) for week, n in zip(weeks, numbers, strict=True)],
        "tables": [
            _table(_("By what is booked"), _("What"), found["type"], types, full=False),
            _table(_("By host"), _("Host"), with_hours(found["host"], begin, end), hosts, full=True),
        ],
        "previous_url": f"{here}?on={(first_day - timedelta(days=1)).isoformat()}",
        "following_url": f"{here}?on={(last.last + timedelta(weeks=WEEKS)).isoformat()}",
        "today_url": here,
    }
    return render(request, "booking/statistics.html", context)


def _week(monday: date, language: str) -> str:
    return formats.format_date(monday, language, "short")


def _table(caption: str, head: str, found: list[Counts], names: dict[str, str], *, full: bool) -> dict[str, Any]:
    """A table's rows as they may be shown, the last one for all of them."""
    rows = gathered(found)
    whole = total(rows)
    cancelled, absent, waited = columns(
        rows, whole, lambda c: c.cancelled, lambda c: c.no_shows, lambda c: c.host_no_shows
    )
    shown: list[Counts] = [*rows, whole] if whole and len(rows) > 1 else rows
    return {
        "caption": caption,
        "head": head,
        "full": full,
        "rows": [
            {
                "name": names.get(one.key, _("Others") if len(rows) > 1 else _("All"))
                if number < len(rows)
                else _("All"),
                "counts": one,
                "cancelled": cancelled[number],
                "no_shows": absent[number],
                "host_no_shows": waited[number],
            }
            for number, one in enumerate(shown)
        ],
    }
