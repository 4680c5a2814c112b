"""What booking means for a person's copy, and what their erasure means to those they had booked with."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from tillit.booking import actions, lines, links
from tillit.booking.polls import actions as poll_actions
from tillit.booking.polls import queries as polls
from tillit.booking.queries import all_of, host_names, link_ended, to_come, with_hosts
from tillit.journeys import ics
from tillit.journeys.hire import rights as hired  # noqa: F401 (it is found from here)
from tillit.kernel.dpv import Words
from tillit.privacy.rights import corrections, parts


def tells(person: UUID) -> Iterator[Words]:
    """Bookings that are still to come: those of the guest, and those of others with a host who leaves."""
    coming = [booking for booking in to_come(person) if not booking.fixed]
    own = sum(booking.person_id == person for booking in coming)
    if own:
        yield ngettext(
            "Your booking that is still to come is cancelled. Whoever expects you is told that the time is free again.",
            "Your %(count)s bookings that are still to come are cancelled. Whoever expects you is told that the times "
            "are free again.",
            own,
        ) % {"count": own}
    if hosted := len(coming) - own:
        yield ngettext(
            "One booking that somebody else has with you is cancelled, and they are told. Hand it over first if "
            "a colleague can take it.",
            "%(count)s bookings that others have with you are cancelled, and they are told. Hand them over first if "
            "a colleague can take them.",
            hosted,
        ) % {"count": hosted}
    if asked := len(polls.undecided_or_to_come()):
        yield ngettext(
            "A poll that needs you is called off, and whoever left an address is told.",
            "%(count)s polls that need you are called off, and whoever left an address is told.",
            asked,
        ) % {"count": asked}


def cancel(person: UUID) -> None:
    """What is still to come is cancelled, while it is known who they are; mails go out as for any cancellation.
    Nobody moves up to a host who leaves."""
    coming = [booking for booking in to_come(person) if not booking.fixed]  # their job is cancelled, and they with it
    for meeting in {booking.meeting_id for booking in coming if booking.person_id != person}:
        lines.close_line(meeting)
    for booking in coming:
        actions.cancel(booking=booking)
    for poll in polls.undecided_or_to_come():
        poll_actions.call_off(poll)


def calendar(person: UUID) -> Iterator[parts.File]:
    """The person's bookings for a calendar. They knew with whom."""
    language = get_language() or "en"
    had = [booking for booking in all_of(person) if booking.state in ("confirmed", "cancelled")]  # none in a line
    names = host_names(had)
    bookings = [(booking, names[booking.pk]) for booking in had]
    if bookings:
        yield parts.File("bookings.ics", _("your bookings, for a calendar"), ics.many(bookings, language))


def change_answers(slug: str, row: UUID) -> str:
    """The page on which a guest answers anew, while the booking stands."""
    booking = with_hosts().filter(pk=row, state__in=("confirmed", "waiting")).first()
    if booking is None or link_ended(booking):
        return ""
    return reverse("booking_answers", args=[slug, links.token(row)])


parts.add(parts.Part("journeys", tells=tells, before=cancel, files=calendar))
corrections.elsewhere("booking.booking.answers", change_answers)
