"""Who did not come: each side says it of the other on its own page, and the other is told."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tillit import evidence
from tillit.booking.attendance import TooLate, note_no_show
from tillit.booking.events import BookingMissed
from tillit.booking.queries import get_booking
from tillit.journeys import telling
from tillit.journeys.views import with_link

if TYPE_CHECKING:
    from tillit.booking.models import Booking


@require_POST
@with_link
def by_guest(request: HttpRequest, *, slug: str, token: str, booking: Booking) -> HttpResponse:
    """The guest says that nobody received them, or takes it back."""
    _note(request, booking.pk)
    return redirect("booking_manage", slug=slug, token=token)


@require_POST
def by_host(request: HttpRequest, slug: str, booking: UUID) -> HttpResponse:
    """A host says that the guest did not come, or takes it back. Somebody else's booking is a 404."""
    found = get_booking(booking)
    _note(request, booking)
    return redirect(reverse("calendar_meeting", args=[slug, found.meeting_id]))


def tell(event: BookingMissed, organisation: UUID) -> None:
    """As reaction: the side that did not come reads that it was said, or taken back; in its mail and its evidence."""
    what = "missed_not" if event.undone else "missed"
    for person in telling.tell(event.booking, organisation, what, only="guest" if event.guest else "host"):
        evidence.record(event.name, subject=person, object=event.booking)


def _note(request: HttpRequest, booking: UUID) -> None:
    undo = request.POST.get("undo") == "1"
    try:
        if note_no_show(booking, undo=undo):
            said = (
                _("Taken back. They are told.")
                if undo
                else _("Noted. They are told, and you can take it back for a day.")
            )
            messages.success(request, said)
        else:
            messages.info(request, _("That stood there already. Nothing has changed."))
    except TooLate as why:
        messages.warning(
            request,
            _("The meeting has not begun yet.")
            if str(why) == "early"
            else _("It can be said for a week after the meeting, and taken back for a day. That time is over."),
        )
