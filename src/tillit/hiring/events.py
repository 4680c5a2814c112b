"""What can have happened between two who agree on work: for the evidence log, and for whoever must react."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tillit.access import scopes
from tillit.evidence import events
from tillit.kernel.outbox import Event

KEPT = 3 * events.YEAR
PROPOSED = events.declare("hiring.terms.proposed", label=_("An agreement was proposed"), keep=KEPT)
AGREED = events.declare("hiring.terms.agreed", label=_("Both sides said yes to an agreement"), keep=KEPT)
REFUSED = events.declare("hiring.terms.refused", label=_("An agreement was declined or withdrawn"), keep=KEPT)
CANCELLED = events.declare("hiring.job.cancelled", label=_("What was agreed was cancelled"), keep=KEPT)
MET = events.declare("hiring.meeting.agreed", label=_("A first meeting was agreed"), keep=events.YEAR)
REPORTED = events.declare("hiring.time.reported", label=_("Time was reported"), keep=KEPT)
DECIDED = events.declare("hiring.time.decided", label=_("Reported time was approved or objected to"), keep=KEPT)
REVIEWED = events.declare("hiring.review.written", label=_("A review was written"), keep=KEPT)
ANSWERED = events.declare("hiring.review.answered", label=_("A review was answered"), keep=KEPT)
REMOVED = events.declare("hiring.review.removed", label=_("A review was taken away or put back"), keep=5 * events.YEAR)
REFERRED = events.declare("hiring.reference.given", label=_("A reference was given or taken back"), keep=KEPT)
READ = events.declare("hiring.reference.seen", label=_("Your reference was read"), keep=events.YEAR)

REFERENCE = scopes.declare("hiring.reference", _("the reference that you give"))


@dataclass(frozen=True)
class MeetingProposed(Event, name="hiring.meeting.proposed"):
    """Times for a first meeting were proposed; the other is told."""

    meeting: UUID


@dataclass(frozen=True)
class MeetingAnswered(Event, name="hiring.meeting.answered"):
    """A time was picked, or none of them; whoever proposed is told."""

    meeting: UUID
    picked: bool


@dataclass(frozen=True)
class TermsProposed(Event, name="hiring.terms.offered"):
    """Terms wait for the other side's yes."""

    job: UUID
    number: int


@dataclass(frozen=True)
class TermsRefused(Event, name="hiring.terms.declined"):
    """The newest terms are off; the other side is told."""

    job: UUID
    number: int


@dataclass(frozen=True)
class JobAgreed(Event, name="hiring.job.agreed"):
    """Both said yes: the time is taken, the address shown."""

    job: UUID
    number: int


@dataclass(frozen=True)
class JobCancelled(Event, name="hiring.job.called_off"):
    """One side cancelled what was agreed, or the rest of it."""

    job: UUID


@dataclass(frozen=True)
class JobDone(Event, name="hiring.job.done"):
    """The last time of it is over."""

    job: UUID


@dataclass(frozen=True)
class TimeReported(Event, name="hiring.time.sent"):
    """Time waits for the seeker's yes."""

    job: UUID
    report: UUID


@dataclass(frozen=True)
class TimeDecided(Event, name="hiring.time.answered"):
    """The seeker approved it, or objected."""

    job: UUID
    report: UUID
    approved: bool


@dataclass(frozen=True)
class ReviewsOpened(Event, name="hiring.review.opened"):
    """Both sides have written: each reads what the other said."""

    job: UUID


@dataclass(frozen=True)
class ReferenceAsked(Event, name="hiring.reference.asked"):
    """Somebody asks for a reference; whoever gives it decides."""

    ask: UUID


@dataclass(frozen=True)
class ReferenceAnswered(Event, name="hiring.reference.answered"):
    """They said yes or no; whoever asked is told."""

    ask: UUID
