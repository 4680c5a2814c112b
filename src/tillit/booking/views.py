"""The host's own calendar: week and list, blocked time, the schedule."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.booking import actions
from tillit.booking.calendars.queries import questions, unread
from tillit.booking.forms import BlockForm
from tillit.booking.models import Host, Meeting
from tillit.booking.queries import busy_times, hosted_meetings, my_host, my_schedule, open_hours
from tillit.identity.queries import roles
from tillit.kernel import clock, formats, zones


@never_cache
@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The acting host's week, or the list of what comes; who is to be a host but not bookable yet is told so.
    A stranger gets 404.
    """
    if my_host() is None and "host" in roles():
        return render(request, "booking/not_yet.html")
    host = _host()
    schedule = my_schedule(host)
    zone = schedule.zone if schedule else "UTC"
    tz = zones.zone(zone)
    today = clock.now().astimezone(tz).date()
    first = _first_day(request.GET.get("week"), today, zone)
    as_list = request.GET.get("view") == "list"
    begin = datetime.combine(today if as_list else first, time(), tz)
    end = begin + timedelta(days=60 if as_list else 7)
    here = reverse("calendar", args=[slug])
    listed = datetime.combine(today, time(), tz), datetime.combine(today, time(), tz) + timedelta(days=60)
    meetings = [_event(meeting, here, listed) for meeting in hosted_meetings(begin, end)]
    busy = [
        {
            "start": b.span.lower,
            "end": b.span.upper,
            "title": _("Busy in another calendar") if b.item_id else _("Not free"),
            "kind": "busy",
            "busy": b,
        }
        for b in busy_times(host, begin, end)
    ]
    shown = {
        "host": host,
        "zone": zone,
        "first": first,
        "now": clock.now(),
        "meetings": meetings,
        "busy": [one for one in busy if not one["busy"].item_id],
        "asked": questions(),
        "unread": unread(),
        "events": sorted(meetings + busy, key=lambda e: e["start"]),
        "open_spans": open_hours(schedule, begin, end) if schedule else [],
        "as_list": as_list,
        "previous_url": f"{here}?week={(first - timedelta(days=7)).isoformat()}",
        "following_url": f"{here}?week={(first + timedelta(days=7)).isoformat()}",
        "today_url": here,
        "tabs": [
            {"label": _("Week"), "url": here, "current": not as_list, "icon": "calendar"},
            {"label": _("List"), "url": f"{here}?view=list", "current": as_list, "icon": "menu"},
        ],
        "block_form": BlockForm(initial={"day": first if first > today else today}),
    }
    return render(request, "booking/calendar.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def block(request: HttpRequest, slug: str) -> HttpResponse:
    """The host is not free for a while. Who comes back to the address alone finds the form in the calendar."""
    host = _host()
    if request.method != "POST":
        return redirect("calendar", slug=slug)
    schedule = my_schedule(host)
    form = BlockForm(request.POST, zone=schedule.zone if schedule else "UTC")
    if not form.is_valid():
        return render(request, "booking/block.html", {"form": form, "host": host}, status=422)
    actions.block_time(host=host, start=form.cleaned_data["start"], end=form.cleaned_data["end"])
    return redirect(reverse("calendar", args=[slug]) + f"?week={form.cleaned_data['day'].isoformat()}")


@require_POST
def unblock(request: HttpRequest, slug: str, busy: Any) -> HttpResponse:
    """The host is free again."""
    _host()
    if not actions.free_time(busy=busy):
        raise Http404
    return redirect("calendar", slug=slug)


def _host() -> Host:
    host = my_host()
    if host is None:
        raise Http404
    return host


def _first_day(text: str | None, today: date, zone: str) -> date:
    """The first day of the asked week, as the reader's weeks begin."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        day = today
    day = min(max(day, date(2000, 1, 10)), date(2999, 1, 1))
    weekday = formats.first_weekday(get_language() or "en", zone)
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def _event(meeting: Meeting, here: str, listed: tuple[datetime, datetime]) -> dict[str, Any]:
    """A meeting as the calendar shows it: by its guests, as long as the host may know them; and where in the list,
    which reaches over `listed`, it can be read and cancelled.
    """
    language = get_language() or "en"
    bookings = list(meeting.bookings.all())
    names = [booking.guest.display_name for booking in bookings if booking.guest]
    title = meeting.meeting_type.word("title", language)
    return {
        "start": meeting.span.lower,
        "end": meeting.span.upper,
        "title": formats.join_words(names, language) or title,
        "note": title if names else "",
        "bookings": bookings,
        "what": title,
        "mark": f"meeting-{meeting.pk}",
        "url": f"{here}?view=list#meeting-{meeting.pk}" if listed[0] <= meeting.span.lower < listed[1] else "",
    }
