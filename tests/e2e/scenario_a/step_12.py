"""Petra is reminded 60, 30 and 7 days before the certificate ends, and notes a course that she has completed."""

from __future__ import annotations

from tests.e2e.scenario_a.stage import Stage
from tillit.directory.upkeep import actions


def play(stage: Stage) -> None:
    """In the browser."""
    for days, count in ((60, 1), (30, 2), (7, 3)):
        _until(stage, days)
        stage.until(lambda count=count: _reminders(stage) >= count, f"no reminder {days} days before")
        assert _reminders(stage) == count
    _course(stage)


def _course(stage: Stage) -> None:
    """What she was told stands among her messages; what she has learnt, in her record."""
    petra = stage.again("Petra")
    petra.goto(f"{stage.home}me/messages/")
    assert petra.locator("main").get_by_text("Ett av dina intyg går snart ut").count() >= 3
    petra.goto(f"{stage.home}training/")
    petra.locator("input[name=course]").fill("HLR för barn och vuxna")
    petra.locator("input[name=place]").fill("Röda Korset, Eskilstuna")
    petra.locator("input[name=on]").fill(stage.now().date().isoformat())
    petra.locator("input[name=hours]").fill("3")
    petra.locator("input[name=emergencies]").check()
    petra.get_by_role("button", name="Anteckna det").click()
    petra.locator("main").get_by_text("HLR för barn och vuxna").first.wait_for()


def given(stage: Stage) -> None:
    """The time passes, and the course is noted, by actions."""
    _until(stage, 7)
    with stage.as_("Petra"):
        actions.record(actions.Taken("HLR för barn och vuxna", "Röda Korset", stage.now().date(), 180, 30, True))


def _until(stage: Stage, days: int) -> None:
    """Move the clock to so many days before the last one, past nine in Stockholm."""
    left = (stage.expires - stage.now().date()).days - days
    if left > 0:
        stage.move(weeks=left // 7, days=left % 7)
    if stage.now().hour < 9:
        stage.move(hours=9 - stage.now().hour)


def _reminders(stage: Stage) -> int:
    return int(
        stage.rows("select count(*) from notify_sending where kind = 'documents.expires' and channel = 'inside'")[0][0]
    )
