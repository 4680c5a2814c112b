"""Programs read what is asked, answer it, and say yes."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.booking.conftest import desk  # noqa: F401
from tests.booking.test_actions import at
from tests.booking.test_intake import ROOF, ask
from tests.conftest import privileged
from tillit.booking.models import Booking
from tillit.journeys.booking_page import instant_text
from tillit.kernel import zones

API = "/api/v1/o/tidboken/"


def send(path, body):
    return Client().post(API + path, json.dumps(body), content_type="application/json")


def order(**more):
    start = instant_text(zones.minute_to_utc(at(10)))
    guest = {"name": "Grace Miller", "email": "grace@example.org"}
    return send("bookings", {"offer": "consultation", "start": start, "guest": guest, **more})


@pytest.fixture
def asked(desk):  # noqa: F811
    ask(desk, [*ROOF[:2], ROOF[2] | {"required": True}])
    return desk


def test_a_program_answers_what_is_asked(asked):
    found = Client().get(API + "offers/consultation/questions").json()
    assert found["version"] == 1 and [one["key"] for one in found["items"]] == ["topic", "height", "plan"]
    assert found["items"][1]["after"] == ["topic", "roof"]
    assert order().status_code == 422
    high = {"question": "height", "answer": "high"}
    assert order(answers=[{"question": "topic", "answer": "roof"}, high]).status_code == 422
    with privileged():
        assert not Booking.objects.exists()
    made = order(answers=[{"question": "topic", "answer": "wall"}])
    assert made.status_code == 201, made.content
    assert made.json()["answers"] == [{"question": "topic", "answer": "wall"}] and made.json()["answer_by"] is None
    changed = [{"question": "topic", "answer": "roof"}, {"question": "height", "answer": "3.5"}]
    again = send(f"booked/{made.json()['link']}/answers", {"answers": changed})
    assert again.status_code == 200 and again.json()["answers"] == changed
    with privileged():
        assert Booking.objects.get().answers == {"topic": "roof", "height": "3.5"}


def test_what_asks_nothing_is_booked_as_before(desk):  # noqa: F811
    assert Client().get(API + "offers/consultation/questions").json() == {"version": 0, "items": []}
    made = order()
    assert made.status_code == 201 and made.json()["answers"] == []
    assert send(f"booked/{made.json()['link']}/answers", {"answers": []}).status_code == 409
