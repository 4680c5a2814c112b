"""Asking every promise whether it holds, and keeping the answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from tillit.access import Actor, acting
from tillit.identity.queries import published_organisations
from tillit.kernel import clock, outbox
from tillit.kernel.probing import Ground
from tillit.kernel.promise import Finding, Kind, Promise, given_by
from tillit.kernel.tasks import describe
from tillit.privacy import release
from tillit.privacy.events import PromiseBroken
from tillit.privacy.models import Attestation, ProbeResult
from tillit.privacy.policy import frames
from tillit.privacy.policy.operator import operator


@dataclass(frozen=True)
class Answer:
    """Whether one promise of one organisation holds."""

    organisation: str
    promise: Promise
    ok: bool
    detail: str
    checked_at: datetime | None

    def as_dict(self) -> dict[str, Any]:
        """As `tillit promises --json` prints it."""
        return {
            "id": self.promise.id,
            "kind": self.promise.kind.value,
            "ok": self.ok,
            "detail": self.detail,
            "checked_at": self.checked_at.isoformat() if self.checked_at else None,
            "organisation": self.organisation,
        }


def check(organisation: Any, only: Iterable[str] = ()) -> list[Answer]:
    """Ask the organisation's promises now and keep the answers; a promise that turned red raises its event."""
    wanted = set(only)
    ground = _ground(organisation)  # one for all: the public pages are opened once
    answers = [
        ask(organisation, promise, ground)
        for promise in given_by(organisation.modules)
        if not wanted or promise.id in wanted
    ]
    with acting(Actor(office="prober", organisation=organisation.pk)), transaction.atomic():
        before = latest(organisation)
        for answer in answers:
            result = ProbeResult(
                organisation_id=organisation.pk, promise=answer.promise.id, ok=answer.ok, detail=answer.detail[:300]
            )
            result.save(force_insert=True)
            was = before.get(answer.promise.id)
            if not answer.ok and (was is None or was.ok):
                outbox.emit(PromiseBroken(result=result.pk))
    return answers


def ask_soon() -> None:
    """Have the worker ask every promise of every organisation now, and not only on the hour. As office "prober"."""
    from tillit.privacy.tasks import ask_promises  # the tasks import this module

    ask_promises.defer()


def ask(organisation: Any, promise: Promise, ground: Ground | None = None) -> Answer:
    """One promise's answer. A probe that fails by itself is an answer too: red."""
    found, when = _found(organisation, promise, ground or _ground(organisation))
    return Answer(organisation.slug, promise, found.ok, found.detail, when)


def _found(organisation: Any, promise: Promise, ground: Ground) -> tuple[Finding, datetime | None]:
    if promise.kind is Kind.BUILD:
        return _shipped(promise)
    with acting(Actor(organisation=organisation.pk)), transaction.atomic():
        if promise.kind is Kind.ATTESTED:
            return _attested(organisation, promise), clock.now()
        assert promise.probe is not None
        try:
            with transaction.atomic():
                return promise.probe(ground), clock.now()
        except Exception as error:
            return Finding(False, f"The probe itself failed: {describe(error)}"), clock.now()


def _ground(organisation: Any) -> Ground:
    """With another organisation of this installation, where there is one, and whom pages may name."""
    with acting(Actor(organisation=organisation.pk)), transaction.atomic():
        others = [other.pk for other in published_organisations() if other.pk != organisation.pk]
        authority = frames.frame(organisation).authority
    offices = {operator().email, authority.email if authority else ""}
    return Ground(organisation, next(iter(others), None) or uuid4(), frozenset(offices - {""}))


def _shipped(promise: Promise) -> tuple[Finding, datetime | None]:
    """The last result of the tests that stand for a build promise, as shipped with this release."""
    shipped = release.result(promise.id)
    if shipped is None:
        return Finding(False, "No test result was shipped with this release."), None
    since = " The program has changed since." if shipped.older else ""
    return Finding(shipped.ok, shipped.detail + since), shipped.checked_at


def _attested(organisation: Any, promise: Promise) -> Finding:
    stated = Attestation.objects.filter(promise=promise.id).order_by("-ends").first()
    if stated is None:
        return Finding(False, "Nobody has attested it.")
    if stated.ends < clock.now().date():
        return Finding(False, f"The attestation ended on {stated.ends.isoformat()}.")
    return Finding(True, f"Attested until {stated.ends.isoformat()}.")


def latest(organisation: Any) -> dict[str, ProbeResult]:
    """The last kept answer of each promise."""
    rows = ProbeResult.objects.filter(organisation_id=organisation.pk)
    return {row.promise: row for row in rows.order_by("promise", "-made", "-id").distinct("promise")}
