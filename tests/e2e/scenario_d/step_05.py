"""Step 5: the guest moves the booking with the link in the mail, and the old time is free at once; then cancels, and
the reason is asked, not demanded."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import psycopg

from tests.e2e.scenario_d.post import calendar_of, plain
from tests.e2e.scenario_d.step_02 import HERE, offered, workday
from tests.e2e.scenario_d.step_03 import THERE, booked
from tests.e2e.scenario_d.step_06 import arrived


def link_of(letter) -> str:
    """The booking's own address, as the mail's text has it."""
    found = re.search(r"https?://\S+/booking/\S+/", plain(letter))
    assert found, plain(letter)
    return found[0]


def test_step_05_moved_and_cancelled_by_the_link_in_the_mail(live, tidboken, post, new_page, step):
    day = workday()
    old = booked(new_page, live, hour=6, name="Iris Moves", address="iris@example.org")
    stranger = new_page(locale="en-GB", timezone_id="Europe/Stockholm")
    guest = new_page(width=390, locale="en-US", timezone_id="America/New_York")
    assert old.astimezone(HERE).hour not in offered(stranger, live, day)
    with step("moves it with the link in the mail"):
        guest.goto(link_of(arrived(post, guest, "iris@example.org", "Booked")))
        guest.get_by_role("link", name="Move it to another time").click()
        wanted = datetime(day.year, day.month, day.day, 5, tzinfo=THERE)
        guest.goto(f"{guest.url.partition('?')[0]}?zone=America/New_York&day={day}")
        for link in guest.locator("a.time").all():
            (start,) = parse_qs(urlsplit(link.get_attribute("href")).query)["start"]
            if datetime.fromisoformat(start) == wanted:
                link.click()
                break
        guest.get_by_role("button", name="Move it to").click()
        guest.get_by_role("heading", name="Your booking").wait_for()
    with step("the old time is free at once, the new one is not"):
        free = offered(stranger, live, day)
        assert old.astimezone(HERE).hour in free and wanted.astimezone(HERE).hour not in free
    with step("and cancels it without a reason, which is asked for"):
        letter = arrived(post, guest, "iris@example.org", "Moved")
        assert "SEQUENCE:1" in calendar_of(letter)
        guest.goto(link_of(letter))
        guest.locator("summary", has_text="Cancel the booking").click()
        reason = guest.locator("form[action$='/cancel/'] [name=reason]")
        assert reason.is_visible() and reason.get_attribute("required") is None
        guest.get_by_text("You need not answer").wait_for()
        guest.locator("form[action$='/cancel/'] button").click()
        guest.get_by_role("heading", name="This booking is cancelled").wait_for()
        assert {old.astimezone(HERE).hour, wanted.astimezone(HERE).hour} <= offered(stranger, live, day)
        assert "METHOD:CANCEL" in calendar_of(arrived(post, guest, "iris@example.org", "Cancelled"))
        with psycopg.connect(live.server.admin_dsn(live.database)) as admin:
            (reason,) = admin.execute(
                "select cancel_reason from booking_booking where state = 'cancelled' and cancelled_by = 'guest'"
            ).fetchone()
        assert bytes(reason) == b"" and wanted - old == timedelta(hours=-1)
