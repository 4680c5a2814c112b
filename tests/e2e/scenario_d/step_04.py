"""Step 4: two hundred guests race for one slot, each with a connection of their own, and one more in the browser. One
is booked; everybody else is told at once, and offered the nearest free times."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import psycopg

from tests.e2e.scenario_d.step_02 import HERE, workday

GUESTS = 200
PAGE = "/o/tidboken/book/consultation/"


def form(start: str, guest: int) -> bytes:
    """The request that a browser sends when somebody presses the button."""
    fields = {
        "csrfmiddlewaretoken": "0" * 32, "request_key": str(uuid4()), "start": start, "zone": "Europe/Stockholm",
        "name": f"Rival {guest}", "email": f"rival{guest}@example.org", "note": "",
    }  # fmt: skip
    content = urlencode(fields)
    return (
        f"POST {PAGE}?language=en HTTP/1.1\r\nHost: localhost\r\nCookie: form={'0' * 32}; language=en\r\n"
        "Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(content)}\r\n\r\n{content}"
    ).encode()


async def race(port: int, start: str) -> list[tuple[int, str]]:
    """Status and body of all answers: every request is on its way before the first is answered."""
    ready = asyncio.Barrier(GUESTS)

    async def guest(number: int) -> tuple[int, str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await ready.wait()
        writer.write(form(start, number))
        answer = (await reader.read()).decode(errors="replace")
        writer.close()
        head, _, body = answer.partition("\r\n\r\n")
        return int(head.split(" ", 2)[1]), body

    return list(await asyncio.gather(*(guest(number) for number in range(GUESTS))))


def test_step_04_two_hundred_want_one_slot(live, tidboken, new_page, step):
    day = workday()
    moment = datetime(day.year, day.month, day.day, 14, tzinfo=HERE).astimezone(UTC)
    start = f"{moment:%Y-%m-%dT%H:%MZ}"
    browser = new_page(width=390, locale="en-GB", timezone_id="Europe/Stockholm")
    with step("one more has the same time before them"):
        browser.goto(f"{live.url}{PAGE}?zone=Europe/Stockholm&start={start}&language=en")
        browser.get_by_label("Your name").fill("Grace Late")
        browser.get_by_label("E-mail").fill("late@example.org")
    with step("two hundred at once: one is booked, the others are offered what is near"):
        with ThreadPoolExecutor(1) as aside:  # the browser's driver keeps a loop in this thread
            answers = aside.submit(asyncio.run, race(urlsplit(live.url).port, start)).result()
        assert Counter(status for status, _body in answers) == {302: 1, 409: GUESTS - 1}
        for status, body in answers:
            assert status == 302 or ("Somebody else has just taken that time" in body and 'class="time"' in body)
        with psycopg.connect(live.server.admin_dsn(live.database)) as admin:
            (count,) = admin.execute(
                "select count(*) from booking_booking b join booking_meeting m on m.id = b.meeting_id"
                " where lower(m.span) = %s",
                [moment],
            ).fetchone()
        assert count == 1
    with step("the one in the browser is told, keeps what was typed, and is a press away from the next time"):
        browser.get_by_role("button", name="Book").click()
        browser.get_by_text("Somebody else has just taken that time").wait_for()
        assert browser.get_by_text("late@example.org").is_visible()
        offered = browser.locator("button.time")
        times = [datetime.fromisoformat(one.get_attribute("value")) for one in offered.all()]
        assert times and moment not in times and all(abs((one - moment).days) <= 1 for one in times[:1])
        offered.first.click()
        browser.wait_for_url(re.compile("/booking/"))
        browser.get_by_role("heading", name="It is booked").wait_for()
