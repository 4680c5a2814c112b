"""A host moves all of a series that is still to come: each new date is shown, with why it cannot be had, before
anything is moved."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tillit import evidence
from tillit.booking import series as bound
from tillit.booking.queries import get_booking, my_host, my_schedule
from tillit.identity.queries import people_by_id
from tillit.journeys import book, series, series_page
from tillit.journeys.booking_page import instant_text
from tillit.journeys.forms import read_dates
from tillit.journeys.hosting import _times, _wanted
from tillit.kernel import zones


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, slug: str, booking: UUID) -> HttpResponse:
    """Choose where all that is still to come goes: a new first date, the others weekly after it on the host's clock,
    each to be shifted. Somebody else's series, and what is none, is a 404."""
    host = my_host()
    found = get_booking(booking) if host else None
    coming = bound.coming(found) if found else []
    if host is None or found is None or found.series is None or not coming:
        raise Http404
    if found.between_two:
        return redirect("calendar_meeting", slug=slug, meeting=found.meeting_id)
    schedule = my_schedule(host)
    zone = schedule.zone if schedule else "UTC"
    problem = ""
    if request.method == "POST":
        try:
            minutes = read_dates(request.POST.get("dates", ""))
            book.move_series_as_host(booking_id=booking, minutes=minutes)
            messages.success(request, _("All dates are moved. The guest is told, and can choose other times."))
            day = zones.minute_to_utc(min(minutes)).astimezone(zones.zone(zone)).date()
            return redirect(reverse("calendar", args=[slug]) + f"?view=week&on={day.isoformat()}")
        except book.NotBooked as refused:
            problem = series_page.refused_sentence(refused, zone)
    first = coming[0]
    kind = first.meeting.meeting_type
    start, form = _wanted(request.GET, zone)
    guest = people_by_id([found.person_id]).get(found.person_id)
    evidence.saw([guest.pk] if guest else [], "booking.guest", "booked with")
    context = {
        "guest": guest,
        "title": kind.word("title", get_language() or "en"),
        "coming": coming,
        "page": {"zone": zone, "host_zone": guest.time_zone if guest else zone},
        "form": form,
        "times": _times(kind, zone, aside=first.pk),
        "problem": problem,
        "back": reverse("calendar_meeting", args=[slug, found.meeting_id]),
    }
    if start is not None:
        changes = series.read_changes(request.GET, len(coming))
        begin = series.repeated(zones.minute_down(start), len(coming), zone)
        planned = series.plan(kind, series.shifted(begin, changes), zone, own=coming, host=host.pk)
        context["series"] = series_page.shown(
            planned, changes, path=request.path, carried={"start": instant_text(start)}
        )
    return render(request, "journeys/host_series.html", context, status=409 if problem else 422 if form.errors else 200)
