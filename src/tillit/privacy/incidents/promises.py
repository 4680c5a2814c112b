"""What is promised of incidents and alarms. Each probe does it, in a savepoint of which nothing stays: it reports an
incident and looks for its clock, its count and its drafts; it looks up people and sees whether an alarm comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from tillit import evidence
from tillit.access import Actor, acting
from tillit.kernel import clock, ends
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Group, Promise, give
from tillit.privacy.incidents import actions, clocks, drafts, noting, rules, watch
from tillit.privacy.incidents.questions import Question
from tillit.privacy.models import Incident
from tillit.privacy.policy.frames import frame

WATCHED = timedelta(minutes=30)
"""So long the watch may be silent before the promise turns red."""
_also: list[Callable[[Ground], str]] = []
NEEDED = {"what", "known", "own_reference", "people", "kinds", "severity", "measures", "people_told"}


def also(check: Callable[[Ground], str]) -> None:
    """Let fraud-watch ask an app above, which answers what is wrong there, or ""."""
    if check not in _also:
        _also.append(check)


def breach_72h(ground: Ground) -> Finding:
    """No incident has outlived its hours undecided; and a new one gets its clock, its people and its drafts."""
    hours = frame(ground.organisation).breach.hours
    if hours > 72:
        return Finding(False, f"The clock of this frame gives {hours} hours.")
    with ground.acting_as(_office(ground, "incidents")):
        waiting = Incident.objects.select_related("organisation").filter(closed=None, drill=False, reported=None)
        open_ones = [one for one in waiting if one.authority != "no"]
        if late := [one for one in open_ones if clocks.deadline(one) < clock.now()]:
            return Finding(False, f"{len(late)} incidents are older than {hours} hours, and nobody has told of them.")
        if problem := _rehearse(ground.organisation.languages):
            return Finding(False, problem)
    return Finding(True, f"{len(open_ones)} incidents wait within {hours} hours; a rehearsed one had all it needs.")


def _rehearse(languages: list[str]) -> str:
    """What an incident would lack, in a sentence; "" when nothing."""
    incident = actions.open_incident("A rehearsal.", source="drill", drill=True)
    evidence.record("privacy.incident.warned", subject=uuid4(), object=incident.pk)
    counted = actions.count(incident, Question(kind="privacy.incident", low=clock.now() - timedelta(minutes=1)))
    if counted.people < 1:
        return "The people whom it concerns were not found in the records."
    if missing := sorted(NEEDED - drafts.asked(incident)):
        return f"The draft for the authority lacks {', '.join(missing)}."
    incident.words = {language: {"happened": "A rehearsal.", "help": ""} for language in languages}
    if silent := [language for language in languages if "A rehearsal." not in drafts.letter(incident, language).text]:
        return f"There is no letter to the people in {', '.join(silent)}."
    if not ends.cancel(clocks.NOTICE, incident.pk):
        return "A new incident has no clock."
    return ""


def alarms(ground: Ground) -> Finding:
    """The watch looks, no rule is off without a reason, and somebody who looks up many people is noticed at once."""
    with ground.acting_as(_office(ground, "watch")):
        tuned = rules.tuned(ground.organisation.time_zone)
        if silent := [key for key, one in tuned.items() if rules.RULES[key].on and not one.on and not one.why]:
            return Finding(False, f"Rules are off without a reason: {', '.join(silent)}.")
        if last := watch.stands_still(WATCHED):
            return Finding(False, f"The watch has not looked since {last}.")
        reads = tuned["reads"]
        if reads.on and not _noticed("reads", partial(_look_up, ground.organisation.pk, reads.most + 1)):
            return Finding(False, "Somebody looked up many people, and no alarm was raised.")
    on = sum(one.on for one in tuned.values())
    return Finding(True, f"{on} of {len(tuned)} rules are on; a rehearsed reader of many people was noticed.")


def fraud_watch(ground: Ground) -> Finding:
    """Guessing, knocking at closed doors and new devices raise alarms, by rules that stand on a page."""
    with ground.acting_as(_office(ground, "watch")):
        tuned = rules.tuned(ground.organisation.time_zone)
        for kind in ("refused", "limited"):
            rule = tuned[kind]
            if rule.on and not _noticed(kind, partial(_knock, kind, rule.most + 1)):
                return Finding(False, f"Somebody was {kind} many times, and no alarm was raised.")
        unsaid = [key for key, rule in rules.RULES.items() if not str(rule.says).strip()]
        if unsaid:
            return Finding(False, f"Rules without words: {', '.join(unsaid)}.")
    if wrong := next((said for check in _also if (said := check(ground))), ""):
        return Finding(False, wrong)
    return Finding(True, f"{len(rules.RULES)} rules stand in words; knocking at closed doors was noticed.")


def _noticed(rule: str, happen: Callable[[], None]) -> bool:
    happen()
    return any(alarm.rule == rule for alarm in watch.look(rule))


def _look_up(organisation: UUID, many: int) -> None:
    """Somebody is shown so many people."""
    with acting(Actor(office="member", organisation=organisation, person=uuid4())):
        evidence.record("privacy.alarm.seen", subjects=[uuid4() for _ in range(many)])


def _knock(kind: str, many: int) -> None:
    """Somebody is refused so many times."""
    for _number in range(many):
        noting.note(kind, "rehearsal")


def _office(ground: Ground, name: str) -> Actor:
    return Actor(office=name, organisation=ground.organisation.pk)


_HERE = "tests/privacy/incidents/test_sabotage.py::"

give(
    Promise(
        "breach-72h",
        group=Group.TIME,
        says=_(
            "If data about you could have been seen, changed or lost, you and whoever must know are told within "
            "72 hours of it being known here."
        ),
        by=_("Each incident has a clock. People, numbers and drafts come from the records; the probe rehearses it."),
        probe=breach_72h,
        sabotage=_HERE + "test_breach_72h",
    ),
    Promise(
        "alarms",
        group=Group.SECURITY,
        says=_("Unusual looking raises an alarm: many people at once, odd hours, many refusals, data taken out."),
        by=_("Rules look at the log every five minutes; the probe looks up many people and waits for the alarm."),
        probe=alarms,
        sabotage=_HERE + "test_alarms",
    ),
    Promise(
        "fraud-watch",
        group=Group.SECURITY,
        says=_("Guessing at passwords, knocking at closed doors and new devices are noticed, by rules you can read."),
        by=_("The probe knocks until it is noticed, and reads the rules."),
        probe=fraud_watch,
        sabotage=_HERE + "test_fraud_watch",
    ),
)
