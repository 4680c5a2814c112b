"""Booking, moving and cancelling: for a guest by the booking's link, for oneself with a token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.access import Actor, acting, as_office, current
from tillit.booking import lines, links
from tillit.booking.queries import all_of, get_booking, get_guest, get_meeting_type, host_names, link_ended
from tillit.booking.visits.queries import with_further
from tillit.identity import throttle
from tillit.identity.queries import acting_person
from tillit.journeys import book as journey
from tillit.journeys import typed
from tillit.journeys.booking_page import instant_text
from tillit.journeys.sentences import not_cancelled_sentence, refusal_sentence
from tillit.kernel import mail, zones
from tillit.privacy.policy import frames
from tillit.web.api import doors, intake, paging, payments
from tillit.web.api.intake import Answers, IntakeAnswerOut, IntakeAnswersIn
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.payments import PaymentOut
from tillit.web.api.problems import Fault, Problem
from tillit.web.api.types import At, Email, Field, In, InstantText, Out, Slug, StrictBool, StrictStr, Zone, instant

if TYPE_CHECKING:
    from tillit.booking.models import Booking

router = Router(tags=["Bookings"])
Dates = Annotated[list[InstantText], Field(max_length=26)]
Words = Annotated[StrictStr, Field(max_length=2000)]


class GuestIn(In):
    """Who comes, where it is not the token's owner."""

    name: Annotated[StrictStr, Field(min_length=1, max_length=200, pattern=r"[^\x00-\x20\x7f]")]
    email: Email


class BookIn(In):
    """What to book, when, and for whom: with `guest` for somebody without an account, else for the token's owner.

    wait: where the session is full, stand in its line (the state is then `waiting`, later `confirmed` or `left`).
    dates: of an offer that is booked for several weeks at once, every start; left out, weekly from `start` on.
    further: other offers that are had in the same visit, after the first (`additions` of the offer)."""

    offer: Slug
    start: InstantText
    zone: Zone | None = None
    guest: GuestIn | None = None
    note: Words = ""
    wait: StrictBool = False
    dates: Dates = []
    further: Annotated[list[Slug], Field(max_length=6)] = []
    answers: Answers = []


class SeriesIn(In):
    """The new start of each date that is still to come."""

    dates: Dates


class MoveIn(In):
    """The new start."""

    start: InstantText


class CancelIn(In):
    """Why, if one likes to say."""

    reason: Words = ""


class BookingOut(Out):
    """A booking, for its guest. link: what opens it without a login; whoever has it may move and cancel."""

    id: UUID
    offer: str
    further: list[str]
    title: str
    place: str
    state: str
    start: At
    end: At
    hosts: list[str]
    name: str
    email: str
    note: str
    ahead: int | None
    series: UUID | None
    answers: list[IntakeAnswerOut]
    answer_by: At | None
    payment: PaymentOut | None
    link: str
    url: str


class BookingsOut(Out):
    items: list[BookingOut]
    next: str | None


@router.post("o/{slug:slug}/bookings", response={201: BookingOut}, auth=None)
def book(request: HttpRequest, slug: str, body: BookIn) -> Any:
    """Book: for a guest (no token needed), or for the token's owner (scope bookings:write)."""
    organisation = doors.here(request)
    of_age(organisation)
    with _as_whom(request, body) as (name, email):
        kind = with_further(get_meeting_type(body.offer), body.further)
        if kind is None:
            raise Problem(409, _("These do not go together in one visit."), kind="not-together")
        asked = {"request_key": uuid4(), "start": instant_text(instant(body.start)), "name": name}
        asked |= {"zone": body.zone or organisation.time_zone, "email": email, "note": body.note}
        values, wrong = typed.booking(asked)
        if wrong:
            raise Problem(422, faults=[Fault(pointer=f"/{k}", detail=one) for k, v in wrong.items() for one in v])
        minute = values.pop("start")
        try:
            dates = [zones.minute_down(instant(one)) for one in body.dates]
            values |= {"language": get_language() or "en", "waits": body.wait, "dates": dates}
            values["given"] = intake.given_for(kind, body.answers)
            made, _new = journey.book(kind=kind, minute=minute, **values)
        except journey.NotBooked as refused:
            raise Problem(409, refusal_sentence(refused.refusal), kind="not-free") from None
        except journey.FormChanged:
            raise Problem(409, _("What is asked has changed. Read it once more."), kind="asked-anew") from None
    if body.guest and not throttle.BOOKED.take(throttle.network(request)):
        raise Problem(429)
    with as_office("guest", str(made)):
        booked = get_booking(made)
        doors.concerns(request, booked.person_id)
        return Status(201, _out(booked, slug))


@router.get("o/{slug:slug}/bookings", response=BookingsOut, auth=doors.needs("bookings:read"))
def mine(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """The owner's bookings, the oldest first."""
    return paging.cut(all_of(doors.me()), cursor, limit, lambda one: one.pk, lambda one: _out(one, slug))


@router.get("o/{slug:slug}/bookings/{uuid:booking}", response=BookingOut, auth=doors.needs("bookings:read"))
def one(request: HttpRequest, slug: str, booking: UUID) -> Any:
    """One of the owner's bookings."""
    return _out(_mine(booking), slug)


@router.post("o/{slug:slug}/bookings/{uuid:booking}/move", response=BookingOut, auth=doors.needs("bookings:write"))
def move(request: HttpRequest, slug: str, booking: UUID, body: MoveIn) -> Any:
    """Move it; the old time is given back in the same moment."""
    return _move(_mine(booking), slug, body)


@router.post("o/{slug:slug}/bookings/{uuid:booking}/cancel", response=BookingOut, auth=doors.needs("bookings:write"))
def cancel(request: HttpRequest, slug: str, booking: UUID, body: CancelIn) -> Any:
    """Cancel it. Again is no error."""
    return _cancel(_mine(booking), slug, body)


@router.post("o/{slug:slug}/bookings/{uuid:booking}/answers", response=BookingOut, auth=doors.needs("bookings:write"))
def answers(request: HttpRequest, slug: str, booking: UUID, body: IntakeAnswersIn) -> Any:
    """Answer what is asked, anew or for the first time."""
    intake.answer(_mine(booking), body.answers)
    return _out(get_booking(booking), slug)


@router.get("o/{slug:slug}/booked/{str:link}", response=BookingOut, auth=None)
def by_link(request: HttpRequest, slug: str, link: str) -> Any:
    """The booking of a link."""
    with held(request, link) as booking:
        return _out(booking, slug)


@router.post("o/{slug:slug}/booked/{str:link}/move", response=BookingOut, auth=None)
def move_by_link(request: HttpRequest, slug: str, link: str, body: MoveIn) -> Any:
    """Move the booking of a link."""
    with held(request, link) as booking:
        return _move(booking, slug, body)


@router.post("o/{slug:slug}/booked/{str:link}/answers", response=BookingOut, auth=None)
def answers_by_link(request: HttpRequest, slug: str, link: str, body: IntakeAnswersIn) -> Any:
    """Answer what is asked for the booking of a link."""
    with held(request, link) as booking:
        intake.answer(booking, body.answers)
        return _out(get_booking(booking.pk), slug)


@router.post("o/{slug:slug}/booked/{str:link}/cancel", response=BookingOut, auth=None)
def cancel_by_link(request: HttpRequest, slug: str, link: str, body: CancelIn) -> Any:
    """Cancel the booking of a link. Again is no error."""
    with held(request, link) as booking:
        return _cancel(booking, slug, body)


@router.post("o/{slug:slug}/booked/{str:link}/series/move", response=BookingOut, auth=None)
def move_series_by_link(request: HttpRequest, slug: str, link: str, body: SeriesIn) -> Any:
    """Move all of a series that is still to come, or nothing of it."""
    with held(request, link) as booking:
        minutes = [zones.minute_down(instant(one)) for one in body.dates]
        try:
            journey.move_series(booking_id=booking.pk, minutes=minutes, zone=get_guest(booking).zone)
        except journey.NotBooked as refused:
            raise Problem(409, refusal_sentence(refused.refusal), kind="not-free") from None
        return _out(get_booking(booking.pk), slug)


@router.post("o/{slug:slug}/booked/{str:link}/series/cancel", response=BookingOut, auth=None)
def cancel_series_by_link(request: HttpRequest, slug: str, link: str, body: CancelIn) -> Any:
    """Cancel all of a series that is still to come."""
    with held(request, link) as booking:
        return _cancel(booking, slug, body, journey.cancel_series)


def of_age(organisation: Any) -> None:
    """An organisation that asks for the age asks the person themselves, who answers in the browser."""
    if frames.settings_of(organisation).age_at_booking:
        raise Problem(403, _("This organisation asks for the age first: book on its own page."), kind="age-first")


@contextmanager
def _as_whom(request: Any, body: BookIn) -> Iterator[tuple[str, str]]:
    """Act as whoever books: a guest is nobody in particular, whatever token came with it."""
    if body.guest:
        with acting(Actor(organisation=(current() or Actor()).organisation)):
            yield body.guest.name, body.guest.email
        return
    doors.needs("bookings:write")(request)
    person = acting_person(request)
    if person is None:
        raise Http404
    yield person.display_name, person.email


def _mine(booking: UUID) -> Booking:
    """A booking of which the acting person is the guest, or 404."""
    found = get_booking(booking)
    if found.person_id != doors.me():
        raise Http404
    return found


@contextmanager
def held(request: HttpRequest, link: str) -> Iterator[Booking]:
    """The booking of a link, in the office of whoever holds it; 404 for a forged one and one whose time is over."""
    booking = links.booking_id(link)
    with as_office("guest", str(booking)):
        found = get_booking(booking)
        if link_ended(found):
            raise Http404
        doors.concerns(request, found.person_id)
        yield found


def _move(booking: Booking, slug: str, body: MoveIn) -> dict[str, Any]:
    try:
        journey.move(booking_id=booking.pk, minute=zones.minute_down(instant(body.start)), zone=get_guest(booking).zone)
    except journey.NotBooked as refused:
        raise Problem(409, refusal_sentence(refused.refusal), kind="not-free") from None
    return _out(get_booking(booking.pk), slug)


def _cancel(booking: Booking, slug: str, body: CancelIn, do: Callable[..., object] = journey.cancel) -> dict[str, Any]:
    reason, wrong = typed.reason(body.reason)
    if wrong:
        raise Problem(422, faults=[Fault(pointer="/reason", detail=one) for one in wrong["reason"]])
    try:
        do(booking_id=booking.pk, reason=reason)
    except journey.NotBooked as refused:
        raise Problem(409, not_cancelled_sentence(refused.refusal), kind="not-cancelled") from None
    return _out(get_booking(booking.pk), slug)


def _out(booking: Booking, slug: str) -> dict[str, Any]:
    guest, kind, link = get_guest(booking), booking.meeting.visit, links.token(booking.pk, mailed=False)
    return {
        "id": booking.pk,
        "offer": kind.slug,
        "further": [one.slug for one in kind.further],
        "place": kind.word("place", get_language() or "en"),
        "title": kind.word("title", get_language() or "en"),
        "state": booking.state,
        "start": booking.meeting.span.lower,
        "end": booking.meeting.span.upper,
        "hosts": host_names([booking])[booking.pk],
        "name": guest.name,
        "email": guest.email,
        "note": booking.note,
        "ahead": lines.ahead(booking),
        "series": booking.series,
        "answers": intake.said(booking),
        "answer_by": booking.answer_by,
        "payment": payments.said(booking),
        "link": link,
        "url": mail.link(f"/o/{slug}/booking/{link}/"),
    }
