"""Whom does it concern? A question to the evidence, answered with people (sql/incidents.sql)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q

from tillit.evidence import events
from tillit.kernel import egress
from tillit.kernel.declare import holdings
from tillit.kernel.dpv import Data
from tillit.privacy.models import Affected, Incident, IncidentCount, Processor

SENT = "kernel.egress.departed"
"""What was sent out, whoever received it."""


@dataclass(frozen=True)
class Question:
    """A question. All parts that are given must hold together.

    actor: what this person opened or did. kind: what of this kind happened to people ("booking.guest": every event
    of that app and object; "booking": of that app). processor: what was sent to the processor of this key.
    low, high: from when (included) until when (excluded), aware. everyone: all people of the organisation.
    """

    actor: UUID | None = None
    kind: str = ""
    processor: str = ""
    low: datetime | None = None
    high: datetime | None = None
    everyone: bool = False

    def __post_init__(self) -> None:
        if any(moment is not None and moment.tzinfo is None for moment in (self.low, self.high)):
            raise ValueError("An instant carries its time zone.")
        if self.low and self.high and self.low >= self.high:
            raise ValueError("The time ends after it has begun.")
        if self.kind and not self.names():
            raise ValueError(f"Nothing is recorded of the kind {self.kind!r}.")

    def names(self) -> list[str]:
        """The events that it asks for; none where any will do."""
        if self.processor:
            return [SENT]
        return sorted(name for name in events.kinds if self.kind and f"{name}.".startswith(f"{self.kind}."))

    def wish(self) -> dict[str, Any]:
        """As the database reads it."""
        asked: dict[str, Any] = {"everyone": self.everyone}
        if self.actor:
            asked["actor"] = str(self.actor)
        if names := self.names():
            asked["names"] = names
        if self.processor:
            asked["processor"] = self.processor
        if self.low:
            asked["from"] = self.low.isoformat()
        if self.high:
            asked["until"] = self.high.isoformat()
        return asked


def _is_shown(name: str) -> bool:
    return name.endswith(".seen") and not name.startswith("privacy.alarm.")


def kinds_of_event() -> dict[str, str]:
    """What can be asked for as `kind`: the objects of apps of which something is shown, and what it is called."""
    shown = sorted((name.rpartition(".")[0], str(kind.label)) for name, kind in events.kinds.items() if _is_shown(name))
    return dict(shown)


def receivers() -> list[tuple[str, str]]:
    """To whom something may have been sent: the key and the name of each processor, the installation's own first."""
    own = Processor.objects.order_by("name").values_list("key", "name")
    return [*((one.key, one.name) for one in egress.installation()), *own]


def categories(question: Question, names: Iterable[str]) -> list[str]:
    """Identifiers of the kinds of data that stood in what a question found: what a processor may receive; else those
    of the fields that the apps of these events declare, and of the people themselves. Rather one too many: whoever
    deals with the incident takes away what was not there."""
    if question.processor:
        own = {one.key: one.categories for one in egress.installation()}
        row = Processor.objects.filter(key=question.processor).first()
        return sorted(row.categories if row else own.get(question.processor, ()))
    apps = {name.partition(".")[0] for name in names}
    if not apps and not question.everyone:
        return []
    found = {one.declared.what for one in holdings() if one.model._meta.app_label in apps}
    found |= {one.declared.what for one in holdings() if one.label.startswith("identity.person.")}
    return [kind.identifier for kind in Data if kind in found]


@dataclass(frozen=True)
class Concerned:
    """The people of all counts of an incident together, each once. people: of the largest count, the erased too."""

    people: int
    reachable: int
    told: int
    unreachable: int
    last_told: datetime | None
    languages: dict[str, int]


def people_affected(incident: Incident) -> Concerned:
    """Whom the incident concerns, as counted so far, in one query."""
    rows = Affected.objects.filter(count__incident=incident)
    found = rows.aggregate(
        last=Max("told"),
        all=Count("person", distinct=True),
        reached=Count("person", distinct=True, filter=Q(told__isnull=False)),
        lost=Count("person", distinct=True, filter=Q(unreachable=True)),
    )
    counts = list(IncidentCount.objects.filter(incident=incident))
    erased = max((one.people - one.reachable for one in counts), default=0)
    languages: dict[str, int] = max((one.languages for one in counts), key=lambda one: sum(one.values()), default={})
    return Concerned(
        found["all"] + erased, found["all"], found["reached"], found["lost"], found["last"], dict(languages)
    )
