"""The drill: everything that an incident demands, done on an organisation's own evidence, measured, and kept.

It takes the same steps by the same actions as a real one. It is marked as a drill, its people are counted and written
to on paper only: nothing is queued, nothing leaves, nobody finds anything of it in their evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter
from typing import Any

from django.utils.translation import gettext as _

from tillit.access import as_office
from tillit.kernel import clock
from tillit.privacy.incidents import actions, clocks, drafts, telling
from tillit.privacy.incidents.questions import Question, people_affected
from tillit.privacy.models import Affected, Incident

SPAN = timedelta(days=30)


@dataclass(frozen=True)
class Drilled:
    """What a drill did. steps: what, and after how many milliseconds it was done."""

    incident: Incident
    steps: tuple[tuple[str, int], ...]
    people: int
    languages: int
    officers: int

    @property
    def milliseconds(self) -> int:
        """How long all of it took."""
        return self.steps[-1][1]


def run() -> Drilled:
    """Drill in the acting organisation, as whoever acts (an officer, or office "incidents"), in one transaction."""
    begun, steps = perf_counter(), []
    numbers: dict[str, int] = {}

    def step(name: str, work: Callable[[], Any]) -> Any:
        result = work()
        steps.append((name, round((perf_counter() - begun) * 1000)))
        return result

    incident = step("reported", _report)
    numbers["officers"] = step("officers", lambda: _officers(incident))
    step("counted", lambda: _count(incident))
    step("described", lambda: _describe(incident))
    step("authority", lambda: _authority(incident))
    numbers["languages"] = step("people", lambda: _people(incident))
    step("supplemented", lambda: actions.supplement(incident, _("The drill's supplement."), whole=True))
    step("closed", lambda: actions.close(incident, _("The drill is over; nothing left the house.")))
    people = people_affected(incident).people
    actions.tell(incident, "drilled", facts={"steps": steps, "people": people, **numbers})
    return Drilled(incident, tuple(steps), people, numbers["languages"], numbers["officers"])


def last() -> Any:
    """The line in which the acting organisation's last drill was measured, or None."""
    from tillit.privacy.models import IncidentLine

    return IncidentLine.objects.filter(kind="drilled").select_related("incident").order_by("-id").first()


def _report() -> Incident:
    words = _("Drill: suppose that everything shown to anybody in the last thirty days was seen by a stranger.")
    return actions.open_incident(words, source="drill", drill=True)


def _officers(incident: Incident) -> int:
    """The mail to those who answer is written, and not sent."""
    with as_office("reaction"):
        return telling.to_officers("privacy/incident_opened", incident, {"source": "drill"})


def _count(incident: Incident) -> None:
    actions.count(incident, Question(low=clock.now() - SPAN))
    if not people_affected(incident).people:
        actions.count(incident, Question(everyone=True))


def _describe(incident: Incident) -> None:
    now = clock.now()
    actions.describe(
        incident, began=now - SPAN, ended=now, cause="weakness", natures=["seen"],
        consequences=_("In a drill: none."), measures=_("In a drill: none."),
    )  # fmt: skip
    actions.judge(incident, "high", _("A drill takes the hardest case."))


def _authority(incident: Incident) -> None:
    actions.decide_authority(incident, True)
    if not drafts.authority(incident).text() or clocks.following(incident, incident.known) is None:
        raise RuntimeError("The draft or the clock is missing.")
    actions.reported(incident)


def _people(incident: Incident) -> int:
    """A letter in each language of those who were counted; how many languages."""
    words = {language: {"happened": incident.what, "help": _("In a drill: nothing.")}
             for language in incident.organisation.languages}  # fmt: skip
    actions.decide_people(incident, True)
    actions.tell_people(incident, words)
    languages = sorted(people_affected(incident).languages) or list(words)
    for language in languages:
        drafts.letter(incident, language)
    with as_office("incidents"):
        actions.mark_told(incident, Affected.objects.filter(count__incident=incident).values_list("person", flat=True))
    actions.tell(incident, "told", facts={"people": people_affected(incident).told})
    return len(languages)
