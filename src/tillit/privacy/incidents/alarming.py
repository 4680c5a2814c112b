"""Answering alarms and tuning rules, as an officer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillit import evidence
from tillit.access import Actor, current
from tillit.identity.queries import people_by_id
from tillit.kernel import clock
from tillit.kernel.dpv import Words
from tillit.privacy.incidents import actions, rules
from tillit.privacy.incidents.questions import Question
from tillit.privacy.incidents.rules import Rule
from tillit.privacy.models import Alarm, AlarmRule, Incident

READ = {"reads", "nights"}
"""Rules whose alarms say of themselves whom a person looked up."""

ANSWERS: dict[str, Words] = {
    "explained": gettext_lazy("There was a good reason"),
    "false": gettext_lazy("The rule was wrong"),
    "incident": gettext_lazy("It became an incident"),
}


class Answered(Exception):
    """The alarm was answered already."""


@dataclass(frozen=True)
class Noticed:
    """An alarm as the office shows it. who: a colleague's name where the reader may know it, else what is known."""

    alarm: Alarm
    rule: Rule
    who: str

    @property
    def says(self) -> str:
        """How many, in words."""
        return self.rule.noticed(self.alarm.figure)


def noticed(*, waiting: bool, most: int = 100) -> list[Noticed]:
    """Alarms of the acting organisation, those that wait or those that were answered, the latest first."""
    rows = Alarm.objects.filter(state="waiting") if waiting else Alarm.objects.exclude(state="waiting")
    found = list(rows.order_by("-last")[:most])
    names = {id: person.display_name for id, person in people_by_id(a.person_id for a in found if a.person_id).items()}
    return [Noticed(alarm, rules.RULES[alarm.rule], _who(alarm, names)) for alarm in found]


@transaction.atomic
def answer(alarm: Alarm, state: str, words: str) -> Incident | None:
    """Answer an alarm: explained, false or incident, with words. An incident is opened then and there, and where the
    alarm says who was looked up, they are counted. Of two officers at once the second one is told. Raises Answered."""
    actor = current() or Actor()
    waiting = Alarm.objects.select_for_update(of=("self",)).filter(pk=alarm.pk, state="waiting").first()
    if waiting is None:
        raise Answered
    alarm.state, alarm.words, alarm.answered, alarm.answered_by_id = state, words, clock.now(), actor.person
    alarm.save(update_fields=["state", "words", "answered", "answered_by"])
    evidence.record("privacy.alarm.answered", object=alarm.pk, reason=state)
    if state != "incident":
        return None
    rule = rules.RULES[alarm.rule]
    what = _("%(title)s: %(figure)s. %(words)s") % {
        "title": rule.title, "figure": rule.noticed(alarm.figure), "words": words.strip(),
    }  # fmt: skip
    incident = actions.open_incident(what, source="alarm", source_id=alarm.pk)
    actions.describe(incident, began=alarm.first, ended=alarm.last, cause="insider" if alarm.rule in READ else "")
    if alarm.person_id and alarm.rule in READ:
        high = alarm.last.replace(second=59, microsecond=999999)
        actions.count(incident, Question(actor=alarm.person_id, low=alarm.first, high=high))
    return incident


def tune(organisation: UUID, rule: Rule, chosen: dict[str, Any]) -> None:
    """Set a rule of the organisation in which the officer acts. Raises ValueError beyond its bounds, and for one that
    is off without a reason."""
    standard = rule.standard()
    most, minutes = chosen.get("most", standard.most), chosen.get("minutes", standard.minutes)
    on, why = bool(chosen["on"]), str(chosen.get("why", "")).strip()
    if not rule.within(most, minutes) or not (on or why or not rule.on):
        raise ValueError(f"{rule.key}: within its bounds, and off with a reason.")
    row = AlarmRule.objects.filter(rule=rule.key).first()
    new = row is None
    row = row or AlarmRule(organisation_id=organisation, rule=rule.key)
    row.on, row.most, row.minutes, row.why, row.chosen = on, most, minutes, "" if on else why, clock.now()
    row.evening, row.morning = chosen.get("evening"), chosen.get("morning")
    row.save(force_insert=new)
    evidence.record(
        "privacy.alarm.tuned", object=row.pk, reason=rule.key, detail={"on": on, "most": most, "minutes": minutes}
    )


def _who(alarm: Alarm, names: dict[Any, str]) -> str:
    if alarm.person_id:
        return names.get(alarm.person_id) or _("a colleague")
    return "" if alarm.rule == "log" else _("a visitor")
