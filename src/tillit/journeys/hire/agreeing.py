"""Agreeing, changing and cancelling: the terms and the provider's calendar change together, or nothing does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tillit.access import Actor, current
from tillit.booking.engaging import become_bookable, bookable, engage
from tillit.booking.queries import still_booked
from tillit.directory.queries import called
from tillit.hiring import actions, queries
from tillit.hiring.actions import Offer, Refused
from tillit.identity.queries import names, organisation_by_id, roles
from tillit.kernel import clock, zones
from tillit.kernel.ids import new_id
from tillit.messaging.actions import post_card
from tillit.messaging.queries import reaches

if TYPE_CHECKING:
    from tillit.hiring.models import FirstMeeting, Job, Terms

FIRST, AGREED = "first-meeting", "_jobs"
JOB, MEETING = "hiring.job", "hiring.meeting"  # kinds of cards
TITLES = {FIRST: _("First meeting"), AGREED: _("Agreed hours")}

__all__ = [
    "Offer", "Refused", "call_off", "cancel", "change", "confirm", "pick", "propose", "propose_meeting", "refuse",
    "stands",
]  # fmt: skip


@transaction.atomic
def propose_meeting(
    *,
    seeker: UUID,
    provider: UUID,
    starts: Iterable[datetime],
    minutes: int = 30,
    place: str = "video",
    where: str = "",
    thread: UUID | None = None,
) -> UUID:
    """As hiring.actions.propose_meeting; a provider can be booked from the first time on."""
    _reach(thread)
    receive(provider)
    made = actions.propose_meeting(
        seeker=seeker, provider=provider, starts=starts, minutes=minutes, place=place, where=where, thread=thread
    )
    if thread:
        post_card(thread, MEETING, made)
    return made


@transaction.atomic
def pick(meeting: FirstMeeting, start: datetime | None) -> bool:
    """Pick a proposed time (aware), which is booked with that, or none of them. False when that was done already.
    Raises Refused ("gone" also where the other wants to hear nothing of the acting person by now), and NotBooked where
    the time is taken by now; nothing has changed then."""
    if start:
        _reach(meeting.thread)
    receive(meeting.provider_id)
    taken = new_id()
    if not actions.answer_meeting(meeting, start, taken if start else None):
        return False
    if start:
        engage(
            receives=meeting.provider_id, comes=meeting.seeker_id, kind=FIRST, title=TITLES[FIRST], place=meeting.place,
            times=[(start, start + timedelta(minutes=meeting.minutes))], ids=[taken],
        )  # fmt: skip
    return True


def stands(meeting: FirstMeeting) -> bool:
    """Has a time been picked, and not been cancelled since, here or in a calendar?"""
    if meeting.state != "picked":
        return False
    if meeting.chosen is not None and meeting.chosen <= clock.now():
        return True  # and the booking may be gone with its days
    return meeting.booking is not None and still_booked(meeting.booking)


def call_off(meeting: FirstMeeting) -> bool:
    """Either side cancels the time that was picked, before it begins: it is free again, and the other is told. False
    when that was done already."""
    if meeting.booking is None or not stands(meeting):
        return False
    engage(
        receives=meeting.provider_id, comes=meeting.seeker_id, kind=FIRST, title=TITLES[FIRST],
        free=[meeting.booking],
    )  # fmt: skip
    return True


@transaction.atomic
def propose(*, seeker: UUID, provider: UUID, offer: Offer, thread: UUID | None = None) -> UUID:
    """As hiring.actions.propose. Raises Refused("gone") also where the other wants to hear nothing of the acting
    person."""
    _reach(thread)
    receive(provider)
    made = actions.propose(seeker=seeker, provider=provider, offer=offer, thread=thread)
    if thread:
        post_card(thread, JOB, made)
    return made


def _reach(thread: UUID | None) -> None:
    if thread and not reaches(thread):
        raise Refused("gone")


def change(job: Job, offer: Offer, *, seen: int) -> int:
    """As hiring.actions.change: what was agreed holds until the other says yes. Raises Refused("gone") also where the
    other wants to hear nothing of the acting person."""
    _reach(job.thread)
    return actions.change(job, offer, seen=seen)


@transaction.atomic
def confirm(job: Job, number: int) -> bool:
    """Say yes to the terms of this number. With the second yes, in one step: the provider's calendar is taken, what was
    booked before is given back, and the seeker's address is open to the provider until the day after. False when it was
    agreed already. Raises Refused ("gone" also where the other wants to hear nothing of the acting person by now), and
    NotBooked where a time is taken; nothing has changed then."""
    _reach(job.thread)
    receive(job.provider_id)
    versions = {one.number: one for one in queries.versions(job)}
    wanted = versions.get(number)
    if wanted is None:
        raise Refused("gone")
    if not actions.confirm(job, number, address_until=day_after(job, wanted)):
        return False
    now = queries.get_job(job.pk)  # locked by now: what held before is what it says
    before = next((one for one in versions.values() if one.bookings and one.number < number), None)
    spans = [(span.lower, span.upper) for span in wanted.spans]
    bookings = engage(
        receives=job.provider_id, comes=job.seeker_id, kind=AGREED, title=TITLES[AGREED], times=spans,
        free=before.bookings if before else (), series=job.pk if len(spans) > 1 else None, quiet=True,
    )  # fmt: skip
    actions.booked(now, bookings)
    return True


def refuse(job: Job, number: int) -> bool:
    """As hiring.actions.refuse."""
    return actions.refuse(job, number)


@transaction.atomic
def cancel(job: Job) -> bool:
    """Either side cancels what is left of a job: the provider's time is free again. False when that was done already.
    Raises Refused."""
    if not actions.cancel(job):
        return False
    if terms := queries.terms_of(job.pk):
        engage(
            receives=job.provider_id, comes=job.seeker_id, kind=AGREED, title=TITLES[AGREED], free=terms.bookings
        )  # fmt: skip
    return True


def receive(provider: UUID) -> None:
    """A provider who acts can be booked from now on; where somebody else acts nothing changes."""
    actor = current() or Actor()
    if actor.person != provider or "provider" not in roles() or bookable(provider):
        return
    assert actor.organisation is not None
    name = called([provider]).get(provider) or names([provider]).get(provider, "").split(" ")[0]
    become_bookable(name=name, zone=organisation_by_id(actor.organisation).time_zone)


def day_after(job: Job, terms: Terms) -> datetime:
    """The end of the day after the last of the times, on the organisation's clock (UTC)."""
    zone = zones.zone(organisation_by_id(job.organisation_id).time_zone)
    last = max(span.upper for span in terms.spans).astimezone(zone).date()
    return datetime.combine(last + timedelta(days=2), time(), tzinfo=zone)
