"""An organisation's notice from its declarations: facts and pages in three languages, as publishing draws it; and the
page that everybody reads. Run: `tillit bench notice`."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

import psycopg

from bench import _world
from tillit.ops import scratch

TIMES = 30
RECEIVERS = 20
GOAL = 200  # milliseconds


def run() -> list[dict[str, Any]]:
    """Milliseconds of one generation, and of the published page."""
    with scratch.database(mode="production") as db:
        db.enter("tillit_app")
        with psycopg.connect(db.admin_dsn()) as admin:
            world = _world.lay_out(admin, hosts=1, kinds=[{"hosts": [0], "slug": "y"}], slug="y")
            _register(admin, world.organisation)
        from django.db import transaction

        from tillit.access import Actor, acting
        from tillit.identity.queries import organisation_by_id
        from tillit.privacy.policy import queries, versions
        from tillit.privacy.policy.versions import Document

        with acting(Actor(office="operator", organisation=world.organisation)), transaction.atomic():
            here = organisation_by_id(world.organisation)
            drawn = _taken(lambda: versions.draft(here, Document.NOTICE))
            one = _taken(lambda: versions.draft(here, Document.NOTICE, ["fa"]))
            versions.publish(here, Document.NOTICE)
            read = _taken(lambda: queries.shown(here, Document.NOTICE))
    return [
        _figure(f"a notice in three languages, {RECEIVERS} receivers", drawn, f"≤ {GOAL} ms", drawn <= GOAL),
        _figure("the same in Persian alone", one),
        _figure("a published version, read", read),
    ]


def _taken(work: Any) -> float:
    work()
    found = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        work()
        found.append((time.perf_counter() - begun) * 1000)
    return median(found)


def _figure(what: str, value: float, goal: str | None = None, ok: bool | None = None) -> dict[str, Any]:
    return {"what": what, "value": value, "unit": "ms", "goal": goal, "ok": ok}


def _register(admin: Any, organisation: Any) -> None:
    """So many receivers, each with purposes and kinds of data."""
    admin.execute(
        "insert into privacy_processor (id, organisation_id, made, key, name, role, hosts, purposes, categories,"
        " region, safeguard, agreement, agreed, words) select gen_random_uuid(), %s, now(), 'r' || n, 'Receiver ' || n,"
        " 'processor', array['r' || n || '.example:443'], array['dpv:CommunicationManagement'],"
        " array['pd:EmailAddress', 'pd:Name'], 'eu', '', 'binder ' || n, current_date, '{}'"
        " from generate_series(1, %s) n",
        [organisation, RECEIVERS],
    )
    admin.commit()
