"""The pages behind a series' link: all that is still to come is moved or cancelled at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tillit.booking import series as bound
from tillit.booking.queries import get_guest
from tillit.journeys import book as journey
from tillit.journeys import series, series_page
from tillit.journeys.booking_page import instant_text, read_instant
from tillit.journeys.forms import CancelForm, read_dates
from tillit.journeys.sentences import not_cancelled_sentence
from tillit.journeys.views import _about, _page, _zone, _zone_form, manage_page, with_link
from tillit.kernel import zones

if TYPE_CHECKING:
    from tillit.booking.models import Booking


@require_POST
@with_link
def cancel(request: HttpRequest, *, slug: str, token: str, booking: Booking) -> HttpResponse:
    """Cancel all that is still to come; the reason is asked, not demanded."""
    form = CancelForm(request.POST)
    if form.is_valid():
        try:
            journey.cancel_series(booking_id=booking.pk, reason=form.cleaned_data["reason"])
            return redirect("booking_manage", slug=slug, token=token)
        except journey.NotBooked as refused:
            form.add_error(None, not_cancelled_sentence(refused.refusal))
    return manage_page(request, booking, token, cancel_form=form, status=409 if form.is_valid() else 422)


@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def move(request: HttpRequest, *, slug: str, token: str, booking: Booking) -> HttpResponse:
    """Choose where all that is still to come goes: a new first date, the others weekly after it, each to be shifted."""
    coming = bound.coming(booking)
    if booking.series is None or not coming:
        raise Http404
    zone, chosen, problem = _zone(request, get_guest(booking).zone)
    if request.method == "POST":
        try:
            minutes = read_dates(request.POST.get("dates", ""))
            journey.move_series(booking_id=booking.pk, minutes=minutes, zone=zone)
            return redirect("booking_manage", slug=slug, token=token)
        except journey.NotBooked as refused:
            problem = series_page.refused_sentence(refused, zone)
    first = coming[0]
    kind = first.meeting.meeting_type
    page = _page(request, kind, zone, chosen, aside=first.pk)
    about = _about(booking, zone) | {"page": page, "token": token, "zone_form": _zone_form(zone), "coming": coming}
    wanted = read_instant(request.GET.get("start", "").replace(" ", "+"))
    if wanted and page.start:
        changes = series.read_changes(request.GET, len(coming))
        begin = series.repeated(zones.minute_down(wanted), len(coming), page.host_zone)
        planned = series.plan(kind, series.shifted(begin, changes), zone, own=coming)
        carried = {"zone": zone, "start": instant_text(wanted)}
        about["series"] = series_page.shown(planned, changes, path=request.path, carried=carried)
    if problem:
        page.problem, page.status = problem, 409 if request.method == "POST" else 400
    return render(request, "journeys/series_move.html", about, status=page.status)
