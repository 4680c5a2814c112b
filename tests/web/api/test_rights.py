"""One's own rights through the API: corrected, laid at rest, asked for; and what everybody may read of promises."""

from __future__ import annotations

import pytest

from tests.conftest import privileged
from tests.web.api.conftest import Program, token_of
from tillit.identity.models import Person


def test_a_detail_is_corrected(desk, administrator, host):
    held = {one["field"]: one for one in administrator.get("o/tidboken/me/held?limit=100").said["items"]}
    name = held["identity.person.display_name"]
    path = f"o/tidboken/me/held/{name['field']}/{name['row']}"
    assert administrator.ask("put", path, {"value": "Jonas Eke"}).said["value"] == "Jonas Eke"
    assert host.ask("put", path, {"value": "Not mine"}).status_code == 404
    wrong = administrator.ask("put", path, {"value": ""})
    assert wrong.status_code == 409 and wrong.said["errors"][0]["pointer"] == "/value"
    mail = held["identity.person.email"]
    refused = administrator.ask("put", f"o/tidboken/me/held/{mail['field']}/{mail['row']}", {"value": "b@example.org"})
    assert refused.said["type"].endswith(":prove-first")
    assert (
        administrator.ask("put", f"o/tidboken/me/held/no.such.field/{name['row']}", {"value": "x"}).status_code == 404
    )
    with privileged():
        assert Person.objects.get(pk=desk.administrator.pk).email == mail["value"]
    what = [one["what"] for one in administrator.get("o/tidboken/me/events").said["items"]]
    assert any("corrected" in one for one in what), what


def test_data_is_laid_at_rest_and_used_again(desk, administrator):
    assert administrator.get("o/tidboken/me/rest").said["since"] is None
    assert administrator.ask("put", "o/tidboken/me/rest", {"reason": "claims"}).said["since"]
    assert administrator.ask("put", "o/tidboken/me/rest", {"reason": "claims"}).status_code == 200
    assert administrator.ask("delete", "o/tidboken/me/rest").status_code == 204
    assert administrator.get("o/tidboken/me/rest").said["since"] is None


def test_a_request_is_made_read_and_taken_back(desk, administrator, host):
    asked = {"kind": "question", "words": "Who has my number?"}
    made = administrator.post("o/tidboken/me/requests", asked)
    assert made.status_code == 201 and made.said["open"] and made.said["happened"]
    assert administrator.post("o/tidboken/me/requests", asked).said["id"] == made.said["id"]
    here = f"o/tidboken/me/requests/{made.said['id']}"
    assert administrator.get(here).said == administrator.get("o/tidboken/me/requests").said["items"][0]
    assert host.get(here).status_code == 404 and host.ask("delete", here).status_code == 404
    assert administrator.ask("delete", here).status_code == 204
    assert not administrator.get(here).said["open"]
    narrow = Program(token_of(desk.administrator, "me:read"))
    assert narrow.get(here).status_code == 200 and narrow.post("o/tidboken/me/requests", asked).status_code == 403


def test_promises_and_documents_are_for_everybody(desk, anybody):
    found = anybody.get("o/tidboken/promises?limit=100").said["items"]
    assert {"kept", "waiting"} & {one["state"] for one in found} and len({one["id"] for one in found}) == len(found)
    assert anybody.get("o/tidboken/documents").status_code == 200
    with privileged():
        desk.organisation.published = False
        desk.organisation.save()
    assert anybody.get("o/tidboken/promises").status_code == 404


@pytest.fixture
def offer():
    return {"slug": "long-talk", "title": "A long talk", "place": "phone", "duration": 90}


def test_what_can_be_booked_is_made_and_changed(desk, administrator, host, anybody, offer):
    hosts = administrator.get("o/tidboken/office/hosts").said["items"]
    made = administrator.post("o/tidboken/office/offers", offer | {"hosts": [hosts[0]["id"]]})
    assert made.status_code == 201 and made.said["title"] == "A long talk" and made.said["step"] == 90, made.said
    assert anybody.get("o/tidboken/offers/long-talk/times?begin=2026-11-24T00:00Z").said["items"]
    again = administrator.post("o/tidboken/office/offers", offer | {"hosts": [hosts[0]["id"]]})
    assert again.status_code == 409 and again.said["type"].endswith(":not-together")
    two = administrator.post("o/tidboken/office/offers", offer | {"slug": "x", "hosts": [one["id"] for one in hosts]})
    assert two.status_code == 409
    path = f"o/tidboken/office/offers/{made.said['id']}"
    changed = administrator.ask("patch", path, {"max_per_day": 2, "hosts": [hosts[1]["id"]], "summary": "On the phone"})
    assert (changed.said["max_per_day"], changed.said["hosts"][0]["name"]) == (2, hosts[1]["name"])
    kept = administrator.ask("patch", path, {"max_per_day": None, "place": None}).said
    assert (kept["max_per_day"], kept["place"], kept["summary"]) == (None, "phone", "On the phone")
    assert host.post("o/tidboken/office/offers", offer | {"hosts": [hosts[0]["id"]]}).status_code == 403


def test_a_colleague_becomes_bookable_and_reminders_are_set(desk, administrator, elsewhere):
    made = administrator.post("o/tidboken/office/hosts", {"person": str(desk.administrator.pk)})
    assert made.status_code == 201 and made.said["name"] == "Jonas Ek"
    again = administrator.post("o/tidboken/office/hosts", {"person": str(desk.administrator.pk)})
    assert again.status_code == 409
    stranger = administrator.post("o/tidboken/office/hosts", {"person": str(elsewhere.administrator.pk)})
    assert stranger.status_code == 404
    assert administrator.ask("put", "o/tidboken/office/reminders", {"minutes": [60, 1440, 60]}).said["minutes"] == [
        60,
        1440,
    ]
    assert administrator.get("o/tidboken/office/reminders").said["minutes"] == [60, 1440]


def test_other_days_and_journeys_of_a_host(desk, host):
    hours = {
        "zone": "Europe/Stockholm", "week": {"monday": [["10:00", "12:00"]]},
        "other_days": [{"day": "2026-12-23", "hours": [["09:00", "10:00"]]}],
        "travel": [{"first": "2027-01-03", "last": "2027-01-09", "zone": "Asia/Tehran"}],
    }  # fmt: skip
    said = host.ask("put", "o/tidboken/calendar/hours", hours).said
    assert (said["other_days"], said["travel"]) == (hours["other_days"], hours["travel"])
    kept = host.ask("put", "o/tidboken/calendar/hours", {"zone": "Europe/Stockholm", "week": {}}).said
    assert (kept["other_days"], kept["travel"]) == (hours["other_days"], hours["travel"])
    twice = hours | {"travel": [hours["travel"][0], hours["travel"][0]]}
    assert host.ask("put", "o/tidboken/calendar/hours", twice).status_code in (200, 409)
