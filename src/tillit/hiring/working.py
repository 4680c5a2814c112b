"""Reporting time and deciding about it; saying how it was; giving references."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tillit import evidence
from tillit.hiring import events
from tillit.hiring.actions import Refused, _me, _must, _sealed, order
from tillit.hiring.models import Job, Reference, ReferenceAsk, Review, TimeReport
from tillit.kernel import outbox
from tillit.kernel.ids import new_id


@transaction.atomic
def report(
    job: Job,
    *,
    start: datetime,
    end: datetime,
    pause: int = 0,
    travel: int = 0,
    note: str = "",
    replaces: UUID | None = None,
) -> UUID:
    """As the provider, report time that was worked (aware), with a pause in minutes and travel in minor units;
    replaces: the report that it corrects, which stays to be read. Returns its id. Raises Refused."""
    row = new_id()
    _must(
        order(
            "hiring.report", "hiring_report", id=row, job=job.pk, start=start.isoformat(), end=end.isoformat(),
            pause=pause, travel=travel, note=_sealed(TimeReport, "note", note, row, _me()), replaces=replaces,
        )
    )  # fmt: skip
    both = [job.seeker_id, job.provider_id]
    evidence.record(events.REPORTED.name, subjects=both, object=job.pk)
    outbox.emit(events.TimeReported(job=job.pk, report=row))
    return row


@transaction.atomic
def decide(one: TimeReport, *, approve: bool, objection: str = "") -> bool:
    """As the seeker, approve reported time, or object in words. False when that was done already. Raises Refused."""
    words = _sealed(TimeReport, "objection", "" if approve else objection, one.pk, one.seeker_id)
    answer = order("hiring.decide_report", "hiring_decide", id=one.pk, approve=approve, objection=words)
    if not _must(answer):
        return False
    reason = "approved" if approve else "objected"
    evidence.record(events.DECIDED.name, subjects=[one.seeker_id, one.provider_id], object=one.job_id, reason=reason)
    outbox.emit(events.TimeDecided(job=one.job_id, report=one.pk, approved=approve))
    return True


@transaction.atomic
def review(job: Job, *, stars: int, words: str, signature: str) -> bool:
    """Say once how it was, from 1 to 5 and in words, signed as the author chooses. Returns whether both sides have
    written with it, and read each other's now. Raises Refused (early, late, again, gone), and ValueError
    beyond the scale."""
    if not 1 <= stars <= 5:
        raise ValueError("From 1 to 5.")
    row, me = new_id(), _me()
    answer = order(
        "hiring.review", "hiring_review", id=row, job=job.pk, stars=stars,
        words=_sealed(Review, "words", words, row, me), signature=_sealed(Review, "signature", signature, row, me),
    )  # fmt: skip
    if answer not in ("ok", "both"):
        raise Refused(answer)
    evidence.record(events.REVIEWED.name, subject=me, object=row)
    if answer == "both":
        outbox.emit(events.ReviewsOpened(job=job.pk))
    return bool(answer == "both")


@transaction.atomic
def answer_review(one: Review, words: str) -> None:
    """As whom it is about, answer it in public, once. Raises Refused (again, gone)."""
    answer = order(
        "hiring.answer_review", "hiring_answer", id=one.pk, words=_sealed(Review, "answer", words, one.pk, one.about_id)
    )
    if answer != "ok":
        raise Refused(answer)
    evidence.record(events.ANSWERED.name, subject=one.about_id, object=one.pk)


@transaction.atomic
def remove_review(review: UUID, reason: str) -> bool:
    """Where a decision about it is carried out (office "moderation"), take a review away for a reason (a stable word,
    published in its place), or put it back (""). False where there is none."""
    one = Review.objects.filter(pk=review).first()
    if not order("hiring.remove_review", "hiring_remove", id=review, reason=reason):
        return False
    if one is not None:
        people = [person for person in (one.author_id, one.about_id) if person]
        evidence.record(events.REMOVED.name, subjects=people, object=review, reason=reason)
    return True


@transaction.atomic
def refer(job: Job, *, words: str = "", until: datetime | None) -> None:
    """As the seeker of a finished job, let others ask about the provider until then (aware, a year at most), or no
    more (None). Raises Refused (early, gone)."""
    row, me = new_id(), _me()
    sealed_words = _sealed(Reference, "words", words, row, me)
    until_text = until and until.isoformat()
    _must(order("hiring.refer", "hiring_refer", id=row, job=job.pk, words=sealed_words, until=until_text))
    evidence.record(
        events.REFERRED.name, subjects=[me, job.provider_id], object=job.pk, reason="given" if until else "taken back"
    )


@transaction.atomic
def ask_reference(reference: UUID, words: str) -> bool:
    """Ask to read a reference. False when one has asked before. Raises Refused (gone, many)."""
    row = new_id()
    sealed_words = _sealed(ReferenceAsk, "words", words, row, _me())
    if not _must(order("hiring.ask_reference", "hiring_ask", id=row, reference=reference, words=sealed_words)):
        return False
    outbox.emit(events.ReferenceAsked(ask=row))
    return True


@transaction.atomic
def answer_ask(ask: ReferenceAsk, *, until: datetime | None) -> bool:
    """As whoever gives the reference, show it to the one who asked until then (aware), or say no. False when it was
    answered before. Raises Refused."""
    if not _must(order("hiring.answer_ask", "hiring_answer_ask", id=ask.pk, until=until and until.isoformat())):
        return False
    outbox.emit(events.ReferenceAnswered(ask=ask.pk))
    return True
