"""The public booking pages and the pages behind a booking's link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tillit.access import as_office
from tillit.booking import agreed, lines, links, standing
from tillit.booking import series as bound
from tillit.booking.attendance import attendance
from tillit.booking.engine import Refusal
from tillit.booking.intake import links as links_of_answers
from tillit.booking.intake.asking import lost
from tillit.booking.intake.queries import answered, current_intake, version_of
from tillit.booking.prices import add_money, price_of
from tillit.booking.queries import (
    get_booking,
    get_guest,
    get_meeting_type,
    host_names,
    hosted_meeting,
    link_ended,
    meeting_types,
    my_host,
)
from tillit.identity import throttle
from tillit.identity.queries import current_organisation
from tillit.journeys import asked_first, booking_page, embedding, ics, refused, series_page, visiting
from tillit.journeys import book as journey
from tillit.journeys.forms import BookingForm, CancelForm, ZoneForm, read_dates
from tillit.journeys.offers import offer_item, offer_words
from tillit.journeys.sentences import not_cancelled_sentence, refusal_sentence, rule_sentence
from tillit.kernel import clock, formats, mail, uploads, zones
from tillit.privacy import links as my_links

if TYPE_CHECKING:
    from tillit.booking.models import Booking, MeetingType


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Choose a day and a time, say who comes, book. `whole` in a form asks for the page with what is typed in it."""
    if request.method != "POST":
        return _whole_page(request, slug, kind)
    meeting_type = get_meeting_type(kind)
    if asked_first.needed(request, meeting_type):
        return asked_first.page(request, slug, meeting_type)
    posted: QueryDict = request.POST
    if "wait" in posted:  # the button of the waiting list says for which time
        posted = posted.copy()
        posted["start"] = str(posted["wait"])
    form = BookingForm(posted, request.FILES, **_asked(request, meeting_type))
    meeting_type, gone = visiting.visit(request, meeting_type)
    if gone:
        return _whole_page(request, slug, kind, form, problem=gone)
    if form.answered_otherwise():
        return _asked_anew(request, slug, kind, form)
    if "whole" not in posted and form.is_valid():
        around = embedding.frame(request)
        if around and not (around.sent and around.sent.take()):
            return _sent_before(request, slug, kind, form)
        return _book(request, slug, meeting_type, form)
    return _whole_page(request, slug, kind, form)


def _book(request: HttpRequest, slug: str, kind: MeetingType, form: BookingForm) -> HttpResponse:
    """Book what a form holds that can be read, or say what is free near it."""
    data = form.cleaned_data
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
            given=form.given(),
            waits="wait" in request.POST,
            dates=read_dates(request.POST.get("dates", "")) if kind.times > 1 else (),
        )
    except journey.NotBooked as not_booked:
        if kind.times > 1:
            problem = series_page.refused_sentence(not_booked, data["zone"])
            return _whole_page(request, slug, kind.slug, form, problem=problem)
        return refused.page(request, kind, data | {"written": form.written()}, not_booked.refusal)
    except journey.FormChanged:  # in the moment between
        return _asked_anew(request, slug, kind.slug, form)
    except uploads.Refused as wrong:
        form.add_error(None, str(wrong))
        return _whole_page(request, slug, kind.slug, form)
    if new and one_too_many(request):
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


def _asked_anew(request: HttpRequest, slug: str, kind: str, form: BookingForm) -> HttpResponse:
    """The questions have changed while the form lay open: what still fits is kept in it, the rest is shown."""
    problem = _("The questions have changed since you opened the page. What you wrote is kept: look once more.")
    return _whole_page(request, slug, kind, form, problem=problem)


def _whole_page(
    request: HttpRequest, slug: str, kind: str, form: BookingForm | None = None, problem: str = ""
) -> HttpResponse:
    """Calendar, times and form, with what a sent form has wrong."""
    offers = meeting_types()
    meeting_type = next((one for one in offers if one.slug == kind), None)
    organisation = current_organisation(request)
    if meeting_type is None or organisation is None:
        raise Http404
    if asked_first.needed(request, meeting_type):
        return asked_first.page(request, slug, meeting_type)
    meeting_type, gone = visiting.visit(request, meeting_type)
    problem = problem or gone
    zone, chosen, unknown = _zone(request, organisation.time_zone)
    wanted = request.POST.get("whole") or request.POST.get("start") or request.POST.get("wait", "")
    page = _page(request, meeting_type, zone, chosen, wanted=booking_page.read_instant(wanted))
    if problem or unknown:
        page.problem, page.status = problem or unknown, 409 if problem else 400
    elif "whole" in request.POST:
        page.status = 200
    elif form and page.status == 200:
        page.status = 422
    intake = current_intake(meeting_type)
    old = form.answered_otherwise() if form else 0
    shown = offer_words(meeting_type) | {
        "page": page,
        "form": _fresh(form, page, _asked(request, meeting_type), links_of_answers.brought(request.GET.dict())),
        "no_longer_asked": lost(version_of(meeting_type, old), intake, request.POST, get_language() or "en")
        if old
        else [],
        "files_again": bool(request.FILES),
        "choices": [{"start": one["start"]} for one in page.nearest or page.slots],
        "offer_items": [
            offer_item(
                k,
                embedding.address(request, "book", slug, k.slug),
                currency=organisation.currency,
                current=k.pk == meeting_type.pk,
            )
            for k in offers
        ],
        "zone_form": _zone_form(zone),
        "further": visiting.choices(meeting_type),
        "rows": _rows(page.start, page.end, page.zone, page.host_zone) if page.start and page.end else [],
        "rule": rule_sentence(meeting_type),
        "price": price_of(meeting_type, organisation.currency),
    }
    if page.start and meeting_type.times > 1:
        kept = around.kept if (around := embedding.frame(request)) else {}
        shown["series"] = series_page.dates_shown(
            meeting_type, page.start, request.GET, zone, path=request.path, kept=kept
        )
    return render(request, "journeys/book.html", shown, status=page.status)


def one_too_many(request: Any) -> bool:
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


def _asked(request: HttpRequest, kind: MeetingType) -> dict[str, Any]:
    """What is asked on this page, and what was answered on the way to it."""
    way = asked_first.led(request, kind)
    return {"intake": current_intake(kind), "fixed": way.answers if way else None}


def _fresh(
    form: BookingForm | None, page: booking_page.BookingPage, asks: dict[str, Any], brought: dict[str, str]
) -> BookingForm:
    """The form with the chosen start in it, and what the address brings along: what was typed is kept when the time
    has to be chosen anew."""
    if form is None:
        start = {"request_key": uuid4(), "zone": page.zone, "start": page.start_text}
        return BookingForm(initial=brought | start, **asks)
    questions = asks["intake"].questions
    typed = {name: form.data.get(name) for name in [*form.fields, *(one.name for one in questions)]}
    now = {"start": page.start_text, "zone": page.zone, "intake": asks["intake"].version}
    again = BookingForm(typed | now, **asks)
    anew = "whole" in form.data or form.answered_otherwise()
    again._errors = ErrorDict() if anew else form.errors  # type: ignore[attr-defined]
    return again


def _page(request: HttpRequest, kind: Any, zone: str, chosen: bool, **more: Any) -> booking_page.BookingPage:
    around = embedding.frame(request)
    return booking_page.build(
        kind,
        query=request.GET.dict(),
        zone=zone,
        zone_chosen=chosen,
        path=request.path,
        kept=(around.kept if around else {}) | links_of_answers.kept(request.GET.dict()) | visiting.kept(request, kind),
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
    organisation = booking.organisation
    add_money([booking])
    return offer_words(booking.meeting.visit) | {
        "booking": booking,
        "rows": _rows(span.lower, span.upper, zone, organisation.time_zone),
        "host_names": _(" and ").join(host_names([booking])[booking.pk]),
        "guest": get_guest(booking),
        "agreed": agreed.known([booking], booking.person_id).get(booking.pk),
        "start": span.lower,
        "end": span.upper,
        "zone": zone,
        "over": span.lower <= clock.now(),
        "answered": answered(booking, get_language() or "en"),
        "asked": bool(booking.intake or booking.meeting.meeting_type.intake),
        "standing": standing.of_booking(booking),
        "ahead": lines.ahead(booking),
        "closes": span.lower - timedelta(minutes=booking.meeting.meeting_type.notice),
        "attendance": attendance(booking, "guest"),
        "money": booking.money,  # type: ignore[attr-defined]
    }


@require_safe
@with_link
def manage(request: HttpRequest, *, slug: str, token: str, booking: Booking) -> HttpResponse:
    """The confirmation, and the way to move or cancel."""
    return manage_page(request, booking, token, new="new" in request.GET)


def manage_page(
    request: HttpRequest, booking: Booking, token: str, *, cancel_form: CancelForm | None = None, status: int = 200,
    new: bool = False,
) -> HttpResponse:  # fmt: skip
    """The page of a booking, or of a place in line, with a form that has something wrong if there is one."""
    slug, mailed = booking.organisation.slug, links.was_mailed(token)
    about = _about(booking, get_guest(booking).zone)
    about |= {"token": token, "new": new, "cancel_form": cancel_form or CancelForm()}
    about["siblings"] = series_page.siblings(booking, slug, mailed=mailed)
    about["siblings_coming"] = bool(booking.series and not booking.fixed and bound.coming(booking))
    if mailed:  # whoever has only booked may have typed somebody else's address
        about["my_data"] = reverse("my:data", args=[slug, my_links.token(booking.person_id)])
    in_line = booking.state in ("waiting", "left")
    return render(request, "journeys/line.html" if in_line else "journeys/manage.html", about, status=status)


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
    return manage_page(request, booking, token, cancel_form=form, status=409 if form.is_valid() else 422)


@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def move(request: HttpRequest, *, slug: str, token: str, booking: Booking) -> HttpResponse:
    """Choose another time; the old one is given back in the same moment."""
    if booking.between_two:
        return redirect("booking_manage", slug=slug, token=token)
    guest = get_guest(booking)
    zone, chosen, problem = _zone(request, guest.zone)
    kind = booking.meeting.visit
    wanted = booking_page.read_instant(request.POST.get("start", ""))
    refusal = ""
    if request.method == "POST" and wanted:
        try:
            journey.move(booking_id=booking.pk, minute=zones.minute_down(wanted), zone=zone)
            messages.success(request, _("Moved. The old time is free again, and a new calendar file comes by mail."))
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
    """The booking as an iCalendar file (RFC 5545). While it is not paid there is none."""
    if booking.pay_by:
        raise Http404
    organisation = current_organisation(request)
    assert organisation is not None
    link, language = mail.link(reverse("booking_manage", args=[slug, token])), get_language() or "en"
    if booking.series:
        series = bound.all_of(booking)
        names = host_names(series)
        every = [(one, names[one.pk]) for one in series]
        content = ics.many(every, language, contact=organisation.contact_email, link=link)
    else:
        content = ics.booking_file(
            booking,
            hosts=host_names([booking])[booking.pk],
            organisation=organisation.name,
            contact=organisation.contact_email,
            language=language,
            link=link,
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
    cancel = journey.cancel_series if "whole" in request.POST else journey.cancel
    try:
        if cancel(booking_id=booking, reason=form.cleaned_data["reason"] if form.is_valid() else ""):
            messages.success(request, _("The booking is cancelled, and the guest gets a mail about it."))
        else:
            messages.info(request, _("This booking was cancelled already. Nothing has changed."))
    except journey.NotBooked as not_booked:
        messages.warning(request, not_cancelled_sentence(not_booked.refusal))
    return redirect(reverse("calendar", args=[slug]) + "?view=list")


@require_POST
def meeting_cancel(request: HttpRequest, slug: str, meeting: UUID) -> HttpResponse:
    """A host calls a whole meeting of their own off. Anybody else's is a 404."""
    found = hosted_meeting(meeting)
    if found is None:
        raise Http404
    form = CancelForm(request.POST)
    try:
        count = journey.call_off(meeting=found, reason=form.cleaned_data["reason"] if form.is_valid() else "")
        said = ngettext(
            "The meeting is called off, and the guest gets a mail about it.",
            "The meeting is called off, and its %(n)s guests get a mail about it.",
            count,
        )
        messages.success(request, said % {"n": formats.digits(count, get_language() or "en")})
    except journey.NotBooked as not_booked:
        messages.warning(request, not_cancelled_sentence(not_booked.refusal))
    return redirect(reverse("calendar", args=[slug]) + "?view=list")
