"""Rooms and equipment, and several services in one visit, for programs."""

from __future__ import annotations

from tests.conftest import privileged
from tillit.booking.models import Resource

ROOMS = "o/tidboken/office/resources"


def test_rooms_are_made_needed_and_seen(administrator, anybody, desk):
    made = administrator.post(ROOMS, {"name": "Room 1", "pool": "room", "week": {"tuesday": [["09:00", "16:00"]]}})
    assert made.status_code == 201, made.said
    room = made.said["id"]
    assert made.said["week"]["tuesday"] == [["09:00", "16:00"]] and made.said["in_use"]
    kind = desk.kinds["consultation"].pk
    beside = f"o/tidboken/office/offers/{kind}/beside"
    assert administrator.ask("put", beside, {"resources": [room]}).said == {"resources": [room], "additions": []}
    start = anybody.get("o/tidboken/offers/consultation/times?days=9").said["items"][0]["start"]
    assert start == "2026-11-24T08:00:00Z"  # the room is there on Tuesdays alone
    guest = {"name": "Grace Miller", "email": "grace@example.org"}
    booked = anybody.post("o/tidboken/bookings", {"offer": "consultation", "start": start, "guest": guest})
    assert (booked.status_code, booked.said["place"]) == (201, "Room 1")
    times = administrator.get(f"{ROOMS}/{room}/times").said
    assert times["meetings"] == [
        {"start": start, "end": "2026-11-24T08:45:00Z", "title": "Consultation", "hosts": ["Helena Lind"]}
    ]
    span = {"start": "2026-11-24T10:00:00Z", "end": "2026-11-24T11:00:00Z"}
    busy = administrator.post(f"{ROOMS}/{room}/blocked", span)
    assert busy.status_code == 201
    assert administrator.post(f"{ROOMS}/{room}/blocked", {**span, "end": span["start"]}).status_code == 409
    assert administrator.ask("delete", f"{ROOMS}/{room}/blocked/{busy.said['id']}").status_code == 204
    out = administrator.ask("patch", f"{ROOMS}/{room}", {"in_use": False, "week": None}).said
    assert (out["in_use"], out["week"], out["name"]) == (False, None, "Room 1")
    assert anybody.get("o/tidboken/offers/consultation/times?days=9").said["items"] == []
    assert [one["id"] for one in administrator.get(ROOMS).said["items"]] == [room]


def test_hosts_and_strangers_make_no_rooms(host, anybody):
    assert host.get(ROOMS).status_code in (403, 404)
    assert host.post(ROOMS, {"name": "Room 1", "pool": "room"}).status_code in (403, 404)
    assert anybody.get(ROOMS).status_code == 401
    with privileged():
        assert not Resource.objects.exists()


def test_several_services_are_one_booking(administrator, anybody, desk):
    beside = f"o/tidboken/office/offers/{desk.kinds['either'].pk}/beside"
    assert administrator.ask("put", beside, {"additions": [str(desk.kinds["group"].pk)]}).status_code == 409
    administrator.ask("put", beside, {"additions": [str(desk.kinds["short"].pk)]})
    assert anybody.get("o/tidboken/offers/either").said["additions"] == ["short"]
    first = anybody.get("o/tidboken/offers/either/times?days=3&further=short").said["items"][0]
    wish = {"offer": "either", "start": first["start"], "guest": {"name": "Grace", "email": "grace@example.org"}}
    assert anybody.post("o/tidboken/bookings", wish | {"further": ["group"]}).status_code == 409
    made = anybody.post("o/tidboken/bookings", wish | {"further": ["short"]}).said
    assert (made["title"], made["further"], made["end"]) == ("Either + Short", ["short"], first["end"])
