"""What a host does with bookings: moves one to another time of their own, and books for somebody on the telephone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tillit import evidence
from tillit.access import Actor, acting, as_office
from tillit.booking.engine import Window
from tillit.booking.queries import (
    free_times,
    get_booking,
    get_meeting_type,
    meeting_types,
    my_host,
    my_schedule,
    open_hours,
)
from tillit.desk import events as desk
from tillit.desk.roles import CALLS
from tillit.identity.queries import current_organisation, people_by_id, roles
from tillit.journeys import book, visiting
from tillit.journeys.booking_page import instant_text, read_instant
from tillit.journeys.forms import CallerForm, MoveForm
from tillit.journeys.offers import offer_words
from tillit.journeys.sentences import refusal_sentence
from tillit.kernel import clock, formats, outbox, zones

if TYPE_CHECKING:
    from tillit.booking.models import MeetingType

AHEAD = 31 * zones.DAY_MINUTES
MOST = 12  # times that are offered


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, slug: str, booking: UUID) -> HttpResponse:
    """Ask whether a booking shall go to the time in the address, then move it; without a time, offer some. Somebody
    else's booking is a 404."""
    host = my_host()
    if host is None:
        raise Http404
    found = get_booking(booking)
    if found.between_two:
        return redirect("calendar_meeting", slug=slug, meeting=found.meeting_id)
    schedule = my_schedule(host)
    zone = schedule.zone if schedule else "UTC"
    asked = request.POST if request.method == "POST" else request.GET
    start, form = _wanted(asked, zone)
    problem = ""
    if request.method == "POST" and start is not None:
        try:
            book.move_as_host(booking_id=booking, minute=zones.minute_down(start))
            messages.success(request, _("Moved. The guest is told, and can choose another time."))
            day = start.astimezone(zones.zone(zone)).date().isoformat()
            return redirect(reverse("calendar", args=[slug]) + f"?view=week&on={day}")
        except book.NotBooked as refused:
            problem = refusal_sentence(refused.refusal)
    length = found.meeting.span.upper - found.meeting.span.lower
    guest = people_by_id([found.person_id]).get(found.person_id)
    evidence.saw([guest.pk] if guest else [], "booking.guest", "booked with")
    context = {
        "booking": found,
        "guest": guest,
        "title": found.meeting.visit.word("title", get_language() or "en"),
        "old": found.meeting.span.lower,
        "start": start,
        "start_text": instant_text(start) if start else "",
        "end": start + length if start else None,
        "zone": zone,
        "guest_zone": guest.time_zone if guest else zone,
        "outside": bool(start and schedule and not _inside(schedule, start, start + length)),
        "form": form,
        "times": _times(found.meeting.visit, zone, aside=booking),
        "problem": problem,
        "back": reverse("calendar_meeting", args=[slug, found.meeting_id]),
    }
    return render(request, "journeys/host_move.html", context, status=409 if problem else 422 if form.errors else 200)


def _wanted(asked: Any, zone: str) -> tuple[datetime | None, MoveForm]:
    """The instant that the address or the form asks for: as one, or as a day and a time on the host's clock."""
    start = read_instant(asked.get("start", ""))
    if start is not None or not (asked.get("day") or asked.get("time")):
        return start, MoveForm()
    form = MoveForm(asked)
    if not form.is_valid():
        return None, form
    wall = datetime.combine(form.cleaned_data["day"], form.cleaned_data["time"])
    return zones.local_to_utc(wall, zones.zone(zone)), MoveForm(initial=form.cleaned_data)


def _inside(schedule: Any, start: datetime, end: datetime) -> bool:
    return any(a <= start and end <= b for a, b in open_hours(schedule, start, end))


def _times(kind: MeetingType, zone: str, *, aside: UUID | None = None) -> list[dict[str, Any]]:
    """The next free times, on the clock of `zone`."""
    first = zones.minute_down(clock.now())
    window = Window(first, first + min(kind.horizon, AHEAD) + kind.duration)
    moments = [zones.minute_to_utc(s.minute) for s in free_times(kind, window, zone, aside=aside).starts[:MOST]]
    language = get_language() or "en"
    return [
        {"value": instant_text(m), "words": formats.format_datetime(m, language, "short", zone=zone)} for m in moments
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_phone(request: HttpRequest, slug: str) -> HttpResponse:
    """A host books for somebody who calls: what, when, and who they are. The booking and all data of it are theirs."""
    host, organisation = my_host(), current_organisation(request)
    if host is None or organisation is None:
        raise Http404
    schedule = my_schedule(host)
    zone = schedule.zone if schedule else organisation.time_zone
    chosen = request.GET.get("kind", "")
    kind, gone = visiting.visit(request, get_meeting_type(chosen)) if chosen else (None, "")
    form = CallerForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    problem = gone
    if kind is not None and not gone and request.method == "POST" and form.is_valid():
        try:
            book_for(kind, form.cleaned_data, organisation, zone)
            said = _("The time is held for them until they pay. They get a mail with the way to pay.")
            messages.success(request, said if kind.price else _("It is booked for them, and they are told."))
            day = zones.minute_to_utc(form.cleaned_data["start"]).astimezone(zones.zone(zone)).date()
            return redirect(reverse("calendar", args=[slug]) + f"?view=week&on={day.isoformat()}")
        except book.NotBooked as refused:
            problem = refusal_sentence(refused.refusal)
    context = {
        "kinds": [{"url": f"?kind={one.slug}", "kind": one, **offer_words(one)} for one in meeting_types()],
        "kind": kind,
        "kind_asked": chosen,
        "further": visiting.choices(kind) if kind else [],
        "words": offer_words(kind) if kind else {},
        "form": form,
        "times": _times(kind, zone) if kind else [],
        "picked": request.POST.get("start", ""),
        "zone": zone,
        "problem": problem,
        "known_callers": bool(roles() & set(CALLS)),
        "back": reverse("calendar", args=[slug]),
    }
    status = 409 if problem else 422 if form.errors else 200
    return render(request, "journeys/host_book.html", context, status=status)


def book_for(kind: MeetingType, said: dict[str, Any], organisation: Any, zone: str) -> None:
    """Book in the caller's own name: as a visitor, so that what comes of it is theirs and not the host's. They are told
    who wrote it down."""
    with acting(Actor(organisation=organisation.pk)):
        booking, new = book.book(
            kind=kind, minute=said["start"], request_key=said["key"], name=said["name"], email=said["email"],
            phone=said["phone"], language=get_language() or "en", zone=zone,
        )  # fmt: skip
    if new:
        with as_office("guest", str(booking)):
            person = get_booking(booking).person_id
        evidence.record(desk.ENTERED.name, subject=person, object=booking, reason="telephone")
        outbox.emit(desk.Entered(person=person))
