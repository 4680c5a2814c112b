"""The page of numbers, for administrators."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tillit.booking.numbers import Row, numbers
from tillit.booking.setup_views import administrator
from tillit.identity.queries import current_organisation
from tillit.kernel import formats


@never_cache
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The twelve weeks with the day in the address: how much, how early, how full. For administrators."""
    administrator(request)
    organisation = current_organisation(request)
    assert organisation is not None
    language = get_language() or "en"
    found = numbers(request.GET.get("on", ""), organisation.time_zone)
    here = reverse("statistics", args=[slug])
    context = {
        "title": formats.format_date_range(found.first, found.last, language),
        "whole": found.whole,
        "values": [n for _monday, n in found.weeks],
        "weeks": [(formats.format_date(monday, language, "short"), n) for monday, n in found.weeks],
        "tables": [
            _table(_("By what is booked"), _("What"), found.types, full=False),
            _table(_("By host"), _("Host"), found.hosts, full=True),
        ],
        "previous_url": f"{here}?on={(found.first - timedelta(days=1)).isoformat()}",
        "following_url": f"{here}?on={(found.last + timedelta(days=1)).isoformat()}",
        "today_url": here,
    }
    return render(request, "booking/statistics.html", context)


def _table(caption: str, head: str, rows: list[Row], *, full: bool) -> dict[str, Any]:
    return {"caption": caption, "head": head, "full": full, "rows": rows}
