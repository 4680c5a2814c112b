"""Booking, free times and one's own data through the API: what it does, refuses and does once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.conftest import privileged
from tests.web.api.conftest import Program, person_of, token_of
from tillit.access import Actor, acting
from tillit.booking.models import Booking
from tillit.identity import throttle
from tillit.identity.models import ApiToken, Membership
from tillit.identity.programs import tokens
from tillit.kernel import clock

GUEST = {"name": "Grace Miller", "email": "grace@example.org"}


def wish(at="2026-11-24T10:00:00+01:00", **more):
    return {"offer": "consultation", "start": at, "guest": GUEST, "note": "My knee", **more}


def test_what_can_be_booked_and_when(desk, anybody):
    assert [one["slug"] for one in anybody.get("organisations").said["items"]] == ["tidboken"]
    assert anybody.get("o/tidboken").said["name"] == "Tidboken"
    found = anybody.get("o/tidboken/offers?limit=2").said
    rest = anybody.get(f"o/tidboken/offers?limit=9&cursor={found['next']}").said
    assert len(found["items"]) == 2 and len(rest["items"]) == 3 and rest["next"] is None
    assert not {one["slug"] for one in found["items"]} & {one["slug"] for one in rest["items"]}
    times = anybody.get("o/tidboken/offers/consultation/times?days=2&begin=2026-11-24T00:00Z").said
    assert times["items"][0] == {
        "start": "2026-11-24T08:00:00Z", "end": "2026-11-24T08:45:00Z", "seats": 1,
        "hosts": [{"slug": "helena", "name": "Helena Lind"}],
    }  # fmt: skip


def test_a_guest_books_moves_and_cancels(desk, anybody):
    made = anybody.post("o/tidboken/bookings", wish())
    assert made.status_code == 201, made.said
    assert made.said["name"] == "Grace Miller" and made.said["start"] == "2026-11-24T09:00:00Z"
    here = f"o/tidboken/booked/{made.said['link']}"
    assert anybody.get(here).said == made.said
    moved = anybody.post(f"{here}/move", {"start": "2026-11-24T12:00:00+01:00"})
    assert moved.said["start"] == "2026-11-24T11:00:00Z"
    again = anybody.post(f"{here}/cancel", {"reason": "ill"})
    assert again.said["state"] == "cancelled"
    assert anybody.post(f"{here}/cancel").said["state"] == "cancelled"
    assert anybody.get(f"{here}x").status_code == 404


def test_a_taken_time_is_a_problem_in_the_callers_language(desk, anybody):
    anybody.post("o/tidboken/bookings", wish())
    refused = anybody.post("o/tidboken/bookings", wish(guest=GUEST | {"email": "b@example.org"}), Accept_Language="sv")
    assert refused.status_code == 409 and refused.headers["Content-Type"] == "application/problem+json"
    assert refused.said["type"] == "urn:tillit:problem:not-free" and refused.headers["Content-Language"] == "sv"
    with privileged():
        assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"start": "tomorrow"}, "/start"),
        ({"zone": "Mars/Base"}, "/zone"),
        ({"guest": {"name": " ", "email": "a@example.org"}}, "/guest/name"),
        ({"guest": GUEST | {"email": "a\r\nBcc: x@example.org"}}, "/guest/email"),
        ({"more": 1}, "/more"),
        ({"note": "x" * 2001}, "/note"),
    ],
)
def test_what_is_not_right_is_named(desk, anybody, changed, pointer):
    refused = anybody.post("o/tidboken/bookings", wish(**changed))
    assert refused.status_code == 422, refused.said
    assert pointer in [fault["pointer"] for fault in refused.said["errors"]]


def test_a_repeated_request_is_done_once(desk, anybody):
    first = anybody.post("o/tidboken/bookings", wish(), Idempotency_Key="one-of-mine")
    again = anybody.post("o/tidboken/bookings", wish(), Idempotency_Key="one-of-mine")
    assert (again.status_code, again.said) == (201, first.said)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = anybody.post("o/tidboken/bookings", wish("2026-11-25T10:00:00+01:00"), Idempotency_Key="one-of-mine")
    assert other.status_code == 422 and other.said["type"].endswith(":key-used")
    with clock.at(clock.now() + timedelta(hours=25)):
        late = anybody.post("o/tidboken/bookings", wish("2026-11-26T10:00:00+01:00"), Idempotency_Key="one-of-mine")
        assert late.status_code == 201
    with privileged():
        assert Booking.objects.count() == 2


def test_an_error_uses_no_key_up(desk, anybody):
    wrong = anybody.post("o/tidboken/bookings", wish("2026-11-24T03:00:00+01:00"), Idempotency_Key="k")
    right = anybody.post("o/tidboken/bookings", wish(), Idempotency_Key="k")
    assert (wrong.status_code, right.status_code) == (409, 201)


def test_keys_of_two_senders_do_not_meet(desk, anybody, host):
    one = anybody.post("o/tidboken/bookings", wish(), Idempotency_Key="k")
    other = host.post("o/tidboken/bookings", wish("2026-11-25T10:00:00+01:00"), Idempotency_Key="k")
    assert (one.status_code, other.status_code) == (201, 201) and one.said["id"] != other.said["id"]


def test_the_owner_books_for_themselves(desk, administrator, host):
    body = {"offer": "consultation", "start": "2026-11-24T10:00+01:00"}
    made = administrator.post("o/tidboken/bookings", body)
    assert made.status_code == 201 and made.said["name"] == "Jonas Ek"
    assert [one["id"] for one in administrator.get("o/tidboken/bookings").said["items"]] == [made.said["id"]]
    # the host sees the meeting, and is not its guest
    assert host.get(f"o/tidboken/bookings/{made.said['id']}").status_code == 404
    assert host.post(f"o/tidboken/bookings/{made.said['id']}/cancel").status_code == 404
    assert administrator.post(f"o/tidboken/bookings/{made.said['id']}/cancel").said["state"] == "cancelled"


def test_without_a_token_a_scope_or_an_organisation(desk, anybody, elsewhere):
    nobody = anybody.get("o/tidboken/bookings")
    assert nobody.status_code == 401 and nobody.headers["WWW-Authenticate"].startswith("Bearer")
    assert anybody.post("o/tidboken/bookings", wish(guest=None)).status_code == 401
    narrow = Program(token_of(desk.administrator, "me:read")).get("o/tidboken/bookings")
    assert narrow.status_code == 403 and "bookings:read" in narrow.said["detail"]
    assert elsewhere.program.get("o/tidboken/bookings").status_code == 404
    assert elsewhere.program.get("o/tidboken/me/held").status_code == 404
    assert anybody.get("o/nowhere").said["type"] == "urn:tillit:problem:not-found"
    assert anybody.get("nothing").headers["Content-Type"] == "application/problem+json"


def test_a_session_is_no_token(desk):
    client = Client()
    client.cookies["session"] = "x" * 43
    answer = client.get("/api/v1/o/tidboken/bookings?language=fa")
    assert answer.status_code == 401 and not answer.cookies


def test_another_method_is_a_problem(desk, anybody):
    wrong = anybody.ask("delete", "o/tidboken/bookings")
    assert wrong.status_code == 405 and wrong.headers["Allow"] and wrong.said["status"] == 405


def test_my_data_is_mine(desk, administrator, host):
    held = administrator.get("o/tidboken/me/held?limit=100").said["items"]
    assert "Jonas Ek" in {one["value"] for one in held} and "Helena Lind" not in {one["value"] for one in held}
    secret = {one["field"]: one["value"] for one in held}
    assert secret["identity.apitoken.token_hash"] is None and secret["identity.apitoken.name"] == "test"
    assert administrator.get("me/organisations").said["items"][0]["slug"] == "tidboken"
    made = administrator.post("o/tidboken/me/copies")
    assert made.status_code == 201 and made.said["state"] == "ready"
    file = administrator.get(f"o/tidboken/me/copies/{made.said['id']}/file")
    assert b"".join(file.streaming_content).startswith(b"PK")
    assert host.get(f"o/tidboken/me/copies/{made.said['id']}/file").status_code == 404
    assert any("copy" in one["what"] for one in administrator.get("o/tidboken/me/events").said["items"])


def test_a_token_ends(desk, anybody):
    program = Program(token_of(desk.administrator, life=timedelta(days=2)))
    assert program.get("o/tidboken/bookings").status_code == 200
    with privileged():
        assert ApiToken.objects.get().used == clock.now()
    with clock.at(clock.now() + timedelta(days=2)):
        assert program.get("o/tidboken/bookings").status_code == 401


def test_an_ended_token_is_nobodys(desk, administrator):
    assert administrator.get("o/tidboken/bookings").status_code == 200
    with acting(Actor("member", account=desk.administrator.account_id)):
        (mine,) = tokens.mine()
        assert mine.called == "test" and tokens.end(mine.pk)
    assert administrator.get("o/tidboken/bookings").status_code == 401


def test_whose_role_ends_sees_nothing(desk, host):
    with privileged():
        Membership.objects.filter(person_id=desk.h1.person_id).update(ended=clock.now())
    assert host.get("o/tidboken/calendar?begin=2026-11-23T00:00Z").status_code in {403, 404}


def test_limits_are_told_and_kept(desk, anybody, monkeypatch):
    slow = throttle.Limit("api-network", burst=3, every=timedelta(seconds=10))
    monkeypatch.setattr(throttle, "API_NETWORK", slow)
    first = anybody.get("o/tidboken")
    assert first.headers["RateLimit-Policy"] == '"api-network";q=3;w=30'
    assert first.headers["RateLimit"] == '"api-network";r=2;t=10'
    assert [anybody.get("o/tidboken").status_code for _ in range(3)] == [200, 200, 429]
    refused = anybody.get("o/tidboken", Authorization="Bearer tillit_guessed-guessed-guessed")
    assert refused.status_code == 429 and 0 < int(refused.headers["Retry-After"]) <= 10
    assert Program(token_of(person_of(desk.h1))).get("o/tidboken").status_code == 200


def test_the_hosts_calendar(desk, anybody, host, administrator):
    made = anybody.post("o/tidboken/bookings", wish()).said
    found = host.get("o/tidboken/calendar?begin=2026-11-23T00:00Z").said
    assert [one["guests"] for one in found["meetings"]] == [[{"booking": made["id"], "name": "Grace Miller"}]]
    assert administrator.get("o/tidboken/calendar").status_code == 404  # no host
    busy = host.post("o/tidboken/calendar/busy", {"start": "2026-11-25T08:00Z", "end": "2026-11-25T10:00Z"})
    assert busy.status_code == 201
    assert host.ask("delete", f"o/tidboken/calendar/busy/{busy.said['id']}").status_code == 204
    assert host.ask("delete", f"o/tidboken/calendar/busy/{busy.said['id']}").status_code == 404
    hours = {"zone": "Europe/Stockholm", "week": {"monday": [["10:00", "12:00"]]}, "days_off": ["2026-12-24"]}
    assert host.ask("put", "o/tidboken/calendar/hours", hours).said["week"]["monday"] == [["10:00", "12:00"]]
    assert host.get("o/tidboken/calendar/hours").said["days_off"] == ["2026-12-24"]
    assert host.post(f"o/tidboken/calendar/bookings/{made['id']}/cancel").status_code == 204
    assert anybody.get(f"o/tidboken/booked/{made['link']}").said["state"] == "cancelled"


def test_the_office(desk, administrator, host):
    found = administrator.get("o/tidboken/office/offers").said["items"]
    kind = found[0]["id"]
    changed = administrator.ask("patch", f"o/tidboken/office/offers/{kind}", {"duration": 30, "title": "Talk"}).said
    assert (changed["duration"], changed["title"], changed["hosts"]) == (30, "Talk", found[0]["hosts"])
    people = administrator.get("o/tidboken/people").said["items"]
    assert {one["display_name"] for one in people} == {"Jonas Ek", "Helena Lind", "Omid Rahimi"}
    asked = {"email": "new@example.org", "roles": ["staff"], "language": "sv"}
    made = administrator.post("o/tidboken/people/invitations", asked)
    assert made.status_code == 201
    assert administrator.get("o/tidboken/people/invitations").said["items"][0]["email"] == "new@example.org"
    assert administrator.ask("delete", f"o/tidboken/people/invitations/{made.said['id']}").status_code == 204
    mine = next(m["id"] for one in people if one["display_name"] == "Jonas Ek" for m in one["memberships"])
    last = administrator.ask("delete", f"o/tidboken/people/roles/{mine}")
    assert last.status_code == 409 and last.said["type"].endswith(":last-administrator")
    assert administrator.get("o/tidboken/webhooks").said["items"] == []
    assert administrator.get("o/tidboken/requests").said["items"] == []
    for path in ("office/offers", "people", "people/invitations", "webhooks", "requests"):
        assert host.get(f"o/tidboken/{path}").status_code == 403


def test_choices_grants_and_messages(desk, administrator, host):
    assert administrator.get("o/tidboken/me/grants").said["items"] == []
    for one in administrator.get("o/tidboken/me/choices").said["items"]:
        path = f"o/tidboken/me/choices/{one['kind']}/{one['key']}"
        said = administrator.ask("put", path, {"holds": True, "reasons": "Mine"}).said
        assert said["holds"], said
        assert not administrator.ask("put", path, {"holds": False}).said["holds"]
    first = administrator.get("o/tidboken/me/preferences").said["items"][0]
    path = f"o/tidboken/me/preferences/{first['kind']}/{first['channel']}"
    assert administrator.ask("put", path, {"how": "off"}).said["how"] == "off"
    assert administrator.get("o/tidboken/me/notes").status_code == 200


def test_erased_by_a_program(desk, host):
    made = Program(token_of(person_of(desk.h2), "me:read", "me:write"))
    assert made.post("o/tidboken/me/erasure", {"sure": "erase me"}).status_code == 403
    assert host.post("o/tidboken/me/erasure", {"sure": "yes"}).status_code == 422
