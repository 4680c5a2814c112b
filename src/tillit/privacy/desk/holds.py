"""Legal holds: what is known of a person is kept back from every erasure, for a reason, until a day.

The sweeper asks `kept_back` before it ends anything (kernel.ends.keeping), and erasure asks `queries.held`: both leave
what is held, and take it up again when the hold is over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tillit import evidence
from tillit.access import current
from tillit.kernel import ends, sealed
from tillit.kernel.declare import holdings
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import Actor
from tillit.privacy.desk import events, queries
from tillit.privacy.desk.orders import Refused, order
from tillit.privacy.desk.reasons import HOLDS
from tillit.privacy.models import Hold
from tillit.privacy.rights import erasing
from tillit.privacy.rights import queries as people

LONGEST_WORDS = 2000  # characters


@dataclass(frozen=True)
class Opened:
    """What came of a wish to hold: live or waiting; for how many rows of people; and for how many of them nothing is
    left to hold, since they were erased before."""

    state: str
    people: int
    erased: int


@transaction.atomic
def ask(address: str, *, reason: str, words: str, until: datetime, tables: Collection[str] = ()) -> Opened:
    """As somebody of the office, hold what is known of the people with this address until then (aware; ten years at
    most). reason: a key of reasons.HOLDS. tables: only these (app.model).

    It holds at once, or when a second person has approved, where the organisation wants two. Raises `Refused` (nobody,
    bounds), ValueError (no words, an unknown reason or table).
    """
    found = [person for person, _since in people.people_with(address)]
    if not found:
        raise Refused("nobody")
    return ask_for(found, reason=reason, words=words, until=until, tables=tables)


@transaction.atomic
def ask_for(
    whom: Collection[UUID], *, reason: str, words: str, until: datetime, tables: Collection[str] = ()
) -> Opened:
    """The same, for people who are known already: of a request, for instance."""
    if reason not in HOLDS or not 0 < len(words.strip()) <= LONGEST_WORDS:
        raise ValueError(f"Say in 1 to {LONGEST_WORDS} characters why it must be held.")
    if wrong := [one for one in tables if not erasing.knows(one)]:
        raise ValueError(f"No such table: {', '.join(wrong)}.")
    organisation = _organisation()
    matter, state, erased = new_id(), "live", 0
    for person in whom:
        hold = new_id()
        written = sealed.value(Hold, "words", words.strip(), organisation=organisation, row=hold, person=hold)
        wish: dict[str, Any] = {
            "id": str(hold), "matter": str(matter), "subject": str(person), "tables": sorted(tables), "reason": reason,
            "words": written.hex(), "ends": until.isoformat(),
        }  # fmt: skip
        state = order("privacy.ask_hold", "hold", wish, fine=("live", "waiting"))
        if state == "live":
            evidence.record(events.HELD.name, subject=person, object=hold, reason=reason)
        erased += _is_erased(person)
    return Opened(state, len(whom), erased)


def approve(hold: UUID) -> None:
    """As the second person, let it hold. Raises `Refused` (own, left, again, gone, late)."""
    order("privacy.answer_hold", "holdanswer", {"hold": str(hold), "approve": True}, fine=("live",))
    row = Hold.objects.get(pk=hold)
    evidence.record(events.HELD.name, subject=row.person_id, object=hold, reason=row.reason)


def refuse(hold: UUID) -> None:
    """As a second person, refuse it; or take one's own proposal back. Raises `Refused` (again, gone)."""
    order("privacy.answer_hold", "holdanswer", {"hold": str(hold), "approve": False}, fine=("refused",))


@transaction.atomic
def end(hold: UUID) -> str:
    """As somebody of the office, end a hold before its day: what it kept back goes when it is due. Answers ended, or
    asked where the organisation wants a second person to say so too. Raises `Refused` (own, again, gone)."""
    answer = order("privacy.end_hold", "holdend", {"hold": str(hold), "end": True}, fine=("ended", "asked"))
    if answer == "ended":
        evidence.record(events.FREED.name, subject=Hold.objects.get(pk=hold).person_id, object=hold)
    return answer


def keep(hold: UUID) -> None:
    """As somebody of the office, say that a hold stays whose end was asked for. Raises `Refused` (again, gone)."""
    order("privacy.end_hold", "holdend", {"hold": str(hold), "end": False}, fine=("stays",))


def end_many(holds: Collection[UUID]) -> list[UUID]:
    """As the sweeper, end holds that have come to their day; returns the people. What an erasure left is erased by the
    sweeper too (`tasks.free`)."""
    with connection.cursor() as cursor:
        cursor.execute("select * from privacy.end_holds(%s::uuid[])", [list(holds)])
        freed = [row[0] for row in cursor.fetchall()]
    if freed:
        evidence.record(events.FREED.name, subjects=freed)
    return freed


@ends.keeping
def kept_back(kind: str, objects: Mapping[UUID, UUID | None]) -> dict[UUID, datetime]:
    """Which of these objects (object → whom it concerns) are held, and until when: the sweeper leaves them."""
    about = _tables_of(kind)
    people = sorted({person for person in objects.values() if person})
    if not about or not people:
        return {}
    until: dict[UUID, datetime] = {}
    for person, holds in queries.held_many(people).items():
        for hold in holds:
            if not hold.tables or hold.tables & about:
                until[person] = max(hold.until, until.get(person, hold.until))
    return {one: until[person] for one, person in objects.items() if person in until}


def _tables_of(kind: str) -> frozenset[str]:
    """The tables (app.model) whose values this kind of end takes away, the desk's own records aside."""
    return frozenset(
        one.model._meta.label_lower for one in holdings() if one.declared.keep.clock == kind and one.model is not Hold
    )


def _is_erased(person: UUID) -> bool:
    """Has the person been erased before? Then nothing is left that could be held."""
    with connection.cursor() as cursor:
        cursor.execute("select privacy.is_erased(%s)", [person])
        return bool(cursor.fetchone()[0])


def _organisation() -> UUID:
    organisation = (current() or Actor()).organisation
    assert organisation is not None
    return organisation
