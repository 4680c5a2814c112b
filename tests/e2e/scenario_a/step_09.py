"""After 48 hours Sara's old link is refused; Petra reads each opening with its time and reason."""

from __future__ import annotations

from tests.e2e.scenario_a.stage import Stage


def play(stage: Stage) -> None:
    """In the browser."""
    given(stage)
    sara, petra = stage.page("Sara"), stage.page("Petra")
    for address in (
        stage.known["opened"],
        f"{stage.known['opened']}1.jpg",
        f"{stage.home}documents/{stage.known['first_aid']}/",
    ):
        assert sara.request.get(address).status == 404
    petra.goto(f"{stage.home}documents/{stage.known['first_aid']}/")
    looked = petra.locator("main").inner_text()
    assert "Sara" in looked and "för att du godkände det" in looked and "2026" in looked


def given(stage: Stage) -> None:
    """Two days go by."""
    stage.move(days=2, hours=1)
