"""Writes: the draft of a type's questions, its publication, and what a guest answers anew."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from tillit.booking.intake.given import Given
from tillit.booking.intake.models import DRAFT, IntakeForm
from tillit.booking.intake.questions import LEADS, MOST, Question, read
from tillit.kernel import keys, uploads

if TYPE_CHECKING:
    from tillit.booking.models import Booking, MeetingType


class Unfit(ValueError):
    """Questions that make no form together; the key of the question, and what is wrong with it."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key}: {why}")
        self.key, self.why = key, why


def draft_of(kind: MeetingType) -> IntakeForm:
    """The draft that is being worked on: what is published, until somebody changes it. As administrator."""
    row = IntakeForm.objects.filter(meeting_type=kind, version=DRAFT).first()
    if row:
        return row
    published = IntakeForm.objects.filter(meeting_type=kind, version=kind.intake).first() if kind.intake else None
    return IntakeForm(
        organisation_id=kind.organisation_id, meeting_type=kind, version=DRAFT,
        questions=published.questions if published else [], routes=published.routes if published else [],
    )  # fmt: skip


@transaction.atomic
def save_draft(
    *, kind: MeetingType, questions: Sequence[Question], routes: Sequence[dict[str, Any]] | None = None
) -> IntakeForm:
    """Keep the draft. Guests see nothing of it before it is published. As administrator. Raises Unfit."""
    check(questions)
    row = draft_of(kind)
    row.questions = [one.stored() for one in questions]
    if routes is not None:
        row.routes = list(routes)
    if row._state.adding:
        row.save(force_insert=True)
    else:
        row.save(update_fields=["questions", "routes"])
    return row


@transaction.atomic
def publish(*, kind: MeetingType) -> int:
    """From now on the draft is what guests are asked; returns its version, 0 where nothing is asked any more.

    What was answered before stays beside the questions it answers. As administrator.
    """
    row = draft_of(kind)
    check(read(row.questions))
    newest = IntakeForm.objects.filter(meeting_type=kind).order_by("-version").first()
    kind.intake = (newest.version if newest else 0) + 1 if row.questions else 0
    if row.questions:
        IntakeForm.objects.create(
            organisation_id=kind.organisation_id, meeting_type=kind, version=kind.intake, questions=row.questions,
            routes=row.routes,
        )  # fmt: skip
    kind.save(update_fields=["intake"])
    IntakeForm.objects.filter(meeting_type=kind, version=DRAFT).delete()
    kind.refresh_from_db(fields=["revision"])
    return kind.intake


def throw_away(*, kind: MeetingType) -> None:
    """The draft goes; what is published stays. As administrator."""
    IntakeForm.objects.filter(meeting_type=kind, version=DRAFT).delete()


@transaction.atomic
def answer_again(*, booking: Booking, given: Given) -> bool:
    """As the booking's guest, answer anew. False for whoever is not, and once the days of its data are over. Raises
    uploads.Refused."""
    organisation, person = booking.organisation_id, booking.person_id
    try:
        values = given.sealed(organisation, booking.pk, person)
    except keys.Gone:
        return False
    with connection.cursor() as cursor:
        cursor.execute("select booking.write_answers(%s, %s, %s, %s::uuid[])", [booking.pk, *values])
        (gone,) = cursor.fetchone()
    if gone is None:
        return False
    given.keep_files(organisation, person)
    for file in gone:
        transaction.on_commit(partial(uploads.forget, file))
    return True


def check(questions: Sequence[Question]) -> None:
    """Raises Unfit for the first thing that is wrong: keys twice, choices without options, conditions that lead to no
    earlier question or to an answer that it does not have."""
    if len(questions) > MOST:
        raise Unfit(questions[MOST].key, "too many")
    before: dict[str, Question] = {}
    for one in questions:
        if one.key in before:
            raise Unfit(one.key, "twice")
        if one.kind == "choice" and len({option.key for option in one.options}) < 2:
            raise Unfit(one.key, "options")
        if one.when and not can_lead(before.get(one.when[0]), one.when[1]):
            raise Unfit(one.key, "when")
        before[one.key] = one


def can_lead(question: Question | None, answer: str) -> bool:
    """Whether this answer can be given to a question, and something can hang on it."""
    if question is None or question.kind not in LEADS:
        return False
    return question.option(answer) is not None if question.kind == "choice" else answer == "yes"
