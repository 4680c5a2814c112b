"""What cannot be read is refused before the database is asked, and no log learns a link."""

from __future__ import annotations

import asyncio
import logging
import re
from pathlib import Path

import pytest
from django.test import Client

from tests import loops
from tests.booking.conftest import desk as desk
from tillit.web.bodies import TOO_LARGE, limited
from tillit.web.logs import WithoutLinks


@pytest.mark.parametrize("path", ["/o/%00/", "/o/tidboken%00/", "/o/tidboken/book/x%00/", "/o/tidboken/%1b/", "/%7f"])
def test_control_characters_in_a_path(desk, path):
    answer = Client().get(path)
    assert answer.status_code == 400 and "<h1>" in answer.content.decode()


def test_too_many_parameters(desk):
    answer = Client().get("/o/tidboken/?" + "a=1&" * 1500)
    assert answer.status_code == 400 and "Content-Security-Policy" in answer


@pytest.mark.parametrize("path", ["/", "/o/tidboken/", "/o/tidboken/nothing/"])
def test_another_host_name(desk, path):
    assert Client().get(path, headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("charset", ["hex", "unicode_escape", "utf-16", "utf-7"])
def test_a_body_in_another_encoding(desk, charset):
    body = b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n\\ud800\r\n--b--\r\n'
    kind = f"multipart/form-data; boundary=b; charset={charset}"
    answer = Client().generic("POST", "/o/tidboken/book/consultation/", body, content_type=kind)
    assert answer.status_code == 400


def test_no_log_learns_a_link():
    for told in ("Not Found: /o/a/booking/AbC.dEf/move/", "Gone: /account/join/AbC.dEf/", "x /account/email/AbC.dEf/"):
        record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s", (told,), None)
        record.request = object()
        assert WithoutLinks().filter(record)
        assert "AbC" not in record.getMessage() and not hasattr(record, "request")


def test_no_address_that_opens_something_is_logged():
    """Whatever address carries a secret: one that is added later stands in the list of addresses too."""
    listed = (Path(__file__).parents[1] / "guards" / "urls.txt").read_text().splitlines()
    secret = re.compile(r"<str:(token|link|told|proof)>")
    found = [line.rpartition("| ")[2] for line in listed if secret.search(line)]
    assert len(found) > 30
    for one in found:
        path = re.sub(r"<[^>]+>", "x", secret.sub("AbC.dEf", one))
        record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: /%s", (path,), None)
        assert WithoutLinks().filter(record) and "AbC" not in record.getMessage(), one


def test_the_log_of_a_forged_link(desk, caplog):
    with caplog.at_level(logging.DEBUG):
        assert Client().get("/o/tidboken/booking/AbC.dEf/").status_code == 404
    assert "booking/…" in caplog.text and "AbC" not in caplog.text


def run(body, *, headers=(), most=100, patience=0.05):
    """What the application within hears of a request with these parts of a body."""
    parts = iter(body)
    heard, said, scope = [], [], {"type": "http", "headers": list(headers)}

    async def receive():
        try:
            part, more = next(parts)
        except StopIteration:
            await asyncio.sleep(10)
            raise
        return {"type": "http.request", "body": part, "more_body": more}

    async def send(event):
        said.append(event.get("status"))

    async def application(scope, receive, send):
        while True:
            event = await receive()
            heard.append(event)
            if event["type"] == "http.disconnect" or not event["more_body"]:
                return

    loops.run(limited(application, most=most, patience=patience)(scope, receive, send))
    return scope, heard, said[:1]


def test_bodies_within_their_measure():
    scope, heard, _ = run([(b"a" * 60, True), (b"b" * 40, False)])
    assert b"".join(e["body"] for e in heard) == b"a" * 60 + b"b" * 40 and TOO_LARGE not in scope


def test_a_body_announced_too_large_is_not_read():
    scope, heard, _ = run([(b"a" * 500, False)], headers=[(b"content-length", b"500")])
    assert scope[TOO_LARGE] and [e["body"] for e in heard] == [b""]


def test_the_rest_of_a_body_that_is_not_read_is_let_go():
    parts = iter([b"a" * 60, b"b" * 60])

    async def receive():
        part = next(parts, None)
        return {"type": "http.disconnect"} if part is None else {"type": "http.request", "body": part}

    async def application(scope, receive, send):
        assert [(await receive())["type"], (await receive())["type"]] == ["http.request", "http.disconnect"]

    scope = {"type": "http", "headers": [(b"content-length", b"120")]}
    loops.run(limited(application, most=100)(scope, receive, None))


def test_a_body_that_grows_too_large():
    _, heard, said = run([(b"a" * 60, True), (b"b" * 60, True)])
    assert said == [413] and [e["type"] for e in heard] == ["http.request", "http.disconnect"]


def test_a_body_that_stops_coming():
    _, heard, said = run([(b"a", True)])
    assert said == [408] and [e["type"] for e in heard] == ["http.request", "http.disconnect"]
