"""Other programs are told: signed, minimal, again until they take it, only where the organisation has a receiver."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from tests.booking.conftest import NOW
from tests.booking.test_actions import at, order
from tests.booking.test_setup import log_in
from tests.conftest import privileged
from tests.kernel.calling import OK, Authority, Server, outside
from tests.kernel.support import forget, jobs, react, relay, run, run_jobs
from tillit.access import PUBLIC, Actor, acting
from tillit.kernel import clock, egress, webhook_signatures
from tillit.kernel.dpv import Purpose
from tillit.kernel.egress import Role
from tillit.notify.models import Webhook, WebhookDelivery
from tillit.notify.webhooks import actions, delivering
from tillit.privacy import processors

HOST = "crm.example"
MADE = "booking.booking.made"


@pytest.fixture
def office(desk):
    return Actor(organisation=desk.organisation.pk, person=desk.administrator.pk, office="member")


@contextmanager
def receiver(tmp_path, says=OK):
    authority = Authority(tmp_path)
    with Server(says, authority.server(HOST)) as server, outside(authority.trusted):
        yield server


def registered(office, port):
    with acting(office):
        processors.register(
            "crm", name="CRM AB", role=Role.PROCESSOR, hosts=[f"{HOST}:{port}"], purposes=[Purpose.COORDINATE],
            categories=[], region="eu",
        )  # fmt: skip
        processors.agree("crm", document="CRM 1", agreed=date(2026, 1, 1))
        hook, secret = actions.add(receiver="crm", url=f"https://{HOST}:{port}/in", wanted=[MADE])
    return hook, secret


def verified(heard, secret):
    """As a receiver checks it, with the library of the specification; what it says, and its headers."""
    head, _, body = heard.partition(b"\r\n\r\n")
    names = {name.lower(): value for name, value in (line.split(": ", 1) for line in head.decode().splitlines()[1:])}
    assert names["content-type"] == "application/json"
    with patch("standardwebhooks.webhooks.datetime", Now):
        return Verifier(secret).verify(body, names), names


class Now(datetime):
    """The verifier looks at the tests' clock."""

    @classmethod
    def now(cls, tz=None):
        return clock.now().astimezone(tz)


def states():
    with privileged():
        return [(d.event, d.state, d.tries, d.status) for d in WebhookDelivery.objects.order_by("id")]


def test_a_booking_arrives_signed_and_says_no_name(desk, office, tmp_path):
    with receiver(tmp_path) as server:
        _hook, secret = registered(office, server.port)
        booking, _new = order(desk.kinds["consultation"], at(10), note="My knee")
        react()
    (heard,) = server.heard
    told, names = verified(heard, secret)
    assert told == {
        "type": MADE, "timestamp": told["timestamp"],
        "data": {"id": str(booking), "organisation": str(desk.organisation.pk)},
    }  # fmt: skip
    assert datetime.fromisoformat(told["timestamp"]).tzinfo and names["webhook-id"].startswith("msg_")
    assert b"Grace" not in heard and b"knee" not in heard and b"grace" not in heard
    assert states() == [(MADE, "delivered", 1, 200)]


def test_what_is_not_taken_is_tried_for_three_days(desk, office, tmp_path):
    refusing = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
    with receiver(tmp_path, refusing) as server:
        registered(office, server.port)
        order(desk.kinds["consultation"], at(10))
        moment = NOW
        relay()
        while waiting := jobs():
            due = [job["scheduled_at"].astimezone(UTC) + clock.offset() for job in waiting if job["scheduled_at"]]
            moment = max([moment, *due])
            with clock.at(moment):
                run_jobs_once()
    assert timedelta(days=2, hours=23) < moment - NOW < timedelta(days=4)
    assert (
        states() == [(MADE, "dead", len(delivering.WAITS) + 1, 503)] and len(server.heard) == len(delivering.WAITS) + 1
    )


def run_jobs_once():
    for job in jobs():
        forget(job)
        run(job)


def test_a_replay_carries_the_same_id(desk, office, tmp_path):
    with receiver(tmp_path) as server:
        hook, secret = registered(office, server.port)
        order(desk.kinds["consultation"], at(10))
        react()
        with privileged():
            delivery = WebhookDelivery.objects.get()
        with acting(PUBLIC):
            client = log_in(desk.administrator.pk)
        answer = client.post(f"/o/tidboken/office/webhooks/{hook}/again/{delivery.pk}/")
        assert answer.status_code == 302
        run_jobs()
    assert len({verified(heard, secret)[1]["webhook-id"] for heard in server.heard}) == 1 and len(server.heard) == 2


def test_a_new_secret_and_the_one_before_both_sign_for_a_day(desk, office, tmp_path):
    with receiver(tmp_path) as server:
        hook, old = registered(office, server.port)
        with acting(office):
            new = actions.rotate(Webhook.objects.get(pk=hook))
            actions.test(Webhook.objects.get(pk=hook))
        run_jobs()
        verified(server.heard[0], old)
        verified(server.heard[0], new)
        with acting(office), clock.at(NOW + timedelta(days=1, minutes=1)):
            actions.test(Webhook.objects.get(pk=hook))
            run_jobs()
            verified(server.heard[1], new)
            with pytest.raises(WebhookVerificationError):
                verified(server.heard[1], old)


def test_whoever_wants_no_more_is_told_nothing(desk, office, tmp_path):
    with receiver(tmp_path, b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n") as server:
        registered(office, server.port)
        order(desk.kinds["consultation"], at(10))
        react()
        order(desk.kinds["consultation"], at(12))
        react()
    assert len(server.heard) == 1 and states() == [(MADE, "dead", 1, 410)]


def test_a_receiver_that_hangs_is_left(desk, office, tmp_path, monkeypatch):
    monkeypatch.setattr(delivering, "LIMITS", egress.Limits(connect=0.5, total=0.5))
    with receiver(tmp_path, lambda connected: time.sleep(3)) as server:
        registered(office, server.port)
        order(desk.kinds["consultation"], at(10))
        react_without_retries()
    assert states()[0][1:] == ("waiting", 1, None)
    with privileged():
        assert WebhookDelivery.objects.get().problem == "TooSlow"


def react_without_retries():
    relay()
    for _ in range(2):
        run_jobs_once()


@pytest.mark.parametrize(
    "url",
    ["http://crm.example/in", "https://other.example/in", "https://127.0.0.1/in", "https://crm.example:9/in",
     "https://user@crm.example/in", "https://crm.example/in#x", "javascript:alert(1)"],
)  # fmt: skip
def test_no_other_address(desk, office, url):
    from django.core.exceptions import ValidationError

    with acting(office):
        processors.register(
            "crm", name="CRM AB", role=Role.PROCESSOR, hosts=[HOST], purposes=[Purpose.COORDINATE], categories=[],
            region="eu",
        )  # fmt: skip
        with pytest.raises(ValidationError):
            actions.add(receiver="crm", url=url, wanted=[MADE])


def test_pages_are_the_administrators(desk, office, tmp_path):
    with receiver(tmp_path) as server:
        hook, secret = registered(office, server.port)
    with acting(PUBLIC):
        client, other = log_in(desk.administrator.pk), log_in(desk.h1.person_id)
    page = client.get("/o/tidboken/office/webhooks/").content.decode()
    assert "CRM AB" in page and secret not in page
    assert secret not in client.get(f"/o/tidboken/office/webhooks/{hook}/").content.decode()
    for path in ("", f"{hook}/", "new/"):
        assert other.get(f"/o/tidboken/office/webhooks/{path}").status_code == 403
    made = client.post(
        "/o/tidboken/office/webhooks/new/",
        {"receiver": "crm", "url": f"https://{HOST}:{server.port}/two", "events": [MADE]},
    )
    assert made.status_code == 201 and "whsec_" in made.content.decode()
    with privileged():
        stored = b"".join(bytes(one.secret) for one in Webhook.objects.all())
    assert secret.encode() not in stored


def test_another_organisation_sees_none(desk, office, tmp_path):
    with receiver(tmp_path) as server:
        registered(office, server.port)
    from tests.booking.conftest import make_organisation, make_person

    with privileged(), acting(PUBLIC):
        other = make_organisation("other")
        boss = make_person(other, "Eva Berg", "administrator")
    with acting(Actor(organisation=other.pk, person=boss.pk, office="member")):
        assert not Webhook.objects.exists()


def test_signatures_are_those_of_the_specification():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    moment = datetime.fromtimestamp(1614265330, UTC)
    from uuid import UUID

    message = UUID("01930000-0000-7000-8000-000000000001")
    made = webhook_signatures.headers(message, moment, b'{"test": 2432232314}', [secret])
    signed = b"msg_" + str(message).encode() + b'.1614265330.{"test": 2432232314}'
    want = base64.b64encode(hmac.new(base64.b64decode(secret[6:]), signed, hashlib.sha256).digest()).decode()
    assert made["webhook-signature"] == f"v1,{want}" and made["webhook-timestamp"] == "1614265330"
