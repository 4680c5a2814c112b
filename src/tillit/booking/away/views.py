"""The host's days away: one page to say so, see what is booked then, and give it over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tillit.booking.agreed import guest_name
from tillit.booking.away import actions
from tillit.booking.away.forms import AwayForm
from tillit.booking.models import Host
from tillit.booking.queries import all_hosts, my_host, my_schedule
from tillit.kernel import formats


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The acting host's days away, and a form for more."""
    host = _host()
    schedule = my_schedule(host)
    zone = schedule.zone if schedule else "UTC"
    others = [one for one in all_hosts() if one.pk != host.pk and one.bookable and one.here]
    form = AwayForm(request.POST if request.method == "POST" else None, zone=zone, others=others)
    if form.is_valid():
        data = form.cleaned_data
        actions.go_away(host=host, start=data["start"], end=data["end"], stand_in=data["host"])
        messages.success(
            request,
            _("Saved. Nobody can book you then; who stands in for you is told.")
            if data["host"]
            else _("Saved. Nobody can book you then."),
        )
        return redirect("away", slug=slug)
    shown = [_shown(absence) for absence in actions.absences()]
    context = {"form": form, "absences": shown, "zone": zone, "others": others}
    return render(request, "booking/away.html", context, status=422 if form.errors else 200)


@require_POST
def end(request: HttpRequest, slug: str, absence: UUID) -> HttpResponse:
    """The host is there after all."""
    _host()
    if not actions.come_back(absence):
        raise Http404
    messages.success(request, _("You can be booked again on these days. What was given over stays there."))
    return redirect("away", slug=slug)


@require_POST
def hand_over(request: HttpRequest, slug: str, meeting: UUID) -> HttpResponse:
    """A meeting goes to the stand-in."""
    try:
        actions.hand_over(meeting, _host())
        messages.success(request, _("Given over. The guest and the stand-in are told."))
    except actions.NotHandedOver as why:
        if str(why) == "gone":
            raise Http404 from None
        messages.warning(request, why.says)
    return redirect("away", slug=slug)


def _shown(absence: Any) -> dict[str, Any]:
    language = get_language() or "en"
    meetings = []
    for one in actions.meetings_in(absence):
        names = [name for booking in one.bookings.all() if (name := guest_name(booking))]
        title = one.visit.word("title", language)
        agreed = any(booking.between_two for booking in one.bookings.all())
        meetings.append(
            {"meeting": one, "title": formats.join_words(names, language) or title, "note": title, "agreed": agreed}
        )
    return {"absence": absence, "span": absence.busy.span, "stand_in": absence.stand_in, "meetings": meetings}


def _host() -> Host:
    host = my_host()
    if host is None:
        raise Http404
    return host
