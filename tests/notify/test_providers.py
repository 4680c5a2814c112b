"""Text messages and web push against services that speak as the real ones do: taken, refused, too much, gone, hanging.

What the providers do is written from their published interfaces: 46elks (POST /a1/sms, a form under basic
authentication), providers that fill in a registered text (POST, JSON under a key), push services (RFC 8030, 5).
"""

from __future__ import annotations

import base64
import json
import time
from contextlib import contextmanager
from email.utils import format_datetime
from urllib.parse import parse_qs

import pytest

from tests.booking.conftest import NOW
from tests.conftest import privileged
from tests.kernel.calling import OK, Authority, Server, outside
from tests.kernel.support import jobs, react, run
from tests.notify.test_send import LOUD, said, tell, to  # noqa: F401
from tillit.access import acting
from tillit.kernel import clock, egress, sms, tasks, webpush
from tillit.kernel.egress import line
from tillit.kernel.worker import Backoff
from tillit.notify import actions, kinds, outgoing
from tillit.notify.kinds import Channel
from tillit.notify.models import Device, Sending, Text

PUSHED = kinds.declare("tests.pushed", says="Tests", offered=(Channel.PUSH,), on=(Channel.PUSH,))
NAME = "api.sms.example"
MOZILLA = "updates.push.services.mozilla.com"
ELKS = "46elks://u123:p%40ss@{name}:{port}?from=Nordan"
TEMPLATE = "template://key-1@{name}:{port}?template=1000&field=TEXT"


def answer(status: int, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} Said", "Content-Length: 0", *headers, "", ""]).encode()


@contextmanager
def service(tmp_path, says, name=NAME):
    authority = Authority(tmp_path)
    with Server(says, authority.server(name)) as server, outside(authority.trusted):
        yield server


@pytest.fixture
def by(monkeypatch):
    """Sets a provider of text messages."""

    def set_to(address, server):
        monkeypatch.setenv("TILLIT_SMS", address.format(name=NAME, port=server.port))
        monkeypatch.setenv("TILLIT_SMS_PROCESSOR", "Text AB; eu; Text 1")

    return set_to


@pytest.fixture
def push(monkeypatch):
    """Lets calls to port 443 reach the server of a test."""

    def lead_to(server):
        made = line._connected
        monkeypatch.setenv("TILLIT_PUSH", "adequacy")
        monkeypatch.setattr(line, "_connected", lambda address, port, seconds: made(address, server.port, seconds))

    return lead_to


def queued():
    return [job for job in jobs() if job["task"] == "notify.send_text"]


def sent_once(kind):
    """One try of the one message that waits: its failure, and what the log and the outbox say of it."""
    (job,) = queued()
    failed = None
    try:
        run(job)
    except tasks.Failed as error:
        failed = error
    with privileged():
        return failed, Sending.objects.get(kind=kind.name).state, Text.objects.count()


def read(heard):
    head, _, body = heard.partition(b"\r\n\r\n")
    first, *rest = head.decode().splitlines()
    return first, {name.lower(): value for name, value in (row.split(": ", 1) for row in rest)}, body


def test_as_46elks_takes_it(desk, grace, said, by, tmp_path):  # noqa: F811
    with service(tmp_path, OK) as server:
        by(ELKS, server)
        tell(LOUD, grace, said, desk)
        assert sent_once(LOUD) == (None, "sent", 0)
        first, headers, body = read(server.heard[0])
        assert len(server.heard) == 1
    assert first == "POST /a1/sms HTTP/1.1"
    assert base64.b64decode(headers["authorization"].removeprefix("Basic ")) == b"u123:p@ss"
    assert headers["content-type"].startswith("application/x-www-form-urlencoded")
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    assert form.keys() == {"from", "to", "message"}
    assert (form["from"], form["to"]) == ("Nordan", "+46701740605") and "Consultation" in form["message"]


def test_as_a_provider_of_registered_texts_takes_it(desk, grace, said, by, tmp_path):  # noqa: F811
    with service(tmp_path, OK) as server:
        by(TEMPLATE, server)
        tell(LOUD, grace, said, desk, language="fa", phone="+989121234567")
        assert sent_once(LOUD) == (None, "sent", 0)
        first, headers, body = read(server.heard[0])
    assert first == "POST /v1/send/verify HTTP/1.1" and headers["x-api-key"] == "key-1"
    told = json.loads(body)
    (filled,) = told.pop("parameters")
    assert told == {"mobile": "+989121234567", "templateId": 1000}
    assert filled["name"] == "TEXT" and "رزرو" in filled["value"]


@pytest.mark.parametrize("address", [ELKS, TEMPLATE])
@pytest.mark.parametrize(
    ("says", "final", "wait"),
    [
        (answer(403), True, 0),
        (answer(400), True, 0),
        (answer(429, "Retry-After: 120"), False, 120),
        (answer(429, "Retry-After: soon"), False, 0),
        (answer(503, "Retry-After: " + format_datetime(NOW, usegmt=True)), False, 0),
        (answer(408), False, 0),
        (answer(302, "Location: https://elsewhere.example/"), False, 0),
        (b"", False, 0),
    ],
    ids=["refused", "bad", "too much", "nonsense", "a moment that is past", "slow", "leads away", "hangs up"],
)
def test_what_a_provider_does_not_take(desk, grace, said, by, tmp_path, address, says, final, wait):  # noqa: F811
    with service(tmp_path, says) as server:
        by(address, server)
        tell(LOUD, grace, said, desk)
        failed, state, left = sent_once(LOUD)
        assert len(server.heard) == 1
    assert (failed.final, failed.wait) == (final, wait)
    assert (state, left) == (("failed", 0) if final else ("waiting", 1))
    assert "070" not in str(failed) and "Consultation" not in str(failed)


def test_a_provider_that_hangs_is_left(desk, grace, said, by, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr(sms, "LIMITS", egress.Limits(connect=1.0, total=0.5))
    with service(tmp_path, lambda connected: time.sleep(3)) as server:
        by(ELKS, server)
        tell(LOUD, grace, said, desk)
        failed, state, left = sent_once(LOUD)
    assert (failed.final, state, left) == (False, "waiting", 1)


def test_who_asks_to_wait_is_waited_for_within_an_hour():
    class Job:
        attempts = 0

    def seconds(asked):
        before = time.time()
        decision = Backoff().get_retry_decision(exception=tasks.Failed("Later", final=False, wait=asked), job=Job())
        return decision.retry_at.timestamp() - before

    assert seconds(0) < 60 and seconds(120) >= 120 and seconds(10**9) <= tasks.LONGEST_WAIT + 60


def test_a_moment_to_come_is_a_wait():
    with clock.at(NOW):
        later = format_datetime(NOW.replace(minute=NOW.minute + 1), usegmt=True)
        assert egress.Answer(503, {"retry-after": later}, b"").wait == 60
        assert egress.Answer(503, {"retry-after": "Sun, 99 Nov 2026"}, b"").wait == 0
        assert egress.Answer(503, {"retry-after": "9" * 4000}, b"").wait < 10**9


@pytest.fixture
def browser(desk, grace, push):
    """Grace's browser may be reached."""
    told = {
        "endpoint": f"https://{MOZILLA}/wpush/v2/abc",
        "keys": {"p256dh": webpush.public_key(), "auth": "A" * 22},
    }
    react()
    with grace.acts():
        actions.add_device(told)


@pytest.mark.parametrize(
    ("says", "state", "left", "devices", "wait"),
    [
        (answer(201), "sent", 0, 1, None),
        (answer(404), "failed", 0, 0, None),
        (answer(410), "failed", 0, 0, None),
        (answer(429, "Retry-After: 90"), "waiting", 1, 1, 90),
        (answer(503), "waiting", 1, 1, 0),
        (answer(413), "failed", 0, 1, 0),
    ],
    ids=["taken", "unknown", "gone", "too much", "busy", "too large"],
)
def test_push_services(desk, grace, said, browser, push, tmp_path, says, state, left, devices, wait):  # noqa: F811
    with service(tmp_path, says, MOZILLA) as server:
        push(server)
        tell(PUSHED, grace, said, desk)
        failed, became, waiting = sent_once(PUSHED)
        first, headers, body = read(server.heard[0])
    assert first == "POST /wpush/v2/abc HTTP/1.1" and headers["content-encoding"] == "aes128gcm"
    assert headers["authorization"].startswith("vapid t=") and int(headers["ttl"]) == outgoing.KEPT_BY_SERVICE
    assert b"Consultation" not in body, "the service reads nothing"
    assert (became, waiting) == (state, left) and (failed.wait if failed else None) == wait
    with privileged():
        assert Device.objects.count() == devices


def test_a_browser_that_is_gone_is_not_tried_again(desk, grace, said, browser, push, tmp_path):  # noqa: F811
    with service(tmp_path, answer(410), MOZILLA) as server:
        push(server)
        tell(PUSHED, grace, said, desk)
        react()
        with acting(desk.visitor()):
            assert tell(PUSHED, grace, said, desk)[-1] == ("push", "held", "address")
        assert len(server.heard) == 1
