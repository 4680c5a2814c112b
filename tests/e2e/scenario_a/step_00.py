"""Before the first step: everybody is there, and the stage works."""

from __future__ import annotations

from tests.e2e.scenario_a.stage import Stage


def play(stage: Stage) -> None:
    """Each opens the organisation's page; the clock moves."""
    before = stage.now()
    for first in ("Sara", "Petra", "Maria", ""):
        page = stage.page(first)
        page.goto(stage.home)
        assert page.locator("h1").count() == 1
    stage.move(hours=1)
    assert (stage.now() - before).total_seconds() > 3590
