"""Booking for somebody who calls: with their own rights, in their name, while the call is open (desk/calls.py).

What comes of it is the caller's: the booking, its mails, its link. The evidence says who typed it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tillit.booking.engine import Window
from tillit.booking.queries import free_times, get_meeting_type, meeting_types
from tillit.desk import calls
from tillit.desk.navigation import tabs
from tillit.desk.roles import CALLS
from tillit.identity.doors import needs_role
from tillit.identity.queries import current_organisation
from tillit.journeys import book, visiting
from tillit.journeys.booking_page import instant_text, read_instant
from tillit.journeys.offers import offer_words
from tillit.journeys.sentences import refusal_sentence
from tillit.kernel import clock, formats, zones

if TYPE_CHECKING:
    from tillit.booking.models import MeetingType

AHEAD = 31 * zones.DAY_MINUTES
MOST = 24  # times that are read out


def book_for(call: UUID, kind: MeetingType, minute: int, *, zone: str, key: UUID) -> UUID:
    """Book a minute (since the epoch, UTC) for the caller of an open call. key: of the form, which books once.

    Returns the booking's id. Raises book.NotBooked, and Http404 once the call is closed.
    """
    person = calls.caller_of(call)
    with calls.for_caller(call):
        booking, _new = book.book(
            kind=kind, minute=minute, request_key=key, name=person.display_name, email=person.email,
            phone=person.phone, language=person.language, zone=zone,
        )  # fmt: skip
    return booking


@require_http_methods(["GET", "HEAD", "POST"])
@needs_role(*CALLS)
def page(request: HttpRequest, slug: str, call: UUID) -> HttpResponse:
    """What can be booked, then its free times; a posted time is booked for the caller."""
    organisation = current_organisation(request)
    assert organisation is not None
    person = calls.caller_of(call)
    chosen = request.GET.get("kind", "")
    kind, gone = visiting.visit(request, get_meeting_type(chosen)) if chosen else (None, "")
    zone = person.time_zone or organisation.time_zone
    problem = gone
    if request.method == "POST" and kind is not None and not gone:
        start = read_instant(request.POST.get("start", ""))
        try:
            if start is not None:
                book_for(call, kind, zones.minute_down(start), zone=zone, key=_key(request))
                messages.success(request, _("It is booked for them, and they are told."))
                return redirect("desk_caller", slug=slug, call=call)
        except book.NotBooked as refused:
            problem = refusal_sentence(refused.refusal) if refused.refusal else ""
        problem = problem or _("That time is gone. Choose another one.")
    context = {
        "tabs": tabs(request, slug),
        "person": person,
        "call": call,
        "problem": problem,
        "kinds": [{"url": f"?kind={one.slug}", "kind": one, **offer_words(one)} for one in meeting_types()],
        "kind": kind,
        "kind_asked": chosen,
        "further": visiting.choices(kind) if kind else [],
        "words": offer_words(kind) if kind else {},
        "times": _times(kind, zone) if kind else [],
        "key": uuid4(),
        "back": reverse("desk_caller", args=[slug, call]),
    }
    return render(request, "journeys/call_book.html", context, status=409 if problem else 200)


def _times(kind: MeetingType, zone: str) -> list[dict[str, Any]]:
    """The next free times, on the caller's clock."""
    first = zones.minute_down(clock.now())
    found = free_times(kind, Window(first, first + min(kind.horizon, AHEAD) + kind.duration), zone)
    moments = [zones.minute_to_utc(one.minute) for one in found.starts[:MOST]]
    language = get_language() or "en"
    return [{"value": instant_text(m), "words": formats.format_datetime(m, language, zone=zone)} for m in moments]


def _key(request: HttpRequest) -> UUID:
    """The form's key; another one for what is none, so that nothing is booked twice by chance."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
