"""Step 10: the organisation keeps booking data for 30 days after the meeting. On day 31 what a guest answered, their
name and their mail are gone; the booking stays as a number, and the promise page says that it holds."""

from __future__ import annotations

from datetime import timedelta

import psycopg

from tests.e2e.scenario_d.step_01 import make_administrator
from tests.e2e.scenario_d.step_02 import logged_in, workday
from tests.e2e.scenario_d.step_08 import sweep
from tillit.access import Actor, acting
from tillit.kernel import clock

PROMISE = "What you write when you book goes by itself some days after the meeting; the form says how many."
WORDS = "Something about my landlord"


def ask(live, tidboken) -> None:
    """One question on the short talk."""
    from django.db import transaction

    from tillit.booking.intake.actions import publish, save_draft
    from tillit.booking.intake.questions import Question

    administrator = Actor(organisation=tidboken.organisation.pk, person=tidboken.administrator.pk, office="member")
    question = Question("what", "long", {"en": {"label": "What happened?"}}, required=True)
    with live.django(), acting(administrator), transaction.atomic():
        save_draft(kind=tidboken.kinds["short"], questions=[question])
        publish(kind=tidboken.kinds["short"])


def held(live):
    """The booking with its guest, as the database holds them: note, answers, name, mail, address index, state, end."""
    with psycopg.connect(live.server.admin_dsn(live.database)) as admin:
        return admin.execute(
            "select b.note, b.answers, p.display_name, p.email, p.email_index, b.state, upper(m.span)"
            " from booking_booking b join identity_person p on p.id = b.person_id"
            " join booking_meeting m on m.id = b.meeting_id join booking_meetingtype t on t.id = m.meeting_type_id"
            " where t.slug = 'short'"
        ).fetchone()


def test_step_10_booking_data_goes_after_thirty_days(live, tidboken, new_page, step):
    make_administrator(live, tidboken)
    ask(live, tidboken)
    host, guest = new_page(), new_page(locale="en-GB", timezone_id="Europe/Stockholm")
    logged_in(host, live, tidboken.h1.person_id)
    with step("the organisation chooses 30 days"):
        host.goto(f"{live.url}/o/tidboken/office/retention/")
        chosen = host.locator("form", has=host.locator("[name=setting][value='booking.keep_days']"))
        for days in ("45", "30"):
            chosen.locator("[name$='-days']").fill(days)
            chosen.get_by_role("button", name="Choose").click()
            host.wait_for_load_state()
    with step("the form says so, and a guest answers"):
        guest.goto(f"{live.url}/o/tidboken/book/short/?day={workday()}")
        guest.locator("a.time").last.click()
        guest.get_by_text("(now 30 days)").first.wait_for(state="attached")
        guest.get_by_label("Your name").fill("Nadia Haddad")
        guest.get_by_label("E-mail").fill("nadia@example.org")
        guest.get_by_label("What happened?").fill(WORDS)
        guest.get_by_role("button", name="Book").click()
        guest.get_by_role("heading", name="It is booked").wait_for()
        guest.get_by_text(WORDS).wait_for()
    *sealed, state, over = held(live)
    assert all(sealed[1:]) and state == "confirmed"
    with step("on day 30 it is there, on day 31 it is gone, and the booking stays as a number"):
        sweep(live, over + timedelta(days=29, hours=23))
        assert held(live)[1] == sealed[1]
        sweep(live, over + timedelta(days=31))
        *sealed, state, _over = held(live)
        assert [bytes(one) if isinstance(one, memoryview | bytes) else one for one in sealed] == [
            b"",
            b"",
            b"",
            b"",
            "",
        ]
        assert state == "confirmed"
    with step("the promise is asked, and its page says that it holds"):
        with live.django():
            from tillit.privacy.checking import check

            with clock.at(over + timedelta(days=31, minutes=1)):
                (answer,) = check(tidboken.organisation, ["booking-data-auto-deleted"])
        assert answer.ok, answer.detail
        guest.goto(f"{live.url}/o/tidboken/trust/")
        promise = guest.locator("#booking-data-auto-deleted")
        promise.get_by_text(PROMISE).wait_for()
        promise.get_by_text("kept", exact=True).wait_for()
