"""Step 9, the webhook: a booking is told to the customer's system, signed; that is down first, then up; it shows in the
log, and is sent again on request."""

from __future__ import annotations

import json
import ssl
import threading
import time
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg
import pytest
from standardwebhooks import Webhook

from tests.e2e.scenario_d.step_02 import logged_in, offered, until, workday
from tillit.access import Actor, acting

NAME = "crm.example"
GUEST = "Grace Miller"


class Receiver:
    """The customer's system: an HTTPS server that believes what is signed with its secret, and nothing else."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.context, self.secret = context, ""
        self.told: list[tuple[str, dict]] = []  # message id, what it said
        with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as free:
            self.port = free.server_port
        self.server: ThreadingHTTPServer | None = None

    def up(self) -> None:
        told, receiver = self.told, self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                said = Webhook(receiver.secret).verify(
                    body, {name.lower(): value for name, value in self.headers.items()}
                )
                told.append((self.headers["webhook-id"], said | {"raw": body.decode() + str(self.headers)}))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Door)
        self.server.socket = self.context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def down(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()


@pytest.fixture(scope="module")
def crm(live, tidboken, authority):
    """The customer's system, a registered receiver, which is not running yet."""
    from django.db import transaction

    from tillit.kernel.dpv import Purpose
    from tillit.kernel.egress import Role
    from tillit.privacy import processors

    receiver = Receiver(authority.server(NAME))
    administrator = Actor(organisation=tidboken.organisation.pk, person=tidboken.administrator.pk, office="member")
    with live.django(), acting(administrator), transaction.atomic():
        processors.register(
            "crm", name="Kundregister AB", role=Role.PROCESSOR, hosts=[f"{NAME}:{receiver.port}"],
            purposes=[Purpose.COORDINATE], categories=[], region="eu",
        )  # fmt: skip
        processors.agree("crm", document="K 2", agreed=date(2026, 1, 1))
    yield receiver
    receiver.down()


def test_step_09_another_program_is_told(live, tidboken, crm, new_page, step):
    office, stranger = new_page(), new_page(locale="en-GB", timezone_id="Europe/Stockholm")
    logged_in(office, live, tidboken.administrator.pk)
    with step("the administrator says who is told of what, and copies the secret"):
        office.goto(f"{live.url}/o/tidboken/office/webhooks/")
        office.get_by_role("link", name="Tell another program").click()
        office.get_by_label("Receiver").select_option(label="Kundregister AB")
        office.get_by_label("Address").fill(f"https://{NAME}:{crm.port}/hooks?of=tidboken")
        office.get_by_label("A booking was made").check()
        office.get_by_role("button", name="Keep").click()
        crm.secret = office.locator("code.copy").inner_text()
        office.get_by_role("link", name="I have it").click()
        assert office.get_by_text("Nothing has been sent yet.").is_visible() and crm.secret not in office.content()
    with step("a guest books while the other system is down"):
        book(stranger, live)
        tried_once(live)
    with step("it comes up, and is told by itself"):
        crm.up()
        until(office, "2 tries")
        until(office, "taken")
        ((message, said),) = crm.told
        assert said["type"] == "booking.booking.made" and said["data"].keys() == {"id", "organisation"}
        assert GUEST not in said["raw"] and "grace" not in said["raw"].lower()
        office.get_by_text("What it says").click()
        assert json.loads(office.locator("details code").first.inner_text())["data"] == said["data"]
    with step("it is sent again on request, under its own number"):
        office.get_by_role("button", name="Send again").click()
        waited(lambda: len(crm.told) == 2)
        assert crm.told[1][0] == message
    with step("and a test shows that the line works"):
        office.get_by_role("button", name="Send a test").click()
        waited(lambda: len(crm.told) == 3)
        assert crm.told[2][1]["type"] == "tillit.webhook.test"
        until(office, "A test")


def book(page, live) -> None:
    """The first free hour of a day that no other step of the story uses."""
    day = workday() + timedelta(days=7)
    assert offered(page, live, day)
    page.locator("a.time").first.click()
    page.get_by_label("Your name").fill(GUEST)
    page.locator("input[name=email]").fill("grace@example.org")
    page.locator("form[method=post] button.btn-wide").click()
    page.get_by_role("heading", name="It is booked").wait_for()


def tried_once(live) -> None:
    """The first try was made; the second one comes five seconds later."""
    with psycopg.connect(live.server.admin_dsn(live.database), autocommit=True) as admin:
        waited(lambda: admin.execute("select 1 from notify_webhookdelivery where tries = 1").fetchone())


def waited(is_so) -> None:
    """It becomes so, sooner or later."""
    for _ in range(1800):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("It did not happen.")
