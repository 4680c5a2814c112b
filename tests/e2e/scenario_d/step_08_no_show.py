"""Step 8: a no-show is marked; both sides' rules are the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg

from tests.e2e.scenario_d.step_02 import logged_in
from tests.e2e.scenario_d.step_11 import made


def test_step_08_either_side_says_that_the_other_did_not_come(live, tidboken, new_page):
    from tillit.booking import links

    booking, meeting = made(live, tidboken, "short", hour=9, name="Ali Karimi")
    begun_now(live, meeting)
    host, guest = new_page(width=390), new_page(width=390)
    logged_in(host, live, tidboken.h1.person_id)
    page = f"{live.url}/o/tidboken/calendar/meeting/{meeting}/"
    link = f"{live.url}/o/tidboken/booking/{links.token(booking)}/?language=en"
    host.goto(page)
    host.get_by_role("button", name="The guest did not come").click()
    host.get_by_text("did not come", exact=True).wait_for()
    guest.goto(link)
    guest.get_by_text("It was noted that you did not come").wait_for()
    guest.get_by_role("button", name="Nobody received me").click()
    guest.get_by_text("You said that nobody received you.").wait_for()
    host.goto(page)
    host.get_by_text("The guest says that nobody received them.").wait_for()
    host.get_by_role("button", name="The guest came after all").click()
    host.get_by_role("button", name="The guest did not come").wait_for()
    guest.goto(link)
    assert not guest.get_by_text("It was noted that you did not come").count()


def begun_now(live, meeting) -> None:
    """As if the meeting had begun five minutes ago."""
    begin = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=5)
    with psycopg.connect(live.server.admin_dsn(live.database)) as admin:
        for table, key in (("booking_meeting", "id"), ("booking_hosttime", "meeting_id")):
            admin.execute(
                f"update {table} set span = tstzrange(%s, %s) where {key} = %s",
                [begin, begin + timedelta(minutes=20), meeting],
            )
