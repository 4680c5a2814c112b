"""Sara searches within 10 km for childcare on a Saturday, 09–12: Petra is found, and the result says why she stands
where she does."""

from __future__ import annotations

from tests.e2e.scenario_a.stage import Stage
from tillit.booking import actions
from tillit.booking.engaging import become_bookable
from tillit.kernel import formats

HOURS = {str(day): [["08:00", "18:00"]] for day in range(1, 7)}


def given(stage: Stage) -> None:
    """Petra's hours are there, and she is listed."""
    petra = stage.market.person("Petra")
    with stage.as_("Petra"):
        host = become_bookable(name="Petra N.", zone="Europe/Stockholm")
        actions.set_schedule(host=host, zone="Europe/Stockholm", weekly=HOURS)
    stage.until(
        lambda: stage.rows("select from directory_listing where person_id = %s and free_from is not null", petra.pk),
        "Petra is not listed with her free time.",
    )


def play(stage: Stage) -> None:
    """In the browser, on the page."""
    given(stage)
    day = stage.saturday
    page = stage.page("Sara")
    page.goto(f"{stage.home}find/")
    page.get_by_label("Vad behöver du hjälp med?").select_option(label="Barnpassning")
    page.get_by_label("I närheten av vilken ort?").fill("Eskilstuna")
    page.get_by_label("Hur långt bort som mest?").select_option("10")
    page.get_by_label("Vilken dag?").fill(day.isoformat())
    page.locator("input[name=since]").fill("09:00")
    page.locator("input[name=until]").fill("12:00")
    page.locator(".find-form button").click()
    found = page.locator(".found-one").filter(has_text="Petra N.")
    found.wait_for()
    why = found.locator(".found-why").inner_text()
    assert "i Eskilstuna" in why
    assert formats.format_date(day, "sv", "long") in why
    stranger = stage.page("")
    stranger.goto(f"{stage.home}find/?place=malmo&km=10")
    assert stranger.locator(".found-one").count() == 0
