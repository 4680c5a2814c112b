"""What a booking needs beside its time: what is asked, what was answered, and a host's yes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router

from tillit.booking import confirming
from tillit.booking.actions import NotBooked
from tillit.booking.intake.actions import answer_again
from tillit.booking.intake.asking import AskingForm, Intake
from tillit.booking.intake.given import Given
from tillit.booking.intake.queries import current_intake, intake_of
from tillit.booking.intake.questions import YES
from tillit.booking.queries import get_booking, get_meeting_type, my_host
from tillit.web.api import doors
from tillit.web.api.problems import Fault, Problem
from tillit.web.api.types import Field, In, Out, Slug, StrictStr

if TYPE_CHECKING:
    from tillit.booking.models import Booking, MeetingType

router = Router(tags=["Bookings"])


class IntakeAnswerIn(In):
    """One answer: text, a number or a day as text, an option's key, or "yes" for a consent. Files go by the link."""

    question: Slug
    answer: Annotated[StrictStr, Field(max_length=4000)]


Answers = Annotated[list[IntakeAnswerIn], Field(max_length=40)]


class IntakeAnswersIn(In):
    """All that is answered from now on; what is left out is answered no more."""

    answers: Answers


class IntakeAnswerOut(Out):
    """One answer as it is kept."""

    question: str
    answer: str


class OptionOut(Out):
    """One of the answers to choose from."""

    key: str
    label: str


class QuestionOut(Out):
    """A question of an offer. after: the question and the answer on which it hangs."""

    key: str
    kind: str
    label: str
    hint: str
    required: bool
    options: list[OptionOut]
    after: list[str]


class QuestionsOut(Out):
    """What is asked when this is booked. version: 0 where nothing is."""

    version: int
    items: list[QuestionOut]


@router.get("o/{slug:slug}/offers/{slug:offer}/questions", response=QuestionsOut, auth=None)
def questions(request: HttpRequest, slug: str, offer: str) -> Any:
    """What is asked of whoever books it."""
    intake, language = current_intake(get_meeting_type(offer)), get_language() or "en"
    items = [
        {
            "key": one.key, "kind": one.kind, "label": one.word("label", language), "hint": one.word("hint", language),
            "required": one.required, "after": list(one.when or ()),
            "options": [{"key": option.key, "label": option.label(language)} for option in one.options],
        }
        for one in intake.questions
    ]  # fmt: skip
    return {"version": intake.version, "items": items}


@router.post("o/{slug:slug}/calendar/bookings/{uuid:booking}/confirm", response={204: None},
             auth=doors.needs("calendar:write"))  # fmt: skip
def confirm(request: HttpRequest, slug: str, booking: UUID) -> Any:
    """Say yes to a booking of a meeting of the owner's that is held until then. Again is no error."""
    if my_host() is None:
        raise Http404
    try:
        confirming.confirm(booking=get_booking(booking))
    except NotBooked:
        said = _("This booking is off: it was cancelled, or nobody confirmed it in time.")
        raise Problem(409, said, kind="not-confirmed") from None
    return 204, None


def given_for(kind: MeetingType, answers: Iterable[IntakeAnswerIn]) -> Given | None:
    """What was answered by a program, by the rules of the page; None where nothing is asked. Raises Problem."""
    intake = current_intake(kind)
    return _read(intake, answers) if intake.version else None


def answer(booking: Booking, answers: Iterable[IntakeAnswerIn]) -> None:
    """As its guest, answer anew; files that came by the page stay. Raises Problem."""
    intake = intake_of(booking)
    if not intake.version or booking.state == "cancelled":
        raise Problem(409, _("Nothing is asked for this booking."), kind="nothing-asked")
    held = booking.answers or {}
    files = {one.key: held[one.key] for one in intake.questions if one.kind == "file" and one.key in held}
    given = _read(intake, answers)
    kept = tuple(UUID(value) for value in files.values())
    if not answer_again(booking=booking, given=replace(given, answers={**given.answers, **files}, kept=kept)):
        raise Http404


def said(booking: Booking) -> list[dict[str, str]]:
    """The answers of a booking, but for files."""
    kinds = {one.key: one.kind for one in intake_of(booking).questions}
    return [
        {"question": key, "answer": YES if value is True else str(value)}
        for key, value in (booking.answers or {}).items()
        if kinds.get(key) != "file"
    ]


def _read(intake: Intake, answers: Iterable[IntakeAnswerIn]) -> Given:
    asked = replace(intake, questions=[one if one.kind != "file" else replace(one, required=False)
                                       for one in intake.questions])  # fmt: skip
    form = AskingForm({f"q_{one.question}": one.answer for one in answers}, intake=asked)
    if not form.is_valid():
        faults = [
            Fault(pointer="/answers", detail=f"{name.removeprefix('q_')}: {wrong}")
            for name, errors in form.errors.items()
            for wrong in errors
        ]
        raise Problem(422, faults=faults)
    return Given(intake.version, form.cleaned_data["answers"])
