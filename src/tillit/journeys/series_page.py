"""The dates of a series as pages list them: before it is booked or moved, and behind its link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tillit.booking import links
from tillit.booking import series as bound
from tillit.booking.engine import Refusal
from tillit.journeys import book as journey
from tillit.journeys import series
from tillit.journeys.booking_page import instant_text
from tillit.journeys.sentences import refusal_sentence
from tillit.kernel import formats, zones

if TYPE_CHECKING:
    from datetime import datetime

    from tillit.booking.models import Booking, MeetingType


def dates_shown(
    kind: MeetingType, start: datetime, query: Mapping[str, str], zone: str, *, path: str, kept: Mapping[str, str]
) -> dict[str, Any]:
    """The dates of a series that begins at `start`, some of them shifted by the address, as the booking page lists
    them: which are not free and why, and a link to each time near it. `kept` is what every address carries along."""
    changes = series.read_changes(query, kind.times)
    minutes = series.shifted(series.weekly(kind, zones.minute_down(start)), changes)
    carried = {**kept, "zone": zone, "start": instant_text(start)}
    return shown(series.plan(kind, minutes, zone), changes, path=path, carried=carried)


def shown(
    planned: Sequence[series.Planned], changes: Mapping[int, int], *, path: str, carried: Mapping[str, str]
) -> dict[str, Any]:
    """What the list of dates shows; `carried` is what each of its addresses carries along."""

    def text(minute: int) -> str:
        return instant_text(zones.minute_to_utc(minute))

    def url(number: int, minute: int) -> str:
        dates = {f"date{n}": text(m) for n, m in sorted({**changes, number: minute}.items())}
        return f"{path}?{urlencode({**carried, **dates})}#dates"

    rows = [
        {
            "number": one.number,
            "start": zones.minute_to_utc(one.minute),
            "why": _why(one.refusal) if one.refusal else "",
            "near": [{"start": zones.minute_to_utc(m), "url": url(one.number, m)} for m in one.near],
        }
        for one in planned
    ]
    return {
        "rows": rows,
        "taken": sum(1 for row in rows if row["why"]),
        "dates": " ".join(text(one.minute) for one in planned),
    }


def _why(refusal: Refusal) -> str:
    """Why one date cannot be had, beside the other dates."""
    match refusal:
        case Refusal.TAKEN:
            return _("Somebody else has that time.")
        case Refusal.FULL:
            return _("All seats are taken.")
    return refusal_sentence(refusal)


def refused_sentence(refused: journey.NotBooked, zone: str) -> str:
    """Why a series was not booked or moved, naming the date that could not be had."""
    if refused.minute is None:
        return refusal_sentence(refused.refusal)
    when = formats.format_datetime(zones.minute_to_utc(refused.minute), get_language() or "en", "short", zone=zone)
    return _("Nothing was changed, for one date cannot be had: %(when)s. %(why)s") % {
        "when": when,
        "why": _why(refused.refusal) if refused.refusal else refusal_sentence(None),
    }


def siblings(booking: Booking, slug: str, *, mailed: bool) -> list[dict[str, Any]]:
    """The whole series of a booking as its page lists it; nothing for a booking without one."""
    if booking.series is None:
        return []
    return [
        {
            "start": one.meeting.span.lower,
            "state": one.state,
            "here": one.pk == booking.pk,
            "url": reverse("booking_manage", args=[slug, links.token(one.pk, mailed=mailed)]),
        }
        for one in bound.all_of(booking)
    ]
