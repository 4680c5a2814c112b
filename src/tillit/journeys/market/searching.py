"""Free time and reviews for the search of providers, which stands beside booking and hiring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from tillit.access import current
from tillit.booking import events
from tillit.booking.queries import contacts, open_time
from tillit.directory.search import hours, listing, sources
from tillit.hiring import queries as hiring
from tillit.hiring.events import ReviewsOpened
from tillit.identity.queries import organisation_by_id
from tillit.kernel import zones
from tillit.kernel.outbox import Envelope, consumer
from tillit.kernel.ticket import Actor


def free(people: Iterable[UUID], first: date, days: int) -> Mapping[UUID, list[int]]:
    """As sources.Free says, by what booking knows now."""
    organisation = (current() or Actor()).organisation
    assert organisation is not None
    zone = organisation_by_id(organisation).time_zone
    low = zones.day_start(zone, first.toordinal())
    high = zones.day_start(zone, first.toordinal() + days)
    return {
        person: hours.bits(spans.starts, spans.ends, zone, first, days)
        for person, spans in open_time(people, low, high).items()
    }


def reviews(people: Iterable[UUID]) -> Mapping[UUID, tuple[int, float]]:
    """As sources.Reviews says: what everybody may read, once there are enough for an average."""
    return hiring.averages(people)


@consumer("directory.reviewed", ReviewsOpened)
def reviewed(event: ReviewsOpened, about: Envelope) -> None:
    """The provider whom one of them is about."""
    listing.remake([job.provider_id for job in hiring.get_jobs([event.job]).values()])


@consumer("directory.hours_changed", events.HoursChanged)
def hours_changed(event: events.HoursChanged, about: Envelope) -> None:
    """Whose hours they are."""
    listing.remake([event.person])


@consumer(
    "directory.booked", events.BookingMade, events.BookingMoved, events.BookingCancelled, events.BookingConfirmed,
    events.BookingMovedUp, events.BookingHandedOver,
)  # fmt: skip
def booked(event: events.BookingMade, about: Envelope) -> None:
    """Whoever receives; after handing over, whoever did before, too."""
    hosts = [one.person for one in contacts(event.booking, about.organisation) if one.side == "host"]
    left = getattr(event, "left", None)
    listing.remake([*hosts, left] if left else hosts)


def ready() -> None:
    """Let the search ask them."""
    sources.register(free=free, reviews=reviews)
