"""The API does what its description says: every operation, with data that the description allows and forbids.

`SCHEMATHESIS=<examples>` looks deeper (`make fuzz`).
"""

from __future__ import annotations

import os
import random

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connections
from schemathesis.generation import GenerationMode

from tests.web.api.conftest import Program, token_of
from tests.web.api.test_api import wish
from tillit.identity import throttle

EXAMPLES = int(os.environ.get("SCHEMATHESIS", "2"))
MODES = {"allowed": GenerationMode.POSITIVE, "forbidden": GenerationMode.NEGATIVE}
ENDS_THE_WORLD = {("post", "/api/v1/o/{slug}/me/erasure")}
"""Once is enough: test_api.py."""

config = schemathesis.Config.from_dict({"generation": {"codec": "ascii", "allow-x00": False}})


@pytest.fixture
def world(desk, monkeypatch):
    """Whoever may do everything, and ids of things that are there."""
    # the connection holds the test's transaction, and is not closed between requests
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    for name in ("API", "API_NETWORK", "EXCHANGE", "BOOKED", "INVITE"):
        limit = getattr(throttle, name)
        monkeypatch.setattr(throttle, name, throttle.Limit(limit.name, 10**6, limit.every))
    program = Program(token_of(desk.administrator))
    made = program.post("o/tidboken/bookings", wish(guest=None)).said
    there = {
        "slug": "tidboken",
        "offer": "consultation",
        "booking": made["id"],
        "link": made["link"],
        "grant": made["id"],
    }
    return program, there


@pytest.mark.parametrize("mode", MODES)
def test_every_operation(world, mode):
    program, there = world
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=config)
    wrong, seen = [], 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if (operation.method, operation.path) not in ENDS_THE_WORLD:
            wrong += look(operation, MODES[mode], program, there)
            seen += 1
    assert seen > 45
    assert not wrong, "\n".join(wrong)


def look(operation, mode, program, there) -> list[str]:
    chance = random.Random(operation.label)

    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def once(case) -> None:
        if mode is GenerationMode.POSITIVE:
            for name in case.path_parameters:
                if name in there and chance.random() < 0.8:
                    case.path_parameters[name] = there[name]
        case.call_and_validate(headers={"Authorization": f"Bearer {program.token}"})

    try:
        once()
    except hypothesis.errors.Unsatisfiable:  # it takes nothing that could be forbidden
        return []
    except schemathesis.core.failures.FailureGroup as found:
        return [f"{operation.label}: {found}"]
    return []
