"""Whatever a caller says the host is called: links lead to the address that the installation has been given."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.booking.conftest import desk  # noqa: F401
from tests.identity.conftest import office, somebody  # noqa: F401
from tests.kernel.support import jobs, mails, react
from tests.web.api.conftest import BASE, Program
from tests.web.api.test_api import wish
from tillit.kernel import config

RESET = "/account/password/reset/"
CLAIMS = {
    "x-forwarded-host": "evil.example",
    "x-forwarded-server": "evil.example",
    "x-host": "evil.example",
    "x-original-url": "https://evil.example/",
    "forwarded": "for=1.2.3.4;host=evil.example;proto=https",
    "x-forwarded-port": "6666",
}


def leads_home(text):
    found = re.findall(r"https?://[^/\s\"<]+", text)
    return bool(found) and set(found) == {config.text("TILLIT_ORIGIN").rstrip("/")}


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "testserver.evil.example", "testserver@evil.example", "testserver:80@evil.example",
        "testserver,evil.example", "testserver/evil.example", "evil.example#testserver", "testserver\x00.evil.example",
    ],
)  # fmt: skip
def test_another_host_is_refused_and_nothing_is_sent(desk, somebody, host):  # noqa: F811
    anna = somebody("anna", "administrator")
    react()
    before = len(mails())
    asked = Client(headers={"host": host}, raise_request_exception=False)
    for answer in (
        asked.post(RESET, {"email": anna.address}),
        asked.post(f"{BASE}o/tidboken/bookings", wish(), content_type="application/json"),
        asked.get("/o/tidboken/"),
    ):
        assert answer.status_code == 400
        assert b"evil" not in answer.content and "evil" not in str(answer.headers)
    assert (len(mails()), jobs()) == (before, [])


def test_what_else_names_a_host_is_not_listened_to(desk, somebody):  # noqa: F811
    anna = somebody("anna", "administrator")
    react()
    before = len(mails())
    booked = Program(headers=CLAIMS).post("o/tidboken/bookings", wish())
    assert booked.status_code == 201 and leads_home(booked.said["url"])
    assert Client(headers=CLAIMS).post(RESET, {"email": anna.address}).status_code == 302
    file = Client(headers=CLAIMS).get(f"/o/tidboken/booking/{booked.said['link']}/calendar.ics")
    assert file.status_code == 200 and leads_home(file.content.decode().replace("\r\n ", ""))
    page = Client(headers=CLAIMS).get(f"/o/tidboken/booking/{booked.said['link']}/")
    assert page.status_code == 200 and b"evil.example" not in page.content
    react()
    sent = mails()[before:]
    assert len(sent) >= 3, "guest, host and anna"
    for one in sent:
        assert leads_home(one.text) and leads_home(one.html)
        assert all(b"evil" not in file.content for file in one.attachments)
