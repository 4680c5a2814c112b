"""The host's own calendar: day, week, month and list, one meeting, blocked time."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.booking import actions, standing
from tillit.booking.agreed import guest_name
from tillit.booking.attendance import attendance
from tillit.booking.calendars.queries import questions, unread
from tillit.booking.confirming import unanswered
from tillit.booking.forms import BlockForm
from tillit.booking.models import Host, Meeting
from tillit.booking.periods import VIEWS, period
from tillit.booking.prices import add_money
from tillit.booking.queries import busy_times, hosted_meeting, hosted_meetings, my_host, my_schedule, open_hours
from tillit.identity.queries import roles
from tillit.kernel import clock, formats, zones


@never_cache
@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The acting host's day, week or month, or the list of what comes; who is to be a host but not bookable yet is
    told so. A stranger gets 404.
    """
    if my_host() is None and "host" in roles():
        return render(request, "booking/not_yet.html")
    host = _host()
    schedule = my_schedule(host)
    zone = schedule.zone if schedule else "UTC"
    today = clock.now().astimezone(zones.zone(zone)).date()
    asked = request.GET.get("on") or request.GET.get("week") or ""
    shown = period(request.GET.get("view", ""), asked, today=today, zone=zone, language=get_language() or "en")
    here = reverse("calendar", args=[slug])
    meetings = [event_of(meeting, slug) for meeting in hosted_meetings(shown.begin, shown.end)]
    busy = [
        {
            "start": b.span.lower,
            "end": b.span.upper,
            "title": _("Busy in another calendar")
            if b.item_id
            else _("Kept free for a poll")
            if b.poll_id
            else _("Not free"),
            "kind": "busy",
            "busy": b,
        }
        for b in busy_times(host, shown.begin, shown.end)
    ]

    def url(view: str, day: date) -> str:
        return f"{here}?view={view}&on={day.isoformat()}"

    on = min(max(today, shown.first), shown.last)
    labels = {"day": _("Day"), "week": _("Week"), "month": _("Month"), "list": _("List")}
    context = {
        "host": host,
        "zone": zone,
        "period": shown,
        "today": today,
        "now": clock.now(),
        "meetings": meetings,
        "busy": [one for one in busy if not (one["busy"].item_id or one["busy"].poll_id)],
        "asked": questions(),
        "unread": unread(),
        "unanswered": unanswered(host),
        "events": sorted(meetings + busy, key=lambda e: e["start"]),
        "open_spans": open_hours(schedule, shown.begin, shown.end) if schedule else [],
        "day_url": f"{here}?view=day&on=",
        "previous_url": url(shown.view, shown.previous),
        "following_url": url(shown.view, shown.following),
        "today_url": url(shown.view, today),
        "tabs": [
            {
                "label": labels[view],
                "url": url(view, on),
                "current": view == shown.view,
                "icon": "menu" if view == "list" else "calendar",
            }
            for view in VIEWS
        ],
        "block_form": BlockForm(initial={"day": max(today, shown.first)}),
    }
    return render(request, "booking/calendar.html", context)


@never_cache
@require_safe
def meeting(request: HttpRequest, slug: str, meeting: UUID) -> HttpResponse:
    """One meeting of the acting host: who comes, and what can be done about it. Anybody else's is a 404."""
    host = _host()
    schedule = my_schedule(host)
    found = hosted_meeting(meeting)
    if found is None:
        raise Http404
    if found.poll:
        return redirect("poll", slug=slug, poll=found.poll.pk)
    context = {
        "event": event_of(found, slug),
        "zone": schedule.zone if schedule else "UTC",
        "now": clock.now(),
        "back": f"{reverse('calendar', args=[slug])}?view=week&on={found.span.lower.date().isoformat()}",
    }
    return render(request, "booking/meeting.html", context)


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


def event_of(meeting: Meeting, slug: str) -> dict[str, Any]:
    """A meeting as the calendar shows it: by its guests, as long as the host may know them."""
    language = get_language() or "en"
    bookings = list(meeting.bookings.all())
    add_money(bookings)
    for booking in bookings:
        booking.attendance = attendance(booking, "host")  # type: ignore[attr-defined]
    names = [name for booking in bookings if (name := guest_name(booking))]
    kind = meeting.visit
    title, note = kind.word("title", language), ""
    if meeting.poll:
        title = meeting.poll.title or title
    elif kind.capacity > 1:
        note = _("%(taken)s of %(seats)s seats") % {
            "taken": formats.digits(len(bookings), language),
            "seats": formats.digits(kind.capacity, language),
        }
    elif names:
        title, note = formats.join_words(names, language), title
    if meeting.span.lower > clock.now() and any(booking.answer_by for booking in bookings):
        note = formats.join_words([_("not confirmed yet"), note], language)
    return {
        "start": meeting.span.lower,
        "end": meeting.span.upper,
        "title": title,
        "note": note,
        "where": kind.word("place", language) if kind.resources else "",
        "bookings": bookings,
        "group": kind.capacity > 1,
        "waiting": meeting.waiting,
        "standing": standing.of_meeting(meeting),
        "pk": meeting.pk,
        "poll": meeting.poll,
        "what": kind.word("title", language),
        "mark": f"meeting-{meeting.pk}",
        "url": reverse("calendar_meeting", args=[slug, meeting.pk]),
        "move_url": reverse("host_move", args=[slug, bookings[0].pk])
        if len(bookings) == 1 and meeting.span.lower > clock.now() and not bookings[0].between_two
        else "",
    }
