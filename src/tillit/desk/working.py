"""What the desk does with a matter: take it on, answer, note, decide a complaint, close, pass it on.

Each locks the matter first: of two who act at once the second sees what the first has done, and is told.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tillit import evidence
from tillit.access import Actor, as_office, current
from tillit.desk import actions, clocks, events, merging, queries
from tillit.desk.actions import TooLate, change, hold_still
from tillit.desk.models import Thread
from tillit.identity.queries import people_by_id
from tillit.kernel import clock, ends, outbox
from tillit.privacy.desk import actions as rights
from tillit.privacy.desk import kinds

__all__ = ["NotThem", "Overtaken", "TooLate", "answer", "close", "decide", "give", "note", "pass_on", "recast"]


class Overtaken(Exception):
    """Somebody else was faster: the matter no longer stands as it was read."""


class NotThem(Exception):
    """It cannot be given to this person: they do not answer here, or it is about them."""


@transaction.atomic
def give(thread: Thread, to: UUID | None, *, instead_of: UUID | None) -> None:
    """Give it to somebody to answer (oneself, a colleague, or nobody). instead_of: who had it when it was read.

    Raises `Overtaken` when somebody else has it by now, `NotThem`, `TooLate`.
    """
    hold_still(thread)
    if thread.state == "merged":
        raise TooLate
    if thread.assignee_id not in (instead_of, to):
        raise Overtaken
    if to is not None and to not in {one.person for one in queries.helpers(thread.pk)}:
        raise NotThem
    change(thread, assignee_id=to)
    evidence.record(events.GIVEN.name, subject=thread.person_id, object=thread.pk)
    if to not in (None, _me()):
        outbox.emit(events.Arrived(thread=thread.pk))


@transaction.atomic
def answer(thread: Thread, words: str, *, seen: UUID, close_it: bool = False) -> None:
    """Answer whoever asked; they are told by the ways they chose. seen: the last thing said when it was read.

    Raises `Overtaken` when something was said meanwhile, `TooLate`.
    """
    hold_still(thread)
    if thread.state not in queries.OPEN:
        raise TooLate
    last = queries.spoken(thread).last()
    if last is not None and last.pk != seen:
        raise Overtaken
    actions.say(thread, "us", words)
    answered: dict[str, Any] = {} if thread.answered else {"answered": clock.now()}
    if not thread.answered and thread.kind != "complaint":
        answered["in_time"] = thread.due is None or clock.now() <= thread.due
    waits = thread.kind == "complaint" and not thread.decision  # for its decision
    change(
        thread, state="theirs", assignee_id=thread.assignee_id or _me(), due=thread.due if waits else None, **answered
    )
    if not waits:
        _no_longer_due(thread)
    actions.touch(thread)
    evidence.record(events.SAID.name, subject=thread.person_id, object=thread.pk)
    outbox.emit(events.Answered(thread=thread.pk))
    if close_it:
        close(thread)


@transaction.atomic
def note(thread: Thread, words: str) -> None:
    """Write something for one's colleagues. Whoever asked finds it in their copy, not on their page."""
    hold_still(thread)
    actions.say(thread, "note", words)
    evidence.record(events.NOTED.name, subject=thread.person_id, object=thread.pk)


@transaction.atomic
def decide(thread: Thread, decision: str, words: str) -> None:
    """Decide a complaint (a word of models.DECISIONS), with reasons; it is closed, and whoever complained is told, also
    where they can go if they are not content. Raises `TooLate` for what is decided or no complaint."""
    hold_still(thread)
    if thread.state == "merged" or thread.kind != "complaint" or thread.decision or not decision or not words.strip():
        raise TooLate
    actions.say(thread, "us", words)
    now = clock.now()
    change(
        thread, decision=decision, answered=thread.answered or now, assignee_id=thread.assignee_id or _me(),
        in_time=thread.due is None or now <= thread.due,
    )  # fmt: skip
    evidence.record(events.DECIDED.name, subject=thread.person_id, object=thread.pk, reason=decision)
    outbox.emit(events.Answered(thread=thread.pk))
    close(thread)


@transaction.atomic
def close(thread: Thread) -> None:
    """Nothing more is to be done. Whoever asked can open it again by writing. Raises `TooLate` when it is closed, or a
    complaint that nobody has decided."""
    hold_still(thread)
    if thread.state not in queries.OPEN or (thread.kind == "complaint" and not thread.decision):
        raise TooLate
    ask_how_content = thread.answered is not None and not thread.invited
    change(thread, state="closed", closed=clock.now(), due=None, invited=thread.invited or ask_how_content)
    _no_longer_due(thread)
    actions.touch(thread)
    evidence.record(events.CLOSED.name, subject=thread.person_id, object=thread.pk)
    if ask_how_content:
        outbox.emit(events.Closed(thread=thread.pk))


@transaction.atomic
def recast(thread: Thread, kind: str, about: UUID | None) -> None:
    """It is another kind of matter, or about a member, from whom it is closed from this moment on. Raises `TooLate`
    for what is closed and for a decided complaint, which stays one; `NotThem` when it would be closed to whoever says
    so, or to everybody."""
    hold_still(thread)
    if thread.state not in queries.OPEN or (thread.decision and kind != "complaint"):
        raise TooLate
    about = about if kind == "complaint" else None
    if about is not None and about in (_me(), thread.person_id):
        raise NotThem
    other, due = kind != thread.kind, thread.due
    if other:  # each kind has a time of its own; an answered question has none any more
        waits = kind == "complaint" or thread.state != "theirs"
        due = clocks.due(thread.organisation, kind, thread.made) if waits else None
    closer = "complaint" in (kind, thread.kind)  # who may see it becomes another: so it does with what was put to it
    parts = merging.parts(thread) if closer else []
    for one, fields in [(thread, {"due": due}), *((part, {}) for part in parts)]:
        keeps = one.assignee_id if one.assignee_id != about else None
        with as_office("asking", str(one.pk)):  # whoever says so may not see it any more
            change(one, kind=kind, about_id=about, assignee_id=keeps, **fields)
    if other and due:
        with as_office("helpdesk"):
            remind = clocks.reminder(thread.organisation, kind, thread.made)
            ends.set("desk.answer", object=thread.pk, subject=thread.person_id, due=remind)
    elif other:
        _no_longer_due(thread)
    evidence.record(events.GIVEN.name, subject=thread.person_id, object=thread.pk, detail={"kind": kind})
    outbox.emit(events.Arrived(thread=thread.pk))


@transaction.atomic
def pass_on(thread: Thread, kind: str) -> None:
    """It asks for something that the law gives a right to (a key of privacy.desk.kinds.WORDS): the privacy office gets
    it, in the words of whoever asked, and its own clock runs. Words about a member stay here: they may be of that
    office. A complaint still waits for its decision. Raises `TooLate`; `NotThem` when it came by telephone from
    somebody without an address, whom the office has to know first."""
    hold_still(thread)
    if thread.state not in queries.OPEN or kind not in kinds.WORDS:
        raise TooLate
    said = [] if thread.about_id else queries.said(thread, notes=False)
    words = "\n\n".join(one.words for one in said if one.side == "them")
    with actions.as_person(thread):
        person = people_by_id([thread.person_id])[thread.person_id]
        if thread.channel == "telephone" and not person.email:
            raise NotThem
        if thread.channel != "telephone":
            rights.ask(kind, words=words, language=thread.language, by_link=person.account_id is None)
    if thread.channel == "telephone":  # who called has not shown who they are: a mail asks
        rights.ask_as_stranger(
            kind, name=person.display_name, address=person.email, words=words, language=thread.language, behalf=False
        )
    with translation.override(thread.language):
        told = _(
            "What you ask is a right of yours. Those who answer for people's data here have it now and write to you."
        )
    actions.say(thread, "us", told)
    if thread.kind == "complaint" and not thread.decision:
        change(thread, state="theirs", answered=thread.answered or clock.now())
    else:
        change(
            thread, state="closed", closed=clock.now(), due=None, invited=True, answered=thread.answered or clock.now(),
            in_time=thread.in_time if thread.answered else thread.due is None or clock.now() <= thread.due,
        )  # fmt: skip
        _no_longer_due(thread)
    actions.touch(thread)
    evidence.record(events.PASSED_ON.name, subject=thread.person_id, object=thread.pk, reason=kind)
    outbox.emit(events.Answered(thread=thread.pk))


def _no_longer_due(thread: Thread) -> None:
    with as_office("helpdesk"):
        ends.cancel("desk.answer", thread.pk)


def _me() -> UUID | None:
    return (current() or Actor()).person
