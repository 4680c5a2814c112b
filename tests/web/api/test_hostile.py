"""What no honest program sends: an answer that says so in bounded time, never our own failure."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.test import Client

from tests.web.api.test_api import wish
from tillit.identity.throttle import EXCHANGE

HERE = "/api/v1/o/tidboken/bookings"
OFFERS = "/api/v1/o/tidboken/offers"
DEEP = b"[" * 200_000
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def send(content, kind=JSON, path=HERE, **headers):
    return Client(headers=headers).generic("POST", path, content, content_type=kind)


def with_value(written):
    """A booking as text, with this where the note stands."""
    return json.dumps(wish(note="@")).replace('"@"', written).encode()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", JSON),
        (b"nothing", JSON),
        (DEEP, JSON),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, JSON),
        (b"\xff\xfe\x00{", JSON),
        (json.dumps(wish()).encode("utf-16"), "application/json; charset=utf-16"),
        (json.dumps(wish()).encode(), "application/json; charset=no-such"),
        (json.dumps(wish()).encode(), "text/plain"),
        (json.dumps(wish()).encode(), "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (json.dumps(wish()).encode(), "application/\udcff"),
        (b"null", JSON),
        (b"[]", JSON),
        (b'"text"', JSON),
        (b"NaN", JSON),
        (with_value("1" * 5000), JSON),
        (with_value("1e400"), JSON),
        (with_value("-Infinity"), JSON),
        (with_value('"\\ud800"'), JSON),
        (with_value('"\\u0000"'), JSON),
        (with_value('"' + "x" * 2001 + '"'), JSON),
        (json.dumps(wish("9999-12-31T23:59:59Z")).encode(), JSON),
        (json.dumps(wish("0001-01-01T00:00:00+14:00")).encode(), JSON),
        (json.dumps(wish("2099-12-31T23:59:59-13:59")).encode(), JSON),
        (json.dumps(wish("2026-02-30T00:00:00Z")).encode(), JSON),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_bodies(desk, content, kind):
    try:
        answer = send(content, kind)
    except UnicodeEncodeError:  # the test client cannot even write it
        return
    assert 400 <= answer.status_code < 500, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["status"] == answer.status_code


def test_a_body_is_bounded(desk):
    answer = send(b'{"note": "' + b"x" * 3_000_000 + b'"}')
    assert answer.status_code == 413 and json.loads(answer.content)["type"].endswith(":too-large")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/o/%00",
        "/api/v1/o/%ff%fe",
        "/api/v1/o/../../office/",
        "/api/v1/o/" + "x" * 5000,
        "/api/v1/o/tidboken/booked/" + "x" * 300,
        f"{OFFERS}?limit=1%00",
        f"{OFFERS}?limit=-1",
        f"{OFFERS}?limit=" + "9" * 5000,
        f"{OFFERS}?cursor=%ff",
        f"{OFFERS}?cursor=a.b",
        f"{OFFERS}?" + "&".join(f"a{n}=1" for n in range(2000)),
        f"{OFFERS}/consultation/times?begin=2099-12-31T23:59:59-13:59&days=62",
        f"{OFFERS}/consultation/times?days=1e9",
    ],
    ids=lambda path: path[:60],
)
def test_addresses(desk, path):
    answer = Client().get(path)
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer " + "x" * 100_000,
        "Bearer tillit_\x00",
        "Basic eA==",
        "Bearer tillit_ä" + "x" * 30,
        "Bearer tillit_" + "a" * 43,
    ],
    ids=lambda told: repr(told)[:40],
)
def test_tokens_that_are_none(desk, authorization):
    answer = Client(headers={"Authorization": authorization}).get(HERE)
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x00b", "ä\u200f", "\x07"])
def test_keys_that_are_none(desk, key):
    answer = send(json.dumps(wish()).encode(), **{"Idempotency-Key": key})
    assert answer.status_code in (201, 422), answer.content


ASK = "grant_type=client_credentials&client_id=x&client_secret=y"


def test_wrong_secrets_are_counted(desk):
    asked = f"grant_type=client_credentials&client_id={uuid4()}&client_secret=guess"
    answers = [send(asked.encode(), FORM, "/api/v1/token") for _ in range(EXCHANGE.burst + 1)]
    assert {one.status_code for one in answers[:-1]} == {401}
    assert answers[-1].status_code == 429 and "Retry-After" in answers[-1].headers


@pytest.mark.parametrize(
    ("content", "kind", "headers", "error"),
    [
        ("", None, {}, "invalid_request"),
        ("client_id=x", None, {}, "invalid_request"),
        (json.dumps({"grant_type": "client_credentials"}), JSON, {}, "invalid_request"),
        (f"{ASK}&client_id=z", None, {}, "invalid_request"),
        (ASK, None, {"Authorization": "Basic eDp5"}, "invalid_request"),
        ("grant_type=" + "x" * 200, None, {}, "invalid_request"),
        ("grant_type=password", None, {}, "unsupported_grant_type"),
        ("grant_type=client_credentials", None, {"Authorization": "Basic ???"}, "invalid_client"),
        ("grant_type=client_credentials", None, {"Authorization": "Basic /w=="}, "invalid_client"),
        (ASK, None, {}, "invalid_client"),
        ("grant_type=client_credentials&client_id=%00&client_secret=%ff", None, {}, "invalid_client"),
        ("grant_type=client_credentials&client_id=01890a5d-ac96-774b-bcce-b302099a8057&client_secret=%00", None, {},
         "invalid_client"),
    ],
)  # fmt: skip
def test_the_token_address_answers_as_the_standard_says(desk, content, kind, headers, error):
    answer = send(content.encode(), kind or FORM, "/api/v1/token", **headers)
    assert answer.json() == {"error": error}
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Content-Type"] == JSON
    assert ("WWW-Authenticate" in answer.headers) == (answer.status_code == 401)


def test_what_no_database_holds_is_refused_and_what_turns_words_around_is_taken_out(desk, administrator, host):
    offer = {"slug": "x", "place": "video", "duration": 30, "hosts": [str(desk.h1.pk)]}
    for written in ("a\0b", "\ud800"):
        assert administrator.post("o/tidboken/office/offers", offer | {"title": written}).status_code in (400, 422)
        named = host.post("o/tidboken/calendar/other-hours", {"name": written, "week": {}, "offers": []})
        assert named.status_code in (400, 422)
    made = administrator.post("o/tidboken/office/offers", offer | {"title": "A\u202e talk\a\r\nBcc: x@example.org"})
    assert made.said["title"] == "A talk Bcc: x@example.org"
    assert administrator.post("o/tidboken/office/offers", offer | {"slug": "y", "title": "\u202e"}).status_code == 422
