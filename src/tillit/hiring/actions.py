"""Proposing, saying yes, changing and cancelling what two people agree on. The database decides (sql/hiring.sql); what
spans apps, above all the calendar, is called together with these in journeys/hire."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tillit import evidence
from tillit.access import Actor, current
from tillit.hiring import events
from tillit.hiring.models import DEAREST, LONGEST, FirstMeeting, Job, Terms
from tillit.kernel import outbox, sealed, signing
from tillit.kernel.ids import new_id
from tillit.kernel.normal import clean_text
from tillit.kernel.ticket import sign_text

__all__ = [
    "DEAREST", "LONGEST", "Offer", "Refused", "answer_meeting", "booked", "cancel", "change", "confirm", "order",
    "propose", "propose_meeting", "refuse",
]  # fmt: skip

LINES = ("what", "where", "signature", "note")
"""What is written in one line."""
Span = tuple[datetime, datetime]


class Refused(Exception):
    """Nothing was done. `why`: gone (not theirs, or it stands otherwise), changed (there are newer terms than were
    read), times (none, past, too many, or they overlap), twice (time that is reported already), past (it has begun),
    many (too much is open), early (it is not over yet, or was cancelled), late, again (once is all)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Offer:
    """Terms as they are proposed: `spans` aware, `rate` per hour and `travel` per time in minor units, `place` a word
    of models.PLACES, `payee` of models.PAYEES."""

    what: str
    spans: Sequence[Span]
    rate: int
    travel: int = 0
    notes: str = ""
    place: str = "theirs"
    payee: str = "provider"
    cancel_hours: int = 24


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
    """One of the two proposes up to five times (aware) for a first meeting, in the place of those proposed before.
    place: video or place. Returns its id. Raises Refused."""
    row, me = new_id(), _me()
    _must(
        order(
            "hiring.propose_meeting", "hiring_meet", id=row, seeker=seeker, provider=provider, thread=thread,
            starts=[one.isoformat() for one in starts], minutes=minutes, place=place,
            where=_sealed(FirstMeeting, "where", where, row, me),
        )
    )  # fmt: skip
    outbox.emit(events.MeetingProposed(meeting=row))
    return row


@transaction.atomic
def answer_meeting(meeting: FirstMeeting, start: datetime | None, booking: UUID | None = None) -> bool:
    """Pick one of the proposed times, for which `booking` stands, or none of them. False when that was done already.
    Raises Refused."""
    picked = start and start.isoformat()
    if not _must(order("hiring.answer_meeting", "hiring_pick", id=meeting.pk, start=picked, booking=booking)):
        return False
    if start:
        both = [meeting.seeker_id, meeting.provider_id]
        evidence.record(events.MET.name, subjects=both, object=meeting.pk)
    outbox.emit(events.MeetingAnswered(meeting=meeting.pk, picked=start is not None))
    return True


@transaction.atomic
def propose(*, seeker: UUID, provider: UUID, offer: Offer, thread: UUID | None = None) -> UUID:
    """One of the two proposes a job, and says yes to it by that. Returns its id. Raises Refused."""
    job = new_id()
    _propose(job, 0, offer, seeker=seeker, provider=provider, thread=thread)
    return job


@transaction.atomic
def change(job: Job, offer: Offer, *, seen: int) -> int:
    """One of the two proposes other terms; what was agreed holds until the other says yes. seen: the number of the
    newest terms when they were read. Returns the new number. Raises Refused."""
    _propose(job.pk, seen, offer, seeker=job.seeker_id, provider=job.provider_id, thread=job.thread)
    return seen + 1


def _propose(job: UUID, number: int, offer: Offer, *, seeker: UUID, provider: UUID, thread: UUID | None) -> None:
    row, me = new_id(), _me()
    _must(
        order(
            "hiring.propose", "hiring_propose", job=job, terms=row, number=number, seeker=seeker, provider=provider,
            thread=thread, what=_sealed(Terms, "what", offer.what, row, me),
            notes=_sealed(Terms, "notes", offer.notes, row, me), place=offer.place, rate=offer.rate,
            travel=offer.travel, payee=offer.payee, cancel_hours=offer.cancel_hours,
            spans=[[start.isoformat(), end.isoformat()] for start, end in offer.spans],
        )
    )  # fmt: skip
    evidence.record(events.PROPOSED.name, subjects=[seeker, provider], object=job, detail={"number": number + 1})
    outbox.emit(events.TermsProposed(job=job, number=number + 1))


@transaction.atomic
def confirm(job: Job, number: int, *, address_until: datetime) -> bool:
    """Say yes to the terms of this number: with it they are agreed, and the provider may know the seeker's address
    until then (aware). False when they were agreed already. Raises Refused: `changed` where they are not the newest."""
    if not _must(
        order("hiring.confirm", "hiring_confirm", job=job.pk, number=number, until=address_until.isoformat()), "agreed"
    ):
        return False
    evidence.record(
        events.AGREED.name, subjects=[job.seeker_id, job.provider_id], object=job.pk, detail={"number": number}
    )
    outbox.emit(events.JobAgreed(job=job.pk, number=number))
    return True


def booked(job: Job, bookings: Iterable[UUID]) -> None:
    """These bookings stand for what was agreed a moment ago."""
    order("hiring.booked", "hiring_booked", job=job.pk, bookings=[str(one) for one in bookings])


@transaction.atomic
def refuse(job: Job, number: int) -> bool:
    """No to the newest terms, by either side; what held before holds on. False when they were off already. Raises
    Refused."""
    if not _must(order("hiring.refuse", "hiring_refuse", job=job.pk, number=number)):
        return False
    evidence.record(
        events.REFUSED.name, subjects=[job.seeker_id, job.provider_id], object=job.pk, detail={"number": number}
    )
    outbox.emit(events.TermsRefused(job=job.pk, number=number))
    return True


@transaction.atomic
def cancel(job: Job) -> bool:
    """Cancel what was agreed, or what is left of it. False when it was cancelled already. Raises Refused."""
    if not _must(order("hiring.cancel", "hiring_cancel", job=job.pk)):
        return False
    evidence.record(events.CANCELLED.name, subjects=[job.seeker_id, job.provider_id], object=job.pk)
    outbox.emit(events.JobCancelled(job=job.pk))
    return True


# -- parts that the other rooms share ---------------------------------------------------------------------------------


def order(function: str, purpose: str, **wish: Any) -> Any:
    """What the database believes only from this program, for whoever acts now; returns its one answer."""
    actor = current() or Actor()
    who = {"organisation": actor.organisation, "person": actor.person, "office": actor.office}
    plain = {name: str(part) if isinstance(part, UUID) else part for name, part in wish.items()}
    body = signing.canonical(plain | {name: part and str(part) for name, part in who.items()})
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}(%s, %s)", [body, sign_text(purpose, body)])
        (answer,) = cursor.fetchone()
    return answer


def _me() -> UUID:
    me = (current() or Actor()).person
    if me is None:
        raise Refused("gone")
    return me


def _sealed(model: Any, field: str, words: str, row: UUID, person: UUID) -> str:
    organisation: Any = (current() or Actor()).organisation
    words = clean_text(words, lines=field not in LINES)
    return sealed.value(model, field, words, organisation=organisation, row=row, person=person).hex()


def _must(answer: Any, well: str = "ok") -> bool:
    """False for what was done before; raises Refused for what cannot be done."""
    if answer == "again":
        return False
    if answer != well:
        raise Refused(answer)
    return True
