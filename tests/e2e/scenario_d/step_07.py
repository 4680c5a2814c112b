"""Step 7: a paid booking holds its time while the payment is open, frees it if that fails, and is booked when it is
paid. The provider is the test provider: a service of its own behind HTTP, which the worker and it really call."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.e2e.scenario_d.post import plain
from tests.e2e.scenario_d.step_02 import logged_in, until, workday
from tests.e2e.scenario_d.step_06 import arrived, send, typed
from tillit.access import Actor, acting

HERE = ZoneInfo("Europe/Stockholm")
PRICED = "papers"


@pytest.fixture(scope="module")
def priced(live, tidboken):
    """Something to book for 450 kronor; half is kept when the guest cancels within the last day."""
    from django.db import transaction

    from tillit.booking.actions import add_meeting_type
    from tillit.booking.queries import all_hosts

    organisation = tidboken.organisation.pk
    administrator = Actor(organisation=organisation, person=tidboken.administrator.pk, office="member")
    with live.django(), acting(administrator), transaction.atomic():
        return add_meeting_type(
            organisation=organisation, hosts=all_hosts()[:1], slug=PRICED, place="video", duration=60, step=60, grid=60,
            words={"en": {"title": "Papers", "summary": "Read together."}}, change_notice=1440,
        )  # fmt: skip


def at(hour: int) -> datetime:
    """An hour in Stockholm of a day that no other step uses, as an instant (UTC)."""
    day = workday() + timedelta(days=21)
    return datetime(day.year, day.month, day.day, hour, tzinfo=HERE).astimezone(UTC)


def address(live, start: datetime) -> str:
    return f"{live.url}/o/tidboken/book/{PRICED}/?zone=Europe/Stockholm&start={start:%Y-%m-%dT%H:%MZ}&language=en"


def free(page, live, start: datetime) -> bool:
    """Does the booking page offer this time to somebody else?"""
    page.goto(address(live, start))
    return page.locator("#you form[method=post]").count() == 1


def held(page, live, start: datetime, name: str) -> None:
    """Somebody books it, and has a time that is held."""
    page.goto(address(live, start))
    typed(page, name)
    send(page)
    page.get_by_role("heading", name="Your time is held").wait_for()


def pay(page, choice: str) -> None:
    """On to the provider's page, and what becomes of it there."""
    page.locator("form[action$='/pay/'] button").click()
    page.wait_for_url(re.compile("/test-payments/"))
    assert "no money moves" in page.locator("main").inner_text()
    assert page.locator("input:not([type=hidden])").count() == 0, "nothing is typed, no card number anywhere"
    page.get_by_role("button", name=choice, exact=True).click()
    page.wait_for_url(re.compile(r"/booking/"))


def money(live) -> tuple[int, int]:
    """What is held in all, and what bookings that stand were to pay (minor units)."""
    with psycopg.connect(live.server.admin_dsn(live.database), autocommit=True) as admin:
        row = admin.execute(
            "select (select coalesce(sum(held), 0)::int from wallet_payment), (select coalesce(sum(to_pay), 0)::int"
            " from booking_booking where state = 'confirmed' and pay_by is null)"
        ).fetchone()
    assert row is not None
    return row


def turned_on(live, tidboken, priced, office, step) -> None:
    """The administrator takes payments, and gives something a price."""
    logged_in(office, live, tidboken.administrator.pk)
    with step("without a provider nothing can have a price"):
        office.goto(f"{live.url}/o/tidboken/calendar/offers/{priced.pk}/price/?language=en")
        office.locator("input[name=price]").fill("450")
        office.get_by_role("button", name="Save").click()
        office.get_by_text("Payments are off").first.wait_for()
    with step("the administrator turns the test provider on; it stands among the receivers"):
        office.goto(f"{live.url}/o/tidboken/office/payments/providers/?language=en")
        office.get_by_role("button", name="Turn it on").click()
        office.get_by_role("button", name="Turn it off").wait_for()
        office.goto(f"{live.url}/o/tidboken/office/receivers/?language=en")
        assert "Test payments" in office.locator("main").inner_text()
    with step("now it costs 450 kronor, half of which is kept of who comes late"):
        office.goto(f"{live.url}/o/tidboken/calendar/offers/{priced.pk}/price/?language=en")
        office.locator("input[name=price]").fill("450")
        office.locator("input[name=kept_percent]").fill("50")
        office.get_by_role("button", name="Save").click()
        office.get_by_text("Saved").first.wait_for()


def test_step_07_a_paid_booking_holds_its_time_and_frees_it_when_that_fails(
    live, tidboken, priced, post, new_page, step
):
    office = new_page(locale="en-GB")
    turned_on(live, tidboken, priced, office, step)
    guest, other = new_page(locale="en-US", java_script_enabled=False), new_page(locale="en-US", width=390)
    with step("it costs 450 kronor, says the page before; booked, the time is held and nobody else can have it"):
        guest.goto(address(live, at(10)))
        assert "450" in guest.locator("#you").inner_text() and "50%" in guest.locator("#you").inner_text()
        held(guest, live, at(10), "Ada Pays")
        assert "450" in guest.locator("main").inner_text() and guest.get_by_text("Put it in my calendar").count() == 0
        assert not free(other, live, at(10))
        assert "Pay by" in plain(arrived(post, other, "ada@example.org", "Held until it is paid"))
    with step("who leaves the provider's page without paying still holds it"):
        pay(guest, "Go back without paying")
        assert "Your time is held" in guest.locator("h1").inner_text() and not free(other, live, at(10))
    with step("paid, it is booked: at once on the page, and by mail with a calendar file"):
        pay(guest, "Pay")
        guest.get_by_text("Put it in my calendar").wait_for()
        arrived(post, other, "ada@example.org", "Booked")
        assert money(live) == (45_000, 45_000)
    with step("another one's payment fails: the time is free at once, and they are told"):
        held(other, live, at(13), "Bo Fails")
        pay(other, "Let it fail")
        until(other, "the time is free again")
        assert free(guest, live, at(13))
        assert "Nothing is booked" in plain(arrived(post, other, "bo@example.org", "Not paid, not booked"))
    with step("as long as nobody took it, they try again"):
        other.get_by_role("button", name="Try again").click()
        other.wait_for_url(re.compile("/test-payments/"))
        other.get_by_role("button", name="Pay", exact=True).click()
        other.get_by_text("Put it in my calendar").wait_for()
        assert money(live) == (90_000, 90_000)
    with step("cancelled in time, all goes back"):
        other.locator("summary", has_text="Cancel the booking").click()
        other.locator("form[action$='/cancel/'] button").click()
        until(other, "Paid back to you")
        arrived(post, other, "bo@example.org", "Paid back")
        assert money(live) == (45_000, 45_000)
    with step("the office sees what was paid and what went back"):
        office.goto(f"{live.url}/o/tidboken/office/payments/?language=en")
        said = office.locator("main").inner_text()
        assert "Ada Pays" in said and "paid back" in said and "the payment failed" in said
