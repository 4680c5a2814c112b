"""Webhooks through the API: set up, tried, replayed and stopped by an administrator's program, and by nobody else."""

from __future__ import annotations

from datetime import date

import pytest

from tests.web.api.conftest import Program, token_of
from tillit.access import Actor, acting
from tillit.kernel.dpv import Purpose
from tillit.kernel.egress import Role
from tillit.privacy import processors

HOOK = {"receiver": "crm", "url": "https://crm.example/in", "events": ["booking.booking.made"]}


@pytest.fixture
def crm(desk):
    with acting(Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")):
        processors.register(
            "crm", name="CRM AB", role=Role.PROCESSOR, hosts=["crm.example"], purposes=[Purpose.COORDINATE],
            categories=[], region="eu",
        )  # fmt: skip
        processors.agree("crm", document="CRM 1", agreed=date(2026, 1, 1))


def test_a_webhook_is_set_up_and_used(desk, crm, administrator, host, elsewhere):
    kinds = {one["name"] for one in administrator.get("o/tidboken/webhooks/kinds").said["items"]}
    assert "booking.booking.made" in kinds
    made = administrator.post("o/tidboken/webhooks", HOOK)
    assert made.status_code == 201 and made.said["secret"].startswith("whsec_")
    here = f"o/tidboken/webhooks/{made.said['id']}"
    shown = administrator.get(here)
    assert shown.said["url"] == HOOK["url"] and made.said["secret"] not in shown.content.decode()
    assert administrator.post(f"{here}/test").status_code == 204
    (sent,) = administrator.get(f"{here}/deliveries").said["items"]
    assert sent["state"] == "waiting"
    assert administrator.post(f"{here}/deliveries/{sent['id']}/replay").status_code == 204
    assert administrator.post(f"{here}/secret").status_code == 201
    assert administrator.post(f"{here}/secret").status_code == 409
    assert administrator.ask("delete", f"{here}/secret").status_code == 204
    assert administrator.post(f"{here}/secret").said["secret"] != made.said["secret"]
    assert administrator.post(f"{here}/stop").status_code == 204 and administrator.get(here).said["stopped"]
    assert administrator.ask("patch", here, {"url": "https://crm.example/two"}).said["stopped"] is None
    assert administrator.post(f"{here}/replay").said == {"count": 0}
    for method, path, body in (
        ("get", here, None),
        ("post", f"{here}/test", {}),
        ("patch", here, {}),
        ("post", f"{here}/secret", {}),
    ):
        assert host.ask(method, path, body).status_code == 403
        assert elsewhere.program.ask(method, path, body).status_code == 404
        theirs = elsewhere.program.ask(method, path.replace("tidboken", "elsewhere"), body)
        assert theirs.status_code == 404
    narrow = Program(token_of(desk.administrator, "webhooks:read"))
    assert narrow.get(here).status_code == 200 and narrow.post(f"{here}/secret").status_code == 403


@pytest.mark.parametrize(
    "changed",
    [{"url": "https://crm.example.evil.example/in"}, {"url": "https://crm.example:8443/in"}, {"receiver": "nobody"},
     {"events": ["no.such.event"]}],
)  # fmt: skip
def test_only_to_a_registered_receiver_and_of_known_events(desk, crm, administrator, changed):
    refused = administrator.post("o/tidboken/webhooks", HOOK | changed)
    assert refused.status_code == 409 and refused.said["type"].endswith(":not-here")


@pytest.mark.parametrize(
    "url", ["http://crm.example/in", "https://u@crm.example/", "javascript:alert(1)", "https://a b/"]
)
def test_an_address_that_is_none(desk, crm, administrator, url):
    assert administrator.post("o/tidboken/webhooks", HOOK | {"url": url}).status_code in (409, 422)
