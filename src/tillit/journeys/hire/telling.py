"""Telling the other side what happened to what the two agree on: that there is something, never what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tillit import notify
from tillit.access.actions import tell_of_relation
from tillit.hiring import events, queries
from tillit.identity.queries import organisation_by_id, people_by_id
from tillit.kernel.outbox import Envelope, consumer
from tillit.notify.kinds import Channel

_WAYS = (Channel.MAIL, Channel.SMS, Channel.PUSH, Channel.INSIDE)
JOBS = notify.declare(
    "hiring.changed", says=_("What you agree on with somebody: proposed, agreed, cancelled, reported"), offered=_WAYS
)
REVIEWS = notify.declare(
    "hiring.reviews", says=_("Saying how a job was, and reading what the other said"), offered=_WAYS
)


def tell(person: UUID, organisation_id: UUID, what: str, path: str, kind: notify.Kind = JOBS) -> None:
    """Tell somebody, as reaction; nothing for whoever is gone. what: the word of a mail's template."""
    found = people_by_id([person]).get(person)
    if found is None:
        return
    organisation = organisation_by_id(organisation_id)
    zone = found.time_zone or organisation.time_zone
    to = notify.To(found.pk, found.display_name, found.email, found.phone, found.language, zone)
    said = notify.Said(f"journeys/hire_{what}", {}, path=path, reply_to=organisation.contact_email)
    notify.send(kind, to, said, organisation)


def _of_job(job: UUID, about: Envelope, what: str, *, both: bool = False, kind: notify.Kind = JOBS) -> None:
    """Tell the side that did not cause it, or both."""
    row: Any = queries.get_jobs([job]).get(job)
    if row is None:
        return
    path = reverse("job", args=[organisation_by_id(about.organisation).slug, job])
    for person in (row.seeker_id, row.provider_id):
        if both or person != about.person:
            tell(person, about.organisation, what, path, kind)


@consumer("hiring.meeting_told", events.MeetingProposed)
def meeting_proposed(event: events.MeetingProposed, about: Envelope) -> None:
    """The other can pick a time."""
    row = queries.meetings([event.meeting]).get(event.meeting)
    if row is not None:
        path = reverse("first_meeting", args=[organisation_by_id(about.organisation).slug, event.meeting])
        other = row.provider_id if row.author_id == row.seeker_id else row.seeker_id
        tell(other, about.organisation, "meeting", path)


@consumer("hiring.meeting_answer_told", events.MeetingAnswered)
def meeting_answered(event: events.MeetingAnswered, about: Envelope) -> None:
    """None of the times was picked; of a picked one the booking tells both."""
    row = queries.meetings([event.meeting]).get(event.meeting)
    if row is not None and not event.picked and row.author_id != about.person:
        path = reverse("first_meeting", args=[organisation_by_id(about.organisation).slug, event.meeting])
        tell(row.author_id, about.organisation, "no_meeting", path)


@consumer("hiring.terms_told", events.TermsProposed)
def terms_proposed(event: events.TermsProposed, about: Envelope) -> None:
    """Terms wait for the other's yes."""
    _of_job(event.job, about, "proposed")


@consumer("hiring.refusal_told", events.TermsRefused)
def terms_refused(event: events.TermsRefused, about: Envelope) -> None:
    """The newest terms are off."""
    _of_job(event.job, about, "refused")


@consumer("hiring.agreement_told", events.JobAgreed)
def agreed(event: events.JobAgreed, about: Envelope) -> None:
    """Both said yes; and what was opened by it is recorded for whom it concerns."""
    tell_of_relation(event.job, about.made)
    _of_job(event.job, about, "agreed", both=True)


@consumer("hiring.cancellation_told", events.JobCancelled)
def cancelled(event: events.JobCancelled, about: Envelope) -> None:
    """It is off, or the rest of it; what was open is closed."""
    tell_of_relation(event.job, about.made)
    _of_job(event.job, about, "cancelled")


@consumer("hiring.end_told", events.JobDone)
def done(event: events.JobDone, about: Envelope) -> None:
    """It is over: both can say how it was."""
    _of_job(event.job, about, "over", both=True, kind=REVIEWS)


@consumer("hiring.report_told", events.TimeReported)
def reported(event: events.TimeReported, about: Envelope) -> None:
    """Time waits for the seeker's yes."""
    _of_job(event.job, about, "reported")


@consumer("hiring.decision_told", events.TimeDecided)
def decided(event: events.TimeDecided, about: Envelope) -> None:
    """Reported time was approved, or objected to."""
    _of_job(event.job, about, "approved" if event.approved else "objected")


@consumer("hiring.reviews_told", events.ReviewsOpened)
def reviews_opened(event: events.ReviewsOpened, about: Envelope) -> None:
    """Both have written: each can read the other's."""
    _of_job(event.job, about, "reviews", both=True, kind=REVIEWS)


@consumer("hiring.reference_told", events.ReferenceAsked, events.ReferenceAnswered)
def reference(event: Any, about: Envelope) -> None:
    """Somebody asks for a reference, or was answered."""
    row = queries.asks([event.ask]).get(event.ask)
    if row is not None:
        path = reverse("jobs", args=[organisation_by_id(about.organisation).slug])
        asked = isinstance(event, events.ReferenceAsked)
        tell(row.referee_id if asked else row.asker_id, about.organisation, "asked" if asked else "answered", path)
