"""Step 11: the administrator sees H2's name and when H2 is booked, not H2's private calendar entries. When H2 is
deactivated, H1 still sees the joint meetings. And what H1 does there by hand: a booking is dragged to another time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg

from tests.e2e.scenario_d.step_02 import HERE, logged_in, workday
from tillit.access import Actor, acting
from tillit.kernel import zones


def made(live, desk, kind: str, *, hour: int, name: str, day=None) -> tuple[UUID, UUID]:
    """A booking at that hour of Stockholm, and its meeting."""
    from django.db import transaction

    from tillit.journeys import book

    day = day or workday()
    start = datetime(day.year, day.month, day.day, hour, tzinfo=HERE).astimezone(UTC)
    with live.django(), acting(desk.visitor()), transaction.atomic():
        booking, _new = book.book(
            kind=desk.kinds[kind], minute=zones.minute_down(start), request_key=uuid4(), name=name,
            email=f"{uuid4().hex}@example.org", language="en", zone="Europe/Stockholm",
        )  # fmt: skip
    with psycopg.connect(live.server.admin_dsn(live.database)) as admin:
        (meeting,) = admin.execute("select meeting_id from booking_booking where id = %s", [booking]).fetchone()
    return booking, meeting


def test_step_11_dragging_asks_and_moves(live, tidboken, new_page):
    day = workday()
    booking, _ = made(live, tidboken, "consultation", hour=10, name="Grace Miller")
    page = new_page()
    logged_in(page, live, tidboken.h1.person_id)
    page.goto(f"{live.url}/o/tidboken/calendar/?view=week&on={day}")
    event = page.locator(f'[data-move*="{booking}"]')
    column = page.locator(f'[data-day="{day}"]')
    hour = column.bounding_box()["height"] / page.evaluate(
        "column => Number(getComputedStyle(column).getPropertyValue('--hours'))", column.element_handle()
    )
    event.evaluate("one => one.scrollIntoView({block: 'center'})")  # the hours begin with the earliest meeting
    box = event.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 5 + hour, steps=5)
    page.mouse.move(box["x"] + 20, box["y"] + 5 + 3 * hour, steps=5)
    page.mouse.up()
    page.get_by_text("Shall it be moved here?").wait_for()
    assert "13:00" in page.locator("main").inner_text()
    page.get_by_role("button", name="Move and tell the guest").click()
    page.wait_for_url("**/calendar/?view=week*")
    with psycopg.connect(live.server.admin_dsn(live.database)) as admin:
        (now,) = admin.execute(
            "select lower(m.span) from booking_booking b join booking_meeting m on m.id = b.meeting_id where b.id = %s",
            [booking],
        ).fetchone()
    assert now.astimezone(HERE).hour == 13
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live.url}/o/tidboken/calendar/?view=day&on={day}")
    page.keyboard.press("Tab")
    page.get_by_role("link", name="Grace Miller").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Move it to another time").click()
    page.get_by_text("To which time?").wait_for()


def test_step_11_a_deactivated_colleague_leaves_the_joint_meetings(live, tidboken, new_page):
    from django.db import transaction

    from tillit.booking.actions import block_time
    from tillit.identity.actions import end_membership

    day = workday() + timedelta(days=7)
    _booking, meeting = made(live, tidboken, "together", hour=14, name="Noor Haddad", day=day)
    private = datetime(day.year, day.month, day.day, 11, 10, tzinfo=HERE)
    with live.django(), acting(tidboken.as_host(tidboken.h2)), transaction.atomic():
        block_time(host=tidboken.h2, start=private, end=private + timedelta(minutes=37))
    administrator = new_page()
    logged_in(administrator, live, tidboken.administrator.pk)
    administrator.goto(f"{live.url}/o/tidboken/people/")
    seen = administrator.locator("main").inner_text()
    assert "Omid Rahimi" in seen and "omid-rahimi-tidboken@example.org" in seen
    administrator.goto(f"{live.url}/o/tidboken/calendar/team/?on={day}")
    seen = administrator.locator("main").inner_text()
    assert "Omid Rahimi" in seen and "14:00" in seen
    assert "11:10" not in seen and "11:47" not in seen and "Noor" not in seen
    with psycopg.connect(live.server.admin_dsn(live.database)) as admin:
        (membership,) = admin.execute(
            "select id from identity_membership where person_id = %s and ended is null", [tidboken.h2.person_id]
        ).fetchone()
    acts = Actor(organisation=tidboken.organisation.pk, person=tidboken.administrator.pk, office="member")
    with live.django(), acting(acts), transaction.atomic():
        assert end_membership(membership=membership) == "ended"
    host = new_page()
    logged_in(host, live, tidboken.h1.person_id)
    host.goto(f"{live.url}/o/tidboken/calendar/meeting/{meeting}/")
    seen = host.locator("main").inner_text()
    assert "Noor Haddad" in seen and "Omid" not in seen and "omid-" not in seen
    host.goto(f"{live.url}/o/tidboken/calendar/?view=week&on={day}")
    assert "Noor Haddad" in host.locator("main").inner_text() and "11:10" not in host.locator("main").inner_text()
    administrator.goto(f"{live.url}/o/tidboken/calendar/team/?on={day}")
    assert "Omid" not in administrator.locator("main").inner_text()
