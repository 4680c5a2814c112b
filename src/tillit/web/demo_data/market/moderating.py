"""The demo marketplace's moderating: a report and an appeal that wait (a profile waits already), and figures of the
year before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tillit.directory import queries as directory
from tillit.kernel import clock
from tillit.moderation import actions, queries, working

if TYPE_CHECKING:
    from tillit.web.demo_data.market import World

MODERATOR, SEEKERS = "Maria Ek", ("Sara Holm", "Amir Lund")
SEEN = ("Omar Berg", "Grace Okafor", "Kerstin Lindh", "Leila Ahmadi", "Nasrin Karimi", "Elsa Sandberg")
"""Of whose profiles something was reported once, and nothing was found."""


def fill(world: World) -> None:
    """Six reports of the autumn that found nothing, a warning that is appealed against, and a report that waits."""
    for number, who in enumerate(SEEN):
        moment = clock.now() - timedelta(days=70 - 9 * number)
        with clock.at(moment):
            _reported(world, SEEKERS[number % 2], who, "untrue", "Jag undrar om uppgifterna om erfarenhet stämmer.")
        with clock.at(moment + timedelta(hours=5 + number)):
            _decided(world, "nothing")
    with clock.at(clock.now() - timedelta(days=6)):
        _reported(world, "Amir Lund", "Johan Wiklund", "spam", "Samma erbjudande kommer gång på gång.")
        decision = _decided(
            world, "warn", reason="spam",
            words="Du har erbjudit samma tjänst i flera meddelanden till samma familj. Vänta på svar.",
        )  # fmt: skip
    with clock.at(world.now - timedelta(hours=20)), world.as_person("Johan Wiklund"):
        actions.appeal(decision, "Jag skrev två gånger, för att tiden ändrades. Det var ingen reklam.")
    with clock.at(world.now - timedelta(hours=1)):
        _reported(world, "Sara Holm", "Elsa Sandberg", "contact", "Det står en länk till en annan sida i profilen.")


def _reported(world: World, by: str, whose: str, reason: str, words: str) -> None:
    person = world.people[whose]
    with world.as_person(by):
        profile = directory.profile_of(person)
        if profile:
            actions.report(kind="profile", object=profile.id, of=person, reason=reason, words=words)


def _decided(world: World, outcome: str, **why: Any) -> UUID:
    with world.as_person(MODERATOR):
        case = queries.waiting("report")[0]
        working.take(case)
        case.refresh_from_db()
        return working.decide(case, outcome, **why)
