"""The public booking pages and the pages behind a booking's link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.access import as_office
from tillit.booking import links
from tillit.booking.engine import Refusal
from tillit.booking.queries import (
    get_booking,
    get_guest,
    get_meeting_type,
    hosts_of,
    link_ended,
    meeting_types,
    my_host,
)
from tillit.identity import throttle
from tillit.identity.queries import current_organisation
from tillit.journeys import book as journey
from tillit.journeys import booking_page, embedding, ics, refused
from tillit.journeys.forms import BookingForm, CancelForm, ZoneForm
from tillit.journeys.offers import offer_item, offer_words
from tillit.journeys.sentences import not_cancelled_sentence, refusal_sentence
from tillit.kernel import clock, formats, mail, zones
from tillit.privacy import links as my_links

if TYPE_CHECKING:
    from tillit.booking.models import Booking, MeetingType


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Choose a day and a time, say who comes, book. `whole` in a form asks for the page with what is typed in it."""
    posted = request.POST if request.method == "POST" else None
    form = BookingForm(posted)
    if posted is not None and "whole" not in posted and form.is_valid():
        around = embedding.frame(request)
        if around and not (around.sent and around.sent.take()):
            return _sent_before(request, slug, kind, form)
        return _book(request, slug, get_meeting_type(kind), form.cleaned_data)
    return _whole_page(request, slug, kind, form)


def _book(request: HttpRequest, slug: str, kind: MeetingType, data: dict[str, Any]) -> HttpResponse:
    """Book what a form holds that can be read, or say what is free near it."""
    try:
        booking, new = journey.book(
            kind=kind,
            minute=data["start"],
            request_key=data["request_key"],
            name=data["name"],
            email=data["email"],
            note=data["note"],
            language=get_language() or "en",
            zone=data["zone"],
        )
    except journey.NotBooked as not_booked:
        return refused.page(request, kind, data, not_booked.refusal)
    if new and _one_too_many(request):
        return render(request, "journeys/too_many.html", status=429)
    return _booked(request, slug, booking, new=new)


def _booked(request: HttpRequest, slug: str, booking: UUID, *, new: bool) -> HttpResponse:
    """On to the confirmation."""
    token = links.token(booking, mailed=False)
    if embedding.frame(request):
        return redirect(embedding.address(request, "booked", slug, token))
    return redirect(reverse("booking_manage", args=[slug, token]) + ("?new" if new else ""))


def _sent_before(request: HttpRequest, slug: str, kind: str, form: BookingForm) -> HttpResponse:
    """A form without a cookie that was used, or lay open for hours: what it booked, or the page once more."""
    data = form.cleaned_data
    if earlier := journey.booked_before(data["request_key"], data["email"]):
        return _booked(request, slug, earlier, new=False)
    problem = _("The page had been open for too long. Look once more, and book again.")
    return _whole_page(request, slug, kind, form, problem=problem)


def _whole_page(request: HttpRequest, slug: str, kind: str, form: BookingForm, problem: str = "") -> HttpResponse:
    """Calendar, times and form, with what a sent form has wrong."""
    offers = meeting_types()
    meeting_type = next((one for one in offers if one.slug == kind), None)
    organisation = current_organisation(request)
    if meeting_type is None or organisation is None:
        raise Http404
    zone, chosen, unknown = _zone(request, organisation.time_zone)
    wanted = request.POST.get("whole") or request.POST.get("start", "")
    page = _page(request, meeting_type, zone, chosen, wanted=booking_page.read_instant(wanted))
    if problem or unknown:
        page.problem, page.status = problem or unknown, 409 if problem else 400
    elif "whole" in request.POST:
        page.status = 200
    elif form.is_bound and page.status == 200:
        page.status = 422
    shown = offer_words(meeting_type) | {
        "page": page,
        "form": _fresh(form, page),
        "choices": [{"start": one["start"]} for one in page.nearest or page.slots],
        "offer_items": [
            offer_item(k, embedding.address(request, "book", slug, k.slug), current=k.pk == meeting_type.pk)
            for k in offers
        ],
        "zone_form": _zone_form(zone),
        "rows": _rows(page.start, page.end, page.zone, page.host_zone) if page.start and page.end else [],
    }
    return render(request, "journeys/book.html", shown, status=page.status)


def _one_too_many(request: Any) -> bool:
    """Whether this network has booked so much without an account that this booking shall not stay.

    Counted after the booking, so that only what is booked counts and guests of one network wait for each other
    no longer than they must.
    """
    if request.actor.person or throttle.BOOKED.take(throttle.network(request)):
        return False
    request.failed = True  # nothing of the request stays
    return True


def _rows(start: datetime, end: datetime, zone: str, host_zone: str) -> list[tuple[str, str]]:
    """The meeting's time on both clocks."""
    language = get_language() or "en"
    rows = [(formats.zone_city(zone, language), formats.format_time_range(start, end, language, zone=zone))]
    if formats.zone_difference(zone, host_zone, start):
        there = formats.format_time_range(start, end, language, zone=host_zone)
        rows.append((formats.zone_city(host_zone, language), there))
    return rows


def _fresh(form: BookingForm, page: booking_page.BookingPage) -> BookingForm:
    """The form with the chosen start in it: what was typed is kept when the time has to be chosen anew."""
    if not form.is_bound:
        return BookingForm(initial={"request_key": uuid4(), "zone": page.zone, "start": page.start_text})
    again = BookingForm(
        {name: form.data.get(name) for name in form.fields} | {"start": page.start_text, "zone": page.zone}
    )
    again._errors = ErrorDict() if "whole" in form.data else form.errors  # type: ignore[attr-defined]
    return again


def _page(request: HttpRequest, kind: Any, zone: str, chosen: bool, **more: Any) -> booking_page.BookingPage:
    around = embedding.frame(request)
    return booking_page.build(
        kind,
        query=request.GET.dict(),
        zone=zone,
        zone_chosen=chosen,
        path=request.path,
        kept=around.kept if around else None,
        **more,
    )


def _zone(request: HttpRequest, fallback: str) -> tuple[str, bool, str]:
    asked = request.POST.get("zone") or request.GET.get("zone")
    return booking_page.choose_zone(asked, request.COOKIES.get("zone"), fallback)


def _zone_form(zone: str) -> ZoneForm:
    return ZoneForm(initial={"zone": zone}, language=get_language() or "en")


def with_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view of whoever holds a booking's link: it acts as office "guest", narrowed to that booking."""

    @never_cache
    @wraps(view)
    def held(request: HttpRequest, slug: str, token: str, **more: Any) -> HttpResponse:
        booking_id = links.booking_id(token)
        with as_office("guest", str(booking_id)):
            booking = get_booking(booking_id)
            if link_ended(booking):
                return render(request, "journeys/link_ended.html", status=410)
            return view(request, slug=slug, token=token, booking=booking, **more)

    return held


def _about(booking: Booking, zone: str) -> dict[str, Any]:
    """What every page about one booking shows."""
    span = booking.meeting.span
    hosts = hosts_of(booking)
    organisation = booking.organisation
    return offer_words(booking.meeting.meeting_type) | {
        "booking": booking,
        "rows": _rows(span.lower, span.upper, zone, organisation.time_zone),
        "host_names": _(" and ").join(host.name for host in hosts),
        "guest": get_guest(booking),
        "start": span.lower,
        "end": span.upper,
        "zone": zone,
        "over": span.lower <= clock.now(),
    }


@require_safe
@with_link
def manage(request: HttpRequest, *, slug: str, token: str, booking: Booking) -> HttpResponse:
    """The confirmation, and the way to move or cancel."""
    about = _about(booking, get_guest(booking).zone)
    about |= {"token": token, "new": "new" in request.GET, "cancel_form": CancelForm()}
    if links.was_mailed(token):  # whoever has only booked may have typed somebody else's address
        about["my_data"] = reverse("my:data", args=[slug, my_links.token(booking.person_id)])
    return render(request, "journeys/manage.html", about)


@require_safe
@with_link
def booked(request: HttpRequest, *, slug: str, token: str, booking: Booking) -> HttpResponse:
    """The confirmation in a frame: it says what is booked; moving and cancelling open in a page of their own."""
    about = _about(booking, get_guest(booking).zone)
    return render(request, "journeys/embedded/booked.html", about | {"token": token})


@require_POST
@with_link
def cancel(request: HttpRequest, *, slug: str, token: str, booking: Booking) -> HttpResponse:
    """Cancel; the reason is asked, not demanded."""
    form = CancelForm(request.POST)
    if form.is_valid():
        try:
            journey.cancel(booking_id=booking.pk, reason=form.cleaned_data["reason"])
            return redirect("booking_manage", slug=slug, token=token)
        except journey.NotBooked as not_booked:
            form.add_error(None, not_cancelled_sentence(not_booked.refusal))
    about = _about(booking, get_guest(booking).zone)
    about |= {"token": token, "cancel_form": form}
    return render(request, "journeys/manage.html", about, status=409 if form.is_valid() else 422)


@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def move(request: HttpRequest, *, slug: str, token: str, booking: Booking) -> HttpResponse:
    """Choose another time; the old one is given back in the same moment."""
    guest = get_guest(booking)
    zone, chosen, problem = _zone(request, guest.zone)
    kind = booking.meeting.meeting_type
    wanted = booking_page.read_instant(request.POST.get("start", ""))
    refusal = ""
    if request.method == "POST" and wanted:
        try:
            journey.move(booking_id=booking.pk, minute=zones.minute_down(wanted), zone=zone)
            return redirect("booking_manage", slug=slug, token=token)
        except journey.NotBooked as not_booked:
            refusal = refusal_sentence(not_booked.refusal)
            if not_booked.refusal is Refusal.PAST and booking.meeting.span.lower <= clock.now():
                refusal = _("The meeting has already begun; it can no longer be moved.")
    page = _page(request, kind, zone, chosen, aside=booking.pk, wanted=wanted)
    if refusal or problem:
        page.problem, page.status = refusal or problem, 409 if refusal else 400
    about = _about(booking, zone)
    about |= {"page": page, "token": token, "zone_form": _zone_form(zone)}
    return render(request, "journeys/move.html", about, status=page.status)


@require_safe
@with_link
def calendar_file(request: HttpRequest, *, slug: str, token: str, booking: Booking) -> HttpResponse:
    """The booking as an iCalendar file (RFC 5545)."""
    organisation = current_organisation(request)
    assert organisation is not None
    content = ics.booking_file(
        booking,
        hosts=[host.name for host in hosts_of(booking)],
        organisation=organisation.name,
        contact=organisation.contact_email,
        language=get_language() or "en",
        link=mail.link(reverse("booking_manage", args=[slug, token])),
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="booking.ics"'
    return response


@require_POST
def host_cancel(request: HttpRequest, slug: str, booking: UUID) -> HttpResponse:
    """A host cancels a booking of a meeting of their own. Somebody else's is a 404."""
    form = CancelForm(request.POST)
    if my_host() is None:
        raise Http404
    get_booking(booking)
    try:
        if journey.cancel(booking_id=booking, reason=form.cleaned_data["reason"] if form.is_valid() else ""):
            messages.success(request, _("The booking is cancelled, and the guest gets a mail about it."))
        else:
            messages.info(request, _("This booking was cancelled already. Nothing has changed."))
    except journey.NotBooked as not_booked:
        messages.warning(request, not_cancelled_sentence(not_booked.refusal))
    return redirect(reverse("calendar", args=[slug]) + "?view=list")
