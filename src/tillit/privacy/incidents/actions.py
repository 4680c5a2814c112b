"""What is done about an incident. Every step is a line of its story and an event of the log, in the same transaction.

The hours of the frame (72 under the GDPR) count from the moment it became known, and stop when the authority was told
or a reasoned decision says that it need not be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from tillit import evidence
from tillit.access import Actor, as_office, current
from tillit.kernel import clock, ends, outbox, signing
from tillit.kernel.ids import new_id
from tillit.kernel.ticket import sign_text
from tillit.privacy.incidents.clocks import INCIDENT, NOTICE, SUPPLEMENT, deadline, following, supplement_from
from tillit.privacy.incidents.events import IncidentOpened, PeopleToTell
from tillit.privacy.incidents.questions import Question, categories
from tillit.privacy.models import Affected, Incident, IncidentCount, IncidentLine

LONGEST = 10_000  # characters
FACTS = ("began", "ended", "cause", "natures", "categories", "what", "consequences", "measures")


class Unfinished(Exception):
    """It cannot be closed or decided yet; `why` are sentences for whoever tries."""

    def __init__(self, *why: str) -> None:
        super().__init__(*why)
        self.why = why


def open_incident(
    what: str,
    *,
    source: str,
    known: datetime | None = None,
    source_id: UUID | None = None,
    source_word: str = "",
    contact: str = "",
    drill: bool = False,
) -> Incident:
    """Report an incident of the acting organisation; its clock starts at `known` (aware; now, unless said).

    Everybody may report from outside (source "outside"); the other sources are the officers' and the program's.
    Raises ValueError for no words, or for something that became known in the future.
    """
    actor, now = _actor(), clock.now()
    known = known or now
    if known > now or not 0 < len(what.strip()) <= LONGEST:
        raise ValueError(_("Say what happened, and when it became known: not later than now."))
    incident = Incident(
        organisation_id=_organisation(), source=source, source_id=source_id, source_word=source_word[:60],
        known=known, drill=drill, reporter_id=actor.person, contact=contact, what=what.strip(),
    )  # fmt: skip
    incident.reference = f"{known:%Y%m%d}-{incident.pk.hex[-6:].upper()}"
    incident.save(force_insert=True)
    evidence.record("privacy.incident.opened", object=incident.pk, reason=source)
    ends.set(NOTICE, object=incident.pk, subject=None, due=following(incident, known) or now)
    if not drill:
        outbox.emit(IncidentOpened(incident=incident.pk))
    return incident


def describe(incident: Incident, **facts: Any) -> list[str]:
    """Change what is known of an incident (names of FACTS). Returns the names of what changed."""
    changed = [name for name in FACTS if name in facts and getattr(incident, name) != facts[name]]
    if changed:
        for name in changed:
            setattr(incident, name, facts[name])
        incident.save(update_fields=changed)
        tell(incident, "described", facts={"changed": changed})
    return changed


def count(incident: Incident, question: Question) -> IncidentCount:
    """Count the people whom a question concerns, from the evidence, and keep who they are.

    Kinds of data that stood in what was found are added to the incident's. Raises Django's ProgrammingError (42501)
    for whoever does not deal with incidents.
    """
    made = new_id()
    wish = question.wish() | {"incident": str(incident.pk), "count": str(made)}
    with connection.cursor() as cursor:
        body = _signed(wish)
        cursor.execute("select privacy.count_affected(%s, %s)", [body, sign_text("affected", body)])
    counted = IncidentCount.objects.get(pk=made)
    _add_categories(incident, categories(question, counted.names))
    tell(incident, "counted", facts={"people": counted.people, "milliseconds": counted.milliseconds})
    return counted


def uncount(incident: Incident, counted: UUID) -> None:
    """Take a count back that asked too widely. Raises Unfinished once somebody of it was told."""
    if Affected.objects.filter(count_id=counted, told__isnull=False).exists():
        raise Unfinished(_("People of this count were told already."))
    if IncidentCount.objects.filter(pk=counted, incident=incident).delete()[0]:
        tell(incident, "uncounted")


def judge(incident: Incident, risk: str, words: str) -> None:
    """Judge the risk for people (none, risk, high), with reasons."""
    incident.risk = risk
    incident.save(update_fields=["risk"])
    tell(incident, "judged", _needed(words), {"risk": risk})


def decide_authority(incident: Incident, report: bool, words: str = "") -> None:
    """Decide whether the authority is told. That it is not needs reasons (Art. 33(5)) and stops the clock."""
    if incident.reported:
        raise Unfinished(_("The authority was told already."))
    if report:
        incident.authority = "report"
        incident.save(update_fields=["authority"])
        tell(incident, "reporting", words)
        ends_again = following(incident, clock.now())
        if ends_again:
            with as_office("incidents"):
                ends.set(NOTICE, object=incident.pk, subject=None, due=ends_again)
        return
    incident.authority = "no"
    incident.save(update_fields=["authority"])
    tell(incident, "unreported", _needed(words))
    _stop(NOTICE, incident)


def reported(incident: Incident, words: str = "", *, whole: bool = False) -> None:
    """The authority was told, now. Late needs the reason (Art. 33(1)); what is missing follows within four weeks."""
    late = clock.now() > deadline(incident)
    incident.authority, incident.reported = "report", clock.now()
    incident.supplemented = incident.reported if whole else None
    incident.save(update_fields=["authority", "reported", "supplemented"])
    tell(incident, "reported", _needed(words) if late else words, {"late": late, "whole": whole})
    _stop(NOTICE, incident)
    if not whole:
        with as_office("incidents"):
            ends.set(SUPPLEMENT, object=incident.pk, subject=None, due=supplement_from(incident))


def supplement(incident: Incident, words: str, *, whole: bool) -> None:
    """The authority was told more; `whole` says that nothing is missing any more. Raises Unfinished before it knows."""
    if not incident.reported:
        raise Unfinished(_("The authority was not told yet."))
    tell(incident, "supplemented", _needed(words), {"whole": whole})
    if whole:
        incident.supplemented = clock.now()
        incident.save(update_fields=["supplemented"])
        _stop(SUPPLEMENT, incident)


def decide_people(incident: Incident, tell_them: bool, words: str = "") -> None:
    """Decide whether the people are told. That they are not, at a high risk, is told with reasons (Art. 34(3))."""
    if Affected.objects.filter(count__incident=incident, told__isnull=False).exists():
        raise Unfinished(_("People of this count were told already."))
    incident.people = "tell" if tell_them else "no"
    incident.save(update_fields=["people"])
    tell(incident, "telling" if tell_them else "untold", words if tell_them else _needed(words))


def tell_people(incident: Incident, words: Mapping[str, Mapping[str, str]]) -> None:
    """Send the people what happened, in these words: language → {happened, help}. A drill sends nothing.

    Raises Unfinished while nobody was counted, or when words are missing.
    """
    if not Affected.objects.filter(count__incident=incident).exists():
        raise Unfinished(_("Nobody was counted yet."))
    if not any(one.get("happened", "").strip() for one in words.values()):
        raise Unfinished(_("Say in at least one language what happened."))
    incident.people, incident.words = "tell", {language: dict(one) for language, one in words.items()}
    incident.save(update_fields=["people", "words"])
    if not incident.drill:
        outbox.emit(PeopleToTell(incident=incident.pk))


def note(incident: Incident, words: str) -> None:
    """Add something to the story."""
    tell(incident, "noted", _needed(words))


def close(incident: Incident, lessons: str) -> None:
    """Close it, with what was learnt. Raises Unfinished with everything that is still to do."""
    if missing := unfinished(incident):
        raise Unfinished(*missing)
    incident.closed = clock.now()
    incident.save(update_fields=["closed"])
    tell(incident, "closed", _needed(lessons))
    _stop(NOTICE, incident)
    _stop(SUPPLEMENT, incident)
    with as_office("incidents"):
        ends.set(INCIDENT, object=incident.pk, subject=None, since=incident.closed)


def unfinished(incident: Incident) -> list[str]:
    """What is still to do before it can be closed, as sentences."""
    untold = Affected.objects.filter(count__incident=incident, told=None, unreachable=False).exists()
    missing = [
        (not incident.risk, _("Judge the risk for people.")),
        (not incident.authority, _("Decide whether the authority is told.")),
        (incident.authority == "report" and not incident.reported, _("Tell the authority.")),
        (bool(incident.reported) and not incident.supplemented, _("Tell the authority what was missing.")),
        (not incident.people, _("Decide whether the people are told.")),
        (incident.people == "tell" and untold and not incident.drill, _("Wait until everybody is told.")),
    ]
    return [sentence for wanting, sentence in missing if wanting]


def tell(incident: Incident, kind: str, words: str = "", facts: Mapping[str, Any] | None = None) -> None:
    """Add a line to the story, and the event to the log."""
    IncidentLine(
        organisation_id=incident.organisation_id, incident_id=incident.pk, author_id=_actor().person, kind=kind,
        words=words.strip()[:LONGEST], facts=dict(facts or {}),
    ).save(force_insert=True)  # fmt: skip
    small = {name: value for name, value in (facts or {}).items() if isinstance(value, str | int)}
    evidence.record(f"privacy.incident.{kind}", object=incident.pk, detail={**small, "drill": incident.drill})


def mark_told(incident: Incident, people: Iterable[UUID], unreachable: Iterable[UUID] = ()) -> None:
    """These people were told (office "reaction", or "incidents" in a drill), and each finds it in their own evidence;
    those have no address to write to."""
    ids = list(people)
    Affected.objects.filter(count__incident=incident, person__in=ids).update(told=clock.now())
    Affected.objects.filter(count__incident=incident, person__in=list(unreachable)).update(unreachable=True)
    if ids and not incident.drill:
        evidence.record("privacy.incident.warned", subjects=ids, object=incident.pk)


def _add_categories(incident: Incident, found: Iterable[str]) -> None:
    known = dict.fromkeys([*incident.categories, *found])
    if len(known) > len(incident.categories):
        incident.categories = list(known)
        incident.save(update_fields=["categories"])


def _needed(words: str) -> str:
    if not words.strip():
        raise Unfinished(_("Say why, in a few words."))
    return words


def _stop(kind: str, incident: Incident) -> None:
    with as_office("incidents"):
        ends.cancel(kind, incident.pk)


def _signed(wish: Mapping[str, Any]) -> str:
    actor = _actor()
    who = {"organisation": actor.organisation, "person": actor.person, "office": actor.office}
    return signing.canonical(dict(wish) | {name: part and str(part) for name, part in who.items()})


def _actor() -> Actor:
    return current() or Actor()


def _organisation() -> UUID:
    organisation = _actor().organisation
    if organisation is None:
        raise ValueError("An incident belongs to an organisation.")
    return organisation
