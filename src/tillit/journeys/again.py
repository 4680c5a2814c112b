"""Booking again in two taps: from a booking's link to times that are like it, and a time that is pressed is booked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tillit.access import Actor, acting
from tillit.booking import links
from tillit.booking.engine import Window
from tillit.booking.intake.given import Given
from tillit.booking.intake.queries import intake_of
from tillit.booking.queries import free_times, get_guest
from tillit.booking.visits.queries import with_further
from tillit.journeys import book as journey
from tillit.journeys.booking_page import instant_text, read_instant
from tillit.journeys.offers import offer_words
from tillit.journeys.sentences import refusal_sentence
from tillit.journeys.views import one_too_many, with_link
from tillit.kernel import clock, zones

if TYPE_CHECKING:
    from tillit.booking.models import Booking, MeetingType

ALIKE, SOON = 3, 5  # times on the same weekday at the same hour, and the next ones


@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def again(request: Any, *, slug: str, token: str, booking: Booking) -> HttpResponse:
    """Times like this booking's; the one that is pressed is booked with the same name and address. What is booked for
    several weeks at once is booked on its own page, which shows every date first."""
    first, guest = booking.meeting.meeting_type, get_guest(booking)
    kind = with_further(first, [one.slug for one in booking.meeting.visit.further]) or first
    if not guest.email:  # forgotten by now
        raise Http404
    problem = ""
    start = read_instant(request.POST.get("start", "")) if request.method == "POST" else None
    at_once = kind.published and kind.times == 1
    if start and at_once:
        own = booking.person_id if request.actor.person == booking.person_id else None
        answers = _answers(booking, kind)
        me = Actor(organisation=booking.organisation_id)
        with acting(replace(me, person=own, office="member") if own else me):
            try:
                made, new = journey.book(
                    kind=kind, minute=zones.minute_down(start), request_key=_key(request), name=guest.name,
                    email=guest.email, phone=guest.phone, language=guest.language, zone=guest.zone, given=answers,
                )  # fmt: skip
            except journey.NotBooked as refused:
                problem = refusal_sentence(refused.refusal)
            else:
                if new and one_too_many(request):
                    return render(request, "journeys/too_many.html", status=429)
                there = links.token(made, mailed=links.was_mailed(token))
                return redirect(reverse("booking_manage", args=[slug, there]) + "?new")
    times = _times(booking, kind, guest.zone) if at_once else {}
    shown = offer_words(kind) | times | {
        "token": token, "zone": guest.zone, "problem": problem, "key": uuid4(), "guest": guest,
        "whole": reverse("book", args=[slug, kind.slug]) if kind.published else "",
    }  # fmt: skip
    return render(request, "journeys/again.html", shown, status=409 if problem else 200)


def _times(booking: Booking, kind: MeetingType, zone: str) -> dict[str, list[dict[str, Any]]]:
    """The next free times at the same hour of the same weekday on the guest's clock, and the next ones at all."""
    now = zones.minute_down(clock.now())
    there = zones.zone(zone)
    before = booking.meeting.span.lower.astimezone(there)
    found = free_times(kind, Window(now, now + kind.horizon + kind.duration), zone).starts
    moments = [zones.minute_to_utc(one.minute) for one in found]
    alike = [m for m in moments if _clock(m.astimezone(there)) == _clock(before)][:ALIKE]
    soon = [m for m in moments if m not in alike][:SOON]
    return {
        name: [{"start": m, "value": instant_text(m)} for m in chosen]
        for name, chosen in (("alike", alike), ("soon", soon))
    }


def _clock(moment: Any) -> tuple[int, int, int]:
    return moment.isoweekday(), moment.hour, moment.minute


def _answers(booking: Booking, kind: MeetingType) -> Given | None:
    """What was answered then, where the same is asked now; but for files, and for what is needed and is a file."""
    intake = intake_of(booking)
    if not booking.intake or booking.intake != kind.intake:
        return None
    files = {one.key for one in intake.questions if one.kind == "file"}
    return Given(kind.intake, {key: value for key, value in (booking.answers or {}).items() if key not in files})


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
