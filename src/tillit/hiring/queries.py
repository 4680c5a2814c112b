"""Reads. What of it whoever acts gets to see, the database decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Avg, Count, Q, QuerySet
from django.http import Http404

from tillit import evidence
from tillit.access import current
from tillit.hiring.models import FirstMeeting, Job, Reference, ReferenceAsk, Review, Terms, TimeReport
from tillit.kernel import clock
from tillit.kernel.ticket import Actor

FEWEST = 3
"""Fewer reviews than these have no average: it would tell of one family."""


@dataclass(frozen=True)
class Reviews:
    """What has been said of somebody as everybody may read it. average: of stars, None below three; spread: how many of
    each number of stars; removed: when and why something was taken away."""

    rows: list[Review]
    count: int
    average: float | None
    spread: dict[int, int]
    removed: list[tuple[UUID, datetime, str]] = field(default_factory=list)


def me() -> UUID | None:
    """Who acts."""
    return (current() or Actor()).person


def side_of(row: Job | Terms | FirstMeeting | TimeReport) -> str:
    """The acting person's side: seeker, provider, or "" for an office of the program."""
    return {row.seeker_id: "seeker", row.provider_id: "provider"}.get(me(), "")  # type: ignore[arg-type]


def other_of(row: Job | Terms | FirstMeeting | TimeReport) -> UUID:
    """Whom the acting person has agreed with."""
    other: UUID = row.provider_id if side_of(row) == "seeker" else row.seeker_id
    return other


def my_jobs() -> QuerySet[Job]:
    """Jobs of the acting person on either side, the latest change first."""
    person = me()
    return Job.objects.filter(Q(seeker_id=person) | Q(provider_id=person)).order_by("-changed", "-pk")


def get_job(job: UUID) -> Job:
    """A job of the acting person, with its organisation; 404 for others."""
    found = my_jobs().select_related("organisation").filter(pk=job).first()
    if found is None:
        raise Http404
    return found


def get_jobs(jobs: Iterable[UUID]) -> dict[UUID, Job]:
    """Those of them that the actor may see, by id."""
    return {one.pk: one for one in Job.objects.filter(pk__in=list(jobs))}


def versions(job: Job) -> list[Terms]:
    """All terms that were proposed, the newest first."""
    return list(Terms.objects.filter(job=job).order_by("-number"))


def newest_terms(jobs: Iterable[Job]) -> dict[UUID, Terms]:
    """Of each job the terms that hold, or the newest where none do."""
    wanted = {one.pk: one.agreed or one.number for one in jobs}
    rows = Terms.objects.filter(job__in=list(wanted))
    return {row.job_id: row for row in rows if wanted[row.job_id] == row.number}


def terms_of(job: UUID) -> Terms | None:
    """The terms that hold for a job of the actor; None where nothing is agreed."""
    return next(
        (one for one in Terms.objects.filter(job=job).select_related("job") if one.number == one.job.agreed), None
    )


def reports(job: Job) -> list[TimeReport]:
    """What was reported, the oldest first, corrected ones among them."""
    return list(TimeReport.objects.filter(job=job).order_by("made", "pk"))


def approved_reports(job: UUID) -> list[TimeReport]:
    """Reported time that the seeker has approved, in order of time: what an invoice stands on."""
    return list(TimeReport.objects.filter(job=job, state="approved").order_by("span"))


def get_report(report: UUID) -> TimeReport:
    """A report of the acting person's job; 404 for others."""
    found = TimeReport.objects.filter(pk=report).filter(Q(seeker_id=me()) | Q(provider_id=me())).first()
    if found is None:
        raise Http404
    return found


def get_meeting(meeting: UUID) -> FirstMeeting:
    """A proposed first meeting of the acting person; 404 for others."""
    found = FirstMeeting.objects.filter(pk=meeting).filter(Q(seeker_id=me()) | Q(provider_id=me())).first()
    if found is None:
        raise Http404
    return found


def meetings(ids: Iterable[UUID]) -> dict[UUID, FirstMeeting]:
    """Those of them that the actor may see, by id."""
    return {one.pk: one for one in FirstMeeting.objects.filter(pk__in=list(ids))}


def between(person: UUID) -> tuple[list[FirstMeeting], list[Job]]:
    """First meetings and jobs of the acting person with another, the latest first."""
    mine = me()
    both = Q(seeker_id=mine, provider_id=person) | Q(seeker_id=person, provider_id=mine)
    return (
        list(FirstMeeting.objects.filter(both).order_by("-made")[:10]),
        list(Job.objects.filter(both).order_by("-changed")[:20]),
    )


def of_bookings(bookings: Iterable[UUID]) -> dict[UUID, Job | FirstMeeting]:
    """For what these bookings of the actor stand: a job or a first meeting."""
    wanted = set(bookings)
    found: dict[UUID, Job | FirstMeeting] = {}
    for terms in Terms.objects.filter(bookings__overlap=list(wanted)).select_related("job"):
        found |= dict.fromkeys(wanted.intersection(terms.bookings), terms.job)
    for meeting in FirstMeeting.objects.filter(booking__in=wanted):
        found[meeting.booking] = meeting  # type: ignore[index]
    return found


# -- reviews ----------------------------------------------------------------------------------------------------------


def reviews_of(person: UUID) -> Reviews:
    """What everybody may read of somebody, the latest first; no average below three."""
    rows = list(
        Review.objects.filter(about_id=person, removed=None, opens__lte=clock.now()).order_by("-opens", "-pk")[:200]
    )
    stars = Counter(row.stars for row in rows)
    average = sum(row.stars for row in rows) / len(rows) if len(rows) >= FEWEST else None
    with connection.cursor() as cursor:
        cursor.execute("select id, removed, why from hiring.removed_reviews(%s)", [person])
        removed = list(cursor.fetchall())
    return Reviews(rows, len(rows), average, {one: stars[one] for one in range(5, 0, -1)}, removed)


def averages(people: Iterable[UUID]) -> dict[UUID, tuple[int, float]]:
    """How many reviews of each of these people everybody may read, and their average of stars; of those with FEWEST or
    more."""
    rows = (
        Review.objects.filter(about_id__in=list(people), removed=None, opens__lte=clock.now())
        .order_by()
        .values_list("about_id")
        .annotate(count=Count("pk"), average=Avg("stars"))
    )
    return {person: (count, float(average)) for person, count, average in rows if count >= FEWEST}


def reviews_in(job: Job) -> dict[str, Review]:
    """What the actor may read of a job's reviews, by the side that wrote."""
    return {one.side: one for one in Review.objects.filter(job=job)}


def get_review(review: UUID) -> Review:
    """A review that the actor may read; 404 for others."""
    found = find_review(review)
    if found is None:
        raise Http404
    return found


def find_review(review: UUID) -> Review | None:
    """A review that the actor may read."""
    return Review.objects.filter(pk=review).first()


def finished(person: UUID) -> int:
    """How many jobs of theirs somebody has finished as provider."""
    with connection.cursor() as cursor:
        cursor.execute("select hiring.finished(%s)", [person])
        return int(cursor.fetchone()[0])


# -- references -------------------------------------------------------------------------------------------------------


def references_of(provider: UUID) -> list[tuple[UUID, datetime]]:
    """References that the actor could ask for, and until when."""
    with connection.cursor() as cursor:
        cursor.execute("select id, until from hiring.references_of(%s)", [provider])
        return list(cursor.fetchall())


def my_asks(provider: UUID) -> dict[UUID, ReferenceAsk]:
    """What the acting person asked of this provider's references, by reference."""
    wanted = [one for one, _until in references_of(provider)]
    return {one.reference_id: one for one in ReferenceAsk.objects.filter(reference__in=wanted, asker_id=me())}


def shown_references(provider: UUID) -> list[Reference]:
    """References that the acting person was shown; recorded as looks at those who gave them."""
    rows = list(Reference.objects.filter(provider_id=provider, until__gt=clock.now()).exclude(person_id=me()))  # type: ignore[misc]
    rows = [one for one in rows if one.provider_id != me()]
    evidence.saw([one.person_id for one in rows], "hiring.reference", "shown")
    return rows


def reference_of(job: Job) -> Reference | None:
    """The reference that stands for a job of the acting person."""
    return Reference.objects.filter(job=job, until__gt=clock.now()).first()


def asks_for_me() -> list[ReferenceAsk]:
    """Who asks for references of the acting person, the open ones first."""
    return list(ReferenceAsk.objects.filter(referee_id=me()).order_by("state", "made"))


def asks(ids: Iterable[UUID]) -> dict[UUID, ReferenceAsk]:
    """Those of them that the actor may see, by id."""
    return {one.pk: one for one in ReferenceAsk.objects.filter(pk__in=list(ids))}


def get_ask(ask: UUID) -> ReferenceAsk:
    """An ask that the acting person is to answer; 404 for others."""
    found = ReferenceAsk.objects.filter(pk=ask, referee_id=me()).first()
    if found is None:
        raise Http404
    return found
