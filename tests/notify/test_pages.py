"""How one is told, behind either door and by the link under a message."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.booking.conftest import lay_out
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.support import mails, react
from tillit.access import PUBLIC, acting
from tillit.kernel import webpush
from tillit.notify import actions, links
from tillit.notify.models import Device, Preference, Quiet


def by_link(grace, slug="tidboken"):
    return reverse("told_by_link", args=[slug, links.token(grace.pk)])


def test_by_the_link_under_a_message(desk, grace):
    react()
    (sent,) = [mail for mail in mails() if mail.to == "grace@example.org"]
    assert by_link(grace) in sent.html
    page = Client().get(by_link(grace))
    assert page.status_code == 200 and "Reminders before a booking" in page.content.decode()
    fields = {"booking.changed:mail": "off", "booking.changed:inside": "now",
              "booking.reminder:mail": "daily", "booking.reminder:inside": "now", "notify.daily:mail": "now",
              "starts": "22:00", "ends": "07:00"}  # fmt: skip
    answer = Client().post(by_link(grace), fields | _rest(page, fields))
    assert answer.status_code == 302
    with privileged():
        assert {(p.kind, p.channel, p.how) for p in Preference.objects.all()} == {
            ("booking.changed", "mail", "off"), ("booking.reminder", "mail", "daily"),
        }  # fmt: skip
        assert Quiet.objects.values_list("starts", "ends").get() == (22 * 60, 7 * 60)


def _rest(page, fields):
    """What the page shows of everything that is not changed."""
    shown = page.content.decode()
    found = re.findall(r'<select name="([^"]+)"(.*?)</select>', shown, re.S)
    return {name: re.search(r'value="(\w+)" selected', options)[1] for name, options in found if name not in fields}


def test_the_link_opens_nothing_else(desk, grace, ali):
    token = links.token(grace.pk)
    assert Client().get(reverse("my:data", kwargs={"slug": "tidboken", "token": token})).status_code == 404
    assert Client().get(reverse("told_by_link", args=["tidboken", token[:-2] + "xx"])).status_code == 404


def test_the_link_is_good_where_the_person_is_and_nowhere_else(desk, grace):
    with acting(PUBLIC), privileged():
        lay_out("elsewhere")
    end = ["booking.changed"]
    for address in (
        by_link(grace, "elsewhere"),
        reverse("unsubscribe", args=["elsewhere", links.token(grace.pk), *end]),
        reverse("told_by_link", args=["tidboken", links.token(uuid4())]),
        reverse("unsubscribe", args=["tidboken", links.token(uuid4()), *end]),
    ):
        assert Client().get(address).status_code == Client().post(address).status_code == 404


@pytest.mark.parametrize(("starts", "ends"), [("22:00", ""), ("22:00", "22:00"), ("25:00", "07:00")])
def test_quiet_hours_that_are_none(desk, grace, starts, ends):
    page = Client().get(by_link(grace))
    answer = Client().post(by_link(grace), {"starts": starts, "ends": ends, **_rest(page, {"starts", "ends"})})
    assert answer.status_code == 422
    with privileged():
        assert not Quiet.objects.exists()


def test_one_click_and_it_is_over(desk, grace):
    where = reverse("unsubscribe", args=["tidboken", links.token(grace.pk), "booking.reminder"])
    assert Client().get(where).status_code == 200
    with privileged():
        assert not Preference.objects.exists()
    strict = Client(enforce_csrf_checks=True)  # a mail program has no token of ours
    assert strict.post(where, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with privileged():
        assert set(Preference.objects.values_list("channel", "how")) >= {("mail", "off")}
    assert Client().post(where.replace("booking.reminder", "no.such")).status_code == 404


def test_messages_in_the_product(desk, grace):
    react()
    page = Client().get(reverse("my-notify:notes", kwargs={"slug": "tidboken", "token": _door(grace)}))
    assert page.status_code == 200 and "Booked: Consultation" in page.content.decode()


def _door(grace):
    from tillit.privacy import links as doors

    return doors.token(grace.pk)


def test_browsers_are_bounded_and_only_what_is_needed_is_kept(desk, monkeypatch):
    monkeypatch.setenv("TILLIT_PUSH", "adequacy")
    with acting(PUBLIC):
        client = log_in(desk.h1.person_id)
    keys = {"p256dh": webpush.public_key(), "auth": "A" * 22}
    for _ in range(actions.MOST_DEVICES + 2):
        last = {"endpoint": f"https://fcm.googleapis.com/{uuid4()}", "keys": keys}
        sent = json.dumps(last | {"more": "x" * 1000})
        assert client.post("/o/tidboken/me/devices/", sent, "application/json").status_code == 204
    assert client.post("/o/tidboken/me/devices/", "[" * 100_000, "application/json").status_code == 422
    with acting(desk.as_host(desk.h1)):
        assert Device.objects.count() == actions.MOST_DEVICES
        assert Device.objects.latest("id").subscription == last


def test_a_browser_may_be_reached(desk, monkeypatch):
    monkeypatch.setenv("TILLIT_PUSH", "adequacy")
    with acting(PUBLIC):
        client = log_in(desk.h1.person_id)
    page = client.get("/o/tidboken/me/told/").content.decode()
    assert webpush.public_key() in page
    told = {
        "endpoint": f"https://fcm.googleapis.com/{uuid4()}",
        "keys": {"p256dh": webpush.public_key(), "auth": "A" * 22},
    }
    for _ in range(2):
        assert client.post("/o/tidboken/me/devices/", json.dumps(told), "application/json").status_code == 204
    for wrong in ("x", "{}", json.dumps(told | {"endpoint": "https://10.0.0.1/"})):
        refused = client.post("/o/tidboken/me/devices/", wrong, "application/json")
        assert refused.status_code == 422 and refused["Content-Type"] == "application/problem+json"
    with privileged():
        (device,) = Device.objects.all()
        assert b"fcm.googleapis" not in bytes(
            device.__dict__["subscription"].data if hasattr(device.__dict__["subscription"], "data") else b""
        )
    client.post("/o/tidboken/me/devices/forget/")
    with privileged():
        assert not Device.objects.exists()


def test_the_service_worker_stands_at_the_root(db):
    answer = Client().get("/messages.js")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/javascript")
