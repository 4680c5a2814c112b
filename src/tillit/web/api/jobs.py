"""Jobs: what the owner agreed on with somebody, time that was worked, and how it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from tillit.booking.actions import NotBooked
from tillit.directory import typed
from tillit.directory.queries import profile
from tillit.hiring import queries, working
from tillit.hiring.actions import DEAREST, LONGEST, Offer, Refused
from tillit.journeys.hire import agreeing
from tillit.journeys.hire.job_views import sides
from tillit.journeys.hire.shown import name_of, signed, why
from tillit.journeys.hire.work_views import signatures
from tillit.kernel import zones
from tillit.messaging import queries as talks
from tillit.web.api import doors, paging
from tillit.web.api.paging import Cursor, Limit
from tillit.web.api.problems import Problem
from tillit.web.api.types import At, Field, In, InstantText, Out, StrictBool, StrictStr, Whole, instant

if TYPE_CHECKING:
    from tillit.hiring.models import Job, Review, Terms, TimeReport

router = Router(tags=["Jobs"])
read, write = doors.needs("bookings:read"), doors.needs("bookings:write")
Words = Annotated[StrictStr, Field(min_length=1, max_length=LONGEST, pattern=r"[^\x00-\x20\x7f]")]
Sum = Annotated[int, Field(ge=0, le=DEAREST), Whole]
Minutes = Annotated[int, Field(ge=0, le=1440), Whole]
Number = Annotated[int, Field(ge=1, le=1000), Whole]


class WorkedSpanOut(Out):
    start: At
    end: At


class SpanIn(In):
    start: InstantText
    end: InstantText


class TermsOut(Out):
    """Terms: what, when, and money in minor units, `rate` an hour and `travel` each time. mine: did the owner propose
    them? agreed: do they hold? refused: they were declined or withdrawn."""

    number: int
    what: str
    notes: str
    place: str
    times: list[WorkedSpanOut]
    rate: int
    travel: int
    payee: str
    cancel_hours: int
    mine: bool
    agreed: bool
    refused: bool


class WorkedOut(Out):
    """Time that was reported. state: sent, approved, objected, corrected."""

    id: UUID
    start: At
    end: At
    pause: int
    travel: int
    note: str
    objection: str
    state: str


class ReviewOut(Out):
    """What one side said of the other. by: as the author is called."""

    id: UUID
    side: str
    by: str
    stars: int
    words: str
    answer: str


class JobOut(Out):
    """A job. side: the owner's (seeker or provider); other: what the other is called. state: proposed, agreed, done,
    closed, cancelled. terms: those that hold, else the newest."""

    id: UUID
    side: str
    other: str
    state: str
    cancelled_by: str
    late: bool
    terms: TermsOut | None


class JobsOut(Out):
    items: list[JobOut]
    next: str | None


class WholeJobOut(JobOut):
    """The same with every version of its terms, what was reported, and the reviews that the owner may read."""

    versions: list[TermsOut]
    reports: list[WorkedOut]
    reviews: list[ReviewOut]


class TermsIn(In):
    """Terms to propose. seen: for a change, the number of the newest terms when they were read."""

    what: Annotated[StrictStr, Field(min_length=1, max_length=200, pattern=r"[^\x00-\x20\x7f]")]
    notes: Annotated[StrictStr, Field(max_length=LONGEST)] = ""
    place: Literal["theirs", "mine", "elsewhere", "video"] = "theirs"
    times: Annotated[list[SpanIn], Field(min_length=1, max_length=60)]
    rate: Sum
    travel: Sum = 0
    payee: Literal["provider", "organisation"] = "provider"
    cancel_hours: Annotated[int, Field(ge=0, le=720), Whole] = 24
    seen: Annotated[int, Field(ge=0, le=1000), Whole] = 0


class NumberIn(In):
    """Which terms it is about."""

    number: Number


class WorkedIn(In):
    """Time to report; replaces: the report that it corrects."""

    start: InstantText
    end: InstantText
    pause: Minutes = 0
    travel: Sum = 0
    note: Annotated[StrictStr, Field(max_length=500)] = ""
    replaces: UUID | None = None


class YesIn(In):
    """The seeker's yes, or an objection in words."""

    approve: StrictBool
    objection: Annotated[StrictStr, Field(max_length=LONGEST)] = ""


class ReviewIn(In):
    """How it was, from 1 to 5; signature: how the author is called."""

    stars: Annotated[int, Field(ge=1, le=5), Whole]
    words: Words
    signature: Annotated[StrictStr, Field(min_length=1, max_length=80, pattern=r"[^\x00-\x20\x7f]")]


class ReplyIn(In):
    """The one public answer."""

    words: Words


class ReviewsOut(Out):
    """What everybody may read of somebody; no average below three."""

    count: int
    average: float | None
    items: list[ReviewOut]


@router.get("o/{slug:slug}/jobs", response=JobsOut, auth=read)
def jobs(request: HttpRequest, slug: str, cursor: Cursor, limit: Limit) -> Any:
    """The owner's jobs on either side, the oldest first."""
    doors.me()
    wanted = queries.my_jobs().order_by("pk")
    if mark := paging.after_row(cursor):
        wanted = wanted.filter(pk__gt=mark)
    rows = list(wanted[: limit + 1])
    terms = queries.newest_terms(rows)
    return paging.page(rows, limit, lambda one: one.pk, lambda one: _line(one, terms.get(one.pk)))


@router.get("o/{slug:slug}/jobs/{uuid:job}", response=WholeJobOut, auth=read)
def one(request: HttpRequest, slug: str, job: UUID) -> Any:
    """One job with all that belongs to it."""
    return _whole(job)


@router.post("o/{slug:slug}/threads/{uuid:thread}/jobs", response=WholeJobOut, auth=write)
def propose(request: HttpRequest, slug: str, thread: UUID, body: TermsIn) -> Any:
    """Propose an agreement to whom the owner writes with; it is agreed once they say yes too."""
    doors.me()
    seeker, provider = sides(talks.talk(thread))
    with _refusals():
        made = agreeing.propose(seeker=seeker, provider=provider, offer=_offer(body), thread=thread)
    return _whole(made)


@router.post("o/{slug:slug}/jobs/{uuid:job}/change", response=WholeJobOut, auth=write)
def change(request: HttpRequest, slug: str, job: UUID, body: TermsIn) -> Any:
    """Propose other terms; what was agreed holds until the other says yes."""
    with _refusals():
        agreeing.change(_get(job), _offer(body), seen=body.seen)
    return _whole(job)


@router.post("o/{slug:slug}/jobs/{uuid:job}/yes", response=WholeJobOut, auth=write)
def confirm(request: HttpRequest, slug: str, job: UUID, body: NumberIn) -> Any:
    """Say yes to these terms: the time is taken. Again is no error."""
    with _refusals():
        agreeing.confirm(_get(job), body.number)
    return _whole(job)


@router.post("o/{slug:slug}/jobs/{uuid:job}/no", response=WholeJobOut, auth=write)
def refuse(request: HttpRequest, slug: str, job: UUID, body: NumberIn) -> Any:
    """Decline these terms, or take one's own back."""
    with _refusals():
        agreeing.refuse(_get(job), body.number)
    return _whole(job)


@router.post("o/{slug:slug}/jobs/{uuid:job}/cancel", response=WholeJobOut, auth=write)
def cancel(request: HttpRequest, slug: str, job: UUID) -> Any:
    """Cancel what is left of it. Again is no error."""
    with _refusals():
        agreeing.cancel(_get(job))
    return _whole(job)


@router.post("o/{slug:slug}/jobs/{uuid:job}/time", response=WholeJobOut, auth=write)
def report(request: HttpRequest, slug: str, job: UUID, body: WorkedIn) -> Any:
    """Report time, as whoever helped."""
    with _refusals():
        working.report(
            _get(job), start=_at(body.start), end=_at(body.end), pause=body.pause, travel=body.travel, note=body.note,
            replaces=body.replaces,
        )  # fmt: skip
    return _whole(job)


@router.post("o/{slug:slug}/jobs/time/{uuid:report}", response=WholeJobOut, auth=write)
def decide(request: HttpRequest, slug: str, report: UUID, body: YesIn) -> Any:
    """Approve reported time, or object, as whoever was helped."""
    doors.me()
    found = queries.get_report(report)
    with _refusals():
        working.decide(found, approve=body.approve, objection=body.objection)
    return _whole(found.job_id)


@router.post("o/{slug:slug}/jobs/{uuid:job}/review", response=WholeJobOut, auth=write)
def review(request: HttpRequest, slug: str, job: UUID, body: ReviewIn) -> Any:
    """Say once how it was."""
    found = _get(job)
    if body.signature not in signatures(found):
        raise Problem(422, _("Sign with your own name, or as a family."), kind="not-accepted")
    with _refusals():
        working.review(found, stars=body.stars, words=_public(body.words), signature=body.signature)
    return _whole(job)


@router.post("o/{slug:slug}/reviews/{uuid:review}/answer", response=ReviewOut, auth=write)
def answer(request: HttpRequest, slug: str, review: UUID, body: ReplyIn) -> Any:
    """Answer in public, once, what was said of the owner."""
    doors.me()
    found = queries.get_review(review)
    with _refusals():
        working.answer_review(found, _public(body.words))
    return _review(queries.get_review(review))


@router.get("o/{slug:slug}/profiles/{slug:profile_slug}/reviews", response=ReviewsOut, auth=read)
def reviews(request: HttpRequest, slug: str, profile_slug: str) -> Any:
    """What everybody may read of whoever has the profile."""
    said = queries.reviews_of(profile(profile_slug).person)
    return {"count": said.count, "average": said.average, "items": [_review(row) for row in said.rows]}


def _public(words: str) -> str:
    """Words that everybody reads, as the page takes them: tidied, without contact details."""
    try:
        return str(typed.Words(rows=1, max_length=LONGEST).clean(words))
    except ValidationError as wrong:
        raise Problem(422, " ".join(wrong.messages), kind="not-accepted") from None


@contextmanager
def _refusals() -> Iterator[None]:
    """What cannot be agreed, as a problem."""
    try:
        yield
    except Refused as refused:
        raise Problem(409, why(refused), kind="not-possible") from None
    except NotBooked as refused:
        raise Problem(409, why(refused.refusal), kind="not-booked") from None


def _at(text: str) -> datetime:
    return zones.minute_to_utc(zones.minute_down(instant(text)))


def _get(job: UUID) -> Job:
    doors.me()
    return queries.get_job(job)


def _offer(body: TermsIn) -> Offer:
    spans = [(_at(one.start), _at(one.end)) for one in body.times]
    if any(end <= start for start, end in spans):
        raise Refused("times")
    return Offer(
        what=body.what, spans=spans, rate=body.rate, travel=body.travel, notes=body.notes, place=body.place,
        payee=body.payee, cancel_hours=body.cancel_hours,
    )  # fmt: skip


def _whole(job: UUID) -> dict[str, Any]:
    found = _get(job)
    versions = queries.versions(found)
    held = next((row for row in versions if row.number == found.agreed), versions[0])
    return _line(found, held) | {
        "versions": [_terms(row, found) for row in versions],
        "reports": [_report(row) for row in queries.reports(found)],
        "reviews": [_review(row) for row in queries.reviews_in(found).values()],
    }


def _line(one: Job, terms: Terms | None) -> dict[str, Any]:
    return {
        "id": one.pk, "side": queries.side_of(one), "other": name_of(one), "state": one.state,
        "cancelled_by": one.cancelled_by, "late": one.late, "terms": terms and _terms(terms, one),
    }  # fmt: skip


def _terms(row: Terms, job: Job) -> dict[str, Any]:
    return {
        "number": row.number, "what": row.what, "notes": row.notes, "place": row.place,
        "times": [{"start": span.lower, "end": span.upper} for span in row.spans], "rate": row.rate,
        "travel": row.travel, "payee": row.payee, "cancel_hours": row.cancel_hours,
        "mine": row.author_id == queries.me(), "agreed": row.number == job.agreed, "refused": row.refused is not None,
    }  # fmt: skip


def _report(row: TimeReport) -> dict[str, Any]:
    return {
        "id": row.pk, "start": row.span.lower, "end": row.span.upper, "pause": row.pause, "travel": row.travel,
        "note": row.note, "objection": row.objection, "state": row.state,
    }  # fmt: skip


def _review(row: Review) -> dict[str, Any]:
    return {
        "id": row.pk, "side": row.side, "by": signed(row), "stars": row.stars, "words": row.words, "answer": row.answer,
    }  # fmt: skip
