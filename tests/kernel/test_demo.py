from __future__ import annotations

import datetime
import re
import shutil
import uuid
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client, override_settings

from tests.kernel import support
from tillit.kernel import clock, config, mail
from tillit.kernel.ticket import Actor, acting

ICS = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def demo(db, tmp_path, monkeypatch):
    shutil.copytree(Path(config.var()) / "secrets", tmp_path / "secrets")
    monkeypatch.setenv("TILLIT_VAR", str(tmp_path))
    monkeypatch.setenv("TILLIT_MODE", "demo")
    with override_settings(ROOT_URLCONF="tests.kernel.demo_urls"):
        yield Client()


def a_mail(**more) -> None:
    with acting(Actor()):
        mail.send(
            mail.Message(
                **{
                    "to": "guest@example.org",
                    "subject": "Din tid är bokad",
                    "text": "Se http://localhost:8000/o/nordan/\n<script>alert(1)</script>\n",
                    "html": "<html><head></head><body><a href='/x'>Go</a><script>1</script></body></html>",
                    "language": "sv",
                    "attachments": (mail.calendar(ICS),),
                    **more,
                }
            )
        )
    support.run_jobs()


def test_the_inbox_shows_what_was_sent(demo):
    assert "No mail yet" in demo.get("/demo/inbox/?language=en").content.decode()
    a_mail()
    page = demo.get("/demo/inbox/?language=en").content.decode()
    assert "Din tid är bokad" in page
    (address,) = set(re.findall(r"/demo/inbox/[0-9a-f-]{36}/", page))
    one = demo.get(address).content.decode()
    assert '<a href="http://localhost:8000/o/nordan/"' in one
    assert "<script>alert" not in one
    assert 'sandbox="allow-top-navigation-by-user-activation"' in one
    file = demo.get(address + "1/")
    assert file.content.replace(b"\r\n", b"\n") == ICS.replace(b"\r\n", b"\n")
    assert file["Content-Disposition"] == 'attachment; filename="invitation.ics"'
    assert demo.get(address + "2/").status_code == 404


def test_a_mails_own_page_runs_and_loads_nothing(demo):
    a_mail()
    address = re.findall(r"/demo/inbox/[0-9a-f-]{36}/", demo.get("/demo/inbox/").content.decode())[0]
    page = demo.get(address + "page/")
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in page.content.decode()


def test_an_unknown_mail(demo):
    assert demo.get(f"/demo/inbox/{uuid.uuid4()}/").status_code == 404


@pytest.mark.parametrize("address", ["/demo/inbox/", "/demo/clock/"])
def test_outside_demo_mode_the_pages_do_not_exist(db, address):
    assert Client().get(address).status_code == 404
    with override_settings(ROOT_URLCONF="tests.kernel.demo_urls"):
        assert Client().get(address).status_code == 404


def test_the_clock_moves_for_everything(demo):
    def hours() -> float:
        return clock.offset() / datetime.timedelta(hours=1)

    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=9)
    with acting(Actor()), connection.cursor() as cursor:
        cursor.execute("select kernel.enqueue('x', '{}', '', %s, null)", [moment])
    assert demo.get("/demo/clock/").status_code == 200
    assert demo.post("/demo/clock/", {"move": "hour"}).status_code == 302
    assert hours() == 1
    demo.post("/demo/clock/", {"move": "day"})
    assert hours() == 25
    assert support.jobs()[0]["scheduled_at"] == moment - datetime.timedelta(hours=25)
    day = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=8, hours=1)).date()
    demo.post("/demo/clock/", {"move": "to", "day": day.isoformat()})
    assert clock.now().date() == day
    with connection.cursor() as cursor, acting(Actor()):
        cursor.execute("select access.now()")
        assert cursor.fetchone()[0].date() == day
    demo.post("/demo/clock/", {"move": "reset"})
    assert hours() == 0
    assert support.jobs()[0]["scheduled_at"] == moment


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"move": "back"},
        {"move": "to", "day": "2001-01-01"},
        {"move": "to", "day": "9999-01-01"},
        {"move": "to", "day": "x"},
        {"move": "to"},
    ],
)
def test_a_clock_that_cannot_be_set(demo, sent):
    assert demo.post("/demo/clock/", sent).status_code == 422
    assert clock.offset() == datetime.timedelta(0)


def test_the_clock_wants_a_form_of_ours(demo):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/demo/clock/", {"move": "day"}).status_code == 403
