"""What moderators do: take a case, give it back, decide it with reasons, decide an appeal against somebody else's
decision. The database refuses what is about themselves, and what they do not have in hand."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from tillit import evidence
from tillit.access import as_office
from tillit.kernel import clock, ends, happenings, outbox, sealed
from tillit.kernel.ids import new_id
from tillit.moderation import clocks, events, kinds
from tillit.moderation.actions import LONGEST, Refused, order
from tillit.moderation.models import Appeal, Case, Decision
from tillit.moderation.reasons import REASONS

HELD = timedelta(days=2)
"""How long a case stays with whoever took it; what it shows closes then by itself."""


class Overtaken(Exception):
    """It was handed in anew since it was read: read it again."""


@transaction.atomic
def take(case: Case) -> None:
    """The acting moderator takes it, and from now on sees what it shows. Raises Refused("taken")."""
    until = clock.now() + HELD
    if (answer := order("moderation.take", "takecase", {"case": str(case.pk), "until": until.isoformat()})) != "ok":
        raise Refused(answer)
    happenings.announce("access.grant.opened", subject=case.subject_id, object=case.pk, reason="moderating")


@transaction.atomic
def give_back(case: Case) -> bool:
    """Somebody else decides it. False when they did not have it."""
    given = bool(order("moderation.give_back", "givecase", {"case": str(case.pk)}))
    if given:
        happenings.announce("access.grant.revoked", subject=case.subject_id, object=case.pk, reason="moderating")
    return given


@transaction.atomic
def decide(case: Case, outcome: str, *, reason: str = "", words: str = "", unfounded: bool = False) -> UUID:
    """Whoever has the case decides it, as they read it (`case.version`), and it is carried out at once. reason: a key
    of REASONS; reason and words are required of what cuts somebody short. unfounded: the reports were clearly without
    ground. Returns the decision's id. Raises Overtaken, Refused("gone"), ValueError for what does not fit."""
    kind = kinds.get(case.kind)
    against = outcome in kinds.AGAINST
    if outcome not in kind.offered(case.queue) or len(words) > LONGEST:
        raise ValueError("This cannot be decided of it.")
    if against and not (reason in REASONS and words.strip()):
        raise ValueError("What cuts somebody short has a reason, in words.")
    reason = reason if against else ""
    made = new_id()
    written = sealed.value(
        Decision, "words", words.strip(), organisation=case.organisation_id, row=made, person=case.subject_id
    )
    wish = {
        "id": str(made), "case": str(case.pk), "version": case.version, "outcome": outcome, "reason": reason,
        "ground": REASONS[reason].ground if reason else "", "words": written.hex(),
        "unfounded": unfounded and outcome == "nothing",
    }  # fmt: skip
    answer = order("moderation.decide", "decide", wish)
    if answer == "overtaken":
        raise Overtaken
    if answer != "ok":
        raise Refused(answer)
    if outcome not in kinds.ON_PERSON and outcome != "nothing":
        with as_office("moderation", str(case.object_id)):
            kind.decided(case.object_id, outcome, reason)
    with as_office("moderation", str(case.pk)):
        ends.set("moderation.case", object=case.pk, subject=case.subject_id, due=clock.now() + KEPT)
    evidence.record(events.DECIDED.name, subject=case.subject_id, object=case.pk, reason=outcome)
    outbox.emit(events.Decided(decision=made))
    return made


@transaction.atomic
def answer(appeal: Appeal, case: Case, decision: Decision, *, lift: bool, words: str) -> None:
    """Another moderator decides an appeal, with words. What is lifted is brought back, unless a later decision took it
    away as well; what was reported in vain is looked into anew. Raises Refused("gone"), ValueError without words."""
    if not 0 < len(words.strip()) <= LONGEST:
        raise ValueError("An appeal is answered in words.")
    outcome = "lifted" if lift else "upheld"
    written = sealed.value(
        Appeal, "answer", words.strip(), organisation=case.organisation_id, row=appeal.pk, person=appeal.person_id
    )
    due = clocks.due(case.organisation_id, "report").isoformat()
    wish = {"appeal": str(appeal.pk), "outcome": outcome, "answer": written.hex(), "case": str(new_id()), "due": due}
    if (said := order("moderation.answer", "answerappeal", wish)) == "gone":
        raise Refused(said)
    if said == "anew":
        outbox.emit(events.Waits(case=Case.objects.get(object_id=case.object_id, queue="report", state="waiting").pk))
    if said == "ok" and lift and decision.outcome in kinds.AGAINST and decision.outcome not in kinds.ON_PERSON:
        with as_office("moderation", str(case.object_id)):
            kinds.get(case.kind).decided(case.object_id, "restore", "")
    evidence.record(events.ANSWERED.name, subject=appeal.person_id, object=appeal.pk, reason=outcome)
    outbox.emit(events.Answered(appeal=appeal.pk))


KEPT = timedelta(days=365)
