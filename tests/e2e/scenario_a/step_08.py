"""They agree a first meeting, then a booking 09–12; both say yes; Petra's calendar is blocked, another seeker can no
longer book those hours, and Sara's address is shown to Petra until the day after."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.e2e.scenario_a.stage import Stage
from tests.e2e.scenario_a.step_07 import thread_of
from tillit.hiring import queries
from tillit.hiring.actions import Offer
from tillit.journeys.hire import agreeing

STOCKHOLM = ZoneInfo("Europe/Stockholm")
STREET = "Slussgatan 7 B"


def span(stage: Stage) -> tuple[datetime, datetime]:
    """09:00 to 12:00 in Stockholm on the story's Saturday."""
    start = datetime.combine(stage.saturday, time(9), tzinfo=STOCKHOLM)
    return start, start + timedelta(hours=3)


def over(stage: Stage) -> None:
    """That Saturday's job is done, by the demo's own clock."""
    while (left := span(stage)[1] + timedelta(hours=1) - stage.now()) > timedelta():
        stage.move(days=left.days, hours=0 if left.days else left.seconds // 3600 + 1)


def given(stage: Stage) -> None:
    """The job, agreed by actions."""
    thread_of(stage)
    sara, petra = (stage.market.person(first).pk for first in ("Sara", "Petra"))
    with stage.as_("Sara"):
        offer = Offer("Barnpassning", [span(stage)], 46_000, 6_000)
        thread = UUID(str(stage.known["thread"]))
        job = agreeing.propose(seeker=sara, provider=petra, offer=offer, thread=thread)
    with stage.as_("Petra"):
        agreeing.confirm(queries.get_job(job), 1)
    stage.known["job"] = job


def play(stage: Stage) -> None:
    """From the thread, each in their own browser."""
    thread_of(stage)
    petra, sara = stage.page("Petra"), stage.page("Sara")
    around = f"{stage.home}jobs/with/{stage.known['thread']}/"
    sara.goto(f"{stage.home}me/shown/address/")
    for name, value in (("street", STREET), ("code", "633 41"), ("place", "Eskilstuna")):
        sara.fill(f"[name={name}]", value)
    sara.get_by_role("button", name="Spara").click()
    sara.wait_for_url("**/me/shown/")
    petra.goto(f"{stage.home}messages/{stage.known['thread']}/")
    assert STREET not in petra.content()

    petra.goto(f"{around}meeting/")
    if not petra.locator("[name=day]").is_visible():
        petra.get_by_text("En annan tid").click()
    day = (stage.now() + timedelta(days=2)).date()
    petra.fill("[name=day]", day.isoformat())
    petra.fill("[name=time]", "10:00")
    petra.get_by_role("button", name="Föreslå de här tiderna").click()
    petra.get_by_text("väljer en av dem").wait_for()
    sara.goto(petra.url)
    sara.locator(".time-choice").first.click()
    sara.get_by_role("button", name="Ja, den tiden").click()
    sara.get_by_text("Det står i bådas kalendrar").wait_for()

    sara.goto(around)
    sara.fill("[name=what]", "Barnpassning")
    sara.fill("[name=day]", stage.saturday.isoformat())
    sara.fill("[name=start]", "09:00")
    sara.fill("[name=end]", "12:00")
    sara.fill("[name=rate]", "460")
    sara.fill("[name=travel]", "60")
    sara.get_by_role("button", name="Föreslå det").click()
    sara.get_by_text("Det väntar på ett ja från").wait_for()
    address = sara.url
    job = UUID(address.rstrip("/").rsplit("/", 1)[1])
    petra.goto(address)
    petra.get_by_role("button", name="Ja, vi är överens").click()
    petra.get_by_role("heading", name="Det ni kommit överens om").wait_for()
    assert "1 440 kr (1 380 kr + 60 kr)" in " ".join(petra.inner_text("main").split())
    assert "Holm" not in petra.inner_text("main") and "Nyström" not in sara.inner_text("main")
    stage.known["job"] = job

    _blocked(stage)
    _address_shown(stage, job)
    for other in ("Amir", "Maria"):
        assert stage.page(other).goto(address).status == 404


def _blocked(stage: Stage) -> None:
    """The hours are Petra's no longer: in the database, in her calendar, for whoever searches, and for another seeker
    whom she would say yes to."""
    taken = "select 1 from booking_hosttime where live and person_id = %s and span = tstzrange(%s, %s)"
    assert stage.rows(taken, stage.market.person("Petra").pk, *span(stage))
    petra, amir = stage.page("Petra"), stage.page("Amir")
    petra.goto(f"{stage.home}calendar/?on={stage.saturday}")
    assert "09:00–12:00 · Överenskomna timmar" in " ".join(petra.inner_text("main").split())
    search = f"{stage.home}find/?place=eskilstuna&km=10&day={stage.saturday}"

    def found(hours: str) -> int:
        amir.goto(f"{search}&{hours}")
        return int(amir.locator(".found-one").filter(has_text="Petra N.").count())

    stage.until(lambda: not found("since=09:00&until=12:00"), "Petra is found for hours that are taken.")
    assert found("since=13:00&until=16:00")
    with stage.as_("Amir"):
        second = agreeing.propose(
            seeker=stage.market.person("Amir").pk, provider=stage.market.person("Petra").pk,
            offer=Offer("Barnpassning", [span(stage)], 46_000),
        )  # fmt: skip
    petra.goto(f"{stage.home}jobs/{second}/")
    petra.get_by_role("button", name="Ja, vi är överens").click()
    petra.locator("main [role=alert]").wait_for()
    assert stage.rows(
        "select count(*) from booking_hosttime where live and span && tstzrange(%s, %s)", *span(stage)
    ) == [(1,)]
    petra.get_by_role("button", name="Nej, tack").click()
    petra.wait_for_load_state()


def _address_shown(stage: Stage, job: UUID) -> None:
    """Petra reads where Sara lives until the day after is over; nobody else does."""
    shown = stage.rows(
        "select ends, grantee_id from access_grant"
        " where subject_id = %s and scope = 'contact.address' and object_id = %s",
        stage.market.person("Sara").pk, job,
    )  # fmt: skip
    until = datetime.combine(stage.saturday + timedelta(days=2), time(), tzinfo=STOCKHOLM)
    assert shown == [(until, stage.market.person("Petra").pk)]
    petra = stage.page("Petra")
    petra.goto(f"{stage.home}messages/{stage.known['thread']}/")
    petra.locator("#shown-here").get_by_text(STREET).wait_for()
    for other in ("Amir", "Maria"):
        page = stage.page(other)
        for path in ("", "me/shown/", "messages/", "moderation/"):
            assert STREET not in page.request.get(f"{stage.home}{path}").text()
