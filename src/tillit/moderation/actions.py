"""Handing in, reporting and appealing. What moderators do with it: working.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tillit import evidence
from tillit.access import Actor, acting, as_office, current
from tillit.identity.actions import meet_guest
from tillit.kernel import clock, ends, outbox, sealed, signing
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import sign_text
from tillit.moderation import clocks, events, kinds
from tillit.moderation.models import MOST_CHOSEN, Appeal, Report
from tillit.moderation.reasons import REASONS

LONGEST = 4000  # characters
PROOF_LIFE = timedelta(days=14)


class Refused(Exception):
    """It is not taken. `why`: nobody (no such thing for them, or one's own), again (done already), limited (too many
    reports without ground), late (six months are over), gone."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@transaction.atomic
def submit(*, kind: str, object: UUID, subject: UUID) -> UUID:
    """Hand something of `subject` in to be looked at before it shows. What waits already is handed in anew: a moderator
    who has an older version in hand is told. Returns the case's id. KeyError for an unknown kind."""
    kinds.get(kind)
    due = clocks.due(_here(), "look")
    wish = {"id": str(new_id()), "kind": kind, "object": str(object), "subject": str(subject), "due": due.isoformat()}
    case = UUID(str(order("moderation.submit", "moderate", wish)))
    evidence.record(events.SUBMITTED.name, subject=subject, object=object)
    outbox.emit(events.Waits(case=case))
    return case


def withdraw(*, kind: str, object: UUID) -> bool:
    """What was handed in is gone, or not to be shown any more. False when nothing waited."""
    return bool(order("moderation.withdraw", "unmoderate", {"kind": kind, "object": str(object)}))


@transaction.atomic
def report(
    *, kind: str, object: UUID, of: UUID, reason: str, words: str, chosen: Sequence[UUID] = (), proven: bool = True
) -> UUID:
    """The acting person reports something of somebody else's. chosen: the only parts that a moderator sees of it
    (messages), at most MOST_CHOSEN. Who calls has made sure that the person may see all of it. proven: they are known
    by a login, or their address has answered. Returns the report's id. Raises Refused, and ValueError for an unknown
    reason or too much."""
    if reason not in REASONS or len(words) > LONGEST or len(chosen) > MOST_CHOSEN:
        raise ValueError("A reason of the list, words and parts within bounds.")
    kinds.get(kind)
    actor, made = current() or Actor(), new_id()
    if actor.person is None:
        raise Refused("nobody")
    written = sealed.value(Report, "words", words.strip(), organisation=_here(), row=made, person=actor.person)
    wish = {
        "id": str(made), "case": str(new_id()), "kind": kind, "object": str(object), "about": str(of),
        "reason": reason, "words": written.hex(), "chosen": [str(one) for one in dict.fromkeys(chosen)],
        "due": clocks.due(_here(), "report").isoformat(), "proven": proven,
    }  # fmt: skip
    if (answer := order("moderation.report", "report", wish)) not in ("waiting", "unproven"):
        raise Refused(answer)
    evidence.record(events.REPORTED.name, subject=actor.person, object=made, reason=reason)
    if proven:
        _arrives(made)
    return made


@transaction.atomic
def report_as_stranger(
    *, kind: str, object: UUID, of: UUID, reason: str, words: str, name: str, email: str, language: str, zone: str
) -> UUID:
    """Somebody without a login gives notice of something (DSA Art. 16). Nothing happens before the mail to their
    address is answered (`prove`), and it is forgotten if nobody does. Raises as `report` does."""
    guest = meet_guest(organisation=_here(), name=name, email=email, language=language, time_zone=zone)
    with acting(Actor(office="guest", person=guest, organisation=_here())):
        made = report(kind=kind, object=object, of=of, reason=reason, words=words, proven=False)
        with as_office("moderation", str(made)):
            ends.set("moderation.proof", object=made, subject=guest, due=clock.now() + PROOF_LIFE)
        outbox.emit(events.Noticed(report=made))
    return made


@transaction.atomic
def prove(report: UUID) -> bool:
    """By the link that went to their address: it was me. False when it was said before, or is forgotten."""
    with as_office("reporting", str(report)):
        wish = {"id": str(report), "case": str(new_id()), "due": clocks.due(_here(), "report").isoformat()}
        if not order("moderation.prove", "prove", wish):
            return False
        ends.cancel("moderation.proof", report)
        _arrives(report)
    return True


@transaction.atomic
def appeal(decision: UUID | None, words: str, *, report: UUID | None = None) -> UUID:
    """Whom a decision concerns, or (by their report) who had reported in vain, wants somebody else to look again:
    once, free, within six months (DSA Art. 20). Returns the appeal's id. Raises Refused; ValueError without words."""
    actor, made = current() or Actor(), new_id()
    if not 0 < len(words.strip()) <= LONGEST:
        raise ValueError("An appeal says why.")
    if actor.person is None:
        raise Refused("nobody")
    written = sealed.value(Appeal, "words", words.strip(), organisation=_here(), row=made, person=actor.person)
    due = clocks.due(_here(), "appeal")
    wish = {
        "id": str(made),
        "decision": decision and str(decision),
        "report": report and str(report),
        "words": written.hex(),
        "due": due.isoformat(),
    }
    if (answer := order("moderation.appeal", "appeal", wish)) != "ok":
        raise Refused(answer)
    evidence.record(events.APPEALED.name, subject=actor.person, object=made)
    outbox.emit(events.Appealed(appeal=made))
    return made


def order(function: str, purpose: str, wish: dict[str, Any]) -> Any:
    """Send the database what it believes only from this program, for whoever acts; returns its one answer."""
    actor = current() or Actor()
    who = {"organisation": actor.organisation, "person": actor.person, "office": actor.office}
    body = signing.canonical(wish | {name: part and str(part) for name, part in who.items()})
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}(%s, %s)", [body, sign_text(purpose, body)])
        return cursor.fetchone()[0]


def _arrives(report: UUID) -> None:
    case = Report.objects.filter(pk=report).values_list("case_id", flat=True).get()
    if case:
        outbox.emit(events.Waits(case=case))


def _here() -> Any:
    return (current() or Actor()).organisation
