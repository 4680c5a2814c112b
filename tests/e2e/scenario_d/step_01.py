"""Step 1: H1 defines "Consultation, 45 minutes" with hours, rules and three questions, one of them needed and one with
a file; what a guest answers is for the host of that booking alone."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import psycopg
from django.db import transaction
from PIL import Image

from tests.conftest import connected_to
from tests.e2e.scenario_d.step_02 import HERE, logged_in, workday
from tillit.access import PUBLIC, Actor, acting

SECRET = "Arvet efter moster Märta"


def photo() -> bytes:
    """A picture that says where and by what it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Kamera AB 4711"
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 22.0, 15.0)})
    held = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(held, "JPEG", exif=exif.tobytes())
    return held.getvalue()


def make_administrator(live, tidboken) -> None:
    """The host has the small organisation's other role too."""
    from django.db import connection, transaction

    from tillit.identity.models import Membership

    with connected_to(live.server.admin_dsn(live.database)), acting(PUBLIC):
        connection.ticketless = True
        try:
            with transaction.atomic():
                Membership.objects.get_or_create(
                    organisation=tidboken.organisation, person_id=tidboken.h1.person_id, role="administrator"
                )
        finally:
            connection.ticketless = False


def fill(live, tidboken, day: date, *, many: int) -> None:
    """So many more have booked it on a day, at the times that are left."""
    from tillit.booking.engine import Window
    from tillit.booking.queries import free_times, get_meeting_type
    from tillit.journeys.book import book
    from tillit.kernel import zones

    midnight = datetime.combine(day, datetime.min.time(), HERE).astimezone(UTC)
    first = zones.minute_down(midnight)
    with live.django(), acting(Actor(organisation=tidboken.organisation.pk)), transaction.atomic():
        kind = get_meeting_type("consultation-45")
        free = free_times(kind, Window(first, first + 1440), "Europe/Stockholm").starts
        assert len(free) > many
        for number, start in enumerate(free[:many]):
            book(
                kind=kind, minute=start.minute, request_key=uuid4(), name=f"Guest {number}",
                email=f"guest{number}@example.org", language="en", zone="Europe/Stockholm",
            )  # fmt: skip


def ask(host, kind: str, label: str, *, needed: bool = False, options: str = "") -> None:
    """One question more in the draft."""
    host.get_by_role("link", name="New question").click()
    for summary in host.locator("form summary").all():
        summary.click()
    host.get_by_label("What is answered").select_option(label=kind)
    host.locator("[name=label_en]").fill(label)
    host.locator("[name=label_sv]").fill(label)
    host.locator("[name=options_sv]").fill(options)
    if needed:
        host.get_by_label("An answer is needed").check()
    host.get_by_role("button", name="Keep in the draft").click()
    host.get_by_text("Kept in the draft").wait_for()


def test_step_01_a_consultation_with_rules_and_questions(live, tidboken, authority, new_page, step):
    make_administrator(live, tidboken)
    host = new_page()
    logged_in(host, live, tidboken.h1.person_id)
    with step("weekdays 09 to 16"):
        host.goto(f"{live.url}/o/tidboken/calendar/hours/")
        for day in range(1, 6):
            host.locator(f"[name=day{day}]").fill("09:00–16:00")
        host.get_by_role("button", name="Save").click()
        host.get_by_text("Your hours are saved").wait_for()
    with step("45 minutes, 15 kept free after, 4 hours of notice, at most 5 a day, and it stands at once"):
        host.goto(f"{live.url}/o/tidboken/calendar/offers/new/")
        for summary in host.locator("form summary").all():
            summary.click()
        host.locator("[name=title_en]").fill("Consultation, 45 minutes")
        host.locator("[name=title_sv]").fill("Konsultation, 45 minuter")
        values = {"slug": "consultation-45", "duration": "45", "step": "60", "buffer_after": "15", "notice_hours": "4"}
        for name, value in (values | {"max_per_day": "5"}).items():
            host.locator(f"[name={name}]").fill(value)
        host.get_by_role("checkbox", name="Helena Lind").check()
        host.get_by_role("button", name="Save").click()
        host.get_by_role("link", name="Consultation, 45 minutes").click()
    with step("three questions, tried and published"):
        host.get_by_role("link", name="Questions to guests").click()
        ask(host, "A line of text", "What is your question?", needed=True)
        ask(host, "One of several answers", "Have you been here before?", options="Yes\nNo")
        ask(host, "A file", "A picture of the paper")
        host.get_by_role("link", name="Try it").click()
        host.get_by_label("What is your question?").fill("Nothing much")
        host.get_by_role("button", name="Try it").click()
        host.get_by_text("It would be taken so").wait_for()
        host.get_by_role("link", name="Back").click()
        host.get_by_role("button", name="Publish").click()
        host.get_by_text("guests are asked this from now on").wait_for()
    guest = new_page(locale="en-US", timezone_id="America/New_York")
    with step("a guest is told what is needed, and loses nothing"):
        day = workday() + timedelta(days=7)  # the week before belongs to the other steps
        guest.goto(f"{live.url}/o/tidboken/book/consultation-45/?day={day}")
        guest.locator("a.time").nth(1).click()
        guest.get_by_label("Your name").fill("Grace Miller")
        guest.get_by_label("E-mail").fill("grace@example.org")
        guest.get_by_role("button", name="Book").click()
        guest.get_by_text("One thing to mend").wait_for()
        assert guest.get_by_label("Your name").input_value() == "Grace Miller"
    with step("answers, sends a picture, and books"):
        guest.get_by_label("What is your question?").fill(SECRET)
        guest.get_by_label("No", exact=True).check()
        guest.get_by_label("A picture of the paper").set_input_files(
            {"name": "paper.jpg", "mimeType": "image/jpeg", "buffer": photo()}
        )
        guest.get_by_role("button", name="Book").click()
        guest.get_by_role("heading", name="It is booked").wait_for()
        guest.get_by_text(SECRET).wait_for()
    with step("after five bookings the day is full"):
        fill(live, tidboken, day, many=4)
        guest.goto(f"{live.url}/o/tidboken/book/consultation-45/?zone=Europe/Stockholm&day={day}")
        guest.locator("a.day-free").first.wait_for()
        assert not [one for one in guest.locator("a.time").all() if str(day) in one.get_attribute("href")]
    with step("the host reads it, and opens the picture, which no longer says where it was taken"):
        host.goto(f"{live.url}/o/tidboken/calendar/?view=list")
        host.get_by_text(SECRET).wait_for()
        with host.expect_download() as download:
            host.get_by_role("link", name="Open the file").click()
        content = download.value.path().read_bytes()
        assert content[:2] == b"\xff\xd8" and b"4711" not in content and b"Exif" not in content
    with step("nobody else does, and the database holds no word of it"):
        other = new_page()
        logged_in(other, live, tidboken.h2.person_id)
        other.goto(f"{live.url}/o/tidboken/calendar/?view=list")
        assert SECRET not in other.content() and "Grace" not in other.content()
        with psycopg.connect(live.server.admin_dsn(live.database)) as admin:
            rows = admin.execute("select b::text from booking_booking b where b.intake > 0").fetchall()
        assert rows and all(SECRET not in row and SECRET.encode().hex() not in row for (row,) in rows)
