"""Bookings, and what can be booked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tillit.booking import queries as booking
from tillit.booking.agreed import guest_name
from tillit.exchange.lists import Between, Line, List, register
from tillit.journeys import ics
from tillit.journeys.exporting.common import administrators, instants, language


def _bookings(request: Any, between: Between) -> Iterable[Line]:
    """The acting host's own, as on their calendar's pages: a guest's contact only while they may know it."""
    for meeting in booking.hosted_meetings(*instants(request, between)):
        title = meeting.visit.word("title", language())
        for one in meeting.bookings.all():
            guest = one.guest
            who = (guest.display_name, guest.email, guest.phone) if guest else (guest_name(one), "", "")
            note = one.note if guest else ""
            yield Line((meeting.span.lower, meeting.span.upper, title, *who, note), one.person_id, one)


def _calendar(request: Any, rows: Sequence[Line]) -> bytes:
    """When and what; with whom a calendar's other readers need not know."""
    return ics.many([(row.thing, ()) for row in rows], language())


def _offers(request: Any, between: Between) -> Iterable[Line]:
    for kind in booking.all_meeting_types():
        word = kind.word
        yield Line(
            (
                word("title", language()), word("summary", language()), kind.duration, kind.place,
                word("place", language()), kind.capacity, kind.slug,
            )
        )  # fmt: skip


register(
    List(
        "bookings", _("Bookings"),
        (_("Begins"), _("Ends"), _("What"), _("Name"), _("E-mail"), _("Phone"), _("Note")),
        lambda request: booking.my_host() is not None, _bookings, "calendar", others=True, days=True,
        forms=(("ics", _calendar),),
    )
)  # fmt: skip
register(
    List(
        "offers", _("What can be booked"),
        (_("Title"), _("In one sentence"), _("Length in minutes"), _("Where"), _("Place"), _("Seats"), _("Short name")),
        administrators, _offers, "offers",
    )
)  # fmt: skip
