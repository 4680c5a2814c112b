"""After 48 hours Sara's old link is refused; Petra reads each opening with its time and reason."""

from __future__ import annotations

from tests.e2e.scenario_a.stage import Stage
from tillit.kernel import formats


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
    openings = stage.rows("select made from documents_opening where document_id = %s", stage.known["first_aid"])
    looked = petra.locator("main li").filter(has_text="för att du godkände det")
    assert looked.count() == len(openings) > 0
    assert all("Sara" in one for one in looked.all_inner_texts())
    assert formats.format_datetime(openings[0][0], "sv", zone="Europe/Stockholm") in looked.first.inner_text()


def given(stage: Stage) -> None:
    """Two days go by."""
    stage.move(days=2, hours=1)
