"""Writes: a person's own choices, each recorded in the same transaction; and the answer to an objection.

Every choice may be sent twice (a double tap, two windows): the second changes nothing and says so.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import get_language

from tillit import evidence
from tillit.access import current
from tillit.kernel import clock, outbox, sealed
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor
from tillit.privacy.models import Consent, Objection, Restriction
from tillit.privacy.rights import consents, events, objections

LONGEST_WORDS = 2000  # characters


def agree(consent: str) -> bool:
    """The acting person agrees to what stands in `consents.every`, in the words and version of now. False when they
    agreed to just these before. Raises KeyError."""
    asked = consents.every[consent]
    older = Consent.objects.filter(person_id=_me(), purpose=consent, withdrawn=None).first()
    if older and older.version == asked.version:
        return False
    if older:
        _over(older, "withdrawn")
    made = _once(Consent(purpose=consent, version=asked.version, text=str(asked.asks), language=get_language() or "en"))
    return made and _recorded(events.GIVEN, consent=consent, version=asked.version)


def take_back(consent: str) -> bool:
    """The acting person takes back what they agreed to; it holds from now on. False when there is nothing."""
    given = Consent.objects.filter(person_id=_me(), purpose=consent, withdrawn=None).first()
    return bool(given and _over(given, "withdrawn") and _recorded(events.WITHDRAWN, consent=consent))


def object_to(use: str, words: str = "", *, signal: bool = False) -> bool:
    """The acting person objects to a use. What stops at once has stopped then; else it is paused and waits for an
    answer (outbox event ObjectionMade). signal: their browser said so. False when they objected before.

    Raises KeyError for an unknown use, ValueError for too many words, or none where reasons are needed.
    """
    asked = objections.use(use)
    if len(words) > LONGEST_WORDS or not (asked.at_once or words.strip()):
        raise ValueError(f"Reasons have 1 to {LONGEST_WORDS} characters.")
    state = "upheld" if asked.at_once else "waiting"
    made = Objection(purpose=use, state=state, words="" if asked.at_once else words.strip(), signal=signal)
    if not _once(made):
        return False
    if not asked.at_once:
        outbox.emit(events.ObjectionMade(objection=made.pk))
    return _recorded(events.OBJECTED, use=use, signal=signal)


def heed_signal(request: Any) -> None:
    """Global Privacy Control of the acting person's browser is an objection to all that stops at once, for good; but
    what they themselves have allowed again since is theirs to say."""
    if not objections.signalled(request):
        return
    said = Objection.objects.filter(Q(withdrawn=None) | Q(signal=True), person_id=_me())
    known = set(said.values_list("purpose", flat=True))
    for use in objections.every():
        if use.at_once and use.key not in known:
            object_to(use.key, signal=True)


def allow_again(use: str) -> bool:
    """The acting person takes an objection back. False when there is none."""
    made = Objection.objects.filter(person_id=_me(), purpose=use, withdrawn=None).first()
    return bool(made and _over(made, "withdrawn") and _recorded(events.ALLOWED, use=use))


def answer_objection(objection: UUID, *, upheld: bool, words: str) -> bool:
    """As administrator or privacy officer, decide an objection that waits; the person is told by mail and can read
    the answer. A refusal has reasons (ValueError without). False when there is none to answer any more.

    Raises Django's ProgrammingError (42501) for others.
    """
    if len(words) > LONGEST_WORDS or not (upheld or words.strip()):
        raise ValueError(f"A refusal has reasons, in 1 to {LONGEST_WORDS} characters.")
    asked = Objection.objects.filter(pk=objection).first()
    if asked is None:
        return False
    written = sealed.value(
        Objection, "answer", words.strip(), organisation=asked.organisation_id, row=asked.pk, person=asked.person_id
    )
    with connection.cursor() as cursor:
        cursor.execute("select privacy.answer_objection(%s, %s, %s)", [objection, upheld, written])
        (answered,) = cursor.fetchone()
    if answered:
        evidence.record(events.ANSWERED.name, subject=asked.person_id, object=objection, detail={"upheld": upheld})
        outbox.emit(events.ObjectionAnswered(objection=objection, person=asked.person_id))
    return bool(answered)


def rest(reason: str) -> bool:
    """The acting person lays their data at rest (a word of Restriction.REASONS). False when it rests already."""
    if reason not in Restriction.REASONS:
        raise ValueError(f"{reason} is no reason to lay data at rest.")
    return _once(Restriction(reason=reason)) and _recorded(events.RESTED, why=reason)


def use_again() -> bool:
    """The acting person lets their data be used again. False when it does not rest."""
    resting = Restriction.objects.filter(person_id=_me(), lifted=None).first()
    return bool(resting and _over(resting, "lifted") and _recorded(events.LIFTED))


def _once(row: Any) -> bool:
    """Write the acting person's row; False where another one stands in its way (one that holds, of the same kind)."""
    actor = current() or Actor()
    row.pk, row.organisation_id, row.person_id = new_id(), actor.organisation, actor.person
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _over(row: Any, when: str) -> bool:
    setattr(row, when, clock.now())
    row.save(update_fields=[when])
    return True


def _recorded(kind: Any, **detail: Any) -> bool:
    evidence.record(kind.name, subject=_me(), detail=detail)
    return True


def _me() -> Any:
    return (current() or Actor()).person
