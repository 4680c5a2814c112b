"""The API does what its description says: every operation, with data that the description allows and forbids.

All checks of schemathesis; any text, NUL bytes too. `SCHEMATHESIS=<examples>` looks deeper (`make fuzz`).
"""

from __future__ import annotations

import base64
import os
import random
import uuid

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connections
from schemathesis.generation import GenerationMode

from tests.conftest import privileged
from tests.web.api.conftest import Program, token_of
from tests.web.api.test_api import wish
from tests.web.api.test_webhooks import HOOK, crm  # noqa: F401 (a fixture)
from tillit.access import Actor, acting
from tillit.desk import actions
from tillit.identity import throttle
from tillit.identity.models import Membership, Person
from tillit.web.api.arriving import KEY_HEADER

EXAMPLES = int(os.environ.get("SCHEMATHESIS", "2"))
MODES = {"allowed": GenerationMode.POSITIVE, "forbidden": GenerationMode.NEGATIVE}
ENDS_THE_WORLD = {("post", "/api/v1/o/{slug}/me/erasure")}
"""Once is enough: test_api.py."""

ONLY = os.environ.get("FUZZ_ONLY", "")
"""Part of an address: only operations below it are asked."""
FILE = {"kind": "people", "content": base64.b64encode(b"name,email\nGrace,g@example.org\nG,g@example.org\n").decode()}

config = schemathesis.Config.from_dict({"generation": {"codec": "utf-8", "allow-x00": True}})


@pytest.fixture
def world(desk, crm, monkeypatch):  # noqa: F811
    """Whoever may do everything, and ids of things that are there: parameter → id, for an operation's path or all."""
    # the connection holds the test's transaction, and is not closed between requests
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    for name in ("API", "API_NETWORK", "EXCHANGE", "BOOKED", "INVITE", "SEARCH"):
        limit = getattr(throttle, name)
        monkeypatch.setattr(throttle, name, throttle.Limit(limit.name, 10**6, limit.every))
    with privileged():
        person = Person.objects.get(pk=desk.h1.person_id)
        Membership(organisation=desk.organisation, person=person, role="administrator").save(force_insert=True)
    program = Program(token_of(person))
    made = program.post("o/tidboken/bookings", wish("2026-11-26T10:00:00+01:00", guest=None, offer="either")).said
    hook = program.post("o/tidboken/webhooks", HOOK).said["id"]
    program.post(f"o/tidboken/webhooks/{hook}/test")
    with acting(Actor("member", organisation=desk.organisation.pk, person=desk.administrator.pk)):
        matter = actions.ask("question", "Where is the lift?", language="en")
    held = program.get("o/tidboken/me/held?limit=100").said["items"]
    busy = program.post("o/tidboken/calendar/busy", {"start": "2026-12-25T08:00Z", "end": "2026-12-25T10:00Z"}).said
    there = {
        "slug": "tidboken",
        "booking": made["id"],
        "link": made["link"],
        "hook": hook,
        "matter": str(matter.pk),
        "busy": busy["id"],
        "delivery": program.get(f"o/tidboken/webhooks/{hook}/deliveries").said["items"][0]["id"],
        "made": program.post("o/tidboken/me/copies").said["id"],
        "batch": program.post("o/tidboken/imports", FILE).said["id"],
        "which": "people",
        "wanted": program.post("o/tidboken/me/requests", {"kind": "question"}).said["id"],
        "field": "identity.person.display_name",
        "row": next(one["row"] for one in held if one["field"] == "identity.person.display_name"),
    }
    offer = program.get("o/tidboken/office/offers").said["items"][0]["id"]
    return program, lambda path: there | {"offer": offer if "/office/" in path else "consultation"}


@pytest.mark.parametrize("mode", MODES)
def test_every_operation(world, mode):
    program, there = world
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=config)
    wrong, seen = [], 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if (operation.method, operation.path) not in ENDS_THE_WORLD and ONLY in operation.path:
            wrong += look(operation, MODES[mode], program, there)
            seen += 1
    assert seen >= 78 or ONLY
    assert not wrong, "\n".join(wrong)


def look(operation, mode, program, there) -> list[str]:
    chance, known = random.Random(operation.label), there(operation.path)

    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def once(case) -> None:
        if mode is GenerationMode.POSITIVE:
            for name in case.path_parameters:
                if name in known and chance.random() < 0.8:
                    case.path_parameters[name] = known[name]
            if (
                KEY_HEADER in case.headers
            ):  # one key for two requests is a mistake of the caller, which test_api.py makes
                case.headers[KEY_HEADER] = uuid.uuid4().hex
        case.call_and_validate(headers={"Authorization": f"Bearer {program.token}"})

    try:
        once()
    except hypothesis.errors.Unsatisfiable:  # it takes nothing that could be forbidden
        return []
    except schemathesis.core.failures.FailureGroup as found:
        return [f"{operation.label}: {found}"]
    return []
