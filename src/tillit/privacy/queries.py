"""Reads for the trust page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tillit.kernel import clock
from tillit.kernel.promise import Group, Kind, Promise, given_by
from tillit.privacy.checking import latest
from tillit.privacy.models import Attestation, ProbeResult

HISTORY = timedelta(days=30)


@dataclass(frozen=True)
class Standing:
    """A promise as the trust page shows it."""

    promise: Promise
    result: ProbeResult | None
    attestation: Attestation | None
    history: Sequence[bool]

    @property
    def ok(self) -> bool:
        """Whether the last answer was that it holds."""
        return self.result is not None and self.result.ok

    @property
    def state(self) -> str:
        """kept, attested or broken, the seal's three faces; "waiting" until it was asked for the first time."""
        if self.result is None:
            return "waiting"
        if not self.ok:
            return "broken"
        return "attested" if self.promise.kind is Kind.ATTESTED else "kept"


def standings(organisation: Any) -> list[Standing]:
    """Every promise the organisation gives, with its last answer and a month of history (one mark a day)."""
    results = latest(organisation)
    since = clock.now() - HISTORY
    days: dict[str, dict[Any, bool]] = {}
    rows = ProbeResult.objects.filter(organisation_id=organisation.pk, made__gte=since).order_by("made")
    for promise, ok, made in rows.values_list("promise", "ok", "made"):
        marks = days.setdefault(promise, {})
        marks[made.date()] = marks.get(made.date(), True) and ok
    attested = {a.promise: a for a in Attestation.objects.filter(organisation_id=organisation.pk).order_by("ends")}
    return [
        Standing(
            promise,
            results.get(promise.id),
            attested.get(promise.id),
            list(days.get(promise.id, {}).values()),
        )
        for promise in given_by(organisation.modules)
    ]


def grouped(standing: Sequence[Standing]) -> list[tuple[Group, list[Standing]]]:
    """The standings by group, groups without promises left out."""
    return [(group, found) for group in Group if (found := [s for s in standing if s.promise.group is group])]
