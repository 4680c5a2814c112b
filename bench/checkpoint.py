"""A checkpoint over a million leaves, when 1,000 are new: numbered, hashed, tiles grown, signed, committed (fsync on),
and kept in the second place. Every leaf is an event recorded as the application records it. Run: `tillit bench
checkpoint`."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import psycopg

from bench import _log
from tillit.ops import scratch

LEAVES, NEW, ROUNDS = 1_000_000, 1_000, 15


def run() -> list[dict[str, Any]]:
    """The figures in milliseconds."""
    with scratch.database() as db:
        db.enter("tillit_worker")
        with psycopg.connect(db.admin_dsn()) as admin:
            organisation = _log.an_organisation(admin)
            _log.lay_out(admin, organisation, LEAVES)
        _log.settle(db.admin_dsn())
        taken = sorted(_round(organisation) for _ in range(ROUNDS + 2))[:-2]
    return [
        {
            "what": "checkpoint, 1,000 new on a million leaves", "value": median(taken), "unit": "ms", "goal": "≤ 50",
            "ok": median(taken) <= 50,
        },
        {"what": "the slowest of 15", "value": taken[-1], "unit": "ms", "goal": None, "ok": None},
    ]  # fmt: skip


def _round(organisation: UUID) -> float:
    from django.db import transaction
    from django.utils.translation import gettext_lazy

    from tillit import evidence
    from tillit.evidence import events, sequencer
    from tillit.kernel.ticket import Actor, acting

    events.declare("bench.guest.seen", label=gettext_lazy("Seen"), keep=events.YEAR)
    for _ in range(NEW // 50):
        with acting(Actor(office="member", organisation=organisation, person=uuid4())), transaction.atomic():
            evidence.record("bench.guest.seen", subjects=[uuid4() for _ in range(50)], reason="booked with")
    with acting(Actor(office="sequencer", organisation=organisation)):
        begun = perf_counter()
        assert sequencer.sequence() == NEW
        return round((perf_counter() - begun) * 1000, 1)
