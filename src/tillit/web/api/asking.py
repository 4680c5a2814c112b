"""For administrators: the questions of an offer, where answers lead, and what comes with and after its bookings."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from tillit.booking.actions import set_afterwards
from tillit.booking.intake import actions
from tillit.booking.intake.questions import MOST, MOST_OPTIONS, Option, Question, read
from tillit.booking.intake.routing import MOST as MOST_ROUTES
from tillit.booking.intake.routing import Route, read_routes
from tillit.booking.queries import all_meeting_types
from tillit.kernel.normal import clean_text
from tillit.web.api import doors
from tillit.web.api.office import administrator
from tillit.web.api.problems import Fault, Problem
from tillit.web.api.types import Field, In, Language, Out, StrictBool, StrictStr, Whole

router = Router(tags=["Offers"])
read_offers, write = doors.needs("offers:read"), doors.needs("offers:write")

Key = Annotated[StrictStr, Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$")]
Label = Annotated[StrictStr, Field(min_length=1, max_length=300, pattern=r"[^\x00-\x20\x7f]")]
Hint = Annotated[StrictStr, Field(max_length=300)]
OptionLabel = Annotated[StrictStr, Field(min_length=1, max_length=200, pattern=r"[^\x00-\x20\x7f]")]
Number = Annotated[int, Field(ge=-1_000_000, le=1_000_000), Whole]
Kind = Literal["text", "long", "choice", "number", "date", "file", "consent", "hidden"]


class Said(In):
    """A question in one language."""

    label: Label
    hint: Hint = ""


class OptionIn(In):
    """One of the answers to choose from, in each language."""

    key: Key
    words: Annotated[dict[Language, OptionLabel], Field(min_length=1)]


class After(In):
    """Only after this answer to an earlier question: an option's key, or "yes" for a consent."""

    question: Key
    answer: Key


class QuestionIn(In):
    """A question. least, most: of a number. signed: a hidden one takes only what a signed link brings."""

    key: Key
    kind: Kind
    words: Annotated[dict[Language, Said], Field(min_length=1)]
    required: StrictBool = False
    options: Annotated[list[OptionIn], Field(max_length=MOST_OPTIONS)] = []
    after: After | None = None
    least: Number | None = None
    most: Number | None = None
    signed: StrictBool = False


class RouteIn(In):
    """Whoever answers so comes to that offer, and there to that host. The first that fits wins."""

    after: After
    offer: UUID
    host: UUID | None = None


class AskedIn(In):
    """All that is asked, in this order, and where answers lead."""

    questions: Annotated[list[QuestionIn], Field(max_length=MOST)]
    routes: Annotated[list[RouteIn], Field(max_length=MOST_ROUTES)] = []


class QuestionWordsOut(Out):
    """A question in one language."""

    label: str
    hint: str


class FullOptionOut(Out):
    """One of the answers to choose from, in each language."""

    key: str
    words: dict[str, str]


class AfterOut(Out):
    """The answer on which something hangs."""

    question: str
    answer: str


class FullQuestionOut(Out):
    """A question, as it is kept."""

    key: str
    kind: str
    words: dict[str, QuestionWordsOut]
    required: bool
    options: list[FullOptionOut]
    after: AfterOut | None
    least: int | None
    most: int | None
    signed: bool


class RouteOut(Out):
    """Where an answer leads."""

    after: AfterOut
    offer: UUID
    host: UUID | None


class AskedOut(Out):
    """What is worked on. version: what guests are asked now (0: nothing); draft: this is another one."""

    version: int
    draft: bool
    questions: list[FullQuestionOut]
    routes: list[RouteOut]


class Afterwards(In):
    """Minutes in which a host confirms each booking; days for which its data is kept; minutes after the meeting until
    its guest is written to, and what. None: it stands at once, as the organisation says, never."""

    answer_within: Annotated[int, Field(ge=30, le=14 * 1440), Whole] | None
    keep_days: Annotated[int, Field(ge=1, le=730), Whole] | None
    follow_up: Annotated[int, Field(ge=0, le=60 * 1440), Whole] | None
    follow_up_words: dict[Language, Annotated[StrictStr, Field(max_length=2000)]] = {}


class AfterwardsOut(Out):
    """The same, as it stands."""

    answer_within: int | None
    keep_days: int | None
    follow_up: int | None
    follow_up_words: dict[str, str]


@router.get("o/{slug:slug}/office/offers/{uuid:offer}/questions", response=AskedOut, auth=read_offers)
def questions(request: HttpRequest, slug: str, offer: UUID) -> Any:
    """The draft of what is asked, or what guests are asked where there is none."""
    return _asked(_kind(offer))


@router.put("o/{slug:slug}/office/offers/{uuid:offer}/questions", response=AskedOut, auth=write)
def set_questions(request: HttpRequest, slug: str, offer: UUID, body: AskedIn) -> Any:
    """Keep a draft. Guests see nothing of it before it is published."""
    kind = _kind(offer)
    asked = [_question(one, number) for number, one in enumerate(body.questions)]
    routes = [_route(one, number, asked) for number, one in enumerate(body.routes)]
    try:
        actions.save_draft(kind=kind, questions=asked, routes=[one.stored() for one in routes])
    except actions.Unfit as unfit:
        at = next((n for n, one in enumerate(asked) if one.key == unfit.key), 0)
        raise _unfit(f"/questions/{at}") from None
    return _asked(kind)


@router.delete("o/{slug:slug}/office/offers/{uuid:offer}/questions", response={204: None}, auth=write)
def throw_away(request: HttpRequest, slug: str, offer: UUID) -> Any:
    """Throw the draft away; what is published stays."""
    actions.throw_away(kind=_kind(offer))
    return Status(204, None)


@router.post("o/{slug:slug}/office/offers/{uuid:offer}/questions/publish", response=AskedOut, auth=write)
def publish(request: HttpRequest, slug: str, offer: UUID) -> Any:
    """From now on guests are asked what the draft says."""
    kind = _kind(offer)
    try:
        actions.publish(kind=kind)
    except actions.Unfit:
        raise _unfit("/questions") from None
    return _asked(kind)


@router.get("o/{slug:slug}/office/offers/{uuid:offer}/afterwards", response=AfterwardsOut, auth=read_offers)
def afterwards(request: HttpRequest, slug: str, offer: UUID) -> Any:
    """Who confirms its bookings, how long their data is kept, and what is written after the meeting."""
    return _kind(offer)


@router.put("o/{slug:slug}/office/offers/{uuid:offer}/afterwards", response=AfterwardsOut, auth=write)
def put_afterwards(request: HttpRequest, slug: str, offer: UUID, body: Afterwards) -> Any:
    """Set it, for what is booked from now on; the days hold for what is booked already too."""
    kind = _kind(offer)
    said = {code: clean_text(text, lines=True) for code, text in body.follow_up_words.items()}
    words = {code: text for code, text in said.items() if text}
    if body.answer_within and kind.times > 1:
        raise _not_so("/answer_within", _("What is booked week by week stands at once, all of it."))
    if body.follow_up is not None and not words:
        raise _not_so("/follow_up_words", _("Write what shall stand in the message."))
    set_afterwards(
        kind=kind, answer_within=body.answer_within, keep_days=body.keep_days, follow_up=body.follow_up,
        follow_up_words=words,
    )  # fmt: skip
    return kind


def _kind(offer: UUID) -> Any:
    administrator()
    found = next((one for one in all_meeting_types() if one.pk == offer), None)
    if found is None:
        raise Http404
    return found


def _question(one: QuestionIn, number: int) -> Question:
    words: dict[str, dict[str, str]] = {
        code: {"label": clean_text(said.label, lines=False), "hint": clean_text(said.hint, lines=False)}
        for code, said in one.words.items()
    }
    options = [
        Option(option.key, {code: clean_text(text, lines=False) for code, text in option.words.items()})
        for option in one.options
    ]
    if not all(said["label"] for said in words.values()) or not all(all(o.words.values()) for o in options):
        raise _unfit(f"/questions/{number}/words")
    if one.least is not None and one.most is not None and one.least > one.most:
        raise _not_so(f"/questions/{number}/most", _("The largest number is smaller than the smallest."))
    numbered, hidden = one.kind == "number", one.kind == "hidden"
    return Question(
        key=one.key,
        kind=one.kind,
        words=words,
        required=one.required and not hidden,
        options=options if one.kind == "choice" else (),
        when=(one.after.question, one.after.answer) if one.after else None,
        least=one.least if numbered else None,
        most=one.most if numbered else None,
        signed=one.signed and hidden,
    )


def _route(one: RouteIn, number: int, asked: list[Question]) -> Route:
    """A rule, where its answer can be given and what it leads to is there. Raises Problem."""
    when = (one.after.question, one.after.answer)
    question = next((known for known in asked if known.key == when[0]), None)
    if question is None or not actions.can_lead(question, when[1]):
        raise _unfit(f"/routes/{number}/after")
    kind = next((known for known in all_meeting_types() if known.pk == one.offer), None)
    if kind is None:
        raise _not_so(
            f"/routes/{number}/offer", _("This can no longer be booked. Please look at what else is offered.")
        )
    if one.host and not kind.type_hosts.filter(host=one.host, stands_in=False).exists():
        raise _not_so(f"/routes/{number}/host", _("There is no such host."))
    return Route(when, kind.pk, one.host)


def _unfit(pointer: str) -> Problem:
    said = _(
        "This question does not fit in here: a key twice, a choice without answers, or a condition that never holds."
    )
    return _not_so(pointer, said)


def _not_so(pointer: str, said: str) -> Problem:
    return Problem(409, said, kind="not-together", faults=[Fault(pointer=pointer, detail=said)])


def _asked(kind: Any) -> dict[str, Any]:
    row = actions.draft_of(kind)
    items = [
        {
            "key": one.key, "kind": one.kind, "required": one.required, "least": one.least, "most": one.most,
            "words": {code: {"label": said.get("label", ""), "hint": said.get("hint", "")}
                      for code, said in one.words.items()},
            "options": [{"key": option.key, "words": dict(option.words)} for option in one.options],
            "after": _after(one.when), "signed": one.signed,
        }
        for one in read(row.questions)
    ]  # fmt: skip
    routes = [{"after": _after(one.when), "offer": one.type, "host": one.host} for one in read_routes(row.routes)]
    return {"version": kind.intake, "draft": not row._state.adding, "questions": items, "routes": routes}


def _after(when: tuple[str, str] | None) -> dict[str, str] | None:
    return {"question": when[0], "answer": when[1]} if when else None
