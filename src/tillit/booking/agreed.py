"""Times that two people agreed on between themselves (`engaging`) stand for something that another app knows. Nothing
of a contact is opened by such a booking: each reads of the other what they are called there, never a full name.

    agreed.by(named)        # in AppConfig.ready; named(bookings) -> {booking: Known}, as the acting person knows them
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tillit.access import Actor, acting, current

if TYPE_CHECKING:
    from tillit.booking.models import Booking


@dataclass(frozen=True)
class Known:
    """What the acting person calls the other one, and the path of the page on which they agreed."""

    called: str = ""
    url: str = ""


NOTHING = Known()
_sources: list[Callable[[Iterable[UUID]], Mapping[UUID, Known]]] = []


def by(source: Callable[[Iterable[UUID]], Mapping[UUID, Known]]) -> None:
    """Ask this about such bookings; it leaves out those that it does not know."""
    if source not in _sources:
        _sources.append(source)


def known(bookings: Iterable[Booking], person: UUID | None) -> dict[UUID, Known]:
    """What this person, one of the two, knows of those of the bookings that two agreed on; nothing of others."""
    wanted = [one.pk for one in bookings if one.between_two]
    if not wanted or person is None:
        return {}
    found: dict[UUID, Known] = dict.fromkeys(wanted, NOTHING)
    with acting(replace(current() or Actor(), office="member", account=None, person=person, subject=None)):
        for source in _sources:
            found |= source(wanted)
    return found


def guest_name(booking: Any) -> str:
    """What a host may call the guest of a booking, as `queries.hosted_meetings` gives it; "" for nobody whom they may
    know."""
    return booking.guest.display_name if booking.guest else booking.agreed.called if booking.agreed else ""
